-- What a connection brings for the first time has no past: whether there is any is asked once for
-- each connection, and not once for each of a hundred thousand rows.
DO $each$
DECLARE
    kept record;
    old text;
    made text;
BEGIN
    FOR kept IN
        SELECT * FROM (VALUES
            ('hos_status_history', 'run_id, tenant_id, integration_id, vendor_id, duty_status, vendor_duty_status, vehicle_id, vehicle_name'),
            ('load_history', 'run_id, tenant_id, integration_id, vendor_id, load_number, status, is_open, driver_id, driver_name, truck_unit, pickup_at, delivery_at, rate_amount, rate_currency'),
            ('fuel_price_history', 'run_id, tenant_id, integration_id, parent_id, vendor_id, product, price_type, amount, currency, unit, is_estimated, source_updated_at')
        ) AS v(history, columns)
    LOOP
        old := pg_get_functiondef(format('fleet.keep_%s()', kept.history)::regprocedure);
        made := replace(old, 'IF TG_OP = ''INSERT'' THEN', format($first$IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM (SELECT DISTINCT c.tenant_id, c.integration_id FROM added c) c
            CROSS JOIN LATERAL (SELECT FROM fleet.%1$I k
                WHERE k.tenant_id = c.tenant_id AND k.integration_id = c.integration_id LIMIT 1) k
        ) THEN
            INSERT INTO fleet.%1$I (%2$s, valid_from, is_first)
            SELECT %2$s, now(), true FROM added WHERE deleted_at IS NULL;
            RETURN NULL;
        END IF;$first$, kept.history, kept.columns));
        IF made = old THEN
            RAISE EXCEPTION 'fleet.keep_%() is not as migration 0010 made it', kept.history;
        END IF;
        EXECUTE made;
    END LOOP;
END $each$;
