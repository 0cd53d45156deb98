-- Why: an order written down with its escrow already set aside, unless the member has entered too much on this day. The
--      member's balance is locked by the escrow, so of two at once on the same side the later one counts the earlier.
-- Parameters: %(member)s, %(key)s, %(side)s, %(lots)s, %(lot_units)s, %(price_fen)s, %(fee_units)s, %(on)s, %(now)s,
--      %(expires)s, %(most)s: the most lots a day, 0 for no limit.
-- Plan expected: the member's orders of the day on that side by their index; one insert.
INSERT INTO points_market_order (
    member_id, client_key, side, lots, "left", lot_units, price_fen, fee_units, state, "on", entered_at, expires_at
)
SELECT %(member)s, %(key)s, %(side)s, %(lots)s, %(lots)s, %(lot_units)s, %(price_fen)s, %(fee_units)s, 'waiting',
       %(on)s, %(now)s, %(expires)s
WHERE %(most)s = 0 OR %(lots)s + (
    SELECT coalesce(sum(lots), 0) FROM points_market_order
    WHERE member_id = %(member)s AND "on" = %(on)s AND side = %(side)s
) <= %(most)s
RETURNING id
