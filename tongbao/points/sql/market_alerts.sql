-- Why: what an operator should look at: two members who sold to each other on one day, and prices far from the one before.
-- Parameters: since, on, jump_bp: 0 for no alert of prices; now.
-- Plan expected: the trades since then by their time, hash joins to their orders.
WITH traded AS (
    SELECT trade.number, trade.lots, trade.price_fen, ask.member_id AS seller, bid.member_id AS buyer,
           lag(trade.price_fen) OVER (ORDER BY trade.number) AS before_fen
    FROM points_market_trade AS trade
    JOIN points_market_order AS ask ON ask.id = trade.ask_id
    JOIN points_market_order AS bid ON bid.id = trade.bid_id
    WHERE trade.traded_at >= %(since)s
), to_and_fro AS (
    SELECT least(seller, buyer) AS one, greatest(seller, buyer) AS other, sum(lots) AS lots
    FROM traded GROUP BY 1, 2 HAVING count(DISTINCT seller) = 2
), jumped AS (
    SELECT number, lots FROM traded
    WHERE %(jump_bp)s > 0 AND abs(price_fen - before_fen) * 10000 > before_fen * %(jump_bp)s
)
INSERT INTO points_market_alert (kind, "on", subject, lots, noticed_at)
SELECT 'wash', %(on)s, 'members:' || one || ',' || other, lots, %(now)s FROM to_and_fro
UNION ALL
SELECT 'jump', %(on)s, 'trade:' || number, lots, %(now)s FROM jumped
ON CONFLICT DO NOTHING
