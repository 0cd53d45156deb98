-- Why: the settlement lane's batches have their place in the log too, each with the root over its awards.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: definitions only.
CREATE INDEX ledger_award_batch_written_by ON ledger_award_batch USING brin ((transaction_id::text::bigint))
    WITH (pages_per_range = 32, autosummarize = on);
--;;
ALTER TABLE ledger_seal_entry ADD COLUMN award_batch bigint UNIQUE;
--;;
ALTER TABLE ledger_seal_entry DROP CONSTRAINT ledger_seal_entry_one_thing;
--;;
ALTER TABLE ledger_seal_entry ADD CONSTRAINT ledger_seal_entry_one_thing CHECK (
    num_nonnulls(batch, award_batch, liabilities_on) = 1 AND (liabilities_on IS NULL) = (asset_id IS NULL));
--;;
ALTER TABLE ledger_seal DROP COLUMN first_batch, DROP COLUMN last_batch, DROP COLUMN last_position;
--;;
DROP FUNCTION ledger_seal_append(bigint, bigint[], date[], smallint[], integer[], bytea[], bytea[], smallint[],
                                 bigint[], bytea[], bytea, text, text, jsonb, timestamptz);
--;;
-- Add leaves, the subtrees they complete, and the seal above them: all of it or nothing. leaves and subtrees come as
-- columns; state is {"horizon", "cluster", "catching_up_xid", "catching_up_batch"}.
CREATE FUNCTION ledger_seal_append(old_size bigint, batches bigint[], award_batches bigint[], days date[],
                                   assets smallint[], counts integer[], roots bytea[], leaf_hashes bytea[],
                                   node_levels smallint[], node_places bigint[], node_hashes bytea[],
                                   new_root bytea, note text, key text, state jsonb, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    grown bigint := cardinality(leaf_hashes);
    size_now bigint;
BEGIN
    PERFORM ledger_check_time(at);
    IF NOT ledger_seal_claim() THEN
        RAISE EXCEPTION 'another sealer is at work' USING ERRCODE = 'TB006';
    END IF;
    SELECT coalesce(max(size), 0) INTO size_now FROM ledger_seal;
    IF size_now <> old_size OR grown = 0 THEN
        RAISE EXCEPTION 'the log has % leaves, not %', size_now, old_size USING ERRCODE = 'TB006';
    END IF;
    INSERT INTO ledger_seal_entry (leaf_index, batch, award_batch, liabilities_on, asset_id, transfers, root, leaf_hash)
    SELECT old_size + leaf.ordinality - 1, leaf.batch, leaf.award_batch, leaf.on_day, leaf.asset, leaf.transfers,
           leaf.root, leaf.hash
    FROM unnest(batches, award_batches, days, assets, counts, roots, leaf_hashes)
        WITH ORDINALITY AS leaf (batch, award_batch, on_day, asset, transfers, root, hash, ordinality);
    INSERT INTO ledger_seal_node (level, place, hash)
    SELECT * FROM unnest(node_levels, node_places, node_hashes);
    INSERT INTO ledger_seal (size, root, checkpoint, signer, transfers, horizon, cluster, catching_up_xid,
                             catching_up_batch, sealed_at)
    SELECT old_size + grown, new_root, note, key, (SELECT coalesce(sum(line), 0) FROM unnest(counts) AS line),
           (state ->> 'horizon')::bigint, state ->> 'cluster', (state ->> 'catching_up_xid')::bigint,
           (state ->> 'catching_up_batch')::bigint, at;
    RETURN old_size + grown;
END $$;
