-- Why: whoever keeps the members as columns in memory asks for what changed since they last looked. The transaction that
--      wrote a row answers it: behind the oldest one that still runs nothing can appear any more, so that a late commit
--      is never missed. A clock or a sequence would miss it.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: definitions only.
ALTER TABLE members_member ADD COLUMN changed_by bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint;
--;;
CREATE INDEX members_member_changed_by ON members_member (changed_by);
--;;
CREATE FUNCTION members_note_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    NEW.changed_by := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
--;;
CREATE TRIGGER members_note_change BEFORE UPDATE ON members_member
FOR EACH ROW WHEN ((NEW.sponsor_id, NEW.rank, NEW.status, NEW.changed_by)
                   IS DISTINCT FROM (OLD.sponsor_id, OLD.rank, OLD.status, OLD.changed_by))
EXECUTE FUNCTION members_note_change();
