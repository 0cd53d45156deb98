-- Why: a settlement pays many members at once, some of them for the first time: their pending accounts in one call.
--      Only accounts without a balance row are opened here, so no money can be made of it.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: definitions only.
CREATE FUNCTION ledger_pending_accounts(members bigint[], at timestamptz)
RETURNS TABLE (member_id bigint, account_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
BEGIN
    PERFORM ledger_check_time(at);
    INSERT INTO ledger_account (owner_kind, owner_id, kind, asset_id, opened_at)
    SELECT 'member', asked.id, 'pending', 1, at
    FROM (SELECT DISTINCT unnest(members) AS id) AS asked
    WHERE NOT EXISTS (SELECT FROM ledger_account AS account
                      WHERE account.owner_kind = 'member' AND account.owner_id = asked.id
                        AND account.kind = 'pending' AND account.detail = '' AND account.asset_id = 1)
    ORDER BY asked.id
    ON CONFLICT ON CONSTRAINT ledger_account_once DO NOTHING;
    RETURN QUERY
    SELECT account.owner_id, account.id FROM ledger_account AS account
    WHERE account.owner_kind = 'member' AND account.owner_id = ANY (members)
      AND account.kind = 'pending' AND account.detail = '' AND account.asset_id = 1;
END $$;
