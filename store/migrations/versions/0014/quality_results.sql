-- What the quality rules found, rule by rule, for those who work with the rows.

CREATE VIEW analytics.quality_result WITH (security_invoker = true) AS
SELECT q.tenant_id, t.slug AS tenant, q.integration_id, q.vendor, q.dataset, q.run_id,
    r.started_at, q.source, q.rule, q.severity, q.rows, q.failed,
    round(q.failed::numeric / nullif(q.rows, 0), 4) AS failed_share, q.examples, q.said,
    q.created_at
FROM ops.quality_result q
JOIN ops.tenant t ON t.id = q.tenant_id
JOIN ops.sync_run r ON r.tenant_id = q.tenant_id AND r.id = q.run_id
WHERE q.status = 'failed';
COMMENT ON VIEW analytics.quality_result IS 'Every quality rule that rows of a run broke, at the gate or in the audit: how many of how many rows, and some of them by name. A rule without a row here was not broken.';
COMMENT ON COLUMN analytics.quality_result.tenant_id IS 'The tenant.';
COMMENT ON COLUMN analytics.quality_result.tenant IS 'The tenant''s short name.';
COMMENT ON COLUMN analytics.quality_result.integration_id IS 'The integration.';
COMMENT ON COLUMN analytics.quality_result.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN analytics.quality_result.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN analytics.quality_result.run_id IS 'The run whose rows broke the rule.';
COMMENT ON COLUMN analytics.quality_result.started_at IS 'When the run began.';
COMMENT ON COLUMN analytics.quality_result.source IS 'gate: before the rows landed; audit: after.';
COMMENT ON COLUMN analytics.quality_result.rule IS 'The rule''s name, as in docs/quality.md.';
COMMENT ON COLUMN analytics.quality_result.severity IS 'warning: the rows landed; critical: at the gate they were set aside, in the audit they had landed.';
COMMENT ON COLUMN analytics.quality_result.rows IS 'Rows that were looked at.';
COMMENT ON COLUMN analytics.quality_result.failed IS 'Rows that broke the rule.';
COMMENT ON COLUMN analytics.quality_result.failed_share IS 'failed of rows, 0 to 1; null when no row was looked at.';
COMMENT ON COLUMN analytics.quality_result.examples IS 'Some of these rows, by the vendor''s id.';
COMMENT ON COLUMN analytics.quality_result.said IS 'What holds and did not, in one sentence.';
COMMENT ON COLUMN analytics.quality_result.created_at IS 'When it was found.';
