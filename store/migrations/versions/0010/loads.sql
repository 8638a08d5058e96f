-- Loads that are late or at risk, and the weather that touches active loads.

CREATE VIEW analytics.load_risk WITH (security_invoker = true) AS
WITH stop AS NOT MATERIALIZED (
    SELECT s.integration_id, s.parent_id, s.sequence, s.stop_type, s.name, s.city, s.state,
        s.eta_at, s.arrived_at,
        coalesce(s.appointment_end_at, s.appointment_start_at) AS due_at
    FROM fleet.load_stop s
    WHERE s.deleted_at IS NULL AND s.departed_at IS NULL
        AND s.status NOT IN ('completed', 'skipped', 'cancelled')
), load AS (
    SELECT l.tenant_id, l.integration_id, l.vendor_id, l.load_number, l.status, l.driver_id,
        l.driver_name, l.truck_unit, l.customer_name, l.synced_at,
        CASE WHEN l.status = 'in_transit' THEN 'delivery' ELSE 'pickup' END AS next_type,
        CASE WHEN l.status = 'in_transit' THEN l.delivery_location ELSE l.pickup_location END
            AS next_place,
        CASE WHEN l.status = 'in_transit' THEN l.delivery_at ELSE l.pickup_at END AS next_due_at
    FROM fleet.load l
    WHERE l.is_open AND l.deleted_at IS NULL
), judged AS (
    SELECT l.tenant_id, t.slug AS tenant, l.integration_id, l.vendor_id AS load_id, l.load_number,
        l.status, l.customer_name, l.driver_name, l.truck_unit,
        n.sequence AS stop_sequence, coalesce(n.stop_type, l.next_type) AS stop_type,
        coalesce(nullif(concat_ws(', ', n.name, n.city, n.state), ''), l.next_place) AS place,
        coalesce(n.due_at, CASE WHEN n.stop_type IS NULL OR n.stop_type = l.next_type
            THEN l.next_due_at END) AS due_at,
        n.eta_at, n.arrived_at, w.sequence AS later_sequence, w.due_at AS later_due_at,
        w.eta_at AS later_eta_at, l.driver_id IS NOT NULL OR l.driver_name IS NOT NULL AS has_driver
    FROM load l
    JOIN ops.tenant t ON t.id = l.tenant_id
    LEFT JOIN LATERAL (
        SELECT * FROM stop s
        WHERE s.integration_id = l.integration_id AND s.parent_id = l.vendor_id
        ORDER BY s.sequence LIMIT 1
    ) n ON true
    LEFT JOIN LATERAL (
        SELECT * FROM stop s
        WHERE s.integration_id = l.integration_id AND s.parent_id = l.vendor_id
            AND s.sequence > n.sequence AND s.eta_at > s.due_at
        ORDER BY s.eta_at - s.due_at DESC LIMIT 1
    ) w ON true
)
SELECT j.tenant_id, j.tenant, j.integration_id, j.load_id, j.load_number, j.status,
    j.customer_name, j.driver_name, j.truck_unit, j.stop_sequence, j.stop_type, j.place, j.due_at,
    j.eta_at, j.arrived_at, r.risk,
    CASE WHEN r.risk = 'late' THEN coalesce(j.arrived_at, now()) - j.due_at
        WHEN j.eta_at > j.due_at THEN j.eta_at - j.due_at
        WHEN r.risk = 'at_risk' THEN j.later_eta_at - j.later_due_at END AS late_by,
    CASE r.risk
        WHEN 'late' THEN CASE WHEN j.arrived_at IS NULL THEN 'The appointment has passed and the '
            'truck has not arrived.' ELSE 'The truck arrived after the appointment.' END
        WHEN 'at_risk' THEN CASE
            WHEN j.eta_at > j.due_at THEN 'The truck is expected after the appointment.'
            WHEN j.later_sequence IS NOT NULL THEN 'The truck is expected late at stop '
                || j.later_sequence || '.'
            ELSE 'It is due within 12 hours and has no driver.' END
        WHEN 'not_known' THEN CASE WHEN j.due_at IS NULL THEN 'No appointment is known.'
            ELSE 'The vendor does not say when the truck is expected.' END
    END AS why
