-- Why: the authorising lane. The requests of a batch are decided one by one, in their order, against running balances;
--      what they share is done once: accounts looked up, keys claimed, balance rows locked, moved and written.
-- Parameters: requests [{"key": text, "transfers": [...]}], transfers as in functions.sql; at: when they are booked.
-- Plan expected: primary key and unique index look-ups, as many as there are accounts, keys and lines. Look-ups are
--      sub-queries on purpose: a join would leave the planner free to read all accounts for the sake of one request.

-- What the requests ask for, as columns. Each request: its key and the hash of its lines. Each line, in order: the
-- number of its request (from 1), its place in it (from 0), its accounts and the rest. first_unsound is the first
-- request with a line that can't be booked, or whose accounts aren't all there yet.
CREATE OR REPLACE FUNCTION ledger_read(requests jsonb, OUT keys text[], OUT hashes bytea[], OUT request_of integer[],
    OUT place_of integer[], OUT debits bigint[], OUT credits bigint[], OUT assets smallint[], OUT amounts bigint[],
    OUT kinds text[], OUT subjects text[], OUT first_unsound integer)
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    WITH line AS MATERIALIZED (
        SELECT asked.number::integer AS request, asked.value ->> 'key' AS key, (item.number - 1)::integer AS place,
               (SELECT account.id FROM ledger_account AS account
                WHERE account.owner_kind = item.value -> 'debit' ->> 0
                  AND account.owner_id = (item.value -> 'debit' ->> 1)::bigint
                  AND account.kind = item.value -> 'debit' ->> 2 AND account.detail = item.value -> 'debit' ->> 3
                  AND account.asset_id = asset.id) AS debit,
               (SELECT account.id FROM ledger_account AS account
                WHERE account.owner_kind = item.value -> 'credit' ->> 0
                  AND account.owner_id = (item.value -> 'credit' ->> 1)::bigint
                  AND account.kind = item.value -> 'credit' ->> 2 AND account.detail = item.value -> 'credit' ->> 3
                  AND account.asset_id = asset.id) AS credit,
               asset.id AS asset, (item.value ->> 'amount')::bigint AS amount,
               item.value ->> 'kind' AS kind, item.value ->> 'subject' AS subject
        FROM jsonb_array_elements(requests) WITH ORDINALITY AS asked (value, number)
        LEFT JOIN LATERAL jsonb_array_elements(asked.value -> 'transfers') WITH ORDINALITY AS item (value, number)
            ON true
        LEFT JOIN ledger_asset AS asset ON asset.code = item.value ->> 'asset'
        ORDER BY 1, 3
    )
    SELECT of_requests.keys, of_requests.hashes, of_lines.*
    INTO keys, hashes, request_of, place_of, debits, credits, assets, amounts, kinds, subjects, first_unsound
    FROM (
        SELECT array_agg(asked.key ORDER BY asked.request) AS keys,
               array_agg(sha256(convert_to(asked.canonical, 'UTF8')) ORDER BY asked.request) AS hashes
        FROM (
            SELECT line.request, min(line.key) AS key,
                   coalesce(string_agg(ledger_line(line.debit, line.credit, line.asset, line.amount, line.kind,
                                                   line.subject), E'\n' ORDER BY line.place)
                            FILTER (WHERE line.place IS NOT NULL), '') AS canonical
            FROM line GROUP BY line.request
        ) AS asked
    ) AS of_requests
    CROSS JOIN (
        SELECT array_agg(line.request), array_agg(line.place), array_agg(line.debit), array_agg(line.credit),
               array_agg(line.asset), array_agg(line.amount), array_agg(line.kind), array_agg(line.subject),
               min(line.request) FILTER (
                   WHERE line.debit IS NULL OR line.credit IS NULL OR line.amount IS NULL OR line.amount <= 0
                      OR line.debit = line.credit OR line.kind IS NULL OR line.subject IS NULL)
        FROM line WHERE line.place IS NOT NULL
    ) AS of_lines;
