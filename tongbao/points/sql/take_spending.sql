-- Why: a payment with points written down, and what it gives away above the floor taken out of its day's budget, or
--      neither: of many at the last fen of a budget, those whom it still reaches for get it.
-- Parameters: subject, member, on, price_fen for price_units units, units for amount_fen,
--      above_fen above the floor, hold, share_bp, now.
-- Plan expected: one row of points_day_price by its primary key, one insert.
WITH given AS (
    UPDATE points_day_price SET given_fen = given_fen + %(above_fen)s
    WHERE "on" = %(on)s AND %(above_fen)s > 0 AND given_fen + %(above_fen)s <= budget_fen
    RETURNING "on"
)
INSERT INTO points_spending (
    subject, member_id, "on", price_fen, price_units, units, amount_fen, above_floor_fen, hold_id, reserve_share_bp,
    returned_units, returned_fen, refunded_cash_fen, reserve_paid_fen, state, changes, placed_at
)
SELECT %(subject)s, %(member)s, %(on)s, %(price_fen)s, %(price_units)s, %(units)s, %(amount_fen)s, %(above_fen)s,
       %(hold)s, %(share_bp)s, 0, 0, 0, 0, 'held', 0, %(now)s
WHERE %(above_fen)s = 0 OR EXISTS (SELECT FROM given)
RETURNING id
