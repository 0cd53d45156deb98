-- Why: the part of a tree that fits on a page: some levels below a member, and of each member's recruits the
--      first few; the count tells how many more there are.
-- Parameters: member, most_levels, most_recruits (drawn below one member).
-- Plan expected: recursive union; for each member drawn the first entries of the index on sponsor_id.
WITH RECURSIVE drawn AS (
    SELECT id, 0 AS depth FROM members_member WHERE id = %(member)s
    UNION ALL
    SELECT recruit.id, drawn.depth + 1
    FROM drawn CROSS JOIN LATERAL (
        SELECT id FROM members_member WHERE sponsor_id = drawn.id ORDER BY id LIMIT %(most_recruits)s
    ) AS recruit
    WHERE drawn.depth < %(most_levels)s
)
SELECT drawn.depth, member.id, member.number, member.name, member.phone, member.rank, member.status,
       member.sponsor_id, member.joined_at,
       (SELECT count(*) FROM members_member AS recruit WHERE recruit.sponsor_id = member.id) AS recruits
FROM drawn JOIN members_member AS member ON member.id = drawn.id
ORDER BY drawn.depth, member.sponsor_id, member.id
