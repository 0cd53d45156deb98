-- Why: a transfer names its request and two accounts. Four foreign keys looked each of them up row by row, and locked the
--      rows that they found: the one row of the asset, and a hot account's, in every transaction at once. The rows of a
--      statement are looked up together instead, and nothing is locked: requests, accounts and assets never go away.
--      What no foreign key said is checked too: both accounts are kept in the transfer's asset.
-- Parameters: none; {schema} is filled in by the migration.
-- Plan expected: primary key look-ups, three for each row that was added.
ALTER TABLE ledger_transfer
    DROP CONSTRAINT ledger_transfer_batch_fkey,
    DROP CONSTRAINT ledger_transfer_debit_fkey,
    DROP CONSTRAINT ledger_transfer_credit_fkey,
    DROP CONSTRAINT ledger_transfer_asset_id_fkey;
--;;
CREATE FUNCTION ledger_check_transfers() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    wrong record;
BEGIN
    SELECT added.* INTO wrong FROM added
    WHERE NOT EXISTS (SELECT FROM ledger_request AS request WHERE request.batch = added.batch)
       OR NOT EXISTS (SELECT FROM ledger_account AS account
                      WHERE account.id = added.debit AND account.asset_id = added.asset_id)
       OR NOT EXISTS (SELECT FROM ledger_account AS account
                      WHERE account.id = added.credit AND account.asset_id = added.asset_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % of batch % names a request or an account of its asset that isn''t there',
            wrong.position, wrong.batch USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
--;;
CREATE TRIGGER ledger_transfer_checked AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_transfers();
--;;
CREATE TRIGGER ledger_account_stays BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_asset_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_asset
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
