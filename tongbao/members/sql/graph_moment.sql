-- Why: where a reading of the members begins: nothing older than the oldest running transaction can appear any more.
-- Parameters: none.
-- Plan expected: no table is read; the catalogue's row of members_member by its name.
SELECT pg_snapshot_xmin(now_seen)::text::bigint AS oldest_running,
       greatest(pg_snapshot_xmax(now_seen)::text::bigint, coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0))
           AS latest,
       coalesce(pg_current_xact_id_if_assigned()::text::bigint, -1) AS own,
       (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || 'members_member'::regclass::oid
           AS place
FROM pg_current_snapshot() AS now_seen
