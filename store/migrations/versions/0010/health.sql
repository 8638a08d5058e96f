-- How the syncs do: each integration's days, every run by dataset, and how far vendors are relied on.

CREATE VIEW analytics.integration_daily WITH (security_invoker = true) AS
WITH run AS (
    SELECT r.tenant_id, r.integration_id, r.vendor, (r.started_at AT TIME ZONE 'UTC')::date AS day,
        r.status, r.completed_at, extract(epoch FROM r.completed_at - r.started_at) AS seconds,
        r.fetched, r.inserted, r.updated, r.unchanged, r.quarantined, r.duplicate
    FROM ops.sync_run r
    -- A replay asks no vendor anything.
    WHERE r.sync_type <> 'replay'
)
SELECT r.tenant_id, t.slug AS tenant, r.integration_id, r.vendor, r.day, count(*) AS runs,
    count(*) FILTER (WHERE r.status = 'success') AS success,
    count(*) FILTER (WHERE r.status = 'partial') AS partial,
    count(*) FILTER (WHERE r.status = 'failed') AS failed,
    count(*) FILTER (WHERE r.status = 'crashed') AS crashed,
    count(*) FILTER (WHERE r.status = 'deferred') AS deferred,
    count(*) FILTER (WHERE r.status = 'running') AS running,
    round(count(*) FILTER (WHERE r.status = 'success')::numeric / nullif(count(*) FILTER (
        WHERE r.status IN ('success', 'partial', 'failed', 'crashed')), 0), 4) AS success_rate,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY r.seconds)
        FILTER (WHERE r.status IN ('success', 'partial')))::numeric, 3) AS p50_s,
    round((percentile_cont(0.95) WITHIN GROUP (ORDER BY r.seconds)
        FILTER (WHERE r.status IN ('success', 'partial')))::numeric, 3) AS p95_s,
    sum(r.fetched) AS fetched, sum(r.inserted) AS inserted, sum(r.updated) AS updated,
    sum(r.unchanged) AS unchanged, sum(r.quarantined) AS quarantined,
    sum(r.duplicate) AS duplicate,
    max(r.completed_at) FILTER (WHERE r.status IN ('success', 'partial')) AS last_good_at,
    least((r.day + 1)::timestamp AT TIME ZONE 'UTC', now())
        - max(r.completed_at) FILTER (WHERE r.status IN ('success', 'partial')) AS age_at_end
FROM run r JOIN ops.tenant t ON t.id = r.tenant_id
GROUP BY r.tenant_id, t.slug, r.integration_id, r.vendor, r.day;
COMMENT ON VIEW analytics.integration_daily IS 'Each integration''s health, day by day (UTC): how its runs ended, how long they took, what became of the rows, how old the data was.';
COMMENT ON COLUMN analytics.integration_daily.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.integration_daily.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.integration_daily.integration_id IS 'The integration.';
COMMENT ON COLUMN analytics.integration_daily.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN analytics.integration_daily.day IS 'The day, UTC, on which the runs started.';
COMMENT ON COLUMN analytics.integration_daily.runs IS 'Syncs that started, whatever their end; replays are none.';
COMMENT ON COLUMN analytics.integration_daily.success IS 'Runs of which everything landed.';
COMMENT ON COLUMN analytics.integration_daily.partial IS 'Runs of which a part landed.';
COMMENT ON COLUMN analytics.integration_daily.failed IS 'Runs of which nothing landed.';
COMMENT ON COLUMN analytics.integration_daily.crashed IS 'Runs whose process ended.';
COMMENT ON COLUMN analytics.integration_daily.deferred IS 'Runs that had to wait for the vendor; no failures.';
COMMENT ON COLUMN analytics.integration_daily.running IS 'Runs that have not ended.';
COMMENT ON COLUMN analytics.integration_daily.success_rate IS 'Share of success among runs that ended and were not deferred, 0 to 1; null when there was none.';
COMMENT ON COLUMN analytics.integration_daily.p50_s IS 'Median seconds of runs that landed something.';
COMMENT ON COLUMN analytics.integration_daily.p95_s IS 'Seconds within which 95 % of them ended.';
COMMENT ON COLUMN analytics.integration_daily.fetched IS 'Rows the vendor sent; the sum of the five that follow.';
COMMENT ON COLUMN analytics.integration_daily.inserted IS 'Rows that were new here.';
COMMENT ON COLUMN analytics.integration_daily.updated IS 'Rows that differed from what was held.';
COMMENT ON COLUMN analytics.integration_daily.unchanged IS 'Rows that were as held.';
COMMENT ON COLUMN analytics.integration_daily.quarantined IS 'Rows that could not be used.';
COMMENT ON COLUMN analytics.integration_daily.duplicate IS 'Rows that repeat another of the same fetch.';
COMMENT ON COLUMN analytics.integration_daily.last_good_at IS 'When a run last landed something that day.';
COMMENT ON COLUMN analytics.integration_daily.age_at_end IS 'How old the data was at the end of the day (today: now); null when no run landed anything that day.';

