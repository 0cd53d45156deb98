-- Why: the first line of history of awards that have just been written: what they were booked with.
-- Parameters: first, last: their settlements; key: the booking; lines, clauses, seats, people,
--             cuts: the few awards that a limit cut, and by how much, side by side.
-- Plan expected: a range of rewards_award by settlement, the cut ones hashed; written in order of the awards.
INSERT INTO rewards_award_change (award_id, kind, delta_fen, amount_fen, rank, rate_bp, rate_before_bp, base_fen, cut_fen,
                                  request_key, at)
SELECT award.id, 'booked', award.amount_fen, award.amount_fen, award.rank, award.rate_bp, award.rate_before_bp,
       award.base_fen, coalesce(cut.amount, 0), %(key)s, award.booked_at
FROM rewards_award AS award
LEFT JOIN unnest(%(lines)s::bigint[], %(clauses)s::text[], %(seats)s::text[], %(people)s::bigint[], %(cuts)s::bigint[])
    AS cut (line_id, clause, seat, member_id, amount)
    ON cut.line_id = award.settled_line_id AND cut.clause = award.clause AND cut.seat = award.seat
    AND cut.member_id = award.beneficiary_id
WHERE award.settlement_id BETWEEN %(first)s AND %(last)s AND award.state = 'pending'
ORDER BY award.id
