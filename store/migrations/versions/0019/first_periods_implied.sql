-- What is as it was when it first landed has no period stored: its row says all that one would say.
-- The period is written when something changes, by the trigger that closes it. A first load of a
-- hundred thousand rows wrote as many periods, which took nearly as long as the rows.

ALTER TABLE fleet.hos_status_history RENAME TO hos_status_period;
ALTER TABLE fleet.load_history RENAME TO load_period;
ALTER TABLE fleet.fuel_price_history RENAME TO fuel_price_period;

DO $each$
DECLARE
    kept record;
    part record;
    made text;
BEGIN
    FOR kept IN
        SELECT v.*, v.history || '_period' AS periods
        FROM (VALUES
            ('hos_clock', 'hos_status', ARRAY['tenant_id', 'integration_id', 'vendor_id'],
                ARRAY['duty_status', 'vendor_duty_status', 'vehicle_id', 'vehicle_name'],
                '(o.duty_status, o.vehicle_id) IS DISTINCT FROM (n.duty_status, n.vehicle_id)',
                NULL),
            ('load', 'load', ARRAY['tenant_id', 'integration_id', 'vendor_id'],
                ARRAY['load_number', 'status', 'is_open', 'driver_id', 'driver_name', 'truck_unit',
                    'pickup_at', 'delivery_at', 'rate_amount', 'rate_currency'],
                'fleet.load_changes(to_jsonb(o), to_jsonb(n)) <> ''{}''',
                'fleet.load_changes(to_jsonb(o), to_jsonb(n))'),
            ('fuel_price', 'fuel_price',
                ARRAY['tenant_id', 'integration_id', 'parent_id', 'vendor_id'],
                ARRAY['product', 'price_type', 'amount', 'currency', 'unit', 'is_estimated',
                    'source_updated_at'],
                '(o.amount, o.is_estimated) IS DISTINCT FROM (n.amount, n.is_estimated)', NULL)
        ) AS v(landed, history, key, columns, differs, changes)
    LOOP
        -- Names that still say history.
        FOR part IN SELECT conname AS name FROM pg_constraint
            WHERE conrelid = format('fleet.%I', kept.periods)::regclass
                AND conname LIKE '%' || kept.history || '_history%'
        LOOP
            EXECUTE format('ALTER TABLE fleet.%I RENAME CONSTRAINT %I TO %I', kept.periods,
                part.name, replace(part.name, kept.history || '_history', kept.periods));
        END LOOP;
        FOR part IN SELECT indexname AS name FROM pg_indexes
            WHERE schemaname = 'fleet' AND tablename = kept.periods
                AND indexname LIKE '%' || kept.history || '_history%'
        LOOP
            EXECUTE format('ALTER INDEX fleet.%I RENAME TO %I', part.name,
                replace(part.name, kept.history || '_history', kept.periods));
        END LOOP;

        -- Since when a row is there, and by which run: what its first period begins with.
        EXECUTE format('ALTER TABLE fleet.%I ADD COLUMN first_run_id uuid, '
            'ADD COLUMN first_seen_at timestamptz NOT NULL DEFAULT now()', kept.landed);
        EXECUTE format('COMMENT ON COLUMN fleet.%I.first_run_id IS '
            '''The run that brought it first; null for what was there before this was kept.''',
            kept.landed);
        EXECUTE format('COMMENT ON COLUMN fleet.%I.first_seen_at IS '
            '''When it landed first, or when this began to be kept.''', kept.landed);

        made := $made$
