-- Why: what members earned, group by group, as it is disclosed: order statistics of what was released to each and still
--      stands, of the last twelve months and of all time, beside what the same members spent on packs.
-- Parameters: ranks and groups: which group each rank is shown in (two arrays, side by side; ranks smaller than
--             is decent to show are merged by then); since: where the twelve months begin; now.
-- Plan expected: one pass over rewards_award, one over the history of releases and one over the settled packs, each into
--                a hash by member, joined to one pass over the members; then two sorts for each period and group. Never
--                a look-up for each member. 100 001 members with an award each: 1.6 s on two shared cores
--                (tests/test_income_at_size.py holds the plan to it).
-- A claw-back counts against the release that it takes back from, whenever it comes: an income is never below nothing.
-- Group 0 is everybody. The place of a share of n members is the ceiling of n × share, in integers.
WITH earned AS (
    SELECT award.beneficiary_id AS member_id, sum(award.amount_fen) AS ever,
           coalesce(sum(award.amount_fen) FILTER (WHERE change.at > %(since)s), 0) AS year
    FROM rewards_award AS award
    JOIN rewards_award_change AS change ON change.award_id = award.id AND change.kind = 'released'
    WHERE award.state = 'released' AND change.at <= %(now)s
    GROUP BY award.beneficiary_id
), spent AS (
    SELECT settlement.buyer_id AS member_id, sum(line.remaining_base_fen) AS ever,
           coalesce(sum(line.remaining_base_fen) FILTER (WHERE settlement.paid_at > %(since)s), 0) AS year
    FROM rewards_settled_line AS line
    JOIN rewards_settlement AS settlement ON settlement.id = line.settlement_id
    WHERE line.is_pack AND settlement.paid_at <= %(now)s
    GROUP BY settlement.buyer_id
), people AS (
    SELECT shown.number AS "group", period.name AS period, period.earned, period.spent
    FROM members_member AS member
    JOIN unnest(%(ranks)s::text[], %(groups)s::int[]) AS place (rank, number) ON place.rank = member.rank
    LEFT JOIN earned ON earned.member_id = member.id
    LEFT JOIN spent ON spent.member_id = member.id
    CROSS JOIN LATERAL (VALUES (place.number), (0)) AS shown (number)
    CROSS JOIN LATERAL (VALUES
        ('year', coalesce(earned.year, 0)::bigint, coalesce(spent.year, 0)::bigint),
        ('ever', coalesce(earned.ever, 0)::bigint, coalesce(spent.ever, 0)::bigint)
    ) AS period (name, earned, spent)
    WHERE member.joined_at <= %(now)s
), placed AS (
    SELECT "group", period, earned, spent,
           row_number() OVER (PARTITION BY period, "group" ORDER BY earned) AS earner,
           row_number() OVER (PARTITION BY period, "group" ORDER BY spent) AS spender,
           count(*) OVER (PARTITION BY period, "group") AS n
    FROM people
)
SELECT period, "group", min(n) AS members, count(*) FILTER (WHERE earned = 0) AS earned_nothing,
       max(earned) FILTER (WHERE earner = (n * 25 + 99) / 100) AS quarter_fen,
       max(earned) FILTER (WHERE earner = (n * 50 + 99) / 100) AS median_fen,
       max(earned) FILTER (WHERE earner = (n * 75 + 99) / 100) AS three_quarters_fen,
       max(earned) FILTER (WHERE earner = (n * 90 + 99) / 100) AS ninety_fen,
       max(earned) FILTER (WHERE earner = (n * 99 + 99) / 100) AS ninety_nine_fen,
       max(earned) AS most_fen, sum(earned)::bigint AS total_fen, div(sum(earned), min(n))::bigint AS mean_fen,
       coalesce(div(10000 * sum(earned) FILTER (WHERE earner > n - (n + 99) / 100), nullif(sum(earned), 0)), 0)::int
           AS top_hundredth_bp,
       coalesce(div(10000 * sum(earned) FILTER (WHERE earner > n - (n + 9) / 10), nullif(sum(earned), 0)), 0)::int
           AS top_tenth_bp,
       max(spent) FILTER (WHERE spender = (n * 50 + 99) / 100) AS spent_median_fen
FROM placed
GROUP BY period, "group"
ORDER BY period DESC, "group"
