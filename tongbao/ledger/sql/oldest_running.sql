-- Why: the number below which every transaction that can write to these books has ended: the oldest one still running.
--      Those of other databases are passed over, as far as they are known to be in another: a transaction never moves.
--      One's own counts as running, since it may still book.
-- Parameters: none.
-- Plan expected: a walk over the transactions that run now.
SELECT least(
    (SELECT min(running.number::text::bigint)
     FROM pg_snapshot_xip(pg_current_snapshot()) AS running (number)
     WHERE NOT EXISTS (
         SELECT FROM pg_stat_activity AS elsewhere
         WHERE elsewhere.backend_xid = running.number::xid
           AND elsewhere.datname IS DISTINCT FROM current_database() AND elsewhere.datname IS NOT NULL)),
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
    pg_current_xact_id_if_assigned()::text::bigint)
