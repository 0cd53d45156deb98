-- Why: what the books keep as nobody's share of something that was never settled.
-- Parameters: none.
-- Plan expected: the transfers of the few accounts "unallocated", by their indexes; a hash anti-join with settlements.
SELECT sides.subject, account.detail, sum(sides.amount)::bigint
FROM (
    SELECT credit AS account_id, subject, amount FROM ledger_transfer
    UNION ALL
    SELECT debit, subject, -amount FROM ledger_transfer
) AS sides
JOIN ledger_account AS account ON account.id = sides.account_id
WHERE account.owner_kind = 'platform' AND account.kind = 'unallocated'
  AND NOT EXISTS (
      SELECT FROM rewards_settlement AS settlement
      JOIN rewards_settled_line AS line ON line.settlement_id = settlement.id
      WHERE 'order:' || settlement.number = sides.subject)
GROUP BY sides.subject, account.detail
HAVING sum(sides.amount) <> 0
