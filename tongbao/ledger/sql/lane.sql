-- Why: the settlement lane. Pending awards are transfers from operating to a member's pending account that touch no
--      balance row: they are copied in by batches, in order of beneficiary, and derived from the index. One row of
--      ledger_award is one transfer; its debit is the platform's operating account, its asset cash.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: definitions only.

-- Who may settle: whoever took the settlement last. An older epoch can't finish a batch, whatever it has copied.
CREATE TABLE ledger_settler (
    id smallint PRIMARY KEY DEFAULT 1 CONSTRAINT ledger_settler_one_row CHECK (id = 1),
    epoch bigint NOT NULL DEFAULT 0,
    backend_pid integer,
    backend_started_at timestamptz,
    taken_at timestamptz,
    partition_limit bigint NOT NULL DEFAULT 20000000 CHECK (partition_limit > 0),
    partition_number integer NOT NULL DEFAULT 0,
    partition_rows bigint NOT NULL DEFAULT 0,
    last_order bigint NOT NULL DEFAULT 0
);
--;;
INSERT INTO ledger_settler (id) VALUES (1);
--;;
CREATE SEQUENCE ledger_award_batch_number;
--;;
GRANT USAGE ON SEQUENCE ledger_award_batch_number TO {prefix}_owner;
--;;
-- A batch's number has its partition in the upper half: partitions are ranges of it, known when they are made.
CREATE TABLE ledger_award_batch (
    batch bigint PRIMARY KEY,
    epoch bigint NOT NULL,
    first_order bigint NOT NULL,
    last_order bigint NOT NULL,
    orders integer NOT NULL CHECK (orders > 0),
    awards integer NOT NULL CHECK (awards >= 0),
    amount bigint NOT NULL CHECK (amount >= 0),
    state text NOT NULL DEFAULT 'begun' CHECK (state IN ('begun', 'checked', 'finished')),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    booked_at timestamptz NOT NULL,
    CONSTRAINT ledger_award_batch_orders_rise CHECK (first_order <= last_order)
);
--;;
-- Widest columns first, so that no byte is lost to alignment. seat is the distance from the buyer, below zero the
-- level of a regional agent; line is the order line's position; rates in basis points.
CREATE TABLE ledger_award (
    batch bigint NOT NULL,
    order_id bigint NOT NULL,
    beneficiary bigint NOT NULL,
    amount bigint NOT NULL CONSTRAINT ledger_award_amount_above_zero CHECK (amount > 0),
    position integer NOT NULL,
    clause smallint NOT NULL,
    seat smallint NOT NULL,
    rank smallint NOT NULL,
    rate_bp smallint NOT NULL,
    rate_before_bp smallint NOT NULL,
    line smallint NOT NULL,
    CONSTRAINT ledger_award_pkey PRIMARY KEY (batch, position)
) PARTITION BY RANGE (batch);
--;;
-- The statement of a member, newest last, and what they have pending.
CREATE INDEX ledger_award_beneficiary ON ledger_award (beneficiary, batch, position);
--;;
-- Who may be paid: narrow, so that a batch's people are found in it without reading the accounts themselves.
CREATE INDEX ledger_account_pending ON ledger_account (id)
WHERE kind = 'pending' AND owner_kind <> 'platform' AND asset_id = 1;
--;;
-- What a COPY added must be exactly what the batch of this very transaction declared, and every beneficiary must have a
-- pending account. Rows can't be checked one by one at this speed; with room for its hash this is a sixth of the COPY.
CREATE FUNCTION ledger_check_awards() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp SET work_mem = '64MB'
AS $$
DECLARE
    added_up record;
    declared ledger_award_batch;
    stranger bigint;
BEGIN
    SELECT count(*) AS rows, coalesce(sum(amount), 0) AS amount, min(batch) AS least_batch, max(batch) AS most_batch,
           min(position) AS least_position, max(position) AS most_position
    INTO added_up FROM added;
    IF added_up.rows = 0 THEN
        RETURN NULL;
    END IF;
    SELECT * INTO declared FROM ledger_award_batch
    WHERE batch = added_up.least_batch AND transaction_id = pg_current_xact_id() AND state = 'begun';
    IF NOT FOUND OR added_up.least_batch <> added_up.most_batch THEN
        RAISE EXCEPTION 'awards were copied into batch % to %, which this transaction has not begun',
            added_up.least_batch, added_up.most_batch USING ERRCODE = 'TB006';
    END IF;
    IF added_up.rows <> declared.awards OR added_up.amount <> declared.amount
       OR added_up.least_position <> 0 OR added_up.most_position <> declared.awards - 1 THEN
        RAISE EXCEPTION 'batch % declared % awards of % fen and % of % fen were copied, positions % to %',
            declared.batch, declared.awards, declared.amount, added_up.rows, added_up.amount,
            added_up.least_position, added_up.most_position USING ERRCODE = 'TB007';
    END IF;
    SELECT min(people.beneficiary) INTO stranger
    FROM (SELECT DISTINCT beneficiary FROM added) AS people
    WHERE NOT EXISTS (SELECT 1 FROM ledger_account AS account
                      WHERE account.id = people.beneficiary AND account.kind = 'pending'
                        AND account.owner_kind <> 'platform' AND account.asset_id = 1);
    IF stranger IS NOT NULL THEN
        RAISE EXCEPTION 'batch % pays account %, which is no pending account', declared.batch, stranger
            USING ERRCODE = 'TB007';
    END IF;
    UPDATE ledger_award_batch SET state = 'checked' WHERE batch = declared.batch;
    RETURN NULL;