FROM judged j
CROSS JOIN LATERAL (SELECT CASE
    WHEN coalesce(j.arrived_at, now()) > j.due_at THEN 'late'
    WHEN j.arrived_at IS NULL AND j.eta_at > j.due_at THEN 'at_risk'
    WHEN j.later_sequence IS NOT NULL THEN 'at_risk'
    WHEN NOT j.has_driver AND j.due_at < now() + interval '12 hours' THEN 'at_risk'
    WHEN j.due_at IS NOT NULL AND (j.arrived_at IS NOT NULL OR j.eta_at IS NOT NULL)
        THEN 'on_time'
    ELSE 'not_known' END AS risk) r;
COMMENT ON VIEW analytics.load_risk IS 'Every open load by its next stop: late, at risk, on time, or not known because the vendor does not say enough.';
COMMENT ON COLUMN analytics.load_risk.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.load_risk.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.load_risk.integration_id IS 'The connection that the load comes through.';
COMMENT ON COLUMN analytics.load_risk.load_id IS 'The vendor''s id of the load.';
COMMENT ON COLUMN analytics.load_risk.load_number IS 'The number people call it by.';
COMMENT ON COLUMN analytics.load_risk.status IS 'Where the load stands.';
COMMENT ON COLUMN analytics.load_risk.customer_name IS 'The customer''s name.';
COMMENT ON COLUMN analytics.load_risk.driver_name IS 'The driver''s name; null when none is assigned.';
COMMENT ON COLUMN analytics.load_risk.truck_unit IS 'The fleet''s number of the truck.';
COMMENT ON COLUMN analytics.load_risk.stop_sequence IS 'The next stop that is not done; null when the load has no stops.';
COMMENT ON COLUMN analytics.load_risk.stop_type IS 'What happens there.';
COMMENT ON COLUMN analytics.load_risk.place IS 'Where it is, in words.';
COMMENT ON COLUMN analytics.load_risk.due_at IS 'The end of its appointment, else its start, else the load''s own time for it.';
COMMENT ON COLUMN analytics.load_risk.eta_at IS 'When the truck is expected there, as the vendor says.';
COMMENT ON COLUMN analytics.load_risk.arrived_at IS 'When the truck arrived there.';
COMMENT ON COLUMN analytics.load_risk.risk IS 'late, at_risk, on_time or not_known.';
COMMENT ON COLUMN analytics.load_risk.late_by IS 'How late it is, or is expected to be; null when it is not.';
COMMENT ON COLUMN analytics.load_risk.why IS 'Why it is judged so, in a sentence; null when it is on time.';

-- The weather is asked for on a grid of half a degree: what was observed belongs to a place when
-- the two are no more than half a cell apart, in latitude and in longitude.
CREATE VIEW analytics.load_weather WITH (security_invoker = true) AS
WITH place AS (
    SELECT l.tenant_id, l.integration_id, l.vendor_id, 'stop' AS kind, s.sequence, s.stop_type,
        concat_ws(', ', s.name, s.city, s.state) AS place, s.latitude, s.longitude,
        coalesce(s.eta_at, s.appointment_start_at) AS expected_at
    FROM fleet.load l
    JOIN fleet.load_stop s ON s.integration_id = l.integration_id AND s.parent_id = l.vendor_id
    WHERE l.is_open AND l.deleted_at IS NULL AND s.deleted_at IS NULL AND s.departed_at IS NULL
        AND s.status NOT IN ('completed', 'skipped', 'cancelled')
    UNION ALL
    SELECT l.tenant_id, l.integration_id, l.vendor_id, 'truck', NULL, NULL,
        v.formatted_location, v.latitude, v.longitude, v.source_updated_at
    FROM fleet.load l
    JOIN fleet.vehicle_position v ON v.tenant_id = l.tenant_id AND v.vin = l.truck_vin
    WHERE l.is_open AND l.deleted_at IS NULL AND l.status = 'in_transit'
        AND v.deleted_at IS NULL AND v.source_updated_at > now() - interval '2 hours'
)
SELECT l.tenant_id, t.slug AS tenant, l.integration_id, l.vendor_id AS load_id, l.load_number,
    l.status, l.driver_name, p.kind, p.sequence AS stop_sequence, p.stop_type, p.place,
    p.expected_at,
    CASE WHEN w.source_updated_at > now() - interval '2 hours' THEN w.road_severity END
        AS road_severity,
    w.condition, w.description, w.temperature_f, w.visibility_m, w.visibility_is_capped,
    w.wind_speed_mph, w.wind_gust_mph, w.rain_1h_mm, w.snow_1h_mm,
    w.source_updated_at AS observed_at,
    CASE WHEN p.latitude IS NULL OR p.longitude IS NULL THEN 'Where the place is is not known.'
        WHEN w.vendor_id IS NULL THEN 'No weather was observed near it.'
        WHEN w.source_updated_at <= now() - interval '2 hours' THEN 'The observation is older than '
            'two hours.' END AS unknown_because
