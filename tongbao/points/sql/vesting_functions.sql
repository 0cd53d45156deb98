-- Why: a day's release of a million parts is a few dozen statements: due parts are taken, booked in one request and marked,
--      without a row of them leaving the database.
-- Parameters: the day, how many parts at most, the time.
-- Plan expected: due parts in order by their partial index; cards by primary key; the books' own look-ups.
-- A part that somebody else holds is left to them. Returns how many were released.
CREATE OR REPLACE FUNCTION points_release_parts(today date, most integer, at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = {schema}, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    taken bigint[];
    last_of bigint[];
    lines jsonb;
    refusal jsonb;
BEGIN
    WITH due AS (
        SELECT part.id, part.card_id, part.number, part.amount, card.number AS name, card.member_id, card.parts
        FROM points_card_part AS part JOIN points_rights_card AS card ON card.id = part.card_id
        WHERE part.released_at IS NULL AND part.due_on <= today AND card.state = 'running'
        ORDER BY part.due_on, part.card_id, part.number
        LIMIT most FOR UPDATE OF part SKIP LOCKED
    )
    SELECT array_agg(due.id), array_agg(due.card_id) FILTER (WHERE due.number = due.parts),
           jsonb_agg(jsonb_build_object(
               'debit', jsonb_build_array('member', due.member_id, 'points_vesting', ''),
               'credit', jsonb_build_array('member', due.member_id, 'points', ''),
               'asset', 'POINT', 'amount', due.amount, 'kind', 'card_part', 'subject', 'card:' || due.name))
    INTO taken, last_of, lines FROM due;
    IF taken IS NULL THEN
        RETURN 0;
    END IF;
    refusal := ledger_post(jsonb_build_array(jsonb_build_object(
        'key', 'points:parts:' || taken[1], 'transfers', lines)), at) -> 0 -> 'refusal';
    IF refusal <> 'null'::jsonb THEN
        RAISE EXCEPTION 'parts can''t be released: %', refusal USING ERRCODE = 'TB007';
    END IF;
    UPDATE points_card_part SET released_at = at WHERE id = ANY (taken);
    UPDATE points_rights_card SET state = 'finished', ended_at = at WHERE id = ANY (last_of);
    RETURN cardinality(taken);
END $$;
