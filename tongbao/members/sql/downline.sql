-- Why: everybody below a member, nearest level first, a page at a time.
-- Parameters: member, most_levels (how deep to look), only_depth (0: all levels), after_depth and after_id (the
--             last one of the page before), page_size.
-- Plan expected: recursive union over the index on sponsor_id; the page's rows by primary key; their recruits
--             counted from the index on sponsor_id alone.
WITH RECURSIVE below AS (
    SELECT id, 1 AS depth FROM members_member WHERE sponsor_id = %(member)s
    UNION ALL
    SELECT recruit.id, below.depth + 1
    FROM below JOIN members_member AS recruit ON recruit.sponsor_id = below.id
    WHERE below.depth < %(most_levels)s
), page AS (
    SELECT id, depth FROM below
    WHERE (depth, id) > (%(after_depth)s, %(after_id)s) AND %(only_depth)s IN (0, depth)
    ORDER BY depth, id
    LIMIT %(page_size)s
)
SELECT page.depth, member.id, member.number, member.name, member.phone, member.rank, member.status,
       member.sponsor_id, member.joined_at,
       (SELECT count(*) FROM members_member AS recruit WHERE recruit.sponsor_id = member.id) AS recruits
FROM page JOIN members_member AS member ON member.id = page.id
ORDER BY page.depth, page.id
