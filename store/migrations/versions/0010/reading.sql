-- What an analyst may read: the fleet, and of schema ops the columns that tell how syncs went.
-- No column that holds a credential, a person or a secret is granted, whatever a view asks for.

-- An array that is made once can be looked up in an index; a subquery of rows cannot.
DO $$
DECLARE walled regclass;
BEGIN
    FOR walled IN
        SELECT polrelid::regclass FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE p.polname = 'analyst' AND c.relnamespace = 'fleet'::regnamespace
    LOOP
        EXECUTE format('ALTER POLICY analyst ON %s '
            'USING (tenant_id = ANY (ARRAY(SELECT ops.analyst_tenants())))', walled);
    END LOOP;
END $$;

ALTER TABLE ops.analyst_access ADD COLUMN name TEXT;
COMMENT ON COLUMN ops.analyst_access.name IS 'Who it is for, as the person who granted it says.';

GRANT USAGE ON SCHEMA ops TO sally_analyst;
GRANT SELECT (id, slug, name, is_sandbox, is_active, created_at) ON ops.tenant TO sally_analyst;
GRANT SELECT (id, tenant_id, vendor, status, poll_seconds, next_sync_at, consecutive_failures,
    last_started_at, last_success_at, last_run_status, last_error_kind, last_error_happened,
    last_error_who, last_error_next_step, created_at) ON ops.integration TO sally_analyst;
GRANT SELECT (integration_id, dataset, tenant_id, last_attempt_at, last_success_at, confirmed_at,
    last_run_id) ON ops.dataset_state TO sally_analyst;
GRANT SELECT (id, tenant_id, integration_id, vendor, sync_type, datasets, started_at, fetched,
    inserted, updated, unchanged, quarantined, duplicate, status, completed_at, not_before,
    attempts, error_kind, error_happened, error_who, error_next_step, http_status,
    vendor_request_id) ON ops.sync_run TO sally_analyst;
GRANT SELECT (run_id, dataset, tenant_id, position, status, fetched, inserted, updated, unchanged,
    quarantined, duplicate, pages, requests, attempts, seconds, is_complete, error_kind,
    error_happened, error_who, error_next_step, http_status, vendor_request_id)
    ON ops.sync_run_dataset TO sally_analyst;
GRANT SELECT (id, tenant_id, integration_id, run_id, vendor, dataset, source, rule, severity, status,
    rows, failed, examples, said, created_at) ON ops.quality_result TO sally_analyst;
GRANT SELECT (integration_id, tenant_id, level, stale, said, changed_at)
    ON ops.freshness TO sally_analyst;
GRANT SELECT (integration_id, driver_id, tenant_id, confirmed_at, row_hash, landed_at, run_id)
    ON ops.hos_live TO sally_analyst;
GRANT SELECT (id, tenant_id, driver_id, drive_remaining_s, shift_remaining_s, cycle_remaining_s,
    break_remaining_s, duty_status, created_at, expires_at, revoked_at)
    ON ops.hos_override TO sally_analyst;
GRANT SELECT (id, vendor, is_sandbox, scope, tenant_id, integration_id, state, opened_at, retry_at,
    changed_at) ON ops.breaker TO sally_analyst;
GRANT SELECT (breaker_id, vendor, is_sandbox, tenant_id, integration_id, happened_at, from_state,
    to_state) ON ops.breaker_event TO sally_analyst;

DO $$
DECLARE
    name text;
    theirs constant text := 'ANY (ARRAY(SELECT ops.analyst_tenants()))';
BEGIN
    EXECUTE 'CREATE POLICY analyst ON ops.tenant FOR SELECT TO sally_analyst USING (id = '
        || theirs || ')';
    FOREACH name IN ARRAY ARRAY['integration', 'dataset_state', 'sync_run', 'sync_run_dataset',
        'quality_result', 'freshness', 'hos_live', 'hos_override', 'breaker', 'breaker_event']
    LOOP
        EXECUTE format('CREATE POLICY analyst ON ops.%I FOR SELECT TO sally_analyst '
            'USING (tenant_id = %s)', name, theirs);
    END LOOP;
END $$;
-- How a vendor's own breaker stands concerns every tenant.
CREATE POLICY analyst_shared ON ops.breaker FOR SELECT TO sally_analyst USING (tenant_id IS NULL);
CREATE POLICY analyst_shared ON ops.breaker_event FOR SELECT TO sally_analyst
    USING (tenant_id IS NULL);

-- Calls of the last hour. A row of ops.vendor_outcome holds many tenants' side by side, so no
-- policy can tell them apart, and nobody but the pipeline may read it. This takes them apart for
-- whoever asks, by the same rules as the policies: who it is comes from the login and from SET
-- ROLE, which takes only roles that the login is a member of.
CREATE FUNCTION ops.recent_calls()
RETURNS TABLE (tenant_id uuid, integration_id uuid, successes bigint, failures bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT c.tenant_id, c.integration_id, sum(c.successes), sum(c.failures)
    FROM ops.vendor_outcome o
    CROSS JOIN LATERAL unnest(o.tenants, o.integrations, o.successes, o.failures)
        AS c(tenant_id, integration_id, successes, failures)
    WHERE o.happened_at > now() - interval '1 hour'
        AND CASE current_setting('role')
            WHEN 'sally_pipeline' THEN true
            WHEN 'sally_console' THEN c.tenant_id
                = nullif(current_setting('sally.tenant_id', true), '')::uuid
            ELSE c.tenant_id = ANY (ARRAY(SELECT ops.analyst_tenants())) END
    GROUP BY 1, 2
$$;
COMMENT ON FUNCTION ops.recent_calls() IS
    'Calls to vendors in the last hour by integration, of the tenants that the asker may read.';
REVOKE ALL ON FUNCTION ops.recent_calls() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.recent_calls() TO sally_pipeline, sally_console, sally_analyst;