END $$;
--;;
-- Open the accounts that requests name and that aren't there yet, up to the first request whose accounts can't be.
CREATE OR REPLACE FUNCTION ledger_open_all(requests jsonb, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    first_refused bigint;
BEGIN
    SELECT min(asked.number) INTO first_refused
    FROM jsonb_array_elements(requests) WITH ORDINALITY AS asked (value, number)
    CROSS JOIN LATERAL jsonb_array_elements(asked.value -> 'transfers') AS item (value)
    CROSS JOIN LATERAL (VALUES (item.value -> 'debit'), (item.value -> 'credit')) AS sides (side)
    JOIN ledger_asset AS asset ON asset.code = item.value ->> 'asset'
    WHERE side ->> 1 IS NULL OR side ->> 3 IS NULL
       OR NOT EXISTS (SELECT FROM ledger_account_kind AS known
                      WHERE known.owner_kind = side ->> 0 AND known.kind = side ->> 2 AND known.asset_id = asset.id);
    PERFORM ledger_open_accounts((
        SELECT jsonb_agg(item.value)
        FROM jsonb_array_elements(requests) WITH ORDINALITY AS asked (value, number)
        CROSS JOIN LATERAL jsonb_array_elements(asked.value -> 'transfers') AS item (value)
        WHERE first_refused IS NULL OR asked.number < first_refused), at);
END $$;
--;;
-- Few requests with few lines on the straight path: between accounts that are there, with keys that are new, and funds for
-- all of it. Nearly all that is booked is of this kind, one request mostly. NULL, nothing written, for anything else: the
-- lane below decides about that, in the same transaction and with its locks taken in the same order.
CREATE OR REPLACE FUNCTION ledger_post_few(requests jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    request_count integer := jsonb_array_length(requests);
    line_count integer := 0;
    request jsonb;
    line jsonb;
    side jsonb;
    keys text[];
    hashes bytea[];
    canonical text;
    request_of integer[];
    places integer[];
    debits bigint[];
    credits bigint[];
    assets smallint[];
    amounts bigint[];
    kinds text[];
    subjects text[];
    asset smallint;
    asset_code text;
    account bigint;
    locked record;
    standing bigint;
    moved bigint[];
    posted_after bigint[];
    batches bigint[];
    is_guarded boolean := false;
    economy record;
    answers jsonb := '[]';
BEGIN
    FOR number IN 1 .. request_count LOOP
        request := requests -> (number - 1);
        canonical := NULL;
        FOR place IN 0 .. jsonb_array_length(request -> 'transfers') - 1 LOOP
            line := request -> 'transfers' -> place;
            line_count := line_count + 1;
            IF line_count > 24 THEN
                RETURN NULL;
            END IF;
            IF asset_code IS DISTINCT FROM line ->> 'asset' THEN
                asset_code := line ->> 'asset';
                SELECT known.id INTO asset FROM ledger_asset AS known WHERE known.code = asset_code;
            END IF;
            side := line -> 'debit';
            SELECT known.id INTO account FROM ledger_account AS known
            WHERE known.owner_kind = side ->> 0 AND known.owner_id = (side ->> 1)::bigint AND known.kind = side ->> 2
              AND known.detail = side ->> 3 AND known.asset_id = asset;
            debits[line_count] := account;
            side := line -> 'credit';
            SELECT known.id INTO account FROM ledger_account AS known
            WHERE known.owner_kind = side ->> 0 AND known.owner_id = (side ->> 1)::bigint AND known.kind = side ->> 2
              AND known.detail = side ->> 3 AND known.asset_id = asset;
            credits[line_count] := account;
            request_of[line_count] := number;
            places[line_count] := place;
            assets[line_count] := asset;
            amounts[line_count] := (line ->> 'amount')::bigint;
            kinds[line_count] := line ->> 'kind';
            subjects[line_count] := line ->> 'subject';
            IF (debits[line_count] <> account AND amounts[line_count] > 0 AND kinds[line_count] IS NOT NULL
                AND subjects[line_count] IS NOT NULL) IS NOT TRUE THEN
                RETURN NULL;
            END IF;
            canonical := concat_ws(E'\n', canonical, ledger_line(
                debits[line_count], account, asset, amounts[line_count], kinds[line_count], subjects[line_count]));
        END LOOP;
        IF canonical IS NULL OR request ->> 'key' IS NULL OR request ->> 'key' = ANY (keys) THEN
            RETURN NULL;
        END IF;
        keys[number] := request ->> 'key';
        hashes[number] := sha256(convert_to(canonical, 'UTF8'));
    END LOOP;

    IF request_count = 1 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('{schema}:' || keys[1], 20260101));
    ELSE
        PERFORM pg_advisory_xact_lock(claimed.lock)
        FROM (SELECT hashtextextended('{schema}:' || named.key, 20260101) AS lock
              FROM unnest(keys) AS named (key) ORDER BY 1) AS claimed;
    END IF;
    IF EXISTS (SELECT FROM ledger_request AS known WHERE known.key = ANY (keys)) THEN
        RETURN NULL;
    END IF;
    FOR locked IN SELECT known.account_id, known.posted, known.held, known.least, known.most, known.guarded
                  FROM ledger_balance AS known WHERE known.account_id = ANY (debits || credits)
                  ORDER BY known.account_id FOR UPDATE LOOP
        standing := locked.posted;
        FOR place IN 1 .. line_count LOOP
            IF debits[place] = locked.account_id THEN
                standing := standing - amounts[place];
            ELSIF credits[place] = locked.account_id THEN
                standing := standing + amounts[place];
            END IF;
            -- Each request has to be covered by itself, with what the ones before it brought.
            IF request_of[place] IS DISTINCT FROM request_of[place + 1]
               AND (standing - locked.held < locked.least OR standing > locked.most) THEN
                RETURN NULL;
            END IF;
        END LOOP;
        moved := moved || locked.account_id;
        posted_after := posted_after || standing;
        is_guarded := is_guarded OR locked.guarded;
    END LOOP;

    -- Numbers are given in the order of the requests, so they rise with it.
    WITH answered AS (
        INSERT INTO ledger_request (key, hash, outcome, booked_at)
        SELECT named.key, named.hash, 'posted', at
        FROM unnest(keys, hashes) WITH ORDINALITY AS named (key, hash, number) ORDER BY named.number
        RETURNING batch
    )
    SELECT array_agg(answered.batch ORDER BY answered.batch) INTO batches FROM answered;
    INSERT INTO ledger_transfer (batch, position, debit, credit, asset_id, amount, kind, subject)
    SELECT batches[line.request], line.place, line.debit, line.credit, line.asset, line.amount, line.kind, line.subject
    FROM unnest(request_of, places, debits, credits, assets, amounts, kinds, subjects)
        AS line (request, place, debit, credit, asset, amount, kind, subject);
    IF is_guarded THEN
        SELECT * INTO economy FROM ledger_economy();
    END IF;
    UPDATE ledger_balance AS balance SET posted = known.posted
    FROM unnest(moved, posted_after) AS known (account, posted)
    WHERE balance.account_id = known.account AND balance.posted <> known.posted;
    IF is_guarded THEN
        PERFORM ledger_check_floor(economy.reserve, economy.supply);
    END IF;
    FOR number IN 1 .. request_count LOOP
        answers := answers || jsonb_build_object('key', keys[number], 'batch', batches[number], 'outcome', 'posted',
                                                 'refusal', NULL, 'hold', NULL, 'replayed', false);
    END LOOP;
    RETURN answers;
END $$;
--;;
-- Book requests in order; returns their answers in order. Refusals are answers. Whatever a batch waits for, it takes in
-- one order: new accounts by name, then keys by number, then balance rows by account. No two batches can deadlock.
-- Plans are made once for a connection and must hold for books of any size: index look-ups, though the tables were
-- small when they were made. Planning anew each time takes as long as booking.
CREATE OR REPLACE FUNCTION ledger_post(requests jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    -- By request.
    asked_keys text[];
    asked_hashes bytea[];
    firsts integer[];  -- the first request of the batch with the same key
    batches bigint[];
    refusals jsonb[];
    holds bigint[];
    is_new boolean[];
    is_booked boolean[];
    -- By line.
    request_of integer[];
    place_of integer[];
    debits bigint[];
    credits bigint[];
    assets smallint[];
    amounts bigint[];
    kinds text[];
    subjects text[];
    -- By balance row, in order of account.
    accounts bigint[];
    posted_before bigint[];
    posted_now bigint[];
    held_now bigint[];
    lowest bigint[];
    highest bigint[];
    -- By request and balance row: what the request moves on it.
    move_requests integer[];
    move_slots integer[];
    move_deltas bigint[];
    requests_asked integer := jsonb_array_length(requests);
    requests_sound integer;
    first_unsound integer;
    first_changed integer;
    decided integer[] := '{}';
    new_batches bigint[];
    moves integer;
    move integer := 1;
    first_move integer;
    short_moves integer[];
    slot integer;
    answers jsonb;
    is_guarded boolean;
    economy record;
BEGIN
    PERFORM ledger_check_time(at);
    IF requests_asked BETWEEN 1 AND 3 THEN
        answers := ledger_post_few(requests, at);
        IF answers IS NOT NULL THEN
            RETURN answers;
        END IF;
    END IF;
    SELECT * INTO asked_keys, asked_hashes, request_of, place_of, debits, credits, assets, amounts, kinds, subjects,
                  first_unsound
    FROM ledger_read(requests);
    IF first_unsound IS NOT NULL THEN
        PERFORM ledger_open_all(requests, at);
        SELECT * INTO asked_keys, asked_hashes, request_of, place_of, debits, credits, assets, amounts, kinds,
                      subjects, first_unsound
        FROM ledger_read(requests);
    END IF;
    requests_sound := coalesce(first_unsound - 1, requests_asked);

    PERFORM pg_advisory_xact_lock(claimed.lock)
    FROM (
        SELECT DISTINCT hashtextextended('{schema}:' || named.key, 20260101) AS lock
        FROM unnest(asked_keys[:requests_sound]) AS named (key) ORDER BY 1
    ) AS claimed;
    SELECT array_agg(named.first), array_agg((named.stored).batch), array_agg((named.stored).refusal),
           array_agg((named.stored).hold_id), array_agg((named.stored).batch IS NULL AND named.first = named.number),
           min(named.number) FILTER (WHERE named.hash <> coalesce((named.stored).hash, named.first_hash))
    INTO firsts, batches, refusals, holds, is_new, first_changed
    FROM (
        SELECT asked.number::integer AS number, asked.hash,
               first_value(asked.number::integer) OVER same_key AS first,
               first_value(asked.hash) OVER same_key AS first_hash,
               (SELECT request FROM ledger_request AS request WHERE request.key = asked.key) AS stored
        FROM unnest(asked_keys[:requests_sound], asked_hashes[:requests_sound])
            WITH ORDINALITY AS asked (key, hash, number)
        WINDOW same_key AS (PARTITION BY asked.key ORDER BY asked.number)
        ORDER BY 1
    ) AS named;
    -- Of several faults the first is told, as if the requests had come one after the other.
    IF first_changed IS NOT NULL THEN
        RAISE EXCEPTION 'request % was made before with other contents', asked_keys[first_changed]
            USING ERRCODE = 'TB004';
    ELSIF first_unsound IS NOT NULL THEN
        PERFORM ledger_open_accounts(requests -> (first_unsound - 1) -> 'transfers', at);
        PERFORM ledger_digest(requests -> (first_unsound - 1) -> 'transfers');
        RAISE EXCEPTION 'request % can''t be booked', asked_keys[first_unsound] USING ERRCODE = 'TB005';
    END IF;

    -- Rows are locked once, in order of account, and read as they are when the lock is had.
    SELECT array_agg(locked.account_id), array_agg(locked.posted), array_agg(locked.held), array_agg(locked.least),
           array_agg(locked.most), bool_or(locked.guarded)
    INTO accounts, posted_before, held_now, lowest, highest, is_guarded
    FROM (
        SELECT balance.account_id, balance.posted, balance.held, balance.least, balance.most, balance.guarded
        FROM ledger_balance AS balance
        WHERE balance.account_id = ANY (CASE
            WHEN true = ALL (is_new) THEN debits || credits
            ELSE ARRAY(SELECT unnest(ARRAY[line.debit, line.credit])
                       FROM unnest(request_of, debits, credits) AS line (request, debit, credit)
                       WHERE is_new[line.request]) END)
        ORDER BY balance.account_id FOR UPDATE
    ) AS locked;
    posted_now := posted_before;

    SELECT array_agg(moved.request), array_agg(moved.slot), array_agg(moved.delta)
    INTO move_requests, move_slots, move_deltas
    FROM (
        SELECT kept.request, kept.delta, dense_rank() OVER (ORDER BY kept.account)::integer AS slot
        FROM (
            SELECT side.account, side.request, sum(side.delta)::bigint AS delta,
                   bool_or(side.request = 0) OVER (PARTITION BY side.account) AS has_balance
            FROM (
                SELECT line.debit AS account, line.request, -line.amount AS delta
                FROM unnest(request_of, debits, amounts) AS line (request, debit, amount)
                UNION ALL
                SELECT line.credit, line.request, line.amount
                FROM unnest(request_of, credits, amounts) AS line (request, credit, amount)
                UNION ALL
                SELECT locked.account, 0, 0 FROM unnest(accounts) AS locked (account)
            ) AS side
            GROUP BY side.account, side.request
        ) AS kept
        WHERE kept.has_balance
        ORDER BY kept.request, kept.account
    ) AS moved
    WHERE moved.request > 0 AND is_new[moved.request];
    moves := coalesce(cardinality(move_requests), 0);

    FOR number IN 1 .. requests_asked LOOP
        CONTINUE WHEN NOT is_new[number];
        decided := decided || number;
        first_move := move;
        short_moves := '{}';
        WHILE move <= moves AND move_requests[move] = number LOOP
            slot := move_slots[move];
            IF posted_now[slot] + move_deltas[move] - held_now[slot] < lowest[slot]
               OR posted_now[slot] + move_deltas[move] > highest[slot] THEN
                short_moves := short_moves || move;
            END IF;
            move := move + 1;
        END LOOP;
        IF short_moves = '{}' THEN
            is_booked[number] := true;
            FOR booked IN first_move .. move - 1 LOOP
                slot := move_slots[booked];
                posted_now[slot] := posted_now[slot] + move_deltas[booked];
            END LOOP;
        ELSE
            -- The first by name, whatever the numbers are: those depend on who opened an account when.
            refusals[number] := (SELECT jsonb_build_object(
                'code', CASE WHEN short.left_over < lowest[short.slot] THEN 'insufficient_funds' ELSE 'above_most' END,
                'account', account.id, 'account_kind', account.kind, 'owner_kind', account.owner_kind,
                'owner_id', account.owner_id, 'available', posted_now[short.slot] - held_now[short.slot],
                'asked', abs(short.delta))
            FROM (
                SELECT move_slots[one] AS slot, move_deltas[one] AS delta,
                       posted_now[move_slots[one]] + move_deltas[one] - held_now[move_slots[one]] AS left_over
                FROM unnest(short_moves) AS one
            ) AS short
            JOIN ledger_account AS account ON account.id = accounts[short.slot]
            ORDER BY account.owner_kind, account.owner_id, account.kind, account.detail, account.asset_id
            LIMIT 1);
        END IF;
    END LOOP;

    IF decided <> '{}' THEN
        -- Numbers are given in the order of the requests, so they rise with it.
        WITH answered AS (
            INSERT INTO ledger_request (key, hash, outcome, refusal, booked_at)
            SELECT asked_keys[new.number], asked_hashes[new.number],
                   CASE WHEN is_booked[new.number] THEN 'posted' ELSE 'refused' END, refusals[new.number], at
            FROM unnest(decided) AS new (number) ORDER BY new.number
            RETURNING batch
        )
        SELECT array_agg(answered.batch ORDER BY answered.batch) INTO new_batches FROM answered;
        FOR place IN 1 .. cardinality(decided) LOOP
            batches[decided[place]] := new_batches[place];
        END LOOP;
        INSERT INTO ledger_transfer (batch, position, debit, credit, asset_id, amount, kind, subject)
        SELECT batches[line.request], line.place, line.debit, line.credit, line.asset, line.amount, line.kind,
               line.subject
        FROM unnest(request_of, place_of, debits, credits, assets, amounts, kinds, subjects)
            AS line (request, place, debit, credit, asset, amount, kind, subject)
        WHERE is_booked[line.request];
        IF is_guarded THEN
            SELECT * INTO economy FROM ledger_economy();
        END IF;
        -- A hot account moves once, by what the whole batch moves on it.
        UPDATE ledger_balance AS balance SET posted = moved.posted_after
        FROM unnest(accounts, posted_before, posted_now) AS moved (account, posted_before, posted_after)
        WHERE balance.account_id = moved.account AND moved.posted_after <> moved.posted_before;
        IF is_guarded THEN
            PERFORM ledger_check_floor(economy.reserve, economy.supply);
        END IF;
    END IF;

    SELECT jsonb_agg(jsonb_build_object(
        'key', asked_keys[asked.number], 'batch', batches[asked.first],
        'outcome', CASE WHEN refusals[asked.first] IS NULL THEN 'posted' ELSE 'refused' END,
        'refusal', refusals[asked.first], 'hold', holds[asked.first], 'replayed', NOT is_new[asked.number]
    ) ORDER BY asked.number)
    INTO answers FROM unnest(firsts) WITH ORDINALITY AS asked (first, number);
    RETURN coalesce(answers, '[]');
END $$;
--;;
-- Move the balance rows that the transfers touch. Returns NULL, or why it can't be done (nothing is changed then). Of
-- several accounts that stand in the way the first by name is told: numbers depend on who opened an account when.
-- freed: what a capture lets go of one account's held amount in the same step.
CREATE OR REPLACE FUNCTION ledger_move(transfers jsonb, held_account bigint, freed bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    bad record;
    economy record;
    is_guarded boolean;
BEGIN
    -- Rows are locked in order of account, whatever the order of the transfers: no two postings can deadlock.
    PERFORM 1 FROM ledger_balance
    WHERE account_id IN (
        SELECT debit FROM ledger_resolve(transfers) UNION SELECT credit FROM ledger_resolve(transfers)
        UNION SELECT held_account
    )
    ORDER BY account_id FOR UPDATE;

    SELECT balance.account_id, account.kind, account.owner_kind, account.owner_id,
           balance.posted - balance.held AS available, moved.delta,
           balance.least IS NOT NULL
               AND balance.posted + moved.delta - balance.held + moved.freed < balance.least AS too_low
    INTO bad
    FROM (
        SELECT account_id, sum(delta)::bigint AS delta, sum(lets_go)::bigint AS freed
        FROM (
            SELECT debit AS account_id, -amount AS delta, 0 AS lets_go FROM ledger_resolve(transfers)
            UNION ALL SELECT credit, amount, 0 FROM ledger_resolve(transfers)
            UNION ALL SELECT held_account, 0, freed WHERE held_account IS NOT NULL
        ) AS sides GROUP BY account_id
    ) AS moved
    JOIN ledger_balance AS balance USING (account_id)
    JOIN ledger_account AS account ON account.id = balance.account_id
    WHERE (balance.least IS NOT NULL
           AND balance.posted + moved.delta - balance.held + moved.freed < balance.least)
       OR (balance.most IS NOT NULL AND balance.posted + moved.delta > balance.most)
    ORDER BY account.owner_kind, account.owner_id, account.kind, account.detail, account.asset_id LIMIT 1;
    IF FOUND THEN
        RETURN jsonb_build_object(
            'code', CASE WHEN bad.too_low THEN 'insufficient_funds' ELSE 'above_most' END,
            'account', bad.account_id, 'account_kind', bad.kind, 'owner_kind', bad.owner_kind,
            'owner_id', bad.owner_id, 'available', bad.available, 'asked', abs(bad.delta));
    END IF;

    SELECT bool_or(balance.guarded) INTO is_guarded FROM ledger_balance AS balance
    WHERE balance.account_id IN (
        SELECT debit FROM ledger_resolve(transfers) UNION SELECT credit FROM ledger_resolve(transfers));
    IF is_guarded THEN
        SELECT * INTO economy FROM ledger_economy();
    END IF;
    UPDATE ledger_balance AS balance
    SET posted = balance.posted + moved.delta, held = balance.held - moved.freed
    FROM (
        SELECT account_id, sum(delta)::bigint AS delta, sum(lets_go)::bigint AS freed
        FROM (
            SELECT debit AS account_id, -amount AS delta, 0 AS lets_go FROM ledger_resolve(transfers)
            UNION ALL SELECT credit, amount, 0 FROM ledger_resolve(transfers)
            UNION ALL SELECT held_account, 0, freed WHERE held_account IS NOT NULL
        ) AS sides GROUP BY account_id
    ) AS moved
    WHERE balance.account_id = moved.account_id;
    IF is_guarded THEN
        PERFORM ledger_check_floor(economy.reserve, economy.supply);
    END IF;
    RETURN NULL;
END $$;
