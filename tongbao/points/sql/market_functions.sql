-- Why: an order is entered, with its escrow, in one statement; and matched in the same one where the market is free. What
--      is booked for both is handed to the books at once, so that their rows are locked once and in their one order: a
--      transaction that books twice could deadlock with another. A member's balance is locked by the escrow, so of two
--      orders at once on the same side the later one counts the earlier against the day's limit.
-- Parameters: see each function; {schema} is filled in by the migration.
-- Plan expected: the books' own look-ups; orders by their key, the member's orders of the day by their index.
DROP FUNCTION IF EXISTS points_market_enter(
    jsonb, bigint, text, text, bigint, bigint, bigint, bigint, date, timestamptz, bigint, timestamptz);
--;;
-- An order with its escrow (a request to the books): its row. The row as it is where the same key came before; who asks
-- compares. Raises TB007, nothing done, with why as JSON: what the books refused, or {"code"} of
--   market_price: further from the last price ("reference") than jump_bp allows (0: no limit), as policy.market.check_price;
--   self_trade:   it would meet an open order of the same member;
--   market_limit: the member has entered as many lots on this day and side as they may (0: no limit).
CREATE OR REPLACE FUNCTION points_market_enter(
    escrow jsonb, member bigint, client_key text, side text, lots bigint, lot_units bigint, price_fen bigint,
    fee_units bigint, day date, expires timestamptz, most bigint, jump_bp bigint, burns boolean, at timestamptz)
RETURNS points_market_order
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_variable
DECLARE
    lock record := points_market_lock();
    entered points_market_order;
    last_fen bigint;
    lots_today bigint;
BEGIN
    SELECT * INTO entered FROM points_market_order AS known
    WHERE known.member_id = member AND known.client_key = points_market_enter.client_key;
    IF FOUND THEN
        RETURN entered;
    END IF;
    IF jump_bp > 0 THEN
        SELECT tape.last_price_fen INTO last_fen FROM points_market_tape AS tape WHERE tape.id = 1;
        IF price_fen::numeric * 10000 < last_fen::numeric * (10000 - least(jump_bp, 10000))
           OR price_fen::numeric * 10000 > last_fen::numeric * (10000 + jump_bp) THEN
            RAISE EXCEPTION USING ERRCODE = 'TB007',
                MESSAGE = jsonb_build_object('code', 'market_price', 'reference', last_fen)::text;
        END IF;
    END IF;
    -- The order leads to each side's index: what crosses is little, a member's orders or all open ones may be many.
    IF side = 'bid' THEN
        PERFORM FROM points_market_order AS known
        WHERE known.state = 'open' AND known.side = 'ask' AND known.price_fen <= points_market_enter.price_fen
          AND known.member_id = member ORDER BY known.price_fen, known.sequence LIMIT 1;
    ELSE
        PERFORM FROM points_market_order AS known
        WHERE known.state = 'open' AND known.side = 'bid' AND known.price_fen >= points_market_enter.price_fen
          AND known.member_id = member ORDER BY known.price_fen DESC, known.sequence LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'TB007', MESSAGE = '{"code": "self_trade"}';
    END IF;

    entered.id := nextval(pg_get_serial_sequence('points_market_order', 'id'));
    entered.member_id := member;
    entered.client_key := client_key;
    entered.side := side;
    entered.lots := lots;
    entered."left" := lots;
    entered.lot_units := lot_units;
    entered.price_fen := price_fen;
    entered.fee_units := fee_units;
    entered.state := 'waiting';
    entered."on" := day;
    entered.entered_at := at;
    entered.expires_at := expires;
    -- Held until the transaction ends, so that the next one sees what this one did.
    IF pg_try_advisory_xact_lock(lock.one, lock.other) THEN
        SELECT (run.newcomer).* INTO entered FROM points_market_run(entered, escrow, burns, at) AS run;
    ELSE
        INSERT INTO points_market_order SELECT entered.*;
        PERFORM points_market_book(escrow, '[]', NULL, at);
    END IF;
    IF most > 0 THEN
        SELECT sum(known.lots) INTO lots_today FROM points_market_order AS known
        WHERE known.member_id = member AND known."on" = day AND known.side = points_market_enter.side;
        IF lots_today > most THEN
            RAISE EXCEPTION USING ERRCODE = 'TB007', MESSAGE = '{"code": "market_limit"}';
        END IF;
    END IF;
    RETURN entered;
END $$;
