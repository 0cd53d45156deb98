-- Why: the order book, best prices first: so many prices of each side.
-- Parameters: now, levels.
-- Plan expected: each side by its partial index, grouped as it is read.
(SELECT 'ask', price_fen, sum("left") FROM points_market_order
 WHERE state = 'open' AND side = 'ask' AND expires_at > %(now)s GROUP BY price_fen ORDER BY price_fen LIMIT %(levels)s)
UNION ALL
(SELECT 'bid', price_fen, sum("left") FROM points_market_order
 WHERE state = 'open' AND side = 'bid' AND expires_at > %(now)s
 GROUP BY price_fen ORDER BY price_fen DESC LIMIT %(levels)s)
ORDER BY 1, 2
