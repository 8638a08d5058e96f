-- What the quality checks found, what is usual, and how vendors' payloads change.

CREATE TABLE ops.quality_result (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID,
    integration_id UUID,
    run_id UUID,
    flow_run_id TEXT,
    vendor TEXT NOT NULL,
    dataset TEXT NOT NULL,
    source TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    rows INTEGER DEFAULT 0 NOT NULL,
    failed INTEGER DEFAULT 0 NOT NULL,
    examples TEXT[] DEFAULT '{}' NOT NULL,
    said TEXT NOT NULL,
    seconds NUMERIC DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_quality_result PRIMARY KEY (id),
    CONSTRAINT fk_quality_result_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT ck_quality_result_source CHECK (source IN ('gate', 'audit')),
    CONSTRAINT ck_quality_result_severity CHECK (severity IN ('warning', 'critical')),
    CONSTRAINT ck_quality_result_status CHECK (status IN ('passed', 'failed', 'error'))
);
CREATE INDEX ix_quality_result_created_at ON ops.quality_result (created_at);
CREATE INDEX ix_quality_result_run_id ON ops.quality_result (run_id);
ALTER TABLE ops.quality_result ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.quality_result FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.quality_result TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.quality_result TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.quality_result TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.quality_result TO sally_pipeline;
GRANT SELECT ON ops.quality_result TO sally_console;
COMMENT ON TABLE ops.quality_result IS 'Quality rules that a run''s rows broke, by run; and each audit of a flow run''s dataset.';
COMMENT ON COLUMN ops.quality_result.id IS 'The result''s id.';
COMMENT ON COLUMN ops.quality_result.tenant_id IS 'The tenant; null for an audit as a whole.';
COMMENT ON COLUMN ops.quality_result.integration_id IS 'The integration; null for an audit as a whole.';
COMMENT ON COLUMN ops.quality_result.run_id IS 'The run whose rows broke the rule; null for an audit as a whole.';
COMMENT ON COLUMN ops.quality_result.flow_run_id IS 'The Prefect flow run.';
COMMENT ON COLUMN ops.quality_result.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.quality_result.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.quality_result.source IS 'gate: before the rows landed; audit: after.';
COMMENT ON COLUMN ops.quality_result.rule IS 'The rule''s name; suite: the audit as a whole.';
COMMENT ON COLUMN ops.quality_result.severity IS 'warning or critical; of an audit, of the worst it found.';
COMMENT ON COLUMN ops.quality_result.status IS 'failed; passed: an audit found nothing; error: an audit could not look.';
COMMENT ON COLUMN ops.quality_result.rows IS 'Rows that were looked at.';
COMMENT ON COLUMN ops.quality_result.failed IS 'Rows that broke the rule.';
COMMENT ON COLUMN ops.quality_result.examples IS 'Some of these rows, by the vendor''s id.';
COMMENT ON COLUMN ops.quality_result.said IS 'What holds and did not, or how the audit went, in one sentence.';
COMMENT ON COLUMN ops.quality_result.seconds IS 'How long an audit took.';
COMMENT ON COLUMN ops.quality_result.created_at IS 'When it was found.';

CREATE TABLE ops.quality_profile (
    integration_id UUID NOT NULL,
    dataset TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    rows INTEGER[] NOT NULL,
    nulls JSONB DEFAULT '{}' NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_quality_profile PRIMARY KEY (integration_id, dataset),
    CONSTRAINT fk_quality_profile_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id)
);
ALTER TABLE ops.quality_profile ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.quality_profile FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.quality_profile TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.quality_profile TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.quality_profile TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.quality_profile TO sally_pipeline;
GRANT SELECT ON ops.quality_profile TO sally_console;
COMMENT ON TABLE ops.quality_profile IS 'The last 20 good fetches of each integration''s dataset: what a fetch is compared with. Written when it changes.';
COMMENT ON COLUMN ops.quality_profile.integration_id IS 'The integration.';
COMMENT ON COLUMN ops.quality_profile.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.quality_profile.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.quality_profile.rows IS 'Rows of each fetch, the newest last.';
COMMENT ON COLUMN ops.quality_profile.nulls IS 'By field, the share of rows without a value in each fetch, in per mille.';
COMMENT ON COLUMN ops.quality_profile.changed_at IS 'When it last changed.';

CREATE TABLE ops.schema_drift (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    vendor TEXT NOT NULL,
    dataset TEXT NOT NULL,
    kind TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT DEFAULT '' NOT NULL,
    day DATE DEFAULT (now() AT TIME ZONE 'UTC')::date NOT NULL,
    example TEXT,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_schema_drift PRIMARY KEY (id),
    CONSTRAINT fk_schema_drift_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT ck_schema_drift_kind CHECK (kind IN ('new_field', 'new_value', 'vanished_field')),
    CONSTRAINT uq_schema_drift_vendor_dataset_kind_field_value_day UNIQUE (vendor, dataset, kind, field, value, day)
);
ALTER TABLE ops.schema_drift ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.schema_drift FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.schema_drift TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.schema_drift TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.schema_drift TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.schema_drift TO sally_pipeline;
GRANT SELECT ON ops.schema_drift TO sally_console;
COMMENT ON TABLE ops.schema_drift IS 'How vendors'' payloads differ from what is documented: once a day, field and word.';
COMMENT ON COLUMN ops.schema_drift.id IS 'The entry''s id.';
COMMENT ON COLUMN ops.schema_drift.tenant_id IS 'The tenant in whose payload it was seen first.';
COMMENT ON COLUMN ops.schema_drift.integration_id IS 'That tenant''s integration.';
COMMENT ON COLUMN ops.schema_drift.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.schema_drift.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.schema_drift.kind IS 'new_field, new_value or vanished_field.';
COMMENT ON COLUMN ops.schema_drift.field IS 'Dotted path of the field; [] stands for the items of a list.';
COMMENT ON COLUMN ops.schema_drift.value IS 'The word that is not documented; empty for fields.';
COMMENT ON COLUMN ops.schema_drift.day IS 'The day it was seen (UTC).';
COMMENT ON COLUMN ops.schema_drift.example IS 'What stood there, redacted; null for a field that vanished.';
COMMENT ON COLUMN ops.schema_drift.seen_at IS 'When it was first seen that day.';

CREATE TABLE ops.schema_fields (
    vendor TEXT NOT NULL,
    dataset TEXT NOT NULL,
    is_sandbox BOOLEAN NOT NULL,
    fields TEXT[] DEFAULT '{}' NOT NULL,
    rows INTEGER DEFAULT 0 NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_schema_fields PRIMARY KEY (vendor, dataset, is_sandbox)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.schema_fields TO sally_pipeline;
GRANT SELECT ON ops.schema_fields TO sally_console;
COMMENT ON TABLE ops.schema_fields IS 'Fields that every sampled row of a vendor''s dataset has had: one that is gone is noticed.';
COMMENT ON COLUMN ops.schema_fields.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.schema_fields.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.schema_fields.is_sandbox IS 'True for the sandbox''s vendor.';
COMMENT ON COLUMN ops.schema_fields.fields IS 'Their dotted paths.';
COMMENT ON COLUMN ops.schema_fields.rows IS 'Rows that were sampled, counted up to some hundreds.';
COMMENT ON COLUMN ops.schema_fields.changed_at IS 'When it last changed.';
