-- Runs and their datasets in parts, a month each. Ids of runs grow with time, so they are what a
-- part is chosen by: keys, foreign keys and lookups stay as they were. What is there becomes the
-- first part as it stands; no row is copied. A part of datasets points at the runs of its own month:
-- a key to all of them would be looked through whenever a month leaves.

CREATE SCHEMA parts;
COMMENT ON SCHEMA parts IS
    'The months of ops.sync_run and ops.sync_run_dataset. They are asked through those alone.';

CREATE FUNCTION ops.first_id(at timestamptz) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN rpad(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid;
COMMENT ON FUNCTION ops.first_id(timestamptz) IS 'The least id of a moment: ids are UUIDs of version 7.';

ALTER TABLE ops.sync_run SET SCHEMA parts;
ALTER TABLE parts.sync_run RENAME TO sync_run_before;
ALTER TABLE ops.sync_run_dataset SET SCHEMA parts;
ALTER TABLE parts.sync_run_dataset RENAME TO sync_run_dataset_before;

CREATE TABLE ops.sync_run
    (LIKE parts.sync_run_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS)
    PARTITION BY RANGE (id);
ALTER TABLE ops.sync_run
    ADD CONSTRAINT pk_sync_run PRIMARY KEY (id),
    ADD CONSTRAINT uq_sync_run_tenant_id_id UNIQUE (tenant_id, id),
    ADD CONSTRAINT fk_sync_run_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id);
CREATE INDEX ix_sync_run_integration_id_id ON ops.sync_run (integration_id, id);
CREATE INDEX ix_sync_run_blocks ON ops.sync_run USING brin (started_at, flow_run_id text_bloom_ops)
    WITH (autosummarize = on, pages_per_range = 32);

CREATE TABLE ops.sync_run_dataset
    (LIKE parts.sync_run_dataset_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS)
    PARTITION BY RANGE (run_id);
ALTER TABLE ops.sync_run_dataset ADD CONSTRAINT pk_sync_run_dataset PRIMARY KEY (run_id, dataset);

