-- Why: before an order is entered: whether it was, the last price of the market, and whether it would meet one of its own
--      member's.
-- Parameters: %(member)s, %(key)s, %(side)s, %(price_fen)s.
-- Plan expected: two rows by unique indexes; the open orders of the other side by their partial index, as far as they cross.
SELECT (SELECT id FROM points_market_order WHERE member_id = %(member)s AND client_key = %(key)s),
       (SELECT last_price_fen FROM points_market_tape WHERE id = 1),
       EXISTS (
           SELECT FROM points_market_order
           WHERE member_id = %(member)s AND state = 'open' AND side = 'ask' AND %(side)s = 'bid'
             AND price_fen <= %(price_fen)s
       ) OR EXISTS (
           SELECT FROM points_market_order
           WHERE member_id = %(member)s AND state = 'open' AND side = 'bid' AND %(side)s = 'ask'
             AND price_fen >= %(price_fen)s
       )
