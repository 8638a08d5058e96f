-- Who writes the histories: triggers, once a statement, in the transaction that lands the change.
-- A statement that changes nothing pays for one look into an empty table of its changed rows.
--
-- A period that closes ends now, when the change landed. "Now" is the start of a transaction, so
-- one that had to wait for another may come with an older one: then the period it opens begins a
-- microsecond after the one it found. None is ever empty, and none overlaps.

CREATE FUNCTION fleet.keep_hos_status_history() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO fleet.hos_status_history AS h (tenant_id, integration_id, run_id, valid_from,
            is_first, vendor_id, duty_status, vendor_duty_status, vehicle_id, vehicle_name)
        SELECT a.tenant_id, a.integration_id, a.run_id, now(),
            NOT EXISTS (SELECT FROM fleet.hos_status_history k
                WHERE k.integration_id = a.integration_id AND k.vendor_id = a.vendor_id),
            a.vendor_id, a.duty_status, a.vendor_duty_status, a.vehicle_id, a.vehicle_name
        FROM added a WHERE a.deleted_at IS NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        WITH changed AS MATERIALIZED (
            SELECT n.* FROM after n
            JOIN before o ON o.integration_id = n.integration_id AND o.vendor_id = n.vendor_id
            WHERE (o.deleted_at IS NULL) <> (n.deleted_at IS NULL)
                OR (o.deleted_at IS NULL AND (o.duty_status, o.vehicle_id)
                    IS DISTINCT FROM (n.duty_status, n.vehicle_id))
        ), closed AS (
            UPDATE fleet.hos_status_history h
            SET valid_to = greatest(now(), h.valid_from + interval '1 microsecond')
            FROM changed c
            WHERE h.integration_id = c.integration_id AND h.vendor_id = c.vendor_id
                AND h.valid_to IS NULL
            RETURNING h.integration_id, h.vendor_id, h.valid_to
        )
        INSERT INTO fleet.hos_status_history (tenant_id, integration_id, run_id, valid_from,
            is_first, vendor_id, duty_status, vendor_duty_status, vehicle_id, vehicle_name)
        SELECT c.tenant_id, c.integration_id, c.run_id,
            greatest(now(), d.valid_to, p.ended_at),
            d.valid_to IS NULL AND p.ended_at IS NULL,
            c.vendor_id, c.duty_status, c.vendor_duty_status, c.vehicle_id, c.vehicle_name
        FROM changed c
        LEFT JOIN closed d ON d.integration_id = c.integration_id AND d.vendor_id = c.vendor_id
        CROSS JOIN LATERAL (SELECT max(k.valid_to) AS ended_at FROM fleet.hos_status_history k
            WHERE k.integration_id = c.integration_id AND k.vendor_id = c.vendor_id) p
        WHERE c.deleted_at IS NULL;
    ELSE
        UPDATE fleet.hos_status_history h
        SET valid_to = greatest(now(), h.valid_from + interval '1 microsecond')
        FROM gone g WHERE h.integration_id = g.integration_id AND h.vendor_id = g.vendor_id
            AND h.valid_to IS NULL;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION fleet.keep_hos_status_history() IS
    'Trigger that keeps fleet.hos_status_history in step with fleet.hos_clock.';

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

CREATE FUNCTION fleet.keep_load_history() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO fleet.load_history (tenant_id, integration_id, run_id, valid_from, is_first,
            vendor_id, load_number, status, is_open, driver_id, driver_name, truck_unit,
            pickup_at, delivery_at, rate_amount, rate_currency)
        SELECT a.tenant_id, a.integration_id, a.run_id, now(),
            NOT EXISTS (SELECT FROM fleet.load_history k
                WHERE k.integration_id = a.integration_id AND k.vendor_id = a.vendor_id),
            a.vendor_id, a.load_number, a.status, a.is_open, a.driver_id, a.driver_name,
            a.truck_unit, a.pickup_at, a.delivery_at, a.rate_amount, a.rate_currency
        FROM added a WHERE a.deleted_at IS NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        WITH changed AS MATERIALIZED (
            SELECT n.*, f.changes FROM after n
            JOIN before o ON o.integration_id = n.integration_id AND o.vendor_id = n.vendor_id
            CROSS JOIN LATERAL fleet.load_changes(to_jsonb(o), to_jsonb(n)) AS f(changes)
            WHERE (o.deleted_at IS NULL) <> (n.deleted_at IS NULL)
                OR (o.deleted_at IS NULL AND f.changes <> '{}')
        ), closed AS (
            UPDATE fleet.load_history h
            SET valid_to = greatest(now(), h.valid_from + interval '1 microsecond')
            FROM changed c
            WHERE h.integration_id = c.integration_id AND h.vendor_id = c.vendor_id
                AND h.valid_to IS NULL
            RETURNING h.integration_id, h.vendor_id, h.valid_to
        )
        INSERT INTO fleet.load_history (tenant_id, integration_id, run_id, valid_from, is_first,
            vendor_id, load_number, status, is_open, driver_id, driver_name, truck_unit,
            pickup_at, delivery_at, rate_amount, rate_currency, changes)
        SELECT c.tenant_id, c.integration_id, c.run_id,
            greatest(now(), d.valid_to, p.ended_at),
            d.valid_to IS NULL AND p.ended_at IS NULL,
            c.vendor_id, c.load_number, c.status, c.is_open, c.driver_id, c.driver_name,
            c.truck_unit, c.pickup_at, c.delivery_at, c.rate_amount, c.rate_currency, c.changes
        FROM changed c
        LEFT JOIN closed d ON d.integration_id = c.integration_id AND d.vendor_id = c.vendor_id
        CROSS JOIN LATERAL (SELECT max(k.valid_to) AS ended_at FROM fleet.load_history k
            WHERE k.integration_id = c.integration_id AND k.vendor_id = c.vendor_id) p
        WHERE c.deleted_at IS NULL;
    ELSE
        UPDATE fleet.load_history h
        SET valid_to = greatest(now(), h.valid_from + interval '1 microsecond')
        FROM gone g WHERE h.integration_id = g.integration_id AND h.vendor_id = g.vendor_id
            AND h.valid_to IS NULL;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION fleet.keep_load_history() IS
    'Trigger that keeps fleet.load_history in step with fleet.load.';

