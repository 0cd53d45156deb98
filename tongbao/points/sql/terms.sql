-- Why: what a payment with points needs to know, in one look: the price of the day, its budget, and reserve and supply as
--      they are now.
-- Parameters: none.
-- Plan expected: the latest row of points_day_price by its primary key; four balance rows by their partial index.
SELECT day.on, day.price_fen, day.price_units, day.budget_fen - day.given_fen, economy.reserve, economy.supply
FROM ledger_economy() AS economy
LEFT JOIN (SELECT * FROM points_day_price ORDER BY "on" DESC LIMIT 1) AS day ON true
