-- Why: what the matcher needs for its next run: the orders that wait, oldest first, and of the book those that one of
--      them could meet, best first. Held by the market's lock, so nobody changes them meanwhile.
-- Parameters: %(now)s, %(waiting)s: how many orders at most, %(depth)s: how many of each side of the book.
-- Plan expected: three partial indexes, each read from its beginning.
WITH waiting AS (
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
SELECT 'waiting', id, member_id, side, lots, "left", lot_units, price_fen, fee_units, sequence FROM waiting
UNION ALL
SELECT 'open', id, member_id, side, lots, "left", lot_units, price_fen, fee_units, sequence FROM asks
UNION ALL
SELECT 'open', id, member_id, side, lots, "left", lot_units, price_fen, fee_units, sequence FROM bids
ORDER BY 1 DESC, 2
