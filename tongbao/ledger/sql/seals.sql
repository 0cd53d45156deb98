-- Why: the tenant's log. Every request that was answered becomes one leaf of an append-only Merkle tree, and so does
--      every day's proof of what is owed; a seal is the tree's root at some size, signed. docs/seals.md says it all.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: definitions only.

-- Which transaction wrote a request: behind the oldest one that still runs nothing can appear any more. Costs a
-- posting one defaulted column and no key: block ranges suffice, since rows arrive nearly in this order.
ALTER TABLE ledger_request ADD COLUMN written_by bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint;
--;;
CREATE INDEX ledger_request_written_by ON ledger_request USING brin (written_by)
    WITH (pages_per_range = 32, autosummarize = on);
--;;
-- One seal for each time that the log grew. What the next one needs to know to go on stands beside it.
CREATE TABLE ledger_seal (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    checkpoint text NOT NULL,
    signer text NOT NULL,
    first_batch bigint,
    last_batch bigint,
    last_position integer,
    transfers bigint NOT NULL,
    horizon bigint NOT NULL,
    cluster text NOT NULL,
    catching_up_xid bigint,
    catching_up_batch bigint,
    sealed_at timestamptz NOT NULL
);
--;;
-- The leaves, in their order. No reference to ledger_request: a leaf outlives the partition that its rows lay in.
CREATE TABLE ledger_seal_entry (
    leaf_index bigint PRIMARY KEY CHECK (leaf_index >= 0),
    batch bigint UNIQUE,
    liabilities_on date,
    asset_id smallint,
    transfers integer NOT NULL CHECK (transfers >= 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32),
    CONSTRAINT ledger_seal_entry_one_thing CHECK (
        (batch IS NULL) = (liabilities_on IS NOT NULL) AND (liabilities_on IS NULL) = (asset_id IS NULL)),
    CONSTRAINT ledger_seal_entry_day_once UNIQUE (liabilities_on, asset_id)
);
--;;
-- Complete subtrees above the leaves, at every fourth level: what lies between is recomputed from at most eight.
CREATE TABLE ledger_seal_node (
    level smallint NOT NULL CHECK (level > 0 AND level % 4 = 0),
    place bigint NOT NULL CHECK (place >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, place)
);
--;;
-- What was owed to members and merchants on a day; its leaf binds total and root.
CREATE TABLE ledger_liability (
    liabilities_on date NOT NULL,
    asset_id smallint NOT NULL REFERENCES ledger_asset (id),
    covers bigint NOT NULL,
    leaves bigint NOT NULL,
    total numeric(40, 0) NOT NULL CHECK (total >= 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    by_kind jsonb NOT NULL,
    backing jsonb NOT NULL,
    salt_key bytea NOT NULL CHECK (length(salt_key) = 32),
    built_at timestamptz NOT NULL,
    PRIMARY KEY (liabilities_on, asset_id)
);
--;;
-- The leaves of that tree, 1 024 in a block: who, and how much.
CREATE TABLE ledger_liability_block (
    liabilities_on date NOT NULL,
    asset_id smallint NOT NULL,
    block integer NOT NULL CHECK (block >= 0),
    first_key bytea NOT NULL,
    leaves bytea NOT NULL,
    root bytea NOT NULL CHECK (length(root) = 32),
    total numeric(40, 0) NOT NULL CHECK (total >= 0),
    PRIMARY KEY (liabilities_on, asset_id, block),
    CONSTRAINT ledger_liability_block_of_a_day FOREIGN KEY (liabilities_on, asset_id)
        REFERENCES ledger_liability (liabilities_on, asset_id)
);
--;;
CREATE TRIGGER ledger_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_seal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_seal_node_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal_node
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_liability_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_liability
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_liability_block_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_liability_block
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
-- One sealer at a time, until its transaction ends; the second is told no and goes home. Nobody else asks for this
-- lock, so no posting ever waits for a seal.
CREATE FUNCTION ledger_seal_claim() RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = {schema}, pg_temp
AS $$ SELECT pg_try_advisory_xact_lock(hashtextextended('{schema}:seal', 20260101)) $$;
--;;
-- Where transaction numbers come from: a database restored elsewhere counts them anew.
CREATE FUNCTION ledger_seal_cluster() RETURNS text
LANGUAGE sql STABLE SET search_path = {schema}, pg_temp
AS $$
    SELECT system.system_identifier || '/' || base.oid
    FROM pg_control_system() AS system, pg_database AS base WHERE base.datname = current_database()
$$;
--;;
-- Add leaves, the subtrees they complete, and the seal above them: all of it or nothing. leaves and subtrees come as
-- columns; state is {"horizon", "cluster", "catching_up_xid", "catching_up_batch"}.
CREATE FUNCTION ledger_seal_append(old_size bigint, batches bigint[], days date[], assets smallint[],
                                   counts integer[], roots bytea[], leaf_hashes bytea[],
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
    INSERT INTO ledger_seal_entry (leaf_index, batch, liabilities_on, asset_id, transfers, root, leaf_hash)
    SELECT old_size + leaf.ordinality - 1, leaf.batch, leaf.on_day, leaf.asset, leaf.transfers, leaf.root, leaf.hash
    FROM unnest(batches, days, assets, counts, roots, leaf_hashes)
        WITH ORDINALITY AS leaf (batch, on_day, asset, transfers, root, hash, ordinality);
    INSERT INTO ledger_seal_node (level, place, hash)
    SELECT * FROM unnest(node_levels, node_places, node_hashes);
    INSERT INTO ledger_seal (size, root, checkpoint, signer, first_batch, last_batch, last_position, transfers,
                             horizon, cluster, catching_up_xid, catching_up_batch, sealed_at)
    SELECT old_size + grown, new_root, note, key,
           (array_remove(batches, NULL))[1],
           (array_remove(batches, NULL))[cardinality(array_remove(batches, NULL))],
           (SELECT leaf.transfers - 1 FROM unnest(batches, counts) WITH ORDINALITY AS leaf (batch, transfers, ordinality)
            WHERE leaf.batch IS NOT NULL ORDER BY leaf.ordinality DESC LIMIT 1),
           (SELECT coalesce(sum(line), 0) FROM unnest(counts) AS line),
           (state ->> 'horizon')::bigint, state ->> 'cluster', (state ->> 'catching_up_xid')::bigint,
           (state ->> 'catching_up_batch')::bigint, at;
    RETURN old_size + grown;
END $$;
--;;
-- Keep a day's liabilities; its leaf is added by ledger_seal_append in the same transaction. blocks as columns.
CREATE FUNCTION ledger_liability_append(on_day date, asset smallint, covered bigint, leaf_count bigint,
                                        owed numeric, new_root bytea, kinds jsonb, backed_by jsonb, salts bytea,
                                        first_keys bytea[], packed bytea[], roots bytea[], totals numeric[],
                                        at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
BEGIN
    PERFORM ledger_check_time(at);
    INSERT INTO ledger_liability (liabilities_on, asset_id, covers, leaves, total, root, by_kind, backing, salt_key,
                                  built_at)
    VALUES (on_day, asset, covered, leaf_count, owed, new_root, kinds, backed_by, salts, at);
    INSERT INTO ledger_liability_block (liabilities_on, asset_id, block, first_key, leaves, root, total)
    SELECT on_day, asset, line.ordinality - 1, line.first_key, line.leaves, line.root, line.total
    FROM unnest(first_keys, packed, roots, totals)
        WITH ORDINALITY AS line (first_key, leaves, root, total, ordinality);
END $$;
