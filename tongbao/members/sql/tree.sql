-- Why: a sponsor above whom one stands oneself would let an award walk in a circle. The trigger keeps the
--      sponsors a forest even if two moves race, each of them harmless alone: changes of a sponsor take turns
--      under one lock for each tenant, and look at the tree only when they have it.
-- Parameters: none. Locks: members_lock_tree() until the end of the transaction, before the member's row.
-- Plan expected: primary key look-ups, one for each level above the new sponsor.
CREATE FUNCTION members_lock_tree() RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    -- A snapshot taken before the lock would hide the move that has just been committed.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'sponsors are changed in read committed transactions only' USING ERRCODE = 'TB111';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('members.tree'), 'members_member'::regclass::oid::integer);
END $$;
--;;
CREATE FUNCTION members_keep_a_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    IF NEW.sponsor_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- Whoever is new has nobody below, unless one statement brings two who name each other.
        IF NOT EXISTS (SELECT FROM members_member WHERE id = NEW.sponsor_id) THEN
            RAISE EXCEPTION 'sponsor % is not there before member %', NEW.sponsor_id, NEW.id
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM members_lock_tree();
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT id, sponsor_id FROM members_member WHERE id = NEW.sponsor_id
            UNION
            SELECT upper.id, upper.sponsor_id
            FROM above JOIN members_member AS upper ON upper.id = above.sponsor_id
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'member % stands above member %', NEW.id, NEW.sponsor_id USING ERRCODE = 'TB110';
    END IF;
    RETURN NEW;
END $$;
--;;
CREATE TRIGGER members_keep_a_tree_on_insert
BEFORE INSERT ON members_member
FOR EACH ROW EXECUTE FUNCTION members_keep_a_tree();
--;;
CREATE TRIGGER members_keep_a_tree_on_update
BEFORE UPDATE OF sponsor_id, id ON members_member
FOR EACH ROW WHEN (NEW.sponsor_id IS DISTINCT FROM OLD.sponsor_id OR NEW.id <> OLD.id)
EXECUTE FUNCTION members_keep_a_tree();
