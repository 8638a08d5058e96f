-- Who writes the histories: triggers, once a statement, in the transaction that lands the change.
-- A statement that changes nothing pays for one look into an empty table of its changed rows.
--
-- A period that closes ends now, when the change landed. "Now" is the start of a transaction, so
-- one that had to wait for another may come with an older one: then the period it opens begins a
-- microsecond after the one it found. None is ever empty, and none overlaps.

-- Which of the vendor's fields differ between two versions of a load, each as [before, after].
CREATE FUNCTION fleet.load_changes(before jsonb, after jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
    SELECT coalesce(jsonb_object_agg(n.key, jsonb_build_array(o.value, n.value)), '{}')
    FROM jsonb_each(before) o JOIN jsonb_each(after) n ON n.key = o.key
    WHERE n.value <> o.value AND n.key NOT IN ('run_id', 'synced_at', 'row_hash',
        'missing_since', 'missing_runs', 'deleted_at', 'source_updated_at')
$$;
COMMENT ON FUNCTION fleet.load_changes(jsonb, jsonb) IS
    'The vendor''s fields that differ between two versions of a load, each as [before, after].';

-- One function for each history, after one pattern. What it does is planned anew each time: a plan
-- kept from ten changed rows would compare a hundred thousand with each other. The changed rows
-- travel as an array for the same reason: its length is known to the planner.
DO $pattern$
DECLARE
    kept record;
    made text;
BEGIN
    FOR kept IN
        SELECT * FROM (VALUES
            ('hos_clock', 'hos_status_history', ARRAY['tenant_id', 'integration_id', 'vendor_id'],
                ARRAY['duty_status', 'vendor_duty_status', 'vehicle_id', 'vehicle_name'],
                '(o.duty_status, o.vehicle_id) IS DISTINCT FROM (n.duty_status, n.vehicle_id)',
                NULL),
            ('load', 'load_history', ARRAY['tenant_id', 'integration_id', 'vendor_id'],
                ARRAY['load_number', 'status', 'is_open', 'driver_id', 'driver_name', 'truck_unit',
                    'pickup_at', 'delivery_at', 'rate_amount', 'rate_currency'],
                'fleet.load_changes(to_jsonb(o), to_jsonb(n)) <> ''{}''',
                'fleet.load_changes(to_jsonb(o), to_jsonb(n))'),
            ('fuel_price', 'fuel_price_history',
                ARRAY['tenant_id', 'integration_id', 'parent_id', 'vendor_id'],
                ARRAY['product', 'price_type', 'amount', 'currency', 'unit', 'is_estimated',
                    'source_updated_at'],
                '(o.amount, o.is_estimated) IS DISTINCT FROM (n.amount, n.is_estimated)', NULL)
        ) AS v(landed, history, key, columns, differs, changes)
    LOOP
        made := $made$
CREATE FUNCTION fleet.keep_<history>() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $body$
DECLARE
    found fleet.<landed>[];
    changes jsonb[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO fleet.<history> (run_id, <keys>, <columns>, valid_from, is_first)
        SELECT c.run_id, <c.keys>, <c.columns>, now(), k.valid_from IS NULL
        FROM added c
        LEFT JOIN LATERAL (SELECT k.valid_from FROM fleet.<history> k WHERE <k = c> LIMIT 1) k
            ON true
        WHERE c.deleted_at IS NULL;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE fleet.<history> k
        SET valid_to = greatest(now(), k.valid_from + interval '1 microsecond')
        FROM gone c WHERE <k = c> AND k.valid_to IS NULL;
    ELSIF TG_OP = 'TRUNCATE' THEN
        UPDATE fleet.<history> k
        SET valid_to = greatest(now(), k.valid_from + interval '1 microsecond')
        WHERE k.valid_to IS NULL;
    ELSIF EXISTS (SELECT FROM after) THEN
        EXECUTE $do$
            SELECT array_agg(n), array_agg(<changes>) FROM after n JOIN before o ON <n = o>
            WHERE (o.deleted_at IS NULL) <> (n.deleted_at IS NULL)
                OR (o.deleted_at IS NULL AND <differs>)
        $do$ INTO found, changes;
        IF found IS NULL THEN
            RETURN NULL;
        END IF;
        EXECUTE $do$
            WITH closed AS (
                UPDATE fleet.<history> k
                SET valid_to = greatest(now(), k.valid_from + interval '1 microsecond')
                FROM unnest($1) c WHERE <k = c> AND k.valid_to IS NULL
                RETURNING <k.keys>, k.valid_to
            )
            INSERT INTO fleet.<history> (run_id, <keys>, <columns>, <changes to>
                valid_from, is_first)
            SELECT c.run_id, <c.keys>, <c.columns>, <changes from>
                greatest(now(), k.valid_to, d.valid_to), d.valid_from IS NULL
            FROM ROWS FROM (unnest($1), unnest($2)) c
            LEFT JOIN closed k ON <k = c>
            LEFT JOIN LATERAL (SELECT k.valid_from, k.valid_to FROM fleet.<history> k
                WHERE <k = c> ORDER BY k.valid_from DESC LIMIT 1) d ON true
            WHERE c.deleted_at IS NULL
        $do$ USING found, changes;
    END IF;
    RETURN NULL;
END $body$;
COMMENT ON FUNCTION fleet.keep_<history>() IS
    'Trigger that keeps fleet.<history> in step with fleet.<landed>.';
$made$;
        made := replace(made, '<changes>', coalesce(kept.changes, 'NULL::jsonb'));
        made := replace(made, '<changes to>',
            CASE WHEN kept.changes IS NULL THEN '' ELSE 'changes,' END);
        made := replace(made, '<changes from>',
            CASE WHEN kept.changes IS NULL THEN '' ELSE 'c.unnest,' END);
        made := replace(made, '<differs>', kept.differs);
        made := replace(made, '<k = c>', (
            SELECT string_agg(format('k.%1$I = c.%1$I', name), ' AND ') FROM unnest(kept.key) name));
        made := replace(made, '<n = o>', (
            SELECT string_agg(format('n.%1$I = o.%1$I', name), ' AND ') FROM unnest(kept.key) name));
        made := replace(made, '<k.keys>', 'k.' || array_to_string(kept.key, ', k.'));
        made := replace(made, '<c.keys>', 'c.' || array_to_string(kept.key, ', c.'));
        made := replace(made, '<keys>', array_to_string(kept.key, ', '));
        made := replace(made, '<c.columns>', 'c.' || array_to_string(kept.columns, ', c.'));
        made := replace(made, '<columns>', array_to_string(kept.columns, ', '));
        made := replace(made, '<history>', kept.history);
        made := replace(made, '<landed>', kept.landed);
        EXECUTE made;
    END LOOP;
END $pattern$;

-- What is held today began, as far as we know, when its row last changed.
INSERT INTO fleet.hos_status_history (tenant_id, integration_id, run_id, valid_from, is_first,
    vendor_id, duty_status, vendor_duty_status, vehicle_id, vehicle_name)
SELECT tenant_id, integration_id, run_id, synced_at, true, vendor_id, duty_status,
    vendor_duty_status, vehicle_id, vehicle_name
FROM fleet.hos_clock WHERE deleted_at IS NULL;
INSERT INTO fleet.load_history (tenant_id, integration_id, run_id, valid_from, is_first, vendor_id,
    load_number, status, is_open, driver_id, driver_name, truck_unit, pickup_at, delivery_at,
    rate_amount, rate_currency)
SELECT tenant_id, integration_id, run_id, synced_at, true, vendor_id, load_number, status, is_open,
    driver_id, driver_name, truck_unit, pickup_at, delivery_at, rate_amount, rate_currency
FROM fleet.load WHERE deleted_at IS NULL;
INSERT INTO fleet.fuel_price_history (tenant_id, integration_id, run_id, valid_from, is_first,
    parent_id, vendor_id, product, price_type, amount, currency, unit, is_estimated,
    source_updated_at)
SELECT tenant_id, integration_id, run_id, synced_at, true, parent_id, vendor_id, product,
    price_type, amount, currency, unit, is_estimated, source_updated_at
FROM fleet.fuel_price WHERE deleted_at IS NULL;

DO $$
DECLARE pair record;
BEGIN
    FOR pair IN SELECT * FROM (VALUES ('hos_clock', 'hos_status_history'),
        ('load', 'load_history'), ('fuel_price', 'fuel_price_history')) AS p(landed, history)
    LOOP
        EXECUTE format('CREATE TRIGGER keep_history_of_new AFTER INSERT ON fleet.%I REFERENCING '
            'NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fleet.keep_%s()',
            pair.landed, pair.history);
        EXECUTE format('CREATE TRIGGER keep_history_of_changed AFTER UPDATE ON fleet.%I '
            'REFERENCING OLD TABLE AS before NEW TABLE AS after '
            'FOR EACH STATEMENT EXECUTE FUNCTION fleet.keep_%s()', pair.landed, pair.history);
        EXECUTE format('CREATE TRIGGER keep_history_of_gone AFTER DELETE ON fleet.%I REFERENCING '
            'OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION fleet.keep_%s()',
            pair.landed, pair.history);
        EXECUTE format('CREATE TRIGGER keep_history_of_all_gone AFTER TRUNCATE ON fleet.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION fleet.keep_%s()', pair.landed, pair.history);
        EXECUTE format('CREATE TRIGGER check_owner AFTER INSERT ON fleet.%I REFERENCING NEW TABLE '
            'AS added FOR EACH STATEMENT EXECUTE FUNCTION ops.check_owner()', pair.history);
        EXECUTE format('CREATE TRIGGER refuse_move BEFORE UPDATE OF tenant_id, integration_id '
            'ON fleet.%I FOR EACH ROW EXECUTE FUNCTION ops.refuse_move()', pair.history);
    END LOOP;
END $$;
