-- Why: what a run of the matcher changed, in one statement: orders, trades, and where the market stands.
-- Parameters: arrays of the same length for orders (%(ids)s, %(lefts)s, %(states)s, %(sequences)s, %(ended)s) and for trades
--      (%(numbers)s, %(asks)s, %(bids)s, %(lots)s, %(prices)s, %(fees)s); %(sequence)s, %(trades)s, %(last)s, %(now)s.
-- Plan expected: orders by their primary key.
WITH changed AS (
    UPDATE points_market_order AS known
    SET "left" = new.left_over, state = new.state, sequence = new.sequence, ended_sequence = new.ended,
        ended_at = CASE WHEN new.state = 'open' THEN NULL ELSE %(now)s::timestamptz END
    FROM unnest(%(ids)s::bigint[], %(lefts)s::bigint[], %(states)s::text[], %(sequences)s::bigint[],
                %(ended)s::bigint[]) AS new (id, left_over, state, sequence, ended)
    WHERE known.id = new.id
), traded AS (
    INSERT INTO points_market_trade (number, ask_id, bid_id, lots, price_fen, fee_units, traded_at)
    SELECT new.number, new.ask, new.bid, new.lots, new.price_fen, new.fee_units, %(now)s
    FROM unnest(%(numbers)s::bigint[], %(asks)s::bigint[], %(bids)s::bigint[], %(lots)s::bigint[],
                %(prices)s::bigint[], %(fees)s::bigint[]) AS new (number, ask, bid, lots, price_fen, fee_units)
)
UPDATE points_market_tape SET sequence = %(sequence)s, trades = %(trades)s, last_price_fen = %(last)s WHERE id = 1
