-- Breakers keep the sandbox's vendors apart, and outcomes are kept for many integrations a row.

ALTER TABLE ops.breaker ADD COLUMN is_sandbox BOOLEAN DEFAULT false NOT NULL;
COMMENT ON COLUMN ops.breaker.is_sandbox IS 'True when the vendor is the sandbox''s.';
ALTER TABLE ops.breaker DROP CONSTRAINT uq_breaker_vendor_integration_id;
ALTER TABLE ops.breaker ADD CONSTRAINT uq_breaker_vendor_is_sandbox_integration_id
    UNIQUE NULLS NOT DISTINCT (vendor, is_sandbox, integration_id);

ALTER TABLE ops.breaker_event ADD COLUMN is_sandbox BOOLEAN DEFAULT false NOT NULL;
COMMENT ON COLUMN ops.breaker_event.is_sandbox IS 'True when the vendor is the sandbox''s.';
ALTER TABLE ops.breaker_event ADD COLUMN told_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN ops.breaker_event.told_at IS 'When Prefect was told; null while it was not.';
CREATE INDEX ix_breaker_event_untold ON ops.breaker_event (id) WHERE told_at IS NULL;

DROP TABLE ops.vendor_outcome;
CREATE UNLOGGED TABLE ops.vendor_outcome (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    vendor TEXT NOT NULL,
    is_sandbox BOOLEAN DEFAULT false NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    tenants UUID[] NOT NULL,
    integrations UUID[] NOT NULL,
    successes INTEGER[] NOT NULL,
    failures INTEGER[] NOT NULL,
    CONSTRAINT pk_vendor_outcome PRIMARY KEY (id)
);
CREATE INDEX ix_vendor_outcome_vendor_happened_at ON ops.vendor_outcome (vendor, happened_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.vendor_outcome TO sally_pipeline;
COMMENT ON TABLE ops.vendor_outcome IS 'Outcomes of calls in the breakers'' time window: one row for many integrations, side by side in arrays. Not logged: evidence of minutes, void after a crash, and pruned.';
COMMENT ON COLUMN ops.vendor_outcome.id IS 'The row''s id.';
COMMENT ON COLUMN ops.vendor_outcome.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.vendor_outcome.is_sandbox IS 'True when the vendor is the sandbox''s.';
COMMENT ON COLUMN ops.vendor_outcome.happened_at IS 'When they were recorded.';
COMMENT ON COLUMN ops.vendor_outcome.tenants IS 'The tenant of each integration.';
COMMENT ON COLUMN ops.vendor_outcome.integrations IS 'The integrations that called.';
COMMENT ON COLUMN ops.vendor_outcome.successes IS 'Calls that were answered, by integration.';
COMMENT ON COLUMN ops.vendor_outcome.failures IS 'Calls that count against the vendor, by integration.';
