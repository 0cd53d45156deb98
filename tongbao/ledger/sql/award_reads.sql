-- Why: the settlement lane's awards are transfers like all others: every balance, statement and sum counts them, and
--      goes on counting them when their partition has become a file. ledger_movement is the one place that says so.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: with account_id = $1 every arm is one index range: ledger_transfer_debit and _credit,
--      ledger_award_beneficiary in each partition, the key of ledger_award_archived; the arm of operating is a look-up
--      of that account, and only for operating itself the few rows of ledger_award_batch. Measured with 10 M awards of
--      1 M members in three partitions and 1 M ordinary transfers, an account with 10 845 awards (others: 0.09 ms):
--        Aggregate (actual time=2.266..2.269 rows=1)
--          Append (rows=10845)
--            Index Scan using ledger_transfer_credit on ledger_transfer       Index Cond: (credit = 1000014)
--            Index Scan using ledger_transfer_debit on ledger_transfer        Index Cond: (debit = 1000014)
--            Bitmap Heap Scan on ledger_award_000001 (0.421 ms, rows=4275, heap blocks 59)
--              Bitmap Index Scan on ledger_award_000001_beneficiary_batch_position_idx
--            … the same for ledger_award_000002 and _000003
--            Index Scan using ledger_award_archived_pkey                      Index Cond: (account_id = 1000014)
--            Nested Loop (rows=0)
--              Index Scan using ledger_account_once on ledger_account operating    Filter: (id = 1000014)
--              Seq Scan on ledger_award_batch declared (never executed)
--        Planning 0.3 ms, execution 2.3 ms

-- Requests and batches of awards are numbered apart. A batch comes right after the last request that had a number when
-- the batch was declared: so a payment stands before its awards, and they before their release, without a clock.
CREATE FUNCTION ledger_last_request() RETURNS bigint
LANGUAGE sql VOLATILE SET search_path = {schema}, pg_temp
AS $$ SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ledger_request_batch_seq $$;
--;;
ALTER TABLE ledger_award_batch ADD COLUMN after_request bigint NOT NULL DEFAULT ledger_last_request();
--;;
CREATE INDEX ledger_award_batch_after_request ON ledger_award_batch (after_request, batch);
--;;
ALTER TABLE ledger_award_batch ADD CONSTRAINT ledger_award_batch_no_amount_without_awards
    CHECK (awards > 0 OR amount = 0);
--;;
-- A partition that has become a file: what the file holds, where the log has it, how it is recognised.
CREATE TABLE ledger_award_archive (
    partition integer PRIMARY KEY CHECK (partition > 0),
    first_batch bigint NOT NULL,
    last_batch bigint NOT NULL,
    after_request bigint NOT NULL,
    batches bigint NOT NULL,
    awards bigint NOT NULL,
    amount bigint NOT NULL,
    first_leaf bigint NOT NULL,
    last_leaf bigint NOT NULL,
    sealed_size bigint NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    manifest_sha256 bytea NOT NULL CHECK (length(manifest_sha256) = 32),
    booked_at timestamptz NOT NULL,
    archived_at timestamptz NOT NULL,
    CONSTRAINT ledger_award_archive_range CHECK (first_batch <= last_batch AND first_leaf <= last_leaf),
    CONSTRAINT ledger_award_archive_is_sealed CHECK (last_leaf < sealed_size)
);
--;;
-- What each account got by the awards of such a partition.
CREATE TABLE ledger_award_archived (
    account_id bigint NOT NULL REFERENCES ledger_account (id),
    partition integer NOT NULL,
    awards bigint NOT NULL CHECK (awards > 0),
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (account_id, partition)
);
--;;
CREATE TRIGGER ledger_award_archive_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_award_archive
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_award_archived_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_award_archived
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
-- Every transfer twice, as its two accounts see it. Of a batch of awards operating sees one movement: what was declared,
-- which the check at the end of the COPY has found to be the sum of its rows ('begun' is not checked yet).
CREATE VIEW ledger_movement AS
    SELECT credit AS account_id, amount FROM ledger_transfer
    UNION ALL
    SELECT debit, -amount FROM ledger_transfer
    UNION ALL
    SELECT beneficiary, amount FROM ledger_award
    UNION ALL
    SELECT account_id, amount FROM ledger_award_archived
    UNION ALL
    SELECT operating.id, -declared.amount
    FROM ledger_account AS operating
    JOIN ledger_award_batch AS declared ON declared.state <> 'begun'
    WHERE operating.owner_kind = 'platform' AND operating.owner_id = 0 AND operating.kind = 'operating'
      AND operating.detail = '' AND operating.asset_id = 1;
--;;
ALTER VIEW ledger_movement OWNER TO {prefix}_owner;
