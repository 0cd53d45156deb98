-- Why: the paid orders without a settlement, up to and with one order, in the order of payment; an order paid in
--      the same moment comes in the order of its number.
-- Parameters: upto (an order's id), late (interval: how far behind the latest settled payment a payment may
--      still be committed).
-- Plan expected: a range of mall_order by paid_at, and for each row a look into rewards_settlement by order.
WITH last AS (
    SELECT id, paid_at FROM mall_order WHERE id = %(upto)s AND paid_at IS NOT NULL
), since AS (
    SELECT coalesce(least((SELECT max(paid_at) FROM rewards_settlement), last.paid_at) - %(late)s, '-infinity') AS at
    FROM last WHERE EXISTS (SELECT 1 FROM rewards_settlement)
)
SELECT waiting.id
FROM mall_order AS waiting CROSS JOIN last
WHERE (waiting.paid_at, waiting.id) <= (last.paid_at, last.id)
  AND waiting.paid_at >= coalesce((SELECT at FROM since), '-infinity')
  AND NOT EXISTS (SELECT 1 FROM rewards_settlement AS done WHERE done.order_id = waiting.id)
ORDER BY waiting.paid_at, waiting.id;
