-- How hours asked for one by one were answered, and what analysts see of it.

CREATE TABLE ops.hos_answer_daily (
    integration_id UUID NOT NULL,
    day DATE NOT NULL,
    answer TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    answers BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_hos_answer_daily PRIMARY KEY (integration_id, day, answer),
    CONSTRAINT fk_hos_answer_daily_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT ck_hos_answer_daily_answer
        CHECK (answer IN ('override', 'cache', 'live', 'stale', 'none'))
);
CREATE INDEX ix_hos_answer_daily_day ON ops.hos_answer_daily (day);
ALTER TABLE ops.hos_answer_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.hos_answer_daily FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.hos_answer_daily TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.hos_answer_daily TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.hos_answer_daily TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
CREATE POLICY analyst ON ops.hos_answer_daily FOR SELECT TO sally_analyst
    USING (tenant_id = ANY (ARRAY(SELECT ops.analyst_tenants())));
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.hos_answer_daily TO sally_pipeline;
GRANT SELECT ON ops.hos_answer_daily TO sally_console, sally_analyst;
COMMENT ON TABLE ops.hos_answer_daily IS 'How drivers'' hours that were asked for one by one were answered: counted by integration and day.';
COMMENT ON COLUMN ops.hos_answer_daily.integration_id IS 'The integration.';
COMMENT ON COLUMN ops.hos_answer_daily.day IS 'The day (UTC).';
COMMENT ON COLUMN ops.hos_answer_daily.answer IS 'override: what a person entered; cache: a fresh reading; live: the vendor, asked; stale: an old reading; none: nothing is known.';
COMMENT ON COLUMN ops.hos_answer_daily.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.hos_answer_daily.answers IS 'How many answers.';

CREATE OR REPLACE VIEW analytics.vendor_reliability WITH (security_invoker = true) AS
WITH integration AS (
    SELECT i.tenant_id, t.slug, i.id, i.vendor, t.is_sandbox, i.status,
        greatest(i.created_at, now() - interval '7 days') AS since
    FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
), tried AS (
    SELECT r.tenant_id, r.integration_id, count(*) AS fetches, sum(d.attempts) AS attempts,
        count(*) FILTER (WHERE d.status IN ('success', 'partial')) AS good,
        count(*) FILTER (WHERE d.attempts > 1) AS retried,
        count(*) FILTER (WHERE d.attempts > 1 AND d.status IN ('success', 'partial'))
            AS retried_good
    FROM ops.sync_run r
    JOIN ops.sync_run_dataset d ON d.tenant_id = r.tenant_id AND d.run_id = r.id
    WHERE r.started_at > now() - interval '7 days' AND d.status <> 'deferred'
        AND r.sync_type <> 'replay'
    GROUP BY 1, 2
), answered AS (
    SELECT a.integration_id, sum(a.answers) FILTER (WHERE a.answer <> 'override') AS asked,
        sum(a.answers) FILTER (WHERE a.answer = 'cache') AS hits
    FROM ops.hos_answer_daily a WHERE a.day > (now() AT TIME ZONE 'UTC')::date - 7
    GROUP BY 1
), breaker AS (
    SELECT b.id, b.vendor, b.is_sandbox, b.integration_id, b.state FROM ops.breaker b
), state AS (
    -- Each state of each breaker in the last seven days; the one before the first event is its own.
    SELECT e.breaker_id, e.to_state AS state, e.happened_at AS start_at,
        lead(e.happened_at, 1, now()) OVER (PARTITION BY e.breaker_id ORDER BY e.happened_at)
            AS end_at
    FROM ops.breaker_event e WHERE e.happened_at > now() - interval '7 days'
    UNION ALL
    (SELECT DISTINCT ON (e.breaker_id) e.breaker_id, e.from_state, '-infinity', e.happened_at
    FROM ops.breaker_event e WHERE e.happened_at > now() - interval '7 days'
    ORDER BY e.breaker_id, e.happened_at)
    UNION ALL
    SELECT b.id, b.state, '-infinity', now() FROM breaker b
    WHERE NOT EXISTS (SELECT FROM ops.breaker_event e
        WHERE e.breaker_id = b.id AND e.happened_at > now() - interval '7 days')
), uptime AS (
    SELECT i.id, b.integration_id IS NULL AS is_vendors,
        sum(extract(epoch FROM s.end_at - greatest(s.start_at, i.since)))
            FILTER (WHERE s.state = 'CLOSED') AS closed_s
    FROM integration i
    JOIN breaker b ON b.vendor = i.vendor AND b.is_sandbox = i.is_sandbox
        AND (b.integration_id = i.id OR b.integration_id IS NULL)
    JOIN state s ON s.breaker_id = b.id AND s.end_at > i.since
    GROUP BY 1, 2
)
SELECT i.tenant_id, i.slug AS tenant, i.id AS integration_id, i.vendor, i.status,
    coalesce(c.successes, 0) + coalesce(c.failures, 0) AS calls_last_hour,
    round(c.successes::numeric / nullif(c.successes + c.failures, 0), 4) AS api_success_rate,
    coalesce(d.fetches, 0) AS fetches, coalesce(d.attempts, 0) AS attempts,
    round(d.good::numeric / nullif(d.fetches, 0), 4) AS fetch_success_rate,
    coalesce(d.retried, 0) AS retried,
    round(d.retried_good::numeric / nullif(d.retried, 0), 4) AS retry_success_rate,
    round((CASE WHEN own.id IS NULL THEN 1 ELSE coalesce(own.closed_s, 0) / w.seconds END), 4)
        AS breaker_uptime,
    round((CASE WHEN theirs.id IS NULL THEN 1 ELSE coalesce(theirs.closed_s, 0) / w.seconds END), 4)
        AS vendor_breaker_uptime,
    coalesce(a.asked, 0) AS hours_asked,
    round(coalesce(a.hits, 0)::numeric / nullif(a.asked, 0), 4) AS cache_hit_rate
FROM integration i
CROSS JOIN LATERAL (SELECT greatest(extract(epoch FROM now() - i.since), 1) AS seconds) w
LEFT JOIN ops.recent_calls() c ON c.integration_id = i.id
LEFT JOIN answered a ON a.integration_id = i.id
LEFT JOIN tried d ON d.integration_id = i.id
LEFT JOIN uptime own ON own.id = i.id AND NOT own.is_vendors
LEFT JOIN uptime theirs ON theirs.id = i.id AND theirs.is_vendors;
COMMENT ON VIEW analytics.vendor_reliability IS 'How far each vendor can be relied on, by integration: calls of the last hour, fetches and breakers of the last seven days, and how often hours asked for one by one were fresh already.';
COMMENT ON COLUMN analytics.vendor_reliability.hours_asked IS 'Times that a driver''s hours were asked for one by one, today and on the six days before (UTC); without those that a person''s entry answered.';
COMMENT ON COLUMN analytics.vendor_reliability.cache_hit_rate IS 'Share of them that a reading younger than five minutes answered, so that nobody had to ask the vendor, 0 to 1; null when there was none.';