END $$;
--;;
-- Make the next partition. It is attached when it is complete: readers of the others aren't held up.
CREATE FUNCTION ledger_add_award_partition(number integer) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
DECLARE
    leaf text := format('ledger_award_%s', lpad(number::text, 6, '0'));
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE ledger_award INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', leaf);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', leaf);
    EXECUTE format('CREATE TRIGGER checked AFTER INSERT ON %I REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_awards()', leaf);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', leaf);
    EXECUTE format('GRANT SELECT ON %I TO %I', leaf, '{prefix}_tenant_' || trim(both '"' from '{schema}'));
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', leaf, '{prefix}_settler_' || trim(both '"' from '{schema}'));
    EXECUTE format('ALTER TABLE ledger_award ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', leaf,
                   number::bigint << 32, (number::bigint + 1) << 32);
END $$;
--;;
-- Become the settler: from here on every older epoch is refused. The caller ends the connection of the one before,
-- which may stand still in the middle of a batch; pid and start together name a connection for good.
CREATE FUNCTION ledger_take_settlement(started_at timestamptz, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    new_epoch bigint;
BEGIN
    PERFORM ledger_check_time(at);
    UPDATE ledger_settler
    SET epoch = epoch + 1, taken_at = at, backend_pid = pg_backend_pid(),
        backend_started_at = started_at
    RETURNING epoch INTO new_epoch;
    RETURN new_epoch;
END $$;
--;;
-- Declare a batch. Returns its number and the partition that it must be copied into.
CREATE FUNCTION ledger_begin_awards(held_epoch bigint, first_order bigint, last_order bigint, orders integer,
                                    awards integer, amount bigint, at timestamptz)
RETURNS TABLE (batch bigint, leaf text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    settler ledger_settler;
    number integer;
BEGIN
    PERFORM ledger_check_time(at);
    SELECT * INTO settler FROM ledger_settler;
    IF settler.epoch <> held_epoch THEN
        RAISE EXCEPTION 'epoch % settles now, % no longer does', settler.epoch, held_epoch USING ERRCODE = 'TB006';
    END IF;
    number := settler.partition_number;
    IF number = 0 OR settler.partition_rows >= settler.partition_limit THEN
        number := number + 1;
        -- Left over from a settler that was cut off after making it: it is empty and serves.
        IF to_regclass(format('ledger_award_%s', lpad(number::text, 6, '0'))) IS NULL THEN
            PERFORM ledger_add_award_partition(number);
        END IF;
    END IF;
    batch := (number::bigint << 32) + nextval('ledger_award_batch_number');
    leaf := format('ledger_award_%s', lpad(number::text, 6, '0'));
    INSERT INTO ledger_award_batch (batch, epoch, first_order, last_order, orders, awards, amount, booked_at, state)
    VALUES (ledger_begin_awards.batch, held_epoch, ledger_begin_awards.first_order, ledger_begin_awards.last_order,
            ledger_begin_awards.orders, ledger_begin_awards.awards, ledger_begin_awards.amount, at,
            CASE WHEN ledger_begin_awards.awards = 0 THEN 'checked' ELSE 'begun' END);
    RETURN NEXT;
END $$;
--;;
-- The last statement before COMMIT: the epoch must still be the one, the rows must have been checked, and the
-- cursor must stand where this settler thinks, or nothing of the batch stays.
CREATE FUNCTION ledger_finish_awards(held_epoch bigint, finished_batch bigint, after_order bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    declared ledger_award_batch;
    settler ledger_settler;
BEGIN
    SELECT * INTO declared FROM ledger_award_batch
    WHERE batch = finished_batch AND transaction_id = pg_current_xact_id() AND state = 'checked';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'batch % has no awards checked in this transaction', finished_batch USING ERRCODE = 'TB007';
    END IF;
    SELECT * INTO settler FROM ledger_settler FOR UPDATE;
    IF settler.epoch <> held_epoch OR settler.last_order <> after_order THEN
        RAISE EXCEPTION 'epoch % settles now and stands at order %; epoch % at order % no longer does',
            settler.epoch, settler.last_order, held_epoch, after_order USING ERRCODE = 'TB006';
    END IF;
    UPDATE ledger_award_batch SET state = 'finished' WHERE batch = finished_batch;
    UPDATE ledger_settler
    SET last_order = declared.last_order,
        partition_number = (finished_batch >> 32)::integer,
        partition_rows = CASE WHEN (finished_batch >> 32)::integer = partition_number
                              THEN partition_rows ELSE 0 END + declared.awards;
END $$;
--;;
CREATE FUNCTION ledger_keep_batch() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'finished' AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of batch % is refused: the books are append-only', TG_OP, OLD.batch USING ERRCODE = 'TB002';
END $$;
--;;
CREATE TRIGGER ledger_award_batch_append_only BEFORE UPDATE OR DELETE ON ledger_award_batch
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_batch();
--;;
CREATE TRIGGER ledger_award_batch_never_emptied BEFORE TRUNCATE ON ledger_award_batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_award_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_award
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