FROM place p
JOIN fleet.load l ON l.integration_id = p.integration_id AND l.vendor_id = p.vendor_id
JOIN ops.tenant t ON t.id = l.tenant_id
LEFT JOIN LATERAL (
    SELECT * FROM fleet.weather_observation o
    WHERE o.tenant_id = p.tenant_id AND o.deleted_at IS NULL
        AND abs(o.latitude - p.latitude) <= 0.2501 AND abs(o.longitude - p.longitude) <= 0.2501
    ORDER BY (o.latitude - p.latitude) ^ 2 + (o.longitude - p.longitude) ^ 2 LIMIT 1
) w ON true;
COMMENT ON VIEW analytics.load_weather IS 'The weather at every remaining stop of every open load, and at the trucks of those in transit. It is the weather now, not a forecast.';
COMMENT ON COLUMN analytics.load_weather.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.load_weather.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.load_weather.integration_id IS 'The connection that the load comes through.';
COMMENT ON COLUMN analytics.load_weather.load_id IS 'The vendor''s id of the load.';
COMMENT ON COLUMN analytics.load_weather.load_number IS 'The number people call it by.';
COMMENT ON COLUMN analytics.load_weather.status IS 'Where the load stands.';
COMMENT ON COLUMN analytics.load_weather.driver_name IS 'The driver''s name.';
COMMENT ON COLUMN analytics.load_weather.kind IS 'stop: a stop that lies ahead; truck: where the truck is, found by its identification number.';
COMMENT ON COLUMN analytics.load_weather.stop_sequence IS 'The stop''s place in the order of the load; null for a truck.';
COMMENT ON COLUMN analytics.load_weather.stop_type IS 'What happens at the stop; null for a truck.';
COMMENT ON COLUMN analytics.load_weather.place IS 'The place in words.';
COMMENT ON COLUMN analytics.load_weather.expected_at IS 'When the truck is expected at the stop; for a truck, when it was seen.';
COMMENT ON COLUMN analytics.load_weather.road_severity IS 'What the weather means for a truck: low, moderate, high, severe or unknown; null when no recent observation is near.';
COMMENT ON COLUMN analytics.load_weather.condition IS 'The weather in one word.';
COMMENT ON COLUMN analytics.load_weather.description IS 'The weather in words.';
COMMENT ON COLUMN analytics.load_weather.temperature_f IS 'Degrees Fahrenheit.';
COMMENT ON COLUMN analytics.load_weather.visibility_m IS 'Visibility in metres.';
COMMENT ON COLUMN analytics.load_weather.visibility_is_capped IS 'True when the visibility is that or more.';
COMMENT ON COLUMN analytics.load_weather.wind_speed_mph IS 'Wind in miles per hour.';
COMMENT ON COLUMN analytics.load_weather.wind_gust_mph IS 'Gusts in miles per hour.';
COMMENT ON COLUMN analytics.load_weather.rain_1h_mm IS 'Rain of the last hour in millimetres.';
COMMENT ON COLUMN analytics.load_weather.snow_1h_mm IS 'Snow of the last hour in millimetres.';
COMMENT ON COLUMN analytics.load_weather.observed_at IS 'When the vendor calculated it.';
COMMENT ON COLUMN analytics.load_weather.unknown_because IS 'Why road_severity is null; null when it is not.';
