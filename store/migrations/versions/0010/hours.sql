-- Which drivers can legally drive how long right now: core/hours.py in SQL; a test compares them.

CREATE FUNCTION analytics.left_s(clock text, said_s integer, duty_status text, age_s integer)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN said_s IS NOT NULL AND age_s IS NOT NULL THEN greatest(0, said_s - CASE
        WHEN clock = 'shift' OR duty_status IS NULL THEN age_s
        WHEN duty_status IN ('off_duty', 'sleeper_berth', 'personal_conveyance') THEN 0
        WHEN duty_status IN ('on_duty', 'yard_move') AND clock <> 'cycle' THEN 0
        ELSE age_s END) END
$$;
COMMENT ON FUNCTION analytics.left_s(text, integer, text, integer) IS
    'What is at least left of a clock that was read so many seconds ago: rest is never credited.';

CREATE FUNCTION analytics.worse_s(said_s integer, entered_s integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN said_s IS NOT NULL THEN least(said_s, entered_s) END
$$;
COMMENT ON FUNCTION analytics.worse_s(integer, integer) IS
    'The vendor''s clock, or what a person entered if that is worse; null without the vendor''s.';

CREATE FUNCTION analytics.band(left_s integer, is_in_violation boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN is_in_violation THEN 'violation' WHEN left_s >= 7200 THEN '2 h or more'
        WHEN left_s >= 1800 THEN 'under 2 h' WHEN left_s IS NOT NULL THEN 'under 30 min' END
$$;
COMMENT ON FUNCTION analytics.band(integer, boolean) IS 'How urgent it is, in words.';

CREATE FUNCTION analytics.at_home(instant timestamptz, zone text) RETURNS timestamp
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = '' AS $$
BEGIN
    RETURN instant AT TIME ZONE zone;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN NULL;
END $$;
COMMENT ON FUNCTION analytics.at_home(timestamptz, text) IS
    'An instant by the clock on a wall of that time zone; null when there is no such zone.';

CREATE VIEW analytics.driver_hours WITH (security_invoker = true) AS
WITH reading AS (
    SELECT i.tenant_id, t.slug AS tenant, i.id AS integration_id,
        coalesce(d.vendor_id, c.vendor_id) AS driver_id,
        coalesce(d.name, c.driver_name) AS driver_name, d.is_active, d.home_timezone,
        coalesce(d.eld_exempt, false) AS is_exempt, c.vehicle_name,
        -- A row that the last complete fetch did not name may have changed in any way.
        CASE WHEN c.missing_since IS NULL THEN c.duty_status ELSE 'unknown' END AS duty_status,
        c.drive_remaining_s, c.shift_remaining_s, c.break_remaining_s, c.cycle_remaining_s,
        coalesce(c.shift_driving_violation_s, 0) > 0 OR coalesce(c.cycle_violation_s, 0) > 0
            AS is_in_violation,
        c.vendor_id IS NOT NULL AS is_read,
        f.as_of
    FROM (SELECT * FROM fleet.driver WHERE deleted_at IS NULL) d
    FULL JOIN (SELECT * FROM fleet.hos_clock WHERE deleted_at IS NULL) c
        ON c.integration_id = d.integration_id AND c.vendor_id = d.vendor_id
    JOIN ops.integration i ON i.id = coalesce(d.integration_id, c.integration_id)
    JOIN ops.tenant t ON t.id = i.tenant_id
    LEFT JOIN ops.dataset_state s ON s.integration_id = i.id AND s.dataset = 'hos_clocks'
    LEFT JOIN ops.hos_live l ON l.integration_id = i.id AND l.driver_id = c.vendor_id
    -- OFFSET 0: computed once a row, instead of wherever it is used.
    CROSS JOIN LATERAL (SELECT greatest(
            CASE WHEN c.missing_since IS NOT NULL THEN (
                SELECT max(r.started_at) FROM ops.sync_run r
                JOIN ops.sync_run_dataset n ON n.run_id = r.id AND n.dataset = 'hos_clocks'
                WHERE r.tenant_id = i.tenant_id AND r.integration_id = i.id
                    AND r.started_at > c.missing_since - interval '30 days'
                    AND r.completed_at < c.missing_since AND n.is_complete
                    AND n.status IN ('success', 'partial'))
            WHEN c.run_id IS DISTINCT FROM l.run_id OR s.confirmed_at > l.landed_at
                THEN s.confirmed_at END,
            CASE WHEN c.row_hash = l.row_hash THEN l.confirmed_at END) AS as_of OFFSET 0) f
), aged AS (
    SELECT r.*, o.id IS NOT NULL AS has_override, a.age_s,
        w.drive_left_s, w.shift_left_s, w.break_left_s, w.cycle_left_s,
        CASE WHEN NOT r.is_read THEN 'The vendor has sent no hours of this driver.'
            WHEN r.is_exempt THEN 'The driver is exempt: the clocks mean nothing.'
            WHEN r.as_of IS NULL THEN 'No complete sync has confirmed the reading, so its age is '
                'not known.'
            WHEN a.age_s >= 3600 THEN 'The reading is ' || a.age_s / 60 || ' minutes old; after '
                'an hour nothing is said.'
            WHEN r.duty_status = 'unknown' THEN 'What the driver does is not known.'
            WHEN r.drive_remaining_s IS NULL OR r.shift_remaining_s IS NULL
                OR r.cycle_remaining_s IS NULL THEN 'The vendor does not say what is left.'
        END AS unknown_because
    FROM reading r
    CROSS JOIN LATERAL (SELECT
        greatest(ceil(extract(epoch FROM now() - r.as_of)), 0)::integer AS age_s OFFSET 0) a
    LEFT JOIN LATERAL (
        SELECT h.id, h.drive_remaining_s, h.shift_remaining_s, h.break_remaining_s,
            h.cycle_remaining_s, h.duty_status, h.created_at
        FROM (SELECT k.id, k.drive_remaining_s, k.shift_remaining_s, k.break_remaining_s,
                k.cycle_remaining_s, k.duty_status, k.created_at, k.expires_at
            FROM ops.hos_override k
            WHERE k.tenant_id = r.tenant_id AND k.driver_id = r.driver_id
                AND k.revoked_at IS NULL
            ORDER BY k.created_at DESC LIMIT 1) h
        WHERE h.created_at <= now() AND h.expires_at > now()
    ) o ON true
    -- No clock of an exempt driver, and none that is too old, is shown as if it meant something.
    CROSS JOIN LATERAL (SELECT
        CASE WHEN NOT r.is_exempt AND a.age_s < 3600 THEN a.age_s END AS age_s,
        ceil(extract(epoch FROM now() - o.created_at))::integer AS entered_s OFFSET 0) u
    CROSS JOIN LATERAL (SELECT
        -- What a person entered counts where it is worse; the vendor's word is needed either way.
        analytics.worse_s(analytics.left_s('drive', r.drive_remaining_s, r.duty_status, u.age_s),
            analytics.left_s('drive', o.drive_remaining_s, o.duty_status, u.entered_s))
            AS drive_left_s,
        analytics.worse_s(analytics.left_s('shift', r.shift_remaining_s, r.duty_status, u.age_s),
            analytics.left_s('shift', o.shift_remaining_s, o.duty_status, u.entered_s))
            AS shift_left_s,
        analytics.worse_s(analytics.left_s('break', r.break_remaining_s, r.duty_status, u.age_s),
            analytics.left_s('break', o.break_remaining_s, o.duty_status, u.entered_s))
            AS break_left_s,
        analytics.worse_s(analytics.left_s('cycle', r.cycle_remaining_s, r.duty_status, u.age_s),
            analytics.left_s('cycle', o.cycle_remaining_s, o.duty_status, u.entered_s))
            AS cycle_left_s
        OFFSET 0) w
)
SELECT a.tenant_id, a.tenant, a.integration_id, a.driver_id, a.driver_name, a.is_active,
    a.vehicle_name, a.duty_status, a.as_of, a.age_s, a.drive_left_s, a.shift_left_s,
    a.break_left_s, a.cycle_left_s, b.clock AS binding_clock, b.left_s AS binding_left_s,
    now() + make_interval(secs => b.left_s) AS binding_at,
    analytics.at_home(now() + make_interval(secs => b.left_s), a.home_timezone)
        AS binding_at_home,
    a.home_timezone,
    CASE WHEN a.unknown_because IS NULL THEN analytics.band(b.left_s, a.is_in_violation) END
        AS band,
    CASE WHEN a.unknown_because IS NULL THEN CASE WHEN a.is_in_violation THEN 0 ELSE b.left_s END
        END AS can_drive_s,
    a.unknown_because, a.is_in_violation, a.has_override,
    a.drive_remaining_s AS drive_said_s, a.shift_remaining_s AS shift_said_s,
    a.break_remaining_s AS break_said_s, a.cycle_remaining_s AS cycle_said_s
FROM aged a
LEFT JOIN LATERAL (
    -- Of two that end together the harder to get back names the end.
    SELECT v.clock, v.left_s FROM (VALUES (1, 'cycle', a.cycle_left_s), (2, 'shift',
        a.shift_left_s), (3, 'drive', a.drive_left_s), (4, 'break', a.break_left_s))
        AS v(place, clock, left_s)
    WHERE v.left_s IS NOT NULL ORDER BY v.left_s, v.place LIMIT 1
) b ON true;
COMMENT ON VIEW analytics.driver_hours IS 'Which drivers can legally drive how long right now. What is not known is null and says why; nothing is optimistic: clocks that were read some time ago have aged, and rest is never credited.';
COMMENT ON COLUMN analytics.driver_hours.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.driver_hours.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.driver_hours.integration_id IS 'The connection that the hours come through.';
COMMENT ON COLUMN analytics.driver_hours.driver_id IS 'The vendor''s id of the driver.';
COMMENT ON COLUMN analytics.driver_hours.driver_name IS 'The driver''s name.';
COMMENT ON COLUMN analytics.driver_hours.is_active IS 'False once the fleet deactivated the driver.';
COMMENT ON COLUMN analytics.driver_hours.vehicle_name IS 'The fleet''s name for the vehicle the driver is in.';
COMMENT ON COLUMN analytics.driver_hours.duty_status IS 'Duty status as last read; unknown is never rest and never available.';
COMMENT ON COLUMN analytics.driver_hours.as_of IS 'When the reading was true; null when that is not known.';
COMMENT ON COLUMN analytics.driver_hours.age_s IS 'Seconds since then.';
COMMENT ON COLUMN analytics.driver_hours.drive_left_s IS 'Seconds of driving at least left now; null when exempt, not known or read over an hour ago.';
COMMENT ON COLUMN analytics.driver_hours.shift_left_s IS 'Seconds of shift at least left now; null likewise.';
COMMENT ON COLUMN analytics.driver_hours.break_left_s IS 'Seconds of driving until a break is due, at least; null likewise, and where no break is due.';
COMMENT ON COLUMN analytics.driver_hours.cycle_left_s IS 'Seconds of cycle at least left now; null likewise.';
COMMENT ON COLUMN analytics.driver_hours.binding_clock IS 'The known clock that ends first if the driver drives from now on.';
COMMENT ON COLUMN analytics.driver_hours.binding_left_s IS 'Seconds until it ends.';
COMMENT ON COLUMN analytics.driver_hours.binding_at IS 'When it ends.';
COMMENT ON COLUMN analytics.driver_hours.binding_at_home IS 'The same by the clock of the driver''s home terminal; null when its zone is not known.';
COMMENT ON COLUMN analytics.driver_hours.home_timezone IS 'Time zone of the home terminal, an IANA name.';
COMMENT ON COLUMN analytics.driver_hours.band IS '2 h or more, under 2 h, under 30 min or violation; null when not known.';
COMMENT ON COLUMN analytics.driver_hours.can_drive_s IS 'Seconds the driver can surely and legally drive from now on; 0 in violation, null when not known.';
COMMENT ON COLUMN analytics.driver_hours.unknown_because IS 'Why it is not known; null when it is.';
COMMENT ON COLUMN analytics.driver_hours.is_in_violation IS 'True when the vendor counts a violation.';
COMMENT ON COLUMN analytics.driver_hours.has_override IS 'True while hours hold that a person entered: each clock is then the worse of the two, while sally hos tells the person''s.';
COMMENT ON COLUMN analytics.driver_hours.drive_said_s IS 'Seconds of driving left as the vendor said at as_of.';
COMMENT ON COLUMN analytics.driver_hours.shift_said_s IS 'Seconds of shift left as the vendor said at as_of.';
COMMENT ON COLUMN analytics.driver_hours.break_said_s IS 'Seconds until a break as the vendor said at as_of.';
COMMENT ON COLUMN analytics.driver_hours.cycle_said_s IS 'Seconds of cycle left as the vendor said at as_of.';
