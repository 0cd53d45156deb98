-- Why: all sponsors above some members, nearest first, in one round trip; an order's awards walk this chain.
-- Parameters: members (bigint[]).
-- Plan expected: recursive union of primary key look-ups, one for each member and level.
WITH RECURSIVE above AS (
    SELECT member.id AS below_id, 1 AS height, sponsor.id, sponsor.number, sponsor.name, sponsor.phone,
           sponsor.rank, sponsor.status, sponsor.sponsor_id, sponsor.joined_at
    FROM members_member AS member JOIN members_member AS sponsor ON sponsor.id = member.sponsor_id
    WHERE member.id = ANY(%(members)s)
    UNION ALL
    SELECT above.below_id, above.height + 1, sponsor.id, sponsor.number, sponsor.name, sponsor.phone,
           sponsor.rank, sponsor.status, sponsor.sponsor_id, sponsor.joined_at
    FROM above JOIN members_member AS sponsor ON sponsor.id = above.sponsor_id
)
SELECT * FROM above ORDER BY below_id, height
