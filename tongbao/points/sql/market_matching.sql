-- Why: the matcher, the same rule as policy.market.Book and held to it by a replay (verify): the best price first, of equal
--      prices the one that came first, at the price of whoever waited. It stands in the database because an order costs
--      its round trips more than anything else (docs/decisions/0011).
-- Parameters: see each function; {schema} is filled in by the migration. Whoever calls one of them holds the market, or
--      takes it, until the transaction ends: points_market_lock.
-- Plan expected: what waits, each side of the book and what is over by their partial indexes, each read from its
--      beginning as far as it is needed; orders by their key.
DROP FUNCTION IF EXISTS points_market_write(
    jsonb, bigint[], bigint[], text[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[],
    bigint, bigint, bigint, timestamptz);
--;;
-- What holds the market: two numbers of an advisory lock.
CREATE OR REPLACE FUNCTION points_market_lock(OUT one integer, OUT other integer) RETURNS record
LANGUAGE sql STABLE SET search_path = {schema}, pg_temp
AS $$ SELECT hashtext('points.market'), 'points_market_order'::regclass::oid::integer $$;
--;;
-- What of an ask's fee is burned when so many of its lots are sold; all of it with the last: policy.market.fee_after.
CREATE OR REPLACE FUNCTION points_market_fee(fee_units bigint, lots bigint, sold bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT div(fee_units::numeric * sold, lots)::bigint $$;
--;;
-- One line for the books, in an array; none for an amount of nothing.
CREATE OR REPLACE FUNCTION points_market_line(
    debit jsonb, credit jsonb, amount bigint, asset text, kind text, subject text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN amount = 0 THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
        'debit', debit, 'credit', credit, 'asset', asset, 'amount', amount, 'kind', kind, 'subject', subject)) END
$$;
--;;
-- What is left of an order goes back to its member: lines for the books.
CREATE OR REPLACE FUNCTION points_market_back(ended points_market_order) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = {schema}, pg_temp
AS $$
    SELECT CASE ended.side WHEN 'ask' THEN points_market_line(
        jsonb_build_array('member', ended.member_id, 'points_offered', ''),
        jsonb_build_array('member', ended.member_id, 'points', ''),
        ended."left" * ended.lot_units + ended.fee_units
            - points_market_fee(ended.fee_units, ended.lots, ended.lots - ended."left"),
        'POINT', 'market_returned', 'market_order:' || ended.id)
    ELSE points_market_line(
        jsonb_build_array('member', ended.member_id, 'paid_in_offered', ''),
        jsonb_build_array('member', ended.member_id, 'paid_in', ''),
        ended."left" * ended.price_fen, 'CNY', 'market_returned', 'market_order:' || ended.id) END
$$;
--;;
-- Book an order's escrow (a request, or NULL) and what a run moved (lines under a key) in one go. Raises TB007 with what the
-- books refused of the escrow; TB009 if what was set aside is not there: a fault, and never a member's.
CREATE OR REPLACE FUNCTION points_market_book(escrow jsonb, lines jsonb, run_key text, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    requests jsonb := coalesce(escrow, '[]');
    answers jsonb;
BEGIN
    IF lines <> '[]' THEN
        requests := requests || jsonb_build_object('key', run_key, 'transfers', lines);
    END IF;
    IF requests = '[]' THEN
        RETURN;
    END IF;
    answers := ledger_post(requests, at);
    IF escrow IS NOT NULL AND answers -> 0 ->> 'refusal' IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TB007', MESSAGE = (answers -> 0 -> 'refusal')::text;
    ELSIF answers -> -1 ->> 'refusal' IS NOT NULL THEN
        RAISE EXCEPTION 'the market''s escrow does not cover its trades: %', answers -> -1 -> 'refusal'
            USING ERRCODE = 'TB009';
    END IF;
END $$;
--;;
-- One run: what is over ends, then the orders that wait (the oldest 200) meet the book, one after the other, and after them
-- a newcomer (or NULL), which is written down as it is then, its escrow booked before anything else. taken: how many.
CREATE OR REPLACE FUNCTION points_market_run(
    INOUT newcomer points_market_order, escrow jsonb, burns boolean, at timestamptz, OUT taken integer) RETURNS record
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    tape points_market_tape;
    begun bigint;
    mine points_market_order;
    other points_market_order;
    ask points_market_order;
    bid points_market_order;
    book refcursor;
    trade points_market_trade;
    traded bigint;
    fee bigint;
    subject text;
    fees_account jsonb := jsonb_build_array('platform', 0, CASE WHEN burns THEN 'burned' ELSE 'market_fees' END, '');
    trades points_market_trade[] := '{}';
    lines jsonb := '[]';
BEGIN
    taken := 0;
    SELECT * INTO tape FROM points_market_tape WHERE id = 1;
    begun := tape.sequence;
    FOR other IN SELECT * FROM points_market_order WHERE state = 'open' AND expires_at <= at ORDER BY expires_at, id LOOP
        tape.sequence := tape.sequence + 1;
        lines := lines || points_market_back(other);
        UPDATE points_market_order SET state = 'expired', ended_sequence = tape.sequence, ended_at = at
        WHERE id = other.id;
    END LOOP;
    FOR mine IN
        SELECT * FROM (SELECT * FROM points_market_order WHERE state = 'waiting' ORDER BY id LIMIT 200) AS waiting
        UNION ALL
        SELECT newcomer.* WHERE newcomer.id IS NOT NULL
    LOOP
        taken := taken + 1;
        tape.sequence := tape.sequence + 1;
        mine.sequence := tape.sequence;
        mine.state := 'open';
        IF mine.side = 'bid' THEN
            OPEN book FOR SELECT * FROM points_market_order
                WHERE state = 'open' AND side = 'ask' AND price_fen <= mine.price_fen ORDER BY price_fen, sequence;
        ELSE
            OPEN book FOR SELECT * FROM points_market_order
                WHERE state = 'open' AND side = 'bid' AND price_fen >= mine.price_fen ORDER BY price_fen DESC, sequence;
        END IF;
        WHILE mine."left" > 0 LOOP
            FETCH book INTO other;
            EXIT WHEN NOT FOUND;
            IF other.member_id = mine.member_id THEN
                mine.state := 'met_itself';
                mine.ended_sequence := mine.sequence;
                lines := lines || points_market_back(mine);
                EXIT;
            END IF;
            IF mine.side = 'bid' THEN
                ask := other;
                bid := mine;
            ELSE
                ask := mine;
                bid := other;
            END IF;
            traded := least(mine."left", other."left");
            fee := points_market_fee(ask.fee_units, ask.lots, ask.lots - ask."left" + traded)
                   - points_market_fee(ask.fee_units, ask.lots, ask.lots - ask."left");
            tape.trades := tape.trades + 1;
            tape.last_price_fen := other.price_fen;
            subject := 'trade:' || tape.trades;
            lines := lines
                || points_market_line(jsonb_build_array('member', ask.member_id, 'points_offered', ''),
                                      jsonb_build_array('member', bid.member_id, 'points', ''),
                                      traded * ask.lot_units, 'POINT', 'market_bought', subject)
                || points_market_line(jsonb_build_array('member', ask.member_id, 'points_offered', ''), fees_account,
                                      fee, 'POINT', 'market_fee', subject)
                || points_market_line(jsonb_build_array('member', bid.member_id, 'paid_in_offered', ''),
                                      jsonb_build_array('member', ask.member_id, 'cash', ''),
                                      traded * other.price_fen, 'CNY', 'market_sold', subject)
                || points_market_line(jsonb_build_array('member', bid.member_id, 'paid_in_offered', ''),
                                      jsonb_build_array('member', bid.member_id, 'paid_in', ''),
                                      traded * (bid.price_fen - other.price_fen), 'CNY', 'market_returned', subject);
            trade.number := tape.trades;
            trade.ask_id := ask.id;
            trade.bid_id := bid.id;
            trade.lots := traded;
            trade.price_fen := other.price_fen;
            trade.fee_units := fee;
            trade.traded_at := at;
            trades := trades || trade;
            UPDATE points_market_order
            SET "left" = other."left" - traded, state = CASE WHEN other."left" = traded THEN 'filled' ELSE 'open' END,
                ended_at = CASE WHEN other."left" = traded THEN at END
            WHERE id = other.id;
            mine."left" := mine."left" - traded;
        END LOOP;
        CLOSE book;
        IF mine."left" = 0 THEN
            mine.state := 'filled';
        END IF;
        IF mine.state <> 'open' THEN
            mine.ended_at := at;
        END IF;
        IF mine.id = newcomer.id THEN
            newcomer := mine;
            INSERT INTO points_market_order SELECT mine.*;
        ELSE
            UPDATE points_market_order
            SET "left" = mine."left", state = mine.state, sequence = mine.sequence, ended_sequence = mine.ended_sequence,
                ended_at = mine.ended_at
            WHERE id = mine.id;
        END IF;
    END LOOP;
    IF trades <> '{}' THEN
        INSERT INTO points_market_trade SELECT * FROM unnest(trades);
    END IF;
    PERFORM points_market_book(escrow, lines, 'market:run:' || tape.sequence || ':' || tape.trades, at);
    UPDATE points_market_tape SET sequence = tape.sequence, trades = tape.trades, last_price_fen = tape.last_price_fen
    WHERE id = 1 AND sequence = begun;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the market moved on from % during a run', begun USING ERRCODE = 'TB009';
    END IF;
END $$;
--;;
-- Take the market and match all that wait; returns how many were taken. waits: wait for whoever has the market; otherwise,
-- inside a caller's transaction, which may have locked what they need, leave it to them and to the clock.
CREATE OR REPLACE FUNCTION points_market_match(waits boolean, burns boolean, at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    lock record := points_market_lock();
    taken integer := 0;
BEGIN
    IF waits THEN
        PERFORM pg_advisory_xact_lock(lock.one, lock.other);
    ELSIF NOT pg_try_advisory_xact_lock(lock.one, lock.other) THEN
        RETURN 0;
    END IF;
    WHILE EXISTS (SELECT FROM points_market_order WHERE state = 'waiting') LOOP
        taken := taken + (SELECT run.taken FROM points_market_run(NULL, NULL, burns, at) AS run);
    END LOOP;
    RETURN taken;
END $$;
--;;
-- An order that was entered while somebody else had the market, after it was matched by whoever came to it first.
CREATE OR REPLACE FUNCTION points_market_answer(number bigint, waits boolean, burns boolean, at timestamptz)
RETURNS points_market_order
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    found points_market_order;
BEGIN
    PERFORM points_market_match(waits, burns, at);
    SELECT * INTO found FROM points_market_order WHERE id = number;
    RETURN found;
END $$;
--;;
-- End orders before they are filled: one that its member cancels, or (number NULL) those whose time is over. What is left
-- of them goes back. Returns how many were ended.
CREATE OR REPLACE FUNCTION points_market_end(number bigint, member bigint, at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    lock record := points_market_lock();
    tape points_market_tape;
    ids bigint[];
    ended points_market_order;
    lines jsonb := '[]';
BEGIN
    PERFORM pg_advisory_xact_lock(lock.one, lock.other);
    SELECT * INTO tape FROM points_market_tape WHERE id = 1;
    IF number IS NULL THEN
        ids := ARRAY(SELECT id FROM points_market_order
                     WHERE state = 'open' AND expires_at <= at ORDER BY expires_at, id LIMIT 200);
    ELSE
        ids := ARRAY(SELECT id FROM points_market_order
                     WHERE id = number AND member_id = member AND state IN ('open', 'waiting'));
    END IF;
    FOR ended IN SELECT * FROM points_market_order WHERE id = ANY (ids) ORDER BY id LOOP
        tape.sequence := tape.sequence + 1;
        lines := lines || points_market_back(ended);
        UPDATE points_market_order
        SET state = CASE WHEN number IS NULL THEN 'expired' ELSE 'cancelled' END, ended_sequence = tape.sequence,
            ended_at = at
        WHERE id = ended.id;
    END LOOP;
    PERFORM points_market_book(NULL, lines, 'market:run:' || tape.sequence || ':' || tape.trades, at);
    UPDATE points_market_tape SET sequence = tape.sequence WHERE id = 1;
    RETURN cardinality(ids);
END $$;
