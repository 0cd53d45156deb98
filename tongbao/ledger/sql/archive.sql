-- Why: a full partition of awards whose rows lie in a file, read back and equal, gives its place in the database up;
--      what each account got by it stays, so that every balance is the same before and after.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: one pass over the partition, a hash aggregate by beneficiary.

-- All of it or nothing. The caller's own rights decide: only who may change the books' tables can do this, and neither
-- the application's nor the settler's role is such a one. Readers wait while the partition is taken off, for as long as
-- a few look-ups in the catalogue take.
CREATE FUNCTION ledger_archive_awards(archived ledger_award_archive) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    leaf text := format('ledger_award_%s', lpad(archived.partition::text, 6, '0'));
    added_up record;
BEGIN
    PERFORM ledger_check_time(archived.archived_at);
    IF archived.partition >= (SELECT partition_number FROM ledger_settler) THEN
        RAISE EXCEPTION 'partition % is still being filled', archived.partition USING ERRCODE = 'TB008';
    END IF;
    PERFORM set_config('lock_timeout', '5s', true);
    EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', leaf);
    EXECUTE format('INSERT INTO ledger_award_archived (account_id, partition, awards, amount)
                    SELECT beneficiary, %s, count(*), sum(amount) FROM %I GROUP BY beneficiary',
                   archived.partition, leaf);
    SELECT coalesce(sum(awards), 0) AS awards, coalesce(sum(amount), 0) AS amount INTO added_up
    FROM ledger_award_archived WHERE partition = archived.partition;
    IF added_up.awards <> archived.awards OR added_up.amount <> archived.amount THEN
        RAISE EXCEPTION 'partition % has % awards of % fen, the file % of %', archived.partition, added_up.awards,
            added_up.amount, archived.awards, archived.amount USING ERRCODE = 'TB008';
    END IF;
    INSERT INTO ledger_award_archive SELECT archived.*;
    EXECUTE format('ALTER TABLE ledger_award DETACH PARTITION %I', leaf);
    EXECUTE format('DROP TABLE %I', leaf);
END $$;
--;;
-- The way back, first half: an empty partition that takes the rows of the file.
CREATE FUNCTION ledger_begin_restore(number integer) RETURNS text
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    leaf text := format('ledger_award_%s', lpad(number::text, 6, '0'));
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM ledger_add_award_partition(number);
    -- they were checked when they were first written; what they are now is compared at the end
    EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', leaf);
    RETURN leaf;
END $$;
--;;
-- Second half: what came back is what each account was said to have got, or nothing of it stays.
CREATE FUNCTION ledger_finish_restore(number integer) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    leaf text := format('ledger_award_%s', lpad(number::text, 6, '0'));
    wrong bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT beneficiary AS account_id, count(*) AS awards, sum(amount) AS amount
                    FROM %I GROUP BY beneficiary) AS found
                    FULL JOIN (SELECT * FROM ledger_award_archived WHERE partition = %s) AS said USING (account_id)
                    WHERE (found.awards, found.amount) IS DISTINCT FROM (said.awards, said.amount::numeric)',
                   leaf, number) INTO wrong;
    IF wrong > 0 THEN
        RAISE EXCEPTION '% accounts have other awards in the file of partition %', wrong, number USING ERRCODE = 'TB008';
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', leaf);
    ALTER TABLE ledger_award_archived DISABLE TRIGGER USER;
    ALTER TABLE ledger_award_archive DISABLE TRIGGER USER;
    DELETE FROM ledger_award_archived WHERE partition = number;
    DELETE FROM ledger_award_archive WHERE partition = number;
    ALTER TABLE ledger_award_archived ENABLE TRIGGER USER;
    ALTER TABLE ledger_award_archive ENABLE TRIGGER USER;
END $$;
