-- Who may do what, and the wall around each tenant.

REVOKE ALL ON FUNCTION ops.analyst_tenants() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.analyst_tenants() TO sally_analyst;

GRANT USAGE ON SCHEMA ops, fleet TO sally_pipeline, sally_console;
GRANT USAGE ON SCHEMA fleet, analytics TO sally_analyst;
GRANT USAGE ON SCHEMA analytics TO sally_pipeline, sally_console;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ops, fleet TO sally_pipeline;
REVOKE UPDATE, DELETE ON ops.audit_log FROM sally_pipeline;
REVOKE INSERT, UPDATE, DELETE ON ops.alembic_version FROM sally_pipeline;

GRANT SELECT ON ALL TABLES IN SCHEMA ops, fleet TO sally_console;
REVOKE SELECT ON ops.analyst_access, ops.rate_gate, ops.vendor_outcome FROM sally_console;
GRANT INSERT, UPDATE ON ops.integration, ops.app_user, ops.hos_override, ops.incident,
    ops.quarantine, fleet.route_plan, fleet.route_plan_stop TO sally_console;
GRANT DELETE ON fleet.route_plan_stop TO sally_console;
GRANT INSERT ON ops.audit_log TO sally_console;

GRANT SELECT ON ALL TABLES IN SCHEMA fleet TO sally_analyst;
ALTER DEFAULT PRIVILEGES IN SCHEMA analytics
    GRANT SELECT ON TABLES TO sally_analyst, sally_pipeline, sally_console;

DO $$
DECLARE
    walled record;
    console constant text := '(SELECT nullif(current_setting(''sally.tenant_id'', true), '''')::uuid)';
BEGIN
    FOR walled IN
        SELECT c.oid::regclass AS name, n.nspname AS schema,
               CASE WHEN c.relname = 'tenant' THEN 'id' ELSE 'tenant_id' END AS key
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('ops', 'fleet') AND c.relkind = 'r'
          AND (c.oid = 'ops.tenant'::regclass OR EXISTS (
              SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', walled.name);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', walled.name);
        EXECUTE format('CREATE POLICY owner ON %s TO sally_owner USING (true) WITH CHECK (true)',
                       walled.name);
        EXECUTE format(
            'CREATE POLICY pipeline ON %s TO sally_pipeline USING (true) WITH CHECK (true)',
            walled.name);
        EXECUTE format('CREATE POLICY console ON %s TO sally_console USING (%I = %s)',
                       walled.name, walled.key, console);
        IF walled.schema = 'fleet' THEN
            EXECUTE format('CREATE POLICY analyst ON %s FOR SELECT TO sally_analyst '
                           'USING (tenant_id IN (SELECT ops.analyst_tenants()))', walled.name);
        END IF;
    END LOOP;
END $$;

-- What concerns every tenant, the console may read.
CREATE POLICY console_shared ON ops.breaker FOR SELECT TO sally_console USING (tenant_id IS NULL);
CREATE POLICY console_shared ON ops.breaker_event FOR SELECT TO sally_console
    USING (tenant_id IS NULL);
CREATE POLICY console_shared ON ops.incident FOR SELECT TO sally_console USING (tenant_id IS NULL);
