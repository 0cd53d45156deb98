-- Why: the number below which every transaction that can write to these books has ended: the oldest one still running;
--      and whether that one ended while this was asked, so that asking again gives a higher number.
--      Those of other databases are passed over, as far as they are known to be in another: a transaction never moves.
--      One's own counts as running, since it may still book. One that ended between the snapshot and the look at the
--      activity can't be told from one of these books, so it counts as running too.
-- Parameters: none.
-- Plan expected: a walk over the transactions that run now, each looked up in the activity, which is read once.
WITH activity AS MATERIALIZED (
    SELECT backend_xid, datname FROM pg_stat_activity WHERE backend_xid IS NOT NULL
), running AS (
    SELECT listed.number::text::bigint AS number, activity.backend_xid IS NULL AS is_gone
    FROM pg_snapshot_xip(pg_current_snapshot()) AS listed (number)
    LEFT JOIN activity ON activity.backend_xid = listed.number::xid
    WHERE activity.datname IS NULL OR activity.datname = current_database()
), oldest AS (
    SELECT number, is_gone FROM running ORDER BY number LIMIT 1
)
SELECT least(oldest.number, pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
             pg_current_xact_id_if_assigned()::text::bigint),
       coalesce(oldest.is_gone, false)
FROM (VALUES (true)) AS once LEFT JOIN oldest ON true
