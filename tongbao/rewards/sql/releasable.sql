-- Why: the orders that can be released together with others: due, never released, without an open claim, every refund
--      booked, no award to somebody frozen, and nobody around them who lost a rank that the order used.
-- Parameters: settlements, now.
-- Plan expected: settlements by key, locked in order of id; for each its lines, its pending awards and (only while any
--                rank was ever undone) the grants of the sponsors in its chain, all by index.
WITH undone AS MATERIALIZED (
    SELECT member_id, granted_at, revoked_at FROM members_rank_grant
    WHERE revoked_because IN ('taken_back', 'fell_with')
)
SELECT settlement.id, settlement.number
FROM rewards_settlement AS settlement
JOIN mall_order AS "order" ON "order".id = settlement.order_id AND NOT "order".has_open_claim
WHERE settlement.id = ANY(%(settlements)s) AND settlement.release_at <= %(now)s AND settlement.released_at IS NULL
  AND NOT EXISTS (
      SELECT FROM rewards_settled_line AS settled JOIN mall_order_line AS line ON line.id = settled.line_id
      WHERE settled.settlement_id = settlement.id
        AND settled.remaining_base_fen <> line.base_fen - line.refunded_fen)
  AND NOT EXISTS (
      SELECT FROM rewards_award AS award JOIN members_member AS member ON member.id = award.beneficiary_id
      WHERE award.settlement_id = settlement.id AND award.state = 'pending' AND member.status = 'frozen')
  AND NOT (EXISTS (SELECT FROM undone) AND EXISTS (
      SELECT FROM rewards_settled_line AS settled
      CROSS JOIN LATERAL jsonb_array_elements(coalesce(settled.chain_now, settled.chain) -> 'sponsors') AS seat
      JOIN undone ON undone.member_id = (seat ->> 0)::bigint
      WHERE settled.settlement_id = settlement.id
        AND undone.granted_at < settlement.settled_at AND undone.revoked_at >= settlement.settled_at))
ORDER BY settlement.id
FOR UPDATE OF settlement
