-- Why: to verify that every member's rank is the highest of their standing grants.
-- Parameters: ladder (text[], lowest rank first).
-- Plan expected: one aggregate over the standing grants, hash-joined with all members.
SELECT member.id, member.rank, (%(ladder)s::text[])[coalesce(granted.height, 1)] AS should_be
FROM members_member AS member
LEFT JOIN (
    SELECT member_id, max(array_position(%(ladder)s::text[], rank::text)) AS height
    FROM members_rank_grant WHERE revoked_at IS NULL GROUP BY member_id
) AS granted ON granted.member_id = member.id
WHERE member.rank <> (%(ladder)s::text[])[coalesce(granted.height, 1)]
ORDER BY member.id
