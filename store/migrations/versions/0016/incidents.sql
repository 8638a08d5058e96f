-- Incidents and the messages about them, as analysts may see them: counted, without addresses.

GRANT SELECT (id, tenant_id, integration_id, vendor, kind, severity, error_kind, happened, who,
    next_step, opened_at, last_seen_at, times, told_at, explained_by, closed_at, closed_because)
    ON ops.incident TO sally_analyst;
GRANT SELECT (incident_id, tenant_id, status, sent_at) ON ops.alert_delivery TO sally_analyst;
CREATE POLICY analyst ON ops.incident FOR SELECT TO sally_analyst
    USING (tenant_id = ANY (ARRAY(SELECT ops.analyst_tenants())));
CREATE POLICY analyst ON ops.alert_delivery FOR SELECT TO sally_analyst
    USING (tenant_id = ANY (ARRAY(SELECT ops.analyst_tenants())));

CREATE VIEW analytics.incident WITH (security_invoker = true) AS
SELECT i.tenant_id, t.slug AS tenant, i.integration_id, i.vendor, i.id AS incident_id, i.kind,
    i.severity, i.error_kind, i.happened, i.who, i.next_step, i.opened_at, i.last_seen_at, i.times,
    i.told_at, i.explained_by, i.closed_at, i.closed_because, m.messages, m.sent, m.waiting,
    m.failed, m.first_sent_at
FROM ops.incident i
LEFT JOIN ops.tenant t ON t.id = i.tenant_id
CROSS JOIN LATERAL (
    SELECT count(*) AS messages,
        count(*) FILTER (WHERE d.status = 'sent') AS sent,
        count(*) FILTER (WHERE d.status = 'pending') AS waiting,
        count(*) FILTER (WHERE d.status = 'failed') AS failed,
        min(d.sent_at) AS first_sent_at
    FROM ops.alert_delivery d WHERE d.incident_id = i.id
) m;
COMMENT ON VIEW analytics.incident IS 'Every trouble that somebody should know about, from its start to its end, and what became of the messages about it; one that another explains is not told.';
COMMENT ON COLUMN analytics.incident.tenant_id IS 'The tenant; null for what concerns the operator alone, which no analyst sees.';
COMMENT ON COLUMN analytics.incident.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.incident.integration_id IS 'The integration; null when it concerns several.';
COMMENT ON COLUMN analytics.incident.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN analytics.incident.incident_id IS 'The incident.';
COMMENT ON COLUMN analytics.incident.kind IS 'What it is about, as in docs/alerts.md: failing, key_rejected, vendor_down, stale, quality and so on.';
COMMENT ON COLUMN analytics.incident.severity IS 'INFO, WARNING, ERROR or CRITICAL; it only grows.';
COMMENT ON COLUMN analytics.incident.error_kind IS 'Kind of the error behind it; null when there is none.';
COMMENT ON COLUMN analytics.incident.happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN analytics.incident.who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN analytics.incident.next_step IS 'The next step, in one sentence.';
COMMENT ON COLUMN analytics.incident.opened_at IS 'When it began.';
COMMENT ON COLUMN analytics.incident.last_seen_at IS 'When it was last seen.';
COMMENT ON COLUMN analytics.incident.times IS 'How often it was seen.';
COMMENT ON COLUMN analytics.incident.told_at IS 'When people were last told of it; null for never.';
COMMENT ON COLUMN analytics.incident.explained_by IS 'The incident that explains it: while that is open, this one is not told.';
COMMENT ON COLUMN analytics.incident.closed_at IS 'When it ended; null while it is open.';
COMMENT ON COLUMN analytics.incident.closed_because IS 'How it ended.';
COMMENT ON COLUMN analytics.incident.messages IS 'Messages about it, one a recipient, channel and step.';
COMMENT ON COLUMN analytics.incident.sent IS 'Messages that left.';
COMMENT ON COLUMN analytics.incident.waiting IS 'Messages that have yet to leave.';
COMMENT ON COLUMN analytics.incident.failed IS 'Messages that were given up.';
COMMENT ON COLUMN analytics.incident.first_sent_at IS 'When the first of them left; null when none did.';