CREATE OR REPLACE FUNCTION fleet.keep_<history>_history() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $body$
DECLARE
    found fleet.<landed>[];
    were fleet.<landed>[];
    changes jsonb[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- What never was before needs no period yet: its row is it.
        IF NOT EXISTS (
            SELECT FROM (SELECT DISTINCT c.tenant_id, c.integration_id FROM added c) c
            CROSS JOIN LATERAL (SELECT FROM fleet.<periods> k
                WHERE k.tenant_id = c.tenant_id AND k.integration_id = c.integration_id LIMIT 1) k
        ) THEN
            RETURN NULL;
        END IF;
        INSERT INTO fleet.<periods> (run_id, <keys>, <columns>, valid_from)
        SELECT c.run_id, <c.keys>, <c.columns>, now()
        FROM added c
        CROSS JOIN LATERAL (SELECT FROM fleet.<periods> k WHERE <k = c> LIMIT 1) k
        WHERE c.deleted_at IS NULL;
    ELSIF TG_OP = 'DELETE' THEN
        <store gone c>;
        UPDATE fleet.<periods> k
        SET valid_to = greatest(now(), k.valid_from + interval '1 microsecond')
        FROM gone c WHERE <k = c> AND k.valid_to IS NULL;
    ELSIF TG_OP = 'TRUNCATE' THEN
        <store fleet.<landed> c>;
        UPDATE fleet.<periods> k
        SET valid_to = greatest(now(), k.valid_from + interval '1 microsecond')
        WHERE k.valid_to IS NULL;
    ELSIF EXISTS (SELECT FROM after) THEN
        EXECUTE $do$
            SELECT array_agg(n), array_agg(o), array_agg(<changes>)
            FROM after n JOIN before o ON <n = o>
            WHERE (o.deleted_at IS NULL) <> (n.deleted_at IS NULL)
                OR (o.deleted_at IS NULL AND <differs>)
        $do$ INTO found, were, changes;
        IF found IS NULL THEN
            RETURN NULL;
        END IF;
        -- What had no period stored gets it now, to be closed like the others.
        EXECUTE $do$ <store unnest($1) c> $do$ USING were;
        EXECUTE $do$
            WITH closed AS (
                UPDATE fleet.<periods> k
                SET valid_to = greatest(now(), k.valid_from + interval '1 microsecond')
                FROM unnest($1) c WHERE <k = c> AND k.valid_to IS NULL
                RETURNING <k.keys>, k.valid_to
            )
            INSERT INTO fleet.<periods> (run_id, <keys>, <columns>, <changes to>
                valid_from, is_first)
            SELECT c.run_id, <c.keys>, <c.columns>, <changes from>
                greatest(now(), k.valid_to, d.valid_to), d.valid_from IS NULL
            FROM ROWS FROM (unnest($1), unnest($2)) c
            LEFT JOIN closed k ON <k = c>
            LEFT JOIN LATERAL (SELECT k.valid_from, k.valid_to FROM fleet.<periods> k
                WHERE <k = c> ORDER BY k.valid_to DESC LIMIT 1) d ON true
            WHERE c.deleted_at IS NULL
        $do$ USING found, changes;
    END IF;
    RETURN NULL;
END $body$;
COMMENT ON FUNCTION fleet.keep_<history>_history() IS
    'Trigger that keeps fleet.<periods> in step with fleet.<landed>.';

-- Before it is emptied: afterwards its rows can no longer be seen.
DROP TRIGGER keep_history_of_all_gone ON fleet.<landed>;
CREATE TRIGGER keep_history_of_all_gone BEFORE TRUNCATE ON fleet.<landed>
    FOR EACH STATEMENT EXECUTE FUNCTION fleet.keep_<history>_history();

CREATE VIEW fleet.<history>_history WITH (security_invoker = true) AS
SELECT tenant_id, integration_id, run_id, valid_from, valid_to, is_first, <its><changes too>
FROM fleet.<periods>
UNION ALL
SELECT c.tenant_id, c.integration_id, coalesce(c.first_run_id, c.run_id), c.first_seen_at, NULL,
    true, <c.its><no changes>
FROM fleet.<landed> c
WHERE c.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM fleet.<periods> k WHERE <k = c> AND k.valid_to IS NULL);
GRANT SELECT ON fleet.<history>_history TO sally_pipeline, sally_console, sally_analyst;
$made$;
        made := regexp_replace(made, '<store (.*?) c>', $store$INSERT INTO fleet.<periods>
            (run_id, <keys>, <columns>, valid_from, is_first)
        SELECT coalesce(c.first_run_id, c.run_id), <c.keys>, <c.columns>, c.first_seen_at, true
        FROM \1 c
        WHERE c.deleted_at IS NULL
            AND NOT EXISTS (SELECT FROM fleet.<periods> k WHERE <k = c> AND k.valid_to IS NULL)$store$,
            'g');
        made := replace(made, '<changes>', coalesce(kept.changes, 'NULL::jsonb'));
        made := replace(made, '<changes to>',
            CASE WHEN kept.changes IS NULL THEN '' ELSE 'changes,' END);
        made := replace(made, '<changes from>',
            CASE WHEN kept.changes IS NULL THEN '' ELSE 'c.unnest,' END);
        made := replace(made, '<changes too>',
            CASE WHEN kept.changes IS NULL THEN '' ELSE ', changes' END);
        made := replace(made, '<no changes>',
            CASE WHEN kept.changes IS NULL THEN '' ELSE ', ''{}''::jsonb' END);
        made := replace(made, '<differs>', kept.differs);
        made := replace(made, '<k = c>', (
            SELECT string_agg(format('k.%1$I = c.%1$I', name), ' AND ') FROM unnest(kept.key) name));
        made := replace(made, '<n = o>', (
            SELECT string_agg(format('n.%1$I = o.%1$I', name), ' AND ') FROM unnest(kept.key) name));
        made := replace(made, '<k.keys>', 'k.' || array_to_string(kept.key, ', k.'));
        made := replace(made, '<c.keys>', 'c.' || array_to_string(kept.key, ', c.'));
        made := replace(made, '<keys>', array_to_string(kept.key, ', '));
        made := replace(made, '<its>', array_to_string(kept.key[3:] || kept.columns, ', '));
        made := replace(made, '<c.its>',
            'c.' || array_to_string(kept.key[3:] || kept.columns, ', c.'));
        made := replace(made, '<c.columns>', 'c.' || array_to_string(kept.columns, ', c.'));
        made := replace(made, '<columns>', array_to_string(kept.columns, ', '));
        made := replace(made, '<periods>', kept.periods);
        made := replace(made, '<history>', kept.history);
        made := replace(made, '<landed>', kept.landed);
        EXECUTE made;

        -- The view is what the table was, and is described like it.
        FOR part IN
            SELECT a.attname AS name, col_description(a.attrelid, a.attnum) AS about
            FROM pg_attribute a WHERE a.attrelid = format('fleet.%I', kept.periods)::regclass
                AND a.attnum > 0 AND NOT a.attisdropped
        LOOP
            EXECUTE format('COMMENT ON COLUMN fleet.%I.%I IS %L', kept.history || '_history',
                part.name, part.about);
        END LOOP;
        EXECUTE format('COMMENT ON VIEW fleet.%I IS %L', kept.history || '_history',
            obj_description(format('fleet.%I', kept.periods)::regclass));
        EXECUTE format('COMMENT ON TABLE fleet.%I IS %L', kept.periods, format(
            'What fleet.%s_history reads: every period but those of rows that are as they first '
            'landed.', kept.history));
    END LOOP;
END $each$;

-- It read the table of that name, and reads the view now.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW analytics.diesel_price_weekly WITH (security_invoker = true) AS '
        || replace(pg_get_viewdef('analytics.diesel_price_weekly'::regclass),
            'fleet.fuel_price_period', 'fleet.fuel_price_history');
END $$;
