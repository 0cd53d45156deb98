-- Why: the books belong to a role that can't sign in; the migrator made them and hands them over.
-- Parameters: none.
-- Plan expected: definitions only.
GRANT USAGE, CREATE ON SCHEMA {schema} TO {prefix}_owner;
--;;
GRANT EXECUTE ON FUNCTION tongbao_now() TO {prefix}_owner;
--;;
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN SELECT tablename FROM pg_tables
                 WHERE schemaname = trim(both '"' from '{schema}') AND tablename LIKE 'ledger\_%' LOOP
        EXECUTE format('ALTER TABLE {schema}.%I OWNER TO {prefix}_owner', thing.tablename);
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS signature FROM pg_proc
                 WHERE pronamespace = trim(both '"' from '{schema}')::regnamespace AND proname LIKE 'ledger\_%' LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {prefix}_owner', thing.signature);
    END LOOP;
END $$;