DO $$
DECLARE
    ends constant uuid := ops.first_id(
        (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
    whole text;
    held record;
BEGIN
    FOREACH whole IN ARRAY ARRAY['sync_run', 'sync_run_dataset'] LOOP
        EXECUTE format('ALTER TABLE ops.%I ATTACH PARTITION parts.%I FOR VALUES FROM (MINVALUE) TO (%L)',
            whole, whole || '_before', ends);
        EXECUTE format('COMMENT ON TABLE ops.%I IS %L', whole,
            obj_description(format('parts.%I', whole || '_before')::regclass));
        -- Who may do what, and the wall around each tenant, as on the table that it was.
        EXECUTE format('ALTER TABLE ops.%I ENABLE ROW LEVEL SECURITY', whole);
        EXECUTE format('ALTER TABLE ops.%I FORCE ROW LEVEL SECURITY', whole);
        FOR held IN
            SELECT p.policyname, p.permissive, p.roles, p.cmd, p.qual, p.with_check
            FROM pg_policies p WHERE p.schemaname = 'parts' AND p.tablename = whole || '_before'
        LOOP
            EXECUTE format('CREATE POLICY %I ON ops.%I AS %s FOR %s TO %s', held.policyname, whole,
                    held.permissive, held.cmd,
                    (SELECT string_agg(quote_ident(r), ', ') FROM unnest(held.roles) AS r))
                || coalesce(' USING (' || held.qual || ')', '')
                || coalesce(' WITH CHECK (' || held.with_check || ')', '');
        END LOOP;
        FOR held IN
            SELECT a.grantee::regrole AS grantee, string_agg(a.privilege_type, ', ') AS what,
                format('parts.%I', whole || '_before') AS part
            FROM pg_class c CROSS JOIN aclexplode(c.relacl) a
            WHERE c.oid = format('parts.%I', whole || '_before')::regclass
                AND a.grantee <> c.relowner AND a.grantee <> 0
            GROUP BY a.grantee
        LOOP
            EXECUTE format('GRANT %s ON ops.%I TO %s', held.what, whole, held.grantee);
            EXECUTE format('REVOKE ALL ON %s FROM %s', held.part, held.grantee);
        END LOOP;
        FOR held IN
            SELECT a.grantee::regrole AS grantee, a.privilege_type AS what,
                string_agg(quote_ident(t.attname), ', ') AS columns,
                format('parts.%I', whole || '_before') AS part
            FROM pg_attribute t CROSS JOIN aclexplode(t.attacl) a
            WHERE t.attrelid = format('parts.%I', whole || '_before')::regclass
                AND NOT t.attisdropped
            GROUP BY a.grantee, a.privilege_type
        LOOP
            EXECUTE format('GRANT %s (%s) ON ops.%I TO %s', held.what, held.columns, whole,
                held.grantee);
            EXECUTE format('REVOKE %s (%s) ON %s FROM %s', held.what, held.columns, held.part,
                held.grantee);
        END LOOP;
        -- For ids that are nobody's month: they are kept all the same.
        EXECUTE format('CREATE TABLE parts.%I PARTITION OF ops.%I DEFAULT', whole || '_other', whole);
    END LOOP;
    ALTER TABLE parts.sync_run_other SET (fillfactor = 50);
    ALTER TABLE parts.sync_run_dataset_other ADD CONSTRAINT fk_sync_run_dataset_tenant_id_run_id
        FOREIGN KEY (tenant_id, run_id) REFERENCES parts.sync_run_other (tenant_id, id);
    -- Views hold on to the table that they were made from, whatever it is called.
    FOR held IN
        SELECT DISTINCT c.oid::regclass AS name, pg_get_viewdef(c.oid) AS body,
            coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') AS options
        FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
        WHERE d.classid = 'pg_rewrite'::regclass AND c.relkind = 'v' AND d.refobjid IN (
            'parts.sync_run_before'::regclass, 'parts.sync_run_dataset_before'::regclass)
    LOOP
        EXECUTE format('CREATE OR REPLACE VIEW %s%s AS %s', held.name, held.options,
            replace(replace(held.body, 'parts.sync_run_dataset_before', 'ops.sync_run_dataset'),
                'parts.sync_run_before', 'ops.sync_run'));
    END LOOP;
END $$;

-- Months are made long before they come. Whoever has to wait for the table lets it be, and comes
-- back: nothing that syncs waits longer than that.
CREATE FUNCTION ops.make_months(ahead integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '1s' AS $$
DECLARE
    this_month constant timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    starts timestamptz;
    ends timestamptz;
    month text;
BEGIN
    FOR n IN 1 .. ahead LOOP
        starts := (this_month + make_interval(months => n)) AT TIME ZONE 'UTC';
        ends := (this_month + make_interval(months => n + 1)) AT TIME ZONE 'UTC';
        month := to_char(starts AT TIME ZONE 'UTC', '_YYYY_MM');
        CONTINUE WHEN to_regclass('parts.sync_run_dataset' || month) IS NOT NULL;
        EXECUTE format('CREATE TABLE parts.%I PARTITION OF ops.sync_run FOR VALUES FROM (%L) TO (%L) '
            'WITH (fillfactor = 50)', 'sync_run' || month, ops.first_id(starts), ops.first_id(ends));
        EXECUTE format('CREATE TABLE parts.%I PARTITION OF ops.sync_run_dataset '
            'FOR VALUES FROM (%L) TO (%L)', 'sync_run_dataset' || month, ops.first_id(starts),
            ops.first_id(ends));
        EXECUTE format('ALTER TABLE parts.%I ADD CONSTRAINT fk_sync_run_dataset_tenant_id_run_id '
            'FOREIGN KEY (tenant_id, run_id) REFERENCES parts.%I (tenant_id, id)',
            'sync_run_dataset' || month, 'sync_run' || month);
        RETURN NEXT 'sync_run' || month;
    END LOOP;
END $$;

-- A month leaves when all of it is older than `keep`. What a person or the next sync may ask for
-- moves aside first: an integration's newest run, and the run that last tried a dataset.
CREATE FUNCTION ops.drop_months(keep interval) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '1s' AS $$
DECLARE
    month record;
    kept ops.sync_run[];
    parts_of_kept ops.sync_run_dataset[];
BEGIN
    FOR month IN
        SELECT substr(c.relname, length('sync_run') + 1) AS name,
            substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$FROM \('([0-9a-f-]+)'\)$re$)::uuid
                AS starts,
            substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('([0-9a-f-]+)'\)$re$)::uuid
                AS ends
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
        WHERE h.inhparent = 'ops.sync_run'::regclass
        ORDER BY 1
    LOOP
        CONTINUE WHEN month.ends IS NULL OR month.ends > ops.first_id(now() - keep);
        -- It is closed first, and that is another's work.
        CONTINUE WHEN EXISTS (SELECT FROM ops.sync_run r WHERE r.id < month.ends
            AND (month.starts IS NULL OR r.id >= month.starts) AND r.status = 'running');
        SELECT array_agg(r) INTO kept
        FROM ops.sync_run r JOIN ops.integration i ON i.id = r.integration_id
        WHERE r.id < month.ends AND (month.starts IS NULL OR r.id >= month.starts)
            AND (i.last_started_at IS NULL OR r.started_at >= i.last_started_at
                OR EXISTS (SELECT FROM ops.dataset_state s
                    WHERE s.integration_id = r.integration_id AND s.last_run_id = r.id));
        SELECT array_agg(d) INTO parts_of_kept FROM ops.sync_run_dataset d
        WHERE d.run_id = ANY (SELECT (unnest(kept)).id);
        EXECUTE format('DROP TABLE parts.%I', 'sync_run_dataset' || month.name);
        EXECUTE format('DROP TABLE parts.%I', 'sync_run' || month.name);
        INSERT INTO ops.sync_run SELECT (unnest(kept)).*;
        INSERT INTO ops.sync_run_dataset SELECT (unnest(parts_of_kept)).*;
        RETURN NEXT 'sync_run' || month.name;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ops.make_months(integer), ops.drop_months(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.make_months(integer), ops.drop_months(interval) TO sally_pipeline;

SELECT ops.make_months(3);
