-- Why: one clock for a tenant. Only demo and test tenants may move it; everybody else reads the server's time.
-- Parameters: none / the new offset.
-- Plan expected: single-row primary key look-up.
CREATE TABLE kit_clock (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    offset_by interval NOT NULL DEFAULT '0',
    movable boolean NOT NULL DEFAULT false,
    CONSTRAINT kit_clock_only_movable_differs CHECK (movable OR offset_by = interval '0')
);
--;;
INSERT INTO kit_clock DEFAULT VALUES;
--;;
CREATE FUNCTION tongbao_now() RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$ SELECT clock_timestamp() + offset_by FROM kit_clock WHERE id = 1 $$;
--;;
CREATE FUNCTION tongbao_move_clock(new_offset interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
BEGIN
    UPDATE kit_clock SET offset_by = new_offset WHERE id = 1 AND movable;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the clock of this tenant can not be moved' USING ERRCODE = 'TB001';
    END IF;
    RETURN tongbao_now();
END $$;
