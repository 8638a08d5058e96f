-- How old each integration's data is, and when the house was last seen at work.

CREATE TABLE ops.freshness (
    integration_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    level TEXT NOT NULL,
    stale JSONB DEFAULT '{}' NOT NULL,
    said TEXT,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    told_level TEXT,
    CONSTRAINT pk_freshness PRIMARY KEY (integration_id),
    CONSTRAINT ck_freshness_level CHECK (level IN ('fresh', 'warning', 'critical')),
    CONSTRAINT fk_freshness_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id)
);
ALTER TABLE ops.freshness ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.freshness FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.freshness TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.freshness TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.freshness TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.freshness TO sally_pipeline;
GRANT SELECT ON ops.freshness TO sally_console;
COMMENT ON TABLE ops.freshness IS 'How old each integration''s data is, as last judged; a row appears when it first gets old.';
COMMENT ON COLUMN ops.freshness.integration_id IS 'The integration.';
COMMENT ON COLUMN ops.freshness.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.freshness.level IS 'fresh, warning or critical: its worst dataset''s.';
COMMENT ON COLUMN ops.freshness.stale IS 'The datasets that are old, and the level of each.';
COMMENT ON COLUMN ops.freshness.said IS 'One sentence about the worst of them; null while fresh.';
COMMENT ON COLUMN ops.freshness.changed_at IS 'When the level last changed.';
COMMENT ON COLUMN ops.freshness.told_level IS 'The level that Prefect was last told.';

CREATE TABLE ops.pulse (
    name TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_pulse PRIMARY KEY (name)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.pulse TO sally_pipeline;
GRANT SELECT ON ops.pulse TO sally_console;
COMMENT ON TABLE ops.pulse IS 'When each of the house''s recurring works was last done.';
COMMENT ON COLUMN ops.pulse.name IS 'The work: cycle (a flow run went over a vendor) or freshness.';
COMMENT ON COLUMN ops.pulse.at IS 'When it was last done.';
