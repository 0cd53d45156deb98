-- Why: the only way to write the books. Owned by a role that can't sign in, with a fixed search path; the
--      application may execute them and read the tables, nothing else.
-- Parameters: see each function. A transfer is {"debit": [owner_kind, owner_id, kind, detail], "credit": [...],
--      "asset": code, "amount": integer, "kind": text, "subject": text}.
-- Plan expected: primary key and unique index look-ups; locks on ledger_balance in order of account_id.

-- The text that a request's hash is made of; verify rebuilds it from the stored rows.
CREATE FUNCTION ledger_line(debit bigint, credit bigint, asset smallint, amount bigint, kind text, subject text)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = {schema}, pg_temp
AS $$ SELECT concat_ws('|', debit, credit, asset, amount, kind, subject) $$;
--;;
CREATE FUNCTION ledger_check_time(at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    IF at > tongbao_now() THEN
        RAISE EXCEPTION 'a booking at % is later than the database''s time', at USING ERRCODE = 'TB003';
    END IF;
END $$;
--;;
-- The accounts that the transfers name; those that are missing are opened, if their kind is known.
CREATE FUNCTION ledger_open_accounts(transfers jsonb, at timestamptz) RETURNS void
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
    INSERT INTO ledger_balance (account_id, least, most)
    SELECT opened.id, known.least, known.most
    FROM opened JOIN ledger_account_kind AS known USING (owner_kind, kind, asset_id)
    WHERE known.has_balance;
END $$;
--;;
-- Transfers with their accounts looked up, in the order given.
CREATE FUNCTION ledger_resolve(transfers jsonb)
RETURNS TABLE (line integer, debit bigint, credit bigint, asset smallint, amount bigint, kind text, subject text)
LANGUAGE sql STABLE SET search_path = {schema}, pg_temp
AS $$
    SELECT (item.ordinality - 1)::integer, debited.id, credited.id, asset.id, (item.value ->> 'amount')::bigint,
           item.value ->> 'kind', item.value ->> 'subject'
    FROM jsonb_array_elements(transfers) WITH ORDINALITY AS item (value, ordinality)
    LEFT JOIN ledger_asset AS asset ON asset.code = item.value ->> 'asset'
    LEFT JOIN ledger_account AS debited
        ON debited.owner_kind = item.value -> 'debit' ->> 0
        AND debited.owner_id = (item.value -> 'debit' ->> 1)::bigint
        AND debited.kind = item.value -> 'debit' ->> 2
        AND debited.detail = item.value -> 'debit' ->> 3
        AND debited.asset_id = asset.id
    LEFT JOIN ledger_account AS credited
        ON credited.owner_kind = item.value -> 'credit' ->> 0
        AND credited.owner_id = (item.value -> 'credit' ->> 1)::bigint
        AND credited.kind = item.value -> 'credit' ->> 2
        AND credited.detail = item.value -> 'credit' ->> 3
        AND credited.asset_id = asset.id
    ORDER BY item.ordinality
$$;
--;;
-- Claim a key: NULL when it is new; the stored answer when the same was asked before; an error when it differs.
CREATE FUNCTION ledger_claim(request_key text, request_hash bytea) RETURNS jsonb
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    stored ledger_request;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{schema}:' || request_key, 20260101));
    SELECT * INTO stored FROM ledger_request WHERE key = request_key;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF stored.hash <> request_hash THEN
        RAISE EXCEPTION 'request % was made before with other contents', request_key USING ERRCODE = 'TB004';
    END IF;
    RETURN jsonb_build_object('key', request_key, 'batch', stored.batch, 'outcome', stored.outcome,
                              'refusal', stored.refusal, 'hold', stored.hold_id, 'replayed', true);
END $$;
--;;
CREATE FUNCTION ledger_answer(request_key text, request_hash bytea, why jsonb, hold bigint, at timestamptz)
RETURNS jsonb LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    new_batch bigint;
    result text := CASE WHEN why IS NULL THEN 'posted' ELSE 'refused' END;
BEGIN
    INSERT INTO ledger_request (key, hash, outcome, refusal, hold_id, booked_at)
    VALUES (request_key, request_hash, result, why, hold, at) RETURNING batch INTO new_batch;
    RETURN jsonb_build_object('key', request_key, 'batch', new_batch, 'outcome', result, 'refusal', why,
                              'hold', hold, 'replayed', false);
END $$;
--;;
-- Check that every line can be booked at all; a line that can't is a fault of the caller, not a refusal.
CREATE FUNCTION ledger_digest(transfers jsonb) RETURNS bytea
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    broken integer;
    canonical text;
BEGIN
    SELECT min(line) FILTER (WHERE debit IS NULL OR credit IS NULL OR asset IS NULL OR amount IS NULL
                             OR amount <= 0 OR debit = credit OR kind IS NULL OR subject IS NULL),
           string_agg(ledger_line(debit, credit, asset, amount, kind, subject), E'\n' ORDER BY line)
    INTO broken, canonical FROM ledger_resolve(transfers);
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'transfer % can''t be booked: %', broken, transfers -> broken USING ERRCODE = 'TB005';
    END IF;
    RETURN sha256(convert_to(coalesce(canonical, ''), 'UTF8'));
END $$;
--;;
-- Book requests [{"key", "transfers": [...]}] in order; returns their answers in order. Refusals are answers.
CREATE FUNCTION ledger_post(requests jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    request jsonb;
    request_hash bytea;
    answer jsonb;
    answers jsonb := '[]';
    why jsonb;
BEGIN
    PERFORM ledger_check_time(at);
    FOR request IN SELECT value FROM jsonb_array_elements(requests) WITH ORDINALITY ORDER BY ordinality LOOP
        PERFORM ledger_open_accounts(request -> 'transfers', at);
        request_hash := ledger_digest(request -> 'transfers');
        answer := ledger_claim(request ->> 'key', request_hash);
        IF answer IS NULL THEN
            why := ledger_move(request -> 'transfers', NULL, 0);
            answer := ledger_answer(request ->> 'key', request_hash, why, NULL, at);
            IF why IS NULL THEN
                INSERT INTO ledger_transfer (batch, position, debit, credit, asset_id, amount, kind, subject)
                SELECT (answer ->> 'batch')::bigint, line, debit, credit, asset, amount, kind, subject
                FROM ledger_resolve(request -> 'transfers');
            END IF;
        END IF;
        answers := answers || answer;
    END LOOP;
    RETURN answers;
END $$;
--;;
-- Set an amount of a spendable account aside, until it is captured, voided or expired.
CREATE FUNCTION ledger_place_hold(request_key text, account jsonb, asset_code text, hold_amount bigint,
                                  hold_purpose text, hold_expires_at timestamptz, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    request_hash bytea;
    answer jsonb;
    target bigint;
    can_spend bigint;
    lowest bigint;
    new_hold bigint;
BEGIN
    PERFORM ledger_check_time(at);
    IF hold_amount IS NULL OR hold_amount <= 0 THEN
        RAISE EXCEPTION 'a hold of % can''t be placed', hold_amount USING ERRCODE = 'TB005';
    END IF;
    SELECT found.id INTO target FROM ledger_account AS found JOIN ledger_asset AS asset ON asset.id = found.asset_id
    WHERE found.owner_kind = account ->> 0 AND found.owner_id = (account ->> 1)::bigint
      AND found.kind = account ->> 2 AND found.detail = account ->> 3 AND asset.code = asset_code;
    request_hash := sha256(convert_to(concat_ws('|', 'hold', account, asset_code, hold_amount, hold_purpose), 'UTF8'));
    answer := ledger_claim(request_key, request_hash);
    IF answer IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT posted - held, least INTO can_spend, lowest FROM ledger_balance WHERE account_id = target FOR UPDATE;
    IF target IS NULL OR can_spend IS NULL OR (lowest IS NOT NULL AND can_spend - hold_amount < lowest) THEN
        RETURN ledger_answer(request_key, request_hash, jsonb_build_object(
            'code', 'insufficient_funds', 'account', target, 'account_kind', account ->> 2,
            'owner_kind', account ->> 0, 'owner_id', (account ->> 1)::bigint,
            'available', coalesce(can_spend, 0), 'asked', hold_amount), NULL, at);
    END IF;
    UPDATE ledger_balance SET held = held + hold_amount WHERE account_id = target;
    INSERT INTO ledger_hold (account_id, amount, purpose, placed_at, expires_at)
    VALUES (target, hold_amount, hold_purpose, at, hold_expires_at) RETURNING id INTO new_hold;
    RETURN ledger_answer(request_key, request_hash, NULL, new_hold, at);
END $$;
--;;
-- Spend from a hold: the transfers debit the held account for at most what is left of it. The rest stays held
-- unless is_final.
CREATE FUNCTION ledger_capture_hold(request_key text, captured_hold bigint, transfers jsonb, is_final boolean,
                                    at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    request_hash bytea;
    answer jsonb;
    why jsonb;
    hold ledger_hold;
    spent bigint;
    freed bigint;
BEGIN
    PERFORM ledger_check_time(at);
    PERFORM ledger_open_accounts(transfers, at);
    request_hash := ledger_digest(transfers);
    answer := ledger_claim(request_key, request_hash);
    IF answer IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO hold FROM ledger_hold WHERE id = captured_hold FOR UPDATE;
    SELECT coalesce(sum(amount), 0) INTO spent FROM ledger_resolve(transfers) WHERE debit = hold.account_id;
    IF hold.id IS NULL OR hold.state <> 'open' OR spent <= 0 OR spent > hold.amount - hold.captured THEN
        RETURN ledger_answer(request_key, request_hash, jsonb_build_object(
            'code', 'hold_not_available', 'hold', captured_hold, 'state', coalesce(hold.state, 'unknown'),
            'available', coalesce(hold.amount - hold.captured, 0), 'asked', spent), captured_hold, at);
    END IF;
    freed := CASE WHEN is_final THEN hold.amount - hold.captured ELSE spent END;
    why := ledger_move(transfers, hold.account_id, freed);
    answer := ledger_answer(request_key, request_hash, why, captured_hold, at);
    IF why IS NULL THEN
        UPDATE ledger_hold SET captured = captured + spent,
            state = CASE WHEN is_final OR captured + spent = amount THEN 'captured' ELSE 'open' END,
            ended_at = CASE WHEN is_final OR captured + spent = amount THEN at END
        WHERE id = captured_hold;
        INSERT INTO ledger_transfer (batch, position, debit, credit, asset_id, amount, kind, subject)
        SELECT (answer ->> 'batch')::bigint, line, debit, credit, asset, amount, kind, subject
        FROM ledger_resolve(transfers);
    END IF;
    RETURN answer;
END $$;
--;;
-- Let the rest of a hold go.
CREATE FUNCTION ledger_void_hold(request_key text, voided_hold bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    request_hash bytea := sha256(convert_to('void|' || voided_hold, 'UTF8'));
    answer jsonb;
    hold ledger_hold;
BEGIN
    PERFORM ledger_check_time(at);
    answer := ledger_claim(request_key, request_hash);
    IF answer IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO hold FROM ledger_hold WHERE id = voided_hold FOR UPDATE;
    IF hold.id IS NULL OR hold.state <> 'open' THEN
        RETURN ledger_answer(request_key, request_hash, jsonb_build_object(
            'code', 'hold_not_available', 'hold', voided_hold, 'state', coalesce(hold.state, 'unknown'),
            'available', 0, 'asked', 0), voided_hold, at);
    END IF;
    UPDATE ledger_balance SET held = held - (hold.amount - hold.captured) WHERE account_id = hold.account_id;
    UPDATE ledger_hold SET state = 'voided', ended_at = at WHERE id = voided_hold;
    RETURN ledger_answer(request_key, request_hash, NULL, voided_hold, at);
END $$;
--;;
-- Let go of the holds whose time has come; returns how many.
CREATE FUNCTION ledger_expire_holds(at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    hold ledger_hold;
    ended integer := 0;
BEGIN
    PERFORM ledger_check_time(at);
    FOR hold IN SELECT * FROM ledger_hold WHERE state = 'open' AND expires_at <= at
                ORDER BY account_id, id FOR UPDATE SKIP LOCKED LOOP
        UPDATE ledger_balance SET held = held - (hold.amount - hold.captured) WHERE account_id = hold.account_id;
        UPDATE ledger_hold SET state = 'expired', ended_at = at WHERE id = hold.id;
        ended := ended + 1;
    END LOOP;
    RETURN ended;
END $$;
