-- Why: the refunds that came after one and are not booked yet: in a flood they are booked with it.
-- Parameters: after (a refund's id), most.
-- Plan expected: a range of mall_refund's key, for each a look into rewards_refund_applied and into rewards_settlement by
--                order; ends after so many rows.
SELECT refund.order_id, refund.id
FROM mall_refund AS refund
JOIN rewards_settlement AS settlement ON settlement.order_id = refund.order_id
WHERE refund.id > %(after)s AND refund.state = 'succeeded' AND refund.cause IN ('claim', 'imported')
  AND NOT EXISTS (SELECT FROM rewards_refund_applied AS applied WHERE applied.refund_id = refund.id)
ORDER BY refund.id
LIMIT %(most)s
