-- One index of a history's periods in place of two: by their end. Of one thing's periods one is open,
-- and no two end at the same instant, so it keeps the open one alone, finds it, and finds the last.
DO $each$
DECLARE kept record;
BEGIN
    FOR kept IN
        SELECT * FROM (VALUES
            ('hos_status_history', 'integration_id, vendor_id'),
            ('load_history', 'integration_id, vendor_id'),
            ('fuel_price_history', 'integration_id, parent_id, vendor_id')
        ) AS v(history, key)
    LOOP
        EXECUTE format('CREATE UNIQUE INDEX uq_%1$s_end ON fleet.%1$s (tenant_id, %2$s, valid_to) '
            'NULLS NOT DISTINCT', kept.history, kept.key);
        EXECUTE format('ALTER TABLE fleet.%1$s DROP CONSTRAINT pk_%1$s', kept.history);
        EXECUTE format('DROP INDEX fleet.uq_%s_open', kept.history);
    END LOOP;
END $each$;