CREATE VIEW analytics.run_audit WITH (security_invoker = true) AS
SELECT r.tenant_id, t.slug AS tenant, r.integration_id, r.vendor, r.id AS run_id, r.sync_type,
    r.started_at, r.completed_at, r.status AS run_status, d.dataset, d.position,
    d.status AS dataset_status, d.is_complete, d.fetched, d.inserted, d.updated, d.unchanged,
    d.quarantined, d.duplicate,
    d.fetched = d.inserted + d.updated + d.unchanged + d.quarantined + d.duplicate AS adds_up,
    d.pages, d.requests, d.attempts, d.seconds,
    coalesce(d.error_kind, r.error_kind) AS error_kind,
    coalesce(d.error_happened, r.error_happened) AS error_happened,
    coalesce(d.error_who, r.error_who) AS error_who,
    coalesce(d.error_next_step, r.error_next_step) AS error_next_step,
    coalesce(d.http_status, r.http_status) AS http_status,
    coalesce(d.vendor_request_id, r.vendor_request_id) AS vendor_request_id,
    q.findings AS quality_findings, q.is_doubtful
FROM ops.sync_run r
JOIN ops.tenant t ON t.id = r.tenant_id
LEFT JOIN ops.sync_run_dataset d ON d.tenant_id = r.tenant_id AND d.run_id = r.id
LEFT JOIN LATERAL (
    SELECT count(*) AS findings,
        coalesce(bool_or(f.source = 'audit' AND f.severity = 'critical'), false) AS is_doubtful
    FROM ops.quality_result f
    WHERE f.run_id = r.id AND f.dataset = d.dataset AND f.status = 'failed'
) q ON true;
COMMENT ON VIEW analytics.run_audit IS 'Every run by dataset: what was fetched, what became of it, and why not; a run that decided no dataset yet has one row without.';
COMMENT ON COLUMN analytics.run_audit.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.run_audit.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.run_audit.integration_id IS 'The integration.';
COMMENT ON COLUMN analytics.run_audit.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN analytics.run_audit.run_id IS 'The run; rows of schema fleet that it changed last carry it.';
COMMENT ON COLUMN analytics.run_audit.sync_type IS 'scheduled, manual, initial, or replay of rows in quarantine.';
COMMENT ON COLUMN analytics.run_audit.started_at IS 'When the run began.';
COMMENT ON COLUMN analytics.run_audit.completed_at IS 'When it ended; null while it runs.';
COMMENT ON COLUMN analytics.run_audit.run_status IS 'running, success, partial, failed, deferred or crashed.';
COMMENT ON COLUMN analytics.run_audit.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN analytics.run_audit.position IS 'Its place in the order of the run.';
COMMENT ON COLUMN analytics.run_audit.dataset_status IS 'success, partial, failed or deferred.';
COMMENT ON COLUMN analytics.run_audit.is_complete IS 'True when the vendor said that this was all.';
COMMENT ON COLUMN analytics.run_audit.fetched IS 'Rows the vendor sent, all of them.';
COMMENT ON COLUMN analytics.run_audit.inserted IS 'Rows that were new here.';
COMMENT ON COLUMN analytics.run_audit.updated IS 'Rows that differed from what was held, or came back.';
COMMENT ON COLUMN analytics.run_audit.unchanged IS 'Rows that were as held.';
COMMENT ON COLUMN analytics.run_audit.quarantined IS 'Rows that could not be used.';
COMMENT ON COLUMN analytics.run_audit.duplicate IS 'Rows that repeat another of the same fetch.';
COMMENT ON COLUMN analytics.run_audit.adds_up IS 'True when fetched is the sum of the five.';
COMMENT ON COLUMN analytics.run_audit.pages IS 'Pages read.';
COMMENT ON COLUMN analytics.run_audit.requests IS 'Requests made, retries included.';
COMMENT ON COLUMN analytics.run_audit.attempts IS 'Times it was tried.';
COMMENT ON COLUMN analytics.run_audit.seconds IS 'Seconds from its first request to its last row.';
COMMENT ON COLUMN analytics.run_audit.error_kind IS 'Kind of the error; null when it went well.';
COMMENT ON COLUMN analytics.run_audit.error_happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN analytics.run_audit.error_who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN analytics.run_audit.error_next_step IS 'The next step, in one sentence.';
COMMENT ON COLUMN analytics.run_audit.http_status IS 'The vendor''s HTTP status behind the error.';
COMMENT ON COLUMN analytics.run_audit.vendor_request_id IS 'The vendor''s id of the request behind the error.';
COMMENT ON COLUMN analytics.run_audit.quality_findings IS 'Quality rules that rows of it broke, at the gate or in the audit.';
COMMENT ON COLUMN analytics.run_audit.is_doubtful IS 'True when the audit found that rows broke a critical rule after they had landed.';

