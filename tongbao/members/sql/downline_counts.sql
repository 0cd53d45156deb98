-- Why: how many members stand on each level below somebody.
-- Parameters: member.
-- Plan expected: recursive union over the index on sponsor_id, hash aggregate over the levels.
WITH RECURSIVE below AS (
    SELECT id, 1 AS depth FROM members_member WHERE sponsor_id = %(member)s
    UNION ALL
    SELECT recruit.id, below.depth + 1
    FROM below JOIN members_member AS recruit ON recruit.sponsor_id = below.id
)
SELECT depth, count(*) FROM below GROUP BY depth ORDER BY depth
