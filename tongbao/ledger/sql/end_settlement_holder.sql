-- Why: whoever holds the settlement and stands still, a frozen process for instance, would hold up everybody; the lock
--      is of the kind that is listed, so that its holder can be found and their connection ended.
-- Parameters: name: the settlement's name.
-- Plan expected: the few rows of pg_locks, joined with pg_stat_activity.
SELECT pg_terminate_backend(activity.pid, 5000)
FROM pg_locks AS held JOIN pg_stat_activity AS activity ON activity.pid = held.pid
WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (held.classid::bigint << 32 | held.objid::bigint) = hashtextextended(%(name)s, 20260102)
  AND held.pid <> pg_backend_pid()