CREATE VIEW analytics.vendor_reliability WITH (security_invoker = true) AS
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
        AS vendor_breaker_uptime
FROM integration i
CROSS JOIN LATERAL (SELECT greatest(extract(epoch FROM now() - i.since), 1) AS seconds) w
LEFT JOIN ops.recent_calls() c ON c.integration_id = i.id
LEFT JOIN tried d ON d.integration_id = i.id
LEFT JOIN uptime own ON own.id = i.id AND NOT own.is_vendors
LEFT JOIN uptime theirs ON theirs.id = i.id AND theirs.is_vendors;
COMMENT ON VIEW analytics.vendor_reliability IS 'How far each vendor can be relied on, by integration: calls of the last hour, fetches and breakers of the last seven days. How often hours were answered from what is kept is not recorded, so no cache hit rate stands here.';
COMMENT ON COLUMN analytics.vendor_reliability.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.vendor_reliability.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.vendor_reliability.integration_id IS 'The integration.';
COMMENT ON COLUMN analytics.vendor_reliability.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN analytics.vendor_reliability.status IS 'active, needs_attention or disabled.';
COMMENT ON COLUMN analytics.vendor_reliability.calls_last_hour IS 'Calls whose outcome the breaker counts, of the last hour; longer they are not kept.';
COMMENT ON COLUMN analytics.vendor_reliability.api_success_rate IS 'Share of them that were answered, 0 to 1; null when there was none.';
COMMENT ON COLUMN analytics.vendor_reliability.fetches IS 'Datasets fetched in the last seven days, without deferred ones.';
COMMENT ON COLUMN analytics.vendor_reliability.attempts IS 'Attempts that these took.';
COMMENT ON COLUMN analytics.vendor_reliability.fetch_success_rate IS 'Share of fetches that landed, 0 to 1; null when there was none.';
COMMENT ON COLUMN analytics.vendor_reliability.retried IS 'Fetches that took more than one attempt.';
COMMENT ON COLUMN analytics.vendor_reliability.retry_success_rate IS 'Share of these that landed after all, 0 to 1; null when there was none.';
COMMENT ON COLUMN analytics.vendor_reliability.breaker_uptime IS 'Share of the last seven days, or of the time since it was added, in which the integration''s breaker was closed, 0 to 1; one that never acted is closed.';
COMMENT ON COLUMN analytics.vendor_reliability.vendor_breaker_uptime IS 'The same for the breaker of the whole vendor.';
