-- Incidents that are told once: their timers, the outbox, tenants' channels.

ALTER TABLE ops.incident DROP CONSTRAINT ck_incident_severity;
UPDATE ops.incident SET severity = upper(severity);
ALTER TABLE ops.incident ADD CONSTRAINT ck_incident_severity
    CHECK (severity IN ('INFO', 'WARNING', 'ERROR', 'CRITICAL'));
COMMENT ON COLUMN ops.incident.severity IS 'INFO, WARNING, ERROR or CRITICAL; it only grows.';

ALTER TABLE ops.incident ADD COLUMN is_sandbox BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE ops.incident ADD COLUMN error_kind TEXT;
ALTER TABLE ops.incident ADD COLUMN tell_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ops.incident ADD COLUMN told_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ops.incident ADD COLUMN reminders INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE ops.incident ADD COLUMN is_escalated BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE ops.incident ADD COLUMN explained_by UUID;
ALTER TABLE ops.incident ADD COLUMN acknowledged_by TEXT;
ALTER TABLE ops.incident ADD COLUMN muted_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE ops.incident ADD COLUMN note TEXT;
ALTER TABLE ops.incident ADD COLUMN closed_because TEXT;
ALTER TABLE ops.incident ADD CONSTRAINT fk_incident_explained_by
    FOREIGN KEY(explained_by) REFERENCES ops.incident (id) ON DELETE SET NULL;
CREATE INDEX ix_incident_explained_by ON ops.incident (explained_by)
    WHERE explained_by IS NOT NULL;
CREATE INDEX ix_incident_due ON ops.incident (tell_at) WHERE closed_at IS NULL;
CREATE INDEX ix_incident_open_tenant_id ON ops.incident (tenant_id) WHERE closed_at IS NULL;
CREATE INDEX ix_incident_tenant_id_opened_at ON ops.incident (tenant_id, opened_at);
COMMENT ON COLUMN ops.incident.is_sandbox IS 'True when the vendor is the sandbox''s.';
COMMENT ON COLUMN ops.incident.error_kind IS 'Kind of the error behind it; null when there is none.';
COMMENT ON COLUMN ops.incident.tell_at IS 'When somebody is to be told next; null when nobody is.';
COMMENT ON COLUMN ops.incident.told_at IS 'When a message was last put into the outbox; null for never.';
COMMENT ON COLUMN ops.incident.reminders IS 'How often people were reminded of it.';
COMMENT ON COLUMN ops.incident.is_escalated IS 'True when it got worse since people were told.';
COMMENT ON COLUMN ops.incident.explained_by IS 'The incident that explains it: while that is open, this one is not told.';
COMMENT ON COLUMN ops.incident.acknowledged_by IS 'Who took it on.';
COMMENT ON COLUMN ops.incident.muted_until IS 'Nobody is told before this.';
COMMENT ON COLUMN ops.incident.note IS 'What went wrong with its messages, such as that nobody could be told.';
COMMENT ON COLUMN ops.incident.closed_because IS 'How it ended.';

ALTER TABLE ops.alert_delivery ADD COLUMN message_id TEXT NOT NULL;
ALTER TABLE ops.alert_delivery ADD COLUMN due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;
ALTER TABLE ops.alert_delivery ADD COLUMN lease_owner UUID;
ALTER TABLE ops.alert_delivery ADD COLUMN lease_expires_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ops.alert_delivery ADD CONSTRAINT uq_alert_delivery_message_id UNIQUE (message_id);
ALTER TABLE ops.alert_delivery ADD CONSTRAINT ck_alert_delivery_channel
    CHECK (channel IN ('email', 'slack'));
ALTER TABLE ops.alert_delivery ADD CONSTRAINT ck_alert_delivery_lease
    CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL));
CREATE INDEX ix_alert_delivery_due ON ops.alert_delivery (channel, due_at)
    WHERE status = 'pending';
COMMENT ON COLUMN ops.alert_delivery.recipient IS 'An address; for Slack, whose channel: tenant or operator.';
COMMENT ON COLUMN ops.alert_delivery.step IS 'opened, escalated, reminder-1 and so on, or closed.';
COMMENT ON COLUMN ops.alert_delivery.created_at IS 'When it was put into the outbox.';
COMMENT ON COLUMN ops.alert_delivery.message_id IS 'Names incident, channel, recipient and step; the mail''s Message-ID, by which a repeat is known.';
COMMENT ON COLUMN ops.alert_delivery.due_at IS 'When it is tried next.';
COMMENT ON COLUMN ops.alert_delivery.lease_owner IS 'Who is sending it now.';
COMMENT ON COLUMN ops.alert_delivery.lease_expires_at IS 'When another may send it instead.';

CREATE TABLE ops.alert_event (
    id UUID NOT NULL,
    signal TEXT NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_alert_event PRIMARY KEY (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.alert_event TO sally_pipeline;
COMMENT ON TABLE ops.alert_event IS 'Events that were acted on, so that one that comes twice counts once; kept for some days.';
COMMENT ON COLUMN ops.alert_event.id IS 'The event''s id.';
COMMENT ON COLUMN ops.alert_event.signal IS 'What it said.';
COMMENT ON COLUMN ops.alert_event.happened_at IS 'When it was acted on.';

CREATE TABLE ops.tenant_channel (
    tenant_id UUID NOT NULL,
    channel TEXT NOT NULL,
    secret_ciphertext BYTEA NOT NULL,
    secret_key_id TEXT NOT NULL,
    secret_fingerprint TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tenant_channel PRIMARY KEY (tenant_id, channel),
    CONSTRAINT fk_tenant_channel_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id),
    CONSTRAINT ck_tenant_channel_channel CHECK (channel IN ('slack'))
);
COMMENT ON TABLE ops.tenant_channel IS 'Where a tenant''s people hear of incidents besides e-mail.';
COMMENT ON COLUMN ops.tenant_channel.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.tenant_channel.channel IS 'slack.';
COMMENT ON COLUMN ops.tenant_channel.secret_ciphertext IS 'The webhook''s address, AES-256-GCM: nonce, text and tag.';
COMMENT ON COLUMN ops.tenant_channel.secret_key_id IS 'Which encryption key sealed it.';
COMMENT ON COLUMN ops.tenant_channel.secret_fingerprint IS 'Tells addresses apart without revealing them.';
COMMENT ON COLUMN ops.tenant_channel.changed_at IS 'When it was last set.';

GRANT SELECT, INSERT, UPDATE, DELETE ON ops.tenant_channel TO sally_pipeline, sally_console;
ALTER TABLE ops.tenant_channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.tenant_channel FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.tenant_channel TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.tenant_channel TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.tenant_channel TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));

ALTER TABLE ops.integration ADD COLUMN last_run_status TEXT;
ALTER TABLE ops.integration ADD CONSTRAINT ck_integration_last_run_status
    CHECK (last_run_status IN ('running', 'success', 'partial', 'failed', 'deferred', 'crashed'));
COMMENT ON COLUMN ops.integration.last_run_status IS 'How the last run ended; null before the first.';
