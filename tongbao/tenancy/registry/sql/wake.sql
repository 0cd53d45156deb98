-- Why: a tenant's role may wake the worker for itself and for nobody else, without seeing the queue.
-- Parameters: the task, one of the two that exist. The schema is read off the session's role.
-- Plan expected: one insert.
CREATE OR REPLACE FUNCTION public.tongbao_wake(task text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    session_role text := current_setting('role');
    tenant_schema text;
BEGIN
    IF session_role NOT LIKE '{prefix}\_tenant\_%' THEN
        RAISE EXCEPTION 'only a tenant''s role may wake its worker, not %', session_role USING ERRCODE = '42501';
    END IF;
    IF task NOT IN ('tongbao.drain', 'tongbao.tick') THEN
        RAISE EXCEPTION 'there is no task %', task USING ERRCODE = '42704';
    END IF;
    tenant_schema := substr(session_role, length('{prefix}_tenant_') + 1);
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
        -- No lock: drains skip each other's rows, and a killed worker's lock would stop its tenant.
        ROW('tenant', task, 0, NULL, NULL, jsonb_build_object('schema_name', tenant_schema), NULL)::procrastinate_job_to_defer_v1
    ]);
END $$;
