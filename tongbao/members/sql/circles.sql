-- Why: to verify that the sponsors are a forest: whoever can't be reached from a member without sponsor stands in
--      a circle, or below one.
-- Parameters: none.
-- Plan expected: recursive union over the index on sponsor_id, then an anti-join with all members.
WITH RECURSIVE reached AS (
    SELECT id FROM members_member WHERE sponsor_id IS NULL
    UNION ALL
    SELECT recruit.id FROM reached JOIN members_member AS recruit ON recruit.sponsor_id = reached.id
)
SELECT member.id FROM members_member AS member
WHERE NOT EXISTS (SELECT FROM reached WHERE reached.id = member.id)
ORDER BY member.id
