-- Why: of several accounts with one verified identity the first keeps the free machine.
-- Parameters: when they end.
-- Plan expected: free machines that are running, their verified cards by index, hashed.
WITH free AS (
    SELECT DISTINCT ON (machine.id) machine.id, machine.state, identity.card_hash
    FROM mining_machine AS machine
    JOIN members_identity_submission AS identity
        ON identity.member_id = machine.member_id AND identity.state = 'verified'
    WHERE machine.order_id IS NULL
    ORDER BY machine.id, identity.id DESC
), ranked AS (
    SELECT id, state, row_number() OVER (PARTITION BY card_hash ORDER BY id) AS place FROM free
)
UPDATE mining_machine AS machine SET state = 'taken_back', ended_at = %s
FROM ranked WHERE ranked.id = machine.id AND ranked.place > 1 AND ranked.state = 'running'
