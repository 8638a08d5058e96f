-- Diesel by state and brand, this week against last.

CREATE VIEW analytics.diesel_price_weekly WITH (security_invoker = true) AS
WITH week AS (
    SELECT 'this' AS name, now() - interval '7 days' AS start_at, now() AS end_at
    UNION ALL SELECT 'last', now() - interval '14 days', now() - interval '7 days'
), held AS (
    -- How long each price held within the week, in seconds.
    SELECT h.tenant_id, h.integration_id, h.parent_id, h.price_type, h.currency, h.unit, w.name,
        h.amount, extract(epoch FROM least(coalesce(h.valid_to, w.end_at), w.end_at)
            - greatest(h.valid_from, w.start_at)) AS seconds
    FROM week w
    JOIN fleet.fuel_price_history h ON h.product = 'diesel' AND h.valid_from < w.end_at
        AND coalesce(h.valid_to, 'infinity') > w.start_at
)
SELECT h.tenant_id, t.slug AS tenant, s.state, s.brand, h.price_type, h.currency, h.unit,
    sum(h.amount * h.seconds) FILTER (WHERE h.name = 'this')
        / sum(h.seconds) FILTER (WHERE h.name = 'this') AS this_week,
    sum(h.amount * h.seconds) FILTER (WHERE h.name = 'last')
        / sum(h.seconds) FILTER (WHERE h.name = 'last') AS last_week,
    sum(h.amount * h.seconds) FILTER (WHERE h.name = 'this')
        / sum(h.seconds) FILTER (WHERE h.name = 'this')
        - sum(h.amount * h.seconds) FILTER (WHERE h.name = 'last')
        / sum(h.seconds) FILTER (WHERE h.name = 'last') AS change,
    min(h.amount) FILTER (WHERE h.name = 'this') AS lowest_this_week,
    count(DISTINCT h.parent_id) FILTER (WHERE h.name = 'this') AS stations_this_week,
    count(DISTINCT h.parent_id) FILTER (WHERE h.name = 'last') AS stations_last_week
FROM held h
JOIN fleet.fuel_station s ON s.integration_id = h.integration_id AND s.vendor_id = h.parent_id
JOIN ops.tenant t ON t.id = h.tenant_id
WHERE h.seconds > 0
GROUP BY h.tenant_id, t.slug, s.state, s.brand, h.price_type, h.currency, h.unit;
COMMENT ON VIEW analytics.diesel_price_weekly IS 'Diesel by state and brand: the mean of the last seven days against that of the seven before, each price weighted by how long it held. A week of which nothing is known is null.';
COMMENT ON COLUMN analytics.diesel_price_weekly.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.diesel_price_weekly.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.diesel_price_weekly.state IS 'State or province of the stations.';
COMMENT ON COLUMN analytics.diesel_price_weekly.brand IS 'Their brand.';
COMMENT ON COLUMN analytics.diesel_price_weekly.price_type IS 'Kind of price: posted, cash or of a card.';
COMMENT ON COLUMN analytics.diesel_price_weekly.currency IS 'Its currency.';
COMMENT ON COLUMN analytics.diesel_price_weekly.unit IS 'What it buys: a gallon or a litre.';
COMMENT ON COLUMN analytics.diesel_price_weekly.this_week IS 'Mean price of the last seven days.';
COMMENT ON COLUMN analytics.diesel_price_weekly.last_week IS 'Mean price of the seven days before; null when none is known.';
COMMENT ON COLUMN analytics.diesel_price_weekly.change IS 'This week''s less last week''s; null when either is.';
COMMENT ON COLUMN analytics.diesel_price_weekly.lowest_this_week IS 'The lowest price of the last seven days.';
COMMENT ON COLUMN analytics.diesel_price_weekly.stations_this_week IS 'Stations whose price of this week is known.';
COMMENT ON COLUMN analytics.diesel_price_weekly.stations_last_week IS 'Stations whose price of last week is known.';
