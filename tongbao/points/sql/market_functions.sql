-- Why: entering an order is one statement, and so is writing down what a run of the matcher changed: both with what the
--      books move for it. A member's balance is locked by the escrow, so of two orders at once on the same side the later
--      one counts the earlier against the day's limit.
-- Parameters: see each function.
-- Plan expected: the books' own look-ups; the member's orders of the day on that side by their index; orders by key.

-- An order with its escrow (a request to the books); its number. Raises TB007, nothing done, with why as JSON: what the
-- books refused, or {"code": "market_limit"} where the member has entered as many lots on this day as they may (0: no
-- limit).
CREATE OR REPLACE FUNCTION points_market_enter(
    escrow jsonb, member bigint, client_key text, side text, lots bigint, lot_units bigint, price_fen bigint,
    fee_units bigint, day date, expires timestamptz, most bigint, at timestamptz)
RETURNS bigint
LANGUAGE plpgsql SET search_path = {schema}, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    refusal jsonb := ledger_post(escrow, at) -> 0 -> 'refusal';
    entered bigint;
    number bigint;
BEGIN
    IF refusal <> 'null'::jsonb THEN
        RAISE EXCEPTION USING ERRCODE = 'TB007', MESSAGE = refusal::text;
    END IF;
    IF most > 0 THEN
        SELECT coalesce(sum(known.lots), 0) INTO entered FROM points_market_order AS known
        WHERE known.member_id = member AND known."on" = day AND known.side = points_market_enter.side;
        IF entered + points_market_enter.lots > most THEN
            RAISE EXCEPTION USING ERRCODE = 'TB007', MESSAGE = '{"code": "market_limit"}';
        END IF;
    END IF;
    INSERT INTO points_market_order (
        member_id, client_key, side, lots, "left", lot_units, price_fen, fee_units, state, "on", entered_at, expires_at
    ) VALUES (
        member, points_market_enter.client_key, points_market_enter.side, points_market_enter.lots,
        points_market_enter.lots, points_market_enter.lot_units, points_market_enter.price_fen,
        points_market_enter.fee_units, 'waiting', day, at, expires
    ) RETURNING id INTO number;
    RETURN number;
END $$;
--;;
-- What a run changed: arrays of the same length for orders and for trades, where the market stands now, and what is to be
-- booked (a request, or null for nothing).
CREATE OR REPLACE FUNCTION points_market_write(
    booking jsonb, ids bigint[], lefts bigint[], states text[], sequences bigint[], ended bigint[],
    numbers bigint[], asks bigint[], bids bigint[], lots bigint[], prices bigint[], fees bigint[],
    new_sequence bigint, new_trades bigint, last_price bigint, at timestamptz)
RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    refusal jsonb;
BEGIN
    IF booking IS NOT NULL THEN
        refusal := ledger_post(booking, at) -> 0 -> 'refusal';
        IF refusal <> 'null'::jsonb THEN
            -- What was set aside is not there: a fault, and never a member's.
            RAISE EXCEPTION 'the market''s escrow does not cover its trades: %', refusal USING ERRCODE = 'TB007';
        END IF;
    END IF;
    UPDATE points_market_order AS known
    SET "left" = new.left_over, state = new.state, sequence = new.sequence, ended_sequence = new.ended,
        ended_at = CASE WHEN new.state = 'open' THEN NULL ELSE at END
    FROM unnest(ids, lefts, states, sequences, ended) AS new (id, left_over, state, sequence, ended)
    WHERE known.id = new.id;
    INSERT INTO points_market_trade (number, ask_id, bid_id, lots, price_fen, fee_units, traded_at)
    SELECT new.number, new.ask, new.bid, new.lots, new.price_fen, new.fee_units, at
    FROM unnest(numbers, asks, bids, lots, prices, fees) AS new (number, ask, bid, lots, price_fen, fee_units);
    UPDATE points_market_tape SET sequence = new_sequence, trades = new_trades, last_price_fen = last_price WHERE id = 1;
END $$;
