-- Rows in quarantine that can be replayed, and mass deletions that wait for a person.

ALTER TABLE ops.quarantine ADD COLUMN sealed BYTEA, ADD COLUMN sealed_key_id TEXT;
COMMENT ON COLUMN ops.quarantine.sealed IS
    'The whole row, encrypted, for replay alone; null once resolved, too old or too large.';
COMMENT ON COLUMN ops.quarantine.sealed_key_id IS 'The encryption key that it is sealed with.';
COMMENT ON COLUMN ops.quarantine.resolution IS
    'How it ended: landed, replayed, superseded, no longer sent or discarded.';

ALTER TABLE ops.sync_run DROP CONSTRAINT ck_sync_run_sync_type;
ALTER TABLE ops.sync_run ADD CONSTRAINT ck_sync_run_sync_type
    CHECK (sync_type IN ('scheduled', 'manual', 'initial', 'replay'));
COMMENT ON COLUMN ops.sync_run.sync_type IS
    'scheduled, manual, initial or replay (of rows that had been set aside).';

CREATE TABLE ops.held_deletion (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    dataset TEXT NOT NULL,
    status TEXT DEFAULT 'held' NOT NULL,
    live INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    first_run_id UUID NOT NULL,
    last_run_id UUID NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    deleted INTEGER,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_held_deletion PRIMARY KEY (id),
    CONSTRAINT ck_held_deletion_status
        CHECK (status IN ('held', 'approved', 'released', 'deleted')),
    CONSTRAINT fk_held_deletion_tenant_id_integration_id FOREIGN KEY (tenant_id, integration_id)
        REFERENCES ops.integration (tenant_id, id)
);
CREATE UNIQUE INDEX uq_held_deletion_open ON ops.held_deletion (integration_id, dataset)
    WHERE ended_at IS NULL;
ALTER TABLE ops.held_deletion ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.held_deletion FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.held_deletion TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.held_deletion TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.held_deletion TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.held_deletion TO sally_pipeline;
GRANT SELECT, UPDATE ON ops.held_deletion TO sally_console;
COMMENT ON TABLE ops.held_deletion IS 'Deletions held because too many rows were absent at once; one open row per integration and dataset.';
COMMENT ON COLUMN ops.held_deletion.id IS 'The held deletion''s id.';
COMMENT ON COLUMN ops.held_deletion.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.held_deletion.integration_id IS 'The integration whose rows are absent.';
COMMENT ON COLUMN ops.held_deletion.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.held_deletion.status IS 'held, approved, released (the rows came back) or deleted.';
COMMENT ON COLUMN ops.held_deletion.live IS 'Rows that were live when it was last seen.';
COMMENT ON COLUMN ops.held_deletion.gone IS 'How many of them were absent.';
COMMENT ON COLUMN ops.held_deletion.first_seen_at IS 'When they were first absent.';
COMMENT ON COLUMN ops.held_deletion.last_seen_at IS 'When they were last absent.';
COMMENT ON COLUMN ops.held_deletion.first_run_id IS 'The run that first held it.';
COMMENT ON COLUMN ops.held_deletion.last_run_id IS 'The run that last saw it.';
COMMENT ON COLUMN ops.held_deletion.decided_by IS 'Who approved it; null while held.';
COMMENT ON COLUMN ops.held_deletion.decided_at IS 'When it was approved; null while held.';
COMMENT ON COLUMN ops.held_deletion.deleted IS 'How many rows were deleted in the end.';
COMMENT ON COLUMN ops.held_deletion.ended_at IS 'When it was over; null while held or approved.';
