-- Who may do what with the histories: the pipeline opens periods and closes them, and no more.
-- It may not insert a closed one, which the exclusion constraints rely on.

GRANT SELECT, DELETE, UPDATE (valid_to) ON fleet.hos_status_history, fleet.load_history,
    fleet.fuel_price_history TO sally_pipeline;
DO $$
DECLARE history record;
BEGIN
    FOR history IN
        SELECT c.oid, c.oid::regclass AS name, string_agg(quote_ident(a.attname), ', ') AS columns
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE c.relnamespace = 'fleet'::regnamespace AND c.relkind = 'r'
            AND c.relname IN ('hos_status_history', 'load_history', 'fuel_price_history')
            AND a.attname <> 'valid_to' AND NOT a.attisdropped
        GROUP BY c.oid
    LOOP
        EXECUTE format('GRANT INSERT (%s) ON %s TO sally_pipeline', history.columns, history.name);
        EXECUTE format('GRANT SELECT ON %s TO sally_console, sally_analyst', history.name);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', history.name);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', history.name);
        EXECUTE format('CREATE POLICY owner ON %s TO sally_owner USING (true) WITH CHECK (true)',
            history.name);
        EXECUTE format('CREATE POLICY pipeline ON %s TO sally_pipeline USING (true) '
            'WITH CHECK (true)', history.name);
        EXECUTE format('CREATE POLICY console ON %s FOR SELECT TO sally_console USING (tenant_id = '
            '(SELECT nullif(current_setting(''sally.tenant_id'', true), '''')::uuid))',
            history.name);
        EXECUTE format('CREATE POLICY analyst ON %s FOR SELECT TO sally_analyst '
            'USING (tenant_id IN (SELECT ops.analyst_tenants()))', history.name);
    END LOOP;
END $$;
