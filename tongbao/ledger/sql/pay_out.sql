-- Why: one account pays a hundred thousand members in one request: its lines are written as the books read them where they
--      are booked, so that no object and no text is made for each of them before.
-- Parameters: key; debit: the account as [owner kind, owner, kind, detail]; account_kind: of the members'
--      accounts; asset, kind; members, amounts, subjects: a line each, in order; now.
-- Plan expected: the arrays side by side, once.
SELECT ledger_post(jsonb_build_array(jsonb_build_object('key', %(key)s::text, 'transfers', (
    SELECT jsonb_agg(jsonb_build_object(
        'debit', %(debit)s::jsonb, 'credit', jsonb_build_array('member', line.member, %(account_kind)s::text, ''),
        'asset', %(asset)s::text, 'amount', line.amount, 'kind', %(kind)s::text, 'subject', line.subject
    ) ORDER BY line.number)
    FROM unnest(%(members)s::bigint[], %(amounts)s::bigint[], %(subjects)s::text[])
        WITH ORDINALITY AS line (member, amount, subject, number)
))), %(now)s)
