-- Why: what an operator should look at: two members who sold to each other on one day, or three in a ring, and prices far
--      from the one before. In a lively market chance makes rings too; so of a ring each member has traded half at least
--      of what they traded that day within it, by the smallest of its three sums, which all three bought and sold on.
-- Parameters: since, on, jump_bp: 0 for no alert of prices; now.
-- Plan expected: the trades since then by their time, hash joins to their orders. Nobody has more than four partners with
--      a quarter of their day, so the rings are looked for among few.
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
), sold AS (
    SELECT seller, buyer, sum(lots) AS lots FROM traded GROUP BY 1, 2
), day AS (
    SELECT member, sum(lots) AS lots
    FROM (SELECT seller AS member, lots FROM sold UNION ALL SELECT buyer, lots FROM sold) AS side GROUP BY 1
), large AS (
    SELECT sold.seller, sold.buyer, sold.lots, greatest(sellers.lots, buyers.lots) AS of_lots
    FROM sold JOIN day AS sellers ON sellers.member = sold.seller JOIN day AS buyers ON buyers.member = sold.buyer
    WHERE sold.lots * 4 >= greatest(sellers.lots, buyers.lots)
), ring AS (
    SELECT first.seller AS one, least(first.buyer, second.buyer) AS two, greatest(first.buyer, second.buyer) AS three,
           least(first.lots, second.lots, third.lots) AS lots,
           greatest(first.of_lots, second.of_lots, third.of_lots) AS of_lots
    FROM large AS first
    JOIN large AS second ON second.seller = first.buyer AND second.buyer > first.seller
    JOIN large AS third ON third.seller = second.buyer AND third.buyer = first.seller
    WHERE first.seller < first.buyer
), jumped AS (
    SELECT number, lots FROM traded
    WHERE %(jump_bp)s > 0 AND abs(price_fen - before_fen) * 10000 > before_fen * %(jump_bp)s
)
INSERT INTO points_market_alert (kind, "on", subject, lots, noticed_at)
SELECT 'wash', %(on)s, 'members:' || one || ',' || other, lots, %(now)s FROM to_and_fro
UNION ALL
SELECT 'wash', %(on)s, 'members:' || one || ',' || two || ',' || three, sum(lots), %(now)s
FROM ring WHERE lots * 4 >= of_lots GROUP BY one, two, three
UNION ALL
SELECT 'jump', %(on)s, 'trade:' || number, lots, %(now)s FROM jumped
ON CONFLICT DO NOTHING
