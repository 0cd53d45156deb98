-- Why: what the matcher needs for its next run: the orders that wait, oldest first; of the book those that one of them
--      could meet, best first; and where the market stands. Held by the market's lock, so nobody changes them meanwhile.
-- Parameters: %(now)s, %(waiting)s: how many orders at most, %(depth)s: how many of each side of the book.
-- Plan expected: three partial indexes, each read from its beginning.
WITH waiting AS MATERIALIZED (
    SELECT * FROM points_market_order WHERE state = 'waiting' ORDER BY id LIMIT %(waiting)s
), asks AS (
    SELECT * FROM points_market_order
    WHERE state = 'open' AND side = 'ask' AND expires_at > %(now)s
      AND price_fen <= (SELECT max(price_fen) FROM waiting WHERE side = 'bid')
    ORDER BY price_fen, sequence LIMIT %(depth)s
), bids AS (
    SELECT * FROM points_market_order
    WHERE state = 'open' AND side = 'bid' AND expires_at > %(now)s
      AND price_fen >= (SELECT min(price_fen) FROM waiting WHERE side = 'ask')
    ORDER BY price_fen DESC, sequence LIMIT %(depth)s
)
SELECT found.*, tape.sequence, tape.trades, tape.last_price_fen FROM (
    SELECT true AS waits, id, member_id, side, lots, "left", lot_units, price_fen, fee_units, sequence FROM waiting
    UNION ALL
    SELECT false, id, member_id, side, lots, "left", lot_units, price_fen, fee_units, sequence FROM asks
    UNION ALL
    SELECT false, id, member_id, side, lots, "left", lot_units, price_fen, fee_units, sequence FROM bids
) AS found CROSS JOIN points_market_tape AS tape
WHERE tape.id = 1
ORDER BY found.waits DESC, found.id
