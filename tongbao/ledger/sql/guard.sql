-- Why: the floor of the point's price (底价), reserve / supply, never falls, whoever books and whatever is wrong in the
--      program above: what a posting does to reserve and supply is compared under its own locks before it is booked.
--      Supply is every point that exists or may still be issued: what was issued to pools less burned, less retired.
-- Parameters: none; {schema} is filled in by the migration.
-- Plan expected: the four guarded rows by their partial index; a posting that moves none of them doesn't look.
ALTER TABLE ledger_account_kind ADD COLUMN IF NOT EXISTS guarded boolean NOT NULL DEFAULT false;
--;;
ALTER TABLE ledger_balance ADD COLUMN IF NOT EXISTS guarded boolean NOT NULL DEFAULT false;
--;;
CREATE INDEX IF NOT EXISTS ledger_balance_guarded ON ledger_balance (account_id) WHERE guarded;
--;;
-- Fen in the reserve, and 1/10 000 points of supply.
CREATE OR REPLACE FUNCTION ledger_economy(OUT reserve numeric, OUT supply numeric) RETURNS record
LANGUAGE sql STABLE SET search_path = {schema}, pg_temp
AS $$
    SELECT coalesce(sum(balance.posted) FILTER (WHERE account.kind = 'reserve'), 0),
           coalesce(-sum(balance.posted) FILTER (WHERE account.kind IN ('issuance', 'burned', 'retired')), 0)
    FROM ledger_balance AS balance JOIN ledger_account AS account ON account.id = balance.account_id
    WHERE balance.guarded
$$;
--;;
-- Refuse what was just booked if reserve / supply were less than before, or if points came out of nothing after the
-- first one had left its pool. An error and not an answer: it is a fault of the program that asked.
CREATE OR REPLACE FUNCTION ledger_check_floor(reserve_before numeric, supply_before numeric) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    economy record;
    in_pools numeric;
BEGIN
    SELECT * INTO economy FROM ledger_economy();
    IF economy.supply > supply_before THEN
        SELECT coalesce(sum(balance.posted), 0) INTO in_pools
        FROM ledger_balance AS balance JOIN ledger_account AS account ON account.id = balance.account_id
        WHERE account.owner_kind = 'platform' AND account.kind = 'pool';
        IF in_pools <> economy.supply THEN
            RAISE EXCEPTION 'the supply would rise from % to % after points were granted', supply_before, economy.supply
                USING ERRCODE = 'TB006';
        END IF;
    ELSIF economy.reserve * supply_before < reserve_before * economy.supply THEN
        RAISE EXCEPTION 'the floor would fall from %/% to %/%', reserve_before, supply_before, economy.reserve,
            economy.supply USING ERRCODE = 'TB006';
    END IF;
END $$;
--;;
-- The accounts that the transfers name; those that are missing are opened, if their kind is known.
CREATE OR REPLACE FUNCTION ledger_open_accounts(transfers jsonb, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    WITH named AS (
        SELECT DISTINCT side ->> 0 AS owner_kind, (side ->> 1)::bigint AS owner_id, side ->> 2 AS kind,
               side ->> 3 AS detail, asset.id AS asset_id
        FROM jsonb_array_elements(transfers) AS line
        CROSS JOIN LATERAL (VALUES (line -> 'debit'), (line -> 'credit')) AS sides (side)
        JOIN ledger_asset AS asset ON asset.code = line ->> 'asset'
    ), missing AS (
        SELECT named.* FROM named
        LEFT JOIN ledger_account AS account USING (owner_kind, owner_id, kind, detail, asset_id)
        WHERE account.id IS NULL
        ORDER BY 1, 2, 3, 4, 5
    ), opened AS (
        INSERT INTO ledger_account (owner_kind, owner_id, kind, detail, asset_id, opened_at)
        SELECT owner_kind, owner_id, kind, detail, asset_id, at FROM missing
        ON CONFLICT ON CONSTRAINT ledger_account_once DO NOTHING
        RETURNING id, owner_kind, kind, asset_id
    )
    INSERT INTO ledger_balance (account_id, least, most, guarded)
    SELECT opened.id, known.least, known.most, known.guarded
    FROM opened JOIN ledger_account_kind AS known USING (owner_kind, kind, asset_id)
    WHERE known.has_balance;
END $$;
--;;
-- Kinds that came to keep a balance in a later version: their accounts get a row with what their transfers add up to.
-- The migrator calls this while nothing else writes.
CREATE OR REPLACE FUNCTION ledger_adopt_balances() RETURNS integer
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    adopted integer;
BEGIN
    INSERT INTO ledger_balance (account_id, posted, least, most, guarded)
    SELECT account.id,
           coalesce((SELECT sum(amount) FROM ledger_transfer WHERE credit = account.id), 0)
               - coalesce((SELECT sum(amount) FROM ledger_transfer WHERE debit = account.id), 0),
           known.least, known.most, known.guarded
    FROM ledger_account AS account
    JOIN ledger_account_kind AS known USING (owner_kind, kind, asset_id)
    WHERE known.has_balance AND NOT EXISTS (SELECT FROM ledger_balance WHERE account_id = account.id);
    GET DIAGNOSTICS adopted = ROW_COUNT;
    RETURN adopted;
END $$;
--;;
-- Let a part of a hold go back to its account; letting go of all that is left ends it.
CREATE OR REPLACE FUNCTION ledger_reduce_hold(request_key text, reduced_hold bigint, let_go bigint, at timestamptz)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    request_hash bytea := sha256(convert_to('reduce|' || reduced_hold || '|' || let_go, 'UTF8'));
    answer jsonb;
    hold ledger_hold;
    left_over bigint;
BEGIN
    PERFORM ledger_check_time(at);
    answer := ledger_claim(request_key, request_hash);
    IF answer IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO hold FROM ledger_hold WHERE id = reduced_hold FOR UPDATE;
    left_over := coalesce(hold.amount - hold.captured, 0);
    IF hold.id IS NULL OR hold.state <> 'open' OR let_go <= 0 OR let_go > left_over THEN
        RETURN ledger_answer(request_key, request_hash, jsonb_build_object(
            'code', 'hold_not_available', 'hold', reduced_hold, 'state', coalesce(hold.state, 'unknown'),
            'available', left_over, 'asked', let_go), reduced_hold, at);
    END IF;
    UPDATE ledger_balance SET held = held - let_go WHERE account_id = hold.account_id;
    IF let_go = left_over THEN
        UPDATE ledger_hold SET state = CASE WHEN captured > 0 THEN 'captured' ELSE 'voided' END, ended_at = at
        WHERE id = reduced_hold;
    ELSE
        UPDATE ledger_hold SET amount = amount - let_go WHERE id = reduced_hold;
    END IF;
    RETURN ledger_answer(request_key, request_hash, NULL, reduced_hold, at);
END $$;
