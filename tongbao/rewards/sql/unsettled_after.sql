-- Why: the next paid orders without a settlement after one order, in the order of payment: in a flood they are settled
--      with it.
-- Parameters: after (an order's id), until (the latest payment that counts), late (interval: so long after that order
--      at most, lest an old order that was stuck makes this read all that came after it), most (how many).
-- Plan expected: a range of mall_order by paid_at, and for each row a look into rewards_settlement by order; ends
--      after so many rows.
SELECT waiting.id
FROM mall_order AS waiting
JOIN mall_order AS asked ON asked.id = %(after)s
WHERE (waiting.paid_at, waiting.id) > (asked.paid_at, asked.id)
  AND waiting.paid_at <= least(%(until)s, asked.paid_at + %(late)s)
  AND NOT EXISTS (SELECT 1 FROM rewards_settlement AS done WHERE done.order_id = waiting.id)
ORDER BY waiting.paid_at, waiting.id
LIMIT %(most)s;