CREATE FUNCTION fleet.keep_fuel_price_history() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO fleet.fuel_price_history (tenant_id, integration_id, run_id, valid_from,
            is_first, parent_id, vendor_id, product, price_type, amount, currency, unit,
            is_estimated, source_updated_at)
        SELECT a.tenant_id, a.integration_id, a.run_id, now(),
            NOT EXISTS (SELECT FROM fleet.fuel_price_history k
                WHERE k.integration_id = a.integration_id AND k.parent_id = a.parent_id
                    AND k.vendor_id = a.vendor_id),
            a.parent_id, a.vendor_id, a.product, a.price_type, a.amount, a.currency, a.unit,
            a.is_estimated, a.source_updated_at
        FROM added a WHERE a.deleted_at IS NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        WITH changed AS MATERIALIZED (
            SELECT n.* FROM after n
            JOIN before o ON o.integration_id = n.integration_id AND o.parent_id = n.parent_id
                AND o.vendor_id = n.vendor_id
            WHERE (o.deleted_at IS NULL) <> (n.deleted_at IS NULL)
                OR (o.deleted_at IS NULL AND (o.amount, o.is_estimated)
                    IS DISTINCT FROM (n.amount, n.is_estimated))
        ), closed AS (
            UPDATE fleet.fuel_price_history h
            SET valid_to = greatest(now(), h.valid_from + interval '1 microsecond')
            FROM changed c
            WHERE h.integration_id = c.integration_id AND h.parent_id = c.parent_id
                AND h.vendor_id = c.vendor_id AND h.valid_to IS NULL
            RETURNING h.integration_id, h.parent_id, h.vendor_id, h.valid_to
        )
        INSERT INTO fleet.fuel_price_history (tenant_id, integration_id, run_id, valid_from,
            is_first, parent_id, vendor_id, product, price_type, amount, currency, unit,
            is_estimated, source_updated_at)
        SELECT c.tenant_id, c.integration_id, c.run_id,
            greatest(now(), d.valid_to, p.ended_at),
            d.valid_to IS NULL AND p.ended_at IS NULL,
            c.parent_id, c.vendor_id, c.product, c.price_type, c.amount, c.currency, c.unit,
            c.is_estimated, c.source_updated_at
        FROM changed c
        LEFT JOIN closed d ON d.integration_id = c.integration_id AND d.parent_id = c.parent_id
            AND d.vendor_id = c.vendor_id
        CROSS JOIN LATERAL (SELECT max(k.valid_to) AS ended_at FROM fleet.fuel_price_history k
            WHERE k.integration_id = c.integration_id AND k.parent_id = c.parent_id
                AND k.vendor_id = c.vendor_id) p
        WHERE c.deleted_at IS NULL;
    ELSE
        UPDATE fleet.fuel_price_history h
        SET valid_to = greatest(now(), h.valid_from + interval '1 microsecond')
        FROM gone g WHERE h.integration_id = g.integration_id AND h.parent_id = g.parent_id
            AND h.vendor_id = g.vendor_id AND h.valid_to IS NULL;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION fleet.keep_fuel_price_history() IS
    'Trigger that keeps fleet.fuel_price_history in step with fleet.fuel_price.';

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
        EXECUTE format('CREATE TRIGGER check_owner AFTER INSERT ON fleet.%I REFERENCING NEW TABLE '
            'AS added FOR EACH STATEMENT EXECUTE FUNCTION ops.check_owner()', pair.history);
        EXECUTE format('CREATE TRIGGER refuse_move BEFORE UPDATE OF tenant_id, integration_id '
            'ON fleet.%I FOR EACH ROW EXECUTE FUNCTION ops.refuse_move()', pair.history);
    END LOOP;
END $$;
