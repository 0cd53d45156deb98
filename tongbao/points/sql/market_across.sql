-- Why: before an order is entered: the last price of the market, and whether it would meet one of its own member's.
-- Parameters: %(member)s, %(side)s, %(price_fen)s.
-- Plan expected: one row by primary key; the open orders of the other side by their partial index, as far as they cross.
SELECT (SELECT last_price_fen FROM points_market_tape WHERE id = 1),
       EXISTS (
           SELECT FROM points_market_order
           WHERE member_id = %(member)s AND state IN ('open', 'waiting') AND side <> %(side)s
             AND CASE %(side)s WHEN 'bid' THEN price_fen <= %(price_fen)s ELSE price_fen >= %(price_fen)s END
       )
