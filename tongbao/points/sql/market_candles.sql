-- Why: candles for the chart.
-- Parameters: since, every: an interval.
-- Plan expected: the trades since then by their time.
SELECT date_bin(%(every)s, traded_at, '2000-01-01T16:00:00Z') AS begins_at,
       (array_agg(price_fen ORDER BY number))[1], max(price_fen), min(price_fen),
       (array_agg(price_fen ORDER BY number DESC))[1], sum(lots)
FROM points_market_trade WHERE traded_at >= %(since)s
GROUP BY begins_at ORDER BY begins_at
