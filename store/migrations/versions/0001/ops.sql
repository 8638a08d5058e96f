-- Schema ops: see models/ops.py for what each table is for.

CREATE TABLE ops.rate_gate (
    scope TEXT NOT NULL,
    not_before TIMESTAMP WITH TIME ZONE,
    tokens DOUBLE PRECISION DEFAULT 0 NOT NULL,
    refilled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    strikes INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_rate_gate PRIMARY KEY (scope)
) WITH (fillfactor = 70);
COMMENT ON TABLE ops.rate_gate IS 'How fast, and from when, a vendor may be called with one credential.';
COMMENT ON COLUMN ops.rate_gate.scope IS 'Vendor, credential fingerprint and tier of endpoints.';
COMMENT ON COLUMN ops.rate_gate.not_before IS 'No call before this; it only grows.';
COMMENT ON COLUMN ops.rate_gate.tokens IS 'Calls that may be made at once.';
COMMENT ON COLUMN ops.rate_gate.refilled_at IS 'When the tokens were last counted.';
COMMENT ON COLUMN ops.rate_gate.strikes IS 'Refusals in a row.';

CREATE TABLE ops.tenant (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    is_sandbox BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tenant PRIMARY KEY (id),
    CONSTRAINT uq_tenant_slug UNIQUE (slug)
);
COMMENT ON TABLE ops.tenant IS 'A trucking fleet that uses us.';
COMMENT ON COLUMN ops.tenant.id IS 'The tenant''s id.';
COMMENT ON COLUMN ops.tenant.slug IS 'Short name used in commands and addresses.';
COMMENT ON COLUMN ops.tenant.name IS 'The fleet''s name as people write it.';
COMMENT ON COLUMN ops.tenant.is_sandbox IS 'True when its vendors are the local sandbox.';
COMMENT ON COLUMN ops.tenant.is_active IS 'False stops every sync of this tenant.';
COMMENT ON COLUMN ops.tenant.created_at IS 'When it was added.';

CREATE TABLE ops.analyst_access (
    role_name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_analyst_access PRIMARY KEY (role_name, tenant_id),
    CONSTRAINT fk_analyst_access_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id)
);
COMMENT ON TABLE ops.analyst_access IS 'Which database login of an analyst may read which tenant.';
COMMENT ON COLUMN ops.analyst_access.role_name IS 'The analyst''s login in PostgreSQL.';
COMMENT ON COLUMN ops.analyst_access.tenant_id IS 'A tenant it may read.';
COMMENT ON COLUMN ops.analyst_access.granted_at IS 'When it was granted.';

CREATE TABLE ops.app_user (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    password_hash TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_app_user PRIMARY KEY (id),
    CONSTRAINT fk_app_user_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id),
    CONSTRAINT uq_app_user_tenant_id_id UNIQUE (tenant_id, id),
    CONSTRAINT ck_app_user_role CHECK (role IN ('DRIVER', 'DISPATCHER', 'ADMIN', 'SUPER_ADMIN'))
);
CREATE UNIQUE INDEX uq_app_user_email ON ops.app_user (tenant_id, lower(email));
COMMENT ON TABLE ops.app_user IS 'A person who signs in for one tenant.';
COMMENT ON COLUMN ops.app_user.id IS 'The user''s id.';
COMMENT ON COLUMN ops.app_user.tenant_id IS 'The tenant the person works for.';
COMMENT ON COLUMN ops.app_user.email IS 'Address used to sign in; unique within the tenant, case ignored.';
COMMENT ON COLUMN ops.app_user.name IS 'The person''s name.';
COMMENT ON COLUMN ops.app_user.role IS 'DRIVER, DISPATCHER, ADMIN or SUPER_ADMIN.';
COMMENT ON COLUMN ops.app_user.is_active IS 'False locks the person out.';
COMMENT ON COLUMN ops.app_user.password_hash IS 'Salted hash of the password; null until one is set.';
COMMENT ON COLUMN ops.app_user.created_at IS 'When the person was added.';

CREATE TABLE ops.audit_log (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    tenant_id UUID,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT,
    details JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (id),
    CONSTRAINT fk_audit_log_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id)
);
CREATE INDEX ix_audit_log_tenant_id_happened_at ON ops.audit_log (tenant_id, happened_at);
COMMENT ON TABLE ops.audit_log IS 'Who changed what, and when. Rows are only ever added; a trigger refuses the rest.';
COMMENT ON COLUMN ops.audit_log.id IS 'The entry''s id.';
COMMENT ON COLUMN ops.audit_log.happened_at IS 'When.';
COMMENT ON COLUMN ops.audit_log.tenant_id IS 'The tenant concerned; null when it concerns all.';
COMMENT ON COLUMN ops.audit_log.actor IS 'Who did it.';
COMMENT ON COLUMN ops.audit_log.action IS 'What was done, as noun.verb.';
COMMENT ON COLUMN ops.audit_log.subject IS 'Kind of thing that was changed.';
COMMENT ON COLUMN ops.audit_log.subject_id IS 'Its id.';
COMMENT ON COLUMN ops.audit_log.details IS 'What changed; fingerprints in place of secrets.';

CREATE TABLE ops.integration (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    vendor TEXT NOT NULL,
    status TEXT DEFAULT 'active' NOT NULL,
    credentials_ciphertext BYTEA NOT NULL,
    credentials_key_id TEXT NOT NULL,
    credentials_fingerprint TEXT NOT NULL,
    credentials_changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    settings JSONB DEFAULT '{}' NOT NULL,
    poll_seconds INTEGER,
    next_sync_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    phase_s INTEGER DEFAULT 0 NOT NULL,
    lease_run_id UUID,
    lease_expires_at TIMESTAMP WITH TIME ZONE,
    consecutive_failures INTEGER DEFAULT 0 NOT NULL,
    last_started_at TIMESTAMP WITH TIME ZONE,
    last_success_at TIMESTAMP WITH TIME ZONE,
    last_error_kind TEXT,
    last_error_happened TEXT,
    last_error_who TEXT,
    last_error_next_step TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_integration PRIMARY KEY (id),
    CONSTRAINT fk_integration_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id),
    CONSTRAINT uq_integration_tenant_id_id UNIQUE (tenant_id, id),
    CONSTRAINT uq_integration_tenant_id_vendor UNIQUE (tenant_id, vendor),
    CONSTRAINT ck_integration_status CHECK (status IN ('active', 'needs_attention', 'disabled')),
    CONSTRAINT ck_integration_poll_seconds CHECK (poll_seconds > 0),
    CONSTRAINT ck_integration_lease CHECK ((lease_run_id IS NULL) = (lease_expires_at IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX ix_integration_vendor ON ops.integration (vendor);
COMMENT ON TABLE ops.integration IS 'A tenant''s connection to one vendor: its credential, its schedule and its lease.';
COMMENT ON COLUMN ops.integration.id IS 'The integration''s id; part of what its credential is bound to.';
COMMENT ON COLUMN ops.integration.tenant_id IS 'The tenant it belongs to.';
COMMENT ON COLUMN ops.integration.vendor IS 'The vendor''s name in this product.';
COMMENT ON COLUMN ops.integration.status IS 'active, needs_attention (a slow probe only) or disabled.';
COMMENT ON COLUMN ops.integration.credentials_ciphertext IS 'The credential, AES-256-GCM: nonce, text and tag.';
COMMENT ON COLUMN ops.integration.credentials_key_id IS 'Which encryption key sealed it.';
COMMENT ON COLUMN ops.integration.credentials_fingerprint IS 'Tells credentials apart without revealing them.';
COMMENT ON COLUMN ops.integration.credentials_changed_at IS 'When the credential was last replaced.';
COMMENT ON COLUMN ops.integration.settings IS 'The integration''s own options.';
COMMENT ON COLUMN ops.integration.poll_seconds IS 'Seconds between syncs; null for the vendor''s default.';
COMMENT ON COLUMN ops.integration.next_sync_at IS 'When the next sync is due.';
COMMENT ON COLUMN ops.integration.phase_s IS 'Where in the interval it is due, so that not all are at once.';
COMMENT ON COLUMN ops.integration.lease_run_id IS 'The run that works on it now; null when nobody does.';
COMMENT ON COLUMN ops.integration.lease_expires_at IS 'When that run counts as crashed.';
COMMENT ON COLUMN ops.integration.consecutive_failures IS 'Failed or crashed runs since the last good one.';
COMMENT ON COLUMN ops.integration.last_started_at IS 'When a run last claimed it.';
COMMENT ON COLUMN ops.integration.last_success_at IS 'When a run last ended as success or partial.';
COMMENT ON COLUMN ops.integration.last_error_kind IS 'Kind of the last run''s error; null when it went well.';
COMMENT ON COLUMN ops.integration.last_error_happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN ops.integration.last_error_who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN ops.integration.last_error_next_step IS 'The next step, in one sentence.';
COMMENT ON COLUMN ops.integration.created_at IS 'When it was added.';
COMMENT ON COLUMN ops.integration.updated_at IS 'When a person last changed it.';

CREATE TABLE ops.breaker (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    vendor TEXT NOT NULL,
    scope TEXT NOT NULL,
    tenant_id UUID,
    integration_id UUID,
    state TEXT DEFAULT 'CLOSED' NOT NULL,
    version BIGINT DEFAULT 0 NOT NULL,
    consecutive_failures INTEGER DEFAULT 0 NOT NULL,
    consecutive_successes INTEGER DEFAULT 0 NOT NULL,
    openings INTEGER DEFAULT 0 NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    retry_at TIMESTAMP WITH TIME ZONE,
    probe_owner TEXT,
    probe_expires_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_breaker PRIMARY KEY (id),
    CONSTRAINT fk_breaker_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT ck_breaker_scope CHECK (scope IN ('vendor', 'integration')),
    CONSTRAINT ck_breaker_state CHECK (state IN ('CLOSED', 'OPEN', 'HALF_OPEN')),
    CONSTRAINT ck_breaker_scope_target CHECK ((scope = 'vendor') = (integration_id IS NULL)),
    CONSTRAINT ck_breaker_tenant CHECK ((tenant_id IS NULL) = (integration_id IS NULL)),
    CONSTRAINT uq_breaker_vendor_integration_id UNIQUE NULLS NOT DISTINCT (vendor, integration_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE ops.breaker IS 'The state of each circuit breaker: one per vendor, one per integration.';
COMMENT ON COLUMN ops.breaker.id IS 'The breaker''s id.';
COMMENT ON COLUMN ops.breaker.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.breaker.scope IS 'vendor or integration.';
COMMENT ON COLUMN ops.breaker.tenant_id IS 'The tenant; null for a vendor''s breaker.';
COMMENT ON COLUMN ops.breaker.integration_id IS 'The integration; null for a vendor''s breaker.';
COMMENT ON COLUMN ops.breaker.state IS 'CLOSED, OPEN or HALF_OPEN.';
COMMENT ON COLUMN ops.breaker.version IS 'Grows with each decision; a decision on an old one is void.';
COMMENT ON COLUMN ops.breaker.consecutive_failures IS 'Failures in a row while closed.';
COMMENT ON COLUMN ops.breaker.consecutive_successes IS 'Successes in a row while half open.';
COMMENT ON COLUMN ops.breaker.openings IS 'Openings in a row without recovery.';
COMMENT ON COLUMN ops.breaker.opened_at IS 'When it last opened.';
COMMENT ON COLUMN ops.breaker.retry_at IS 'When a probe is admitted.';
COMMENT ON COLUMN ops.breaker.probe_owner IS 'Who holds the probe.';
COMMENT ON COLUMN ops.breaker.probe_expires_at IS 'When the probe goes to another.';
COMMENT ON COLUMN ops.breaker.reason IS 'Why it is in this state.';
COMMENT ON COLUMN ops.breaker.changed_at IS 'When the state last changed.';

CREATE TABLE ops.dataset_state (
    integration_id UUID NOT NULL,
    dataset TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    cursor TEXT,
    last_attempt_at TIMESTAMP WITH TIME ZONE,
    last_success_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    last_run_id UUID,
    CONSTRAINT pk_dataset_state PRIMARY KEY (integration_id, dataset),
    CONSTRAINT fk_dataset_state_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id)
) WITH (fillfactor = 70);
COMMENT ON TABLE ops.dataset_state IS 'What is known about one dataset of one integration, between runs.';
COMMENT ON COLUMN ops.dataset_state.integration_id IS 'The integration.';
COMMENT ON COLUMN ops.dataset_state.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.dataset_state.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.dataset_state.cursor IS 'Where the next fetch starts; null for the beginning.';
COMMENT ON COLUMN ops.dataset_state.last_attempt_at IS 'When a fetch last began.';
COMMENT ON COLUMN ops.dataset_state.last_success_at IS 'When rows of a complete fetch last landed.';
COMMENT ON COLUMN ops.dataset_state.confirmed_at IS 'When the last complete good fetch began: every live row was true at this time.';
COMMENT ON COLUMN ops.dataset_state.last_run_id IS 'The run that last tried it.';

CREATE TABLE ops.hos_override (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    driver_id TEXT NOT NULL,
    author_id UUID,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    drive_remaining_s INTEGER,
    shift_remaining_s INTEGER,
    cycle_remaining_s INTEGER,
    break_remaining_s INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_hos_override PRIMARY KEY (id),
    CONSTRAINT fk_hos_override_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id),
    CONSTRAINT fk_hos_override_tenant_id_author_id FOREIGN KEY(tenant_id, author_id) REFERENCES ops.app_user (tenant_id, id),
    CONSTRAINT ck_hos_override_expires_at CHECK (expires_at > created_at AND expires_at <= created_at + interval '24 hours'),
    CONSTRAINT ck_hos_override_drive_remaining_s CHECK (drive_remaining_s BETWEEN 0 AND 39600),
    CONSTRAINT ck_hos_override_shift_remaining_s CHECK (shift_remaining_s BETWEEN 0 AND 50400),
    CONSTRAINT ck_hos_override_cycle_remaining_s CHECK (cycle_remaining_s BETWEEN 0 AND 252000),
    CONSTRAINT ck_hos_override_break_remaining_s CHECK (break_remaining_s BETWEEN 0 AND 28800)
);
CREATE INDEX ix_hos_override_tenant_id_driver_id ON ops.hos_override (tenant_id, driver_id);
COMMENT ON TABLE ops.hos_override IS 'Remaining hours of a driver as a person entered them, until they expire.';
COMMENT ON COLUMN ops.hos_override.id IS 'The override''s id.';
COMMENT ON COLUMN ops.hos_override.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.hos_override.driver_id IS 'The driver''s id at the vendor.';
COMMENT ON COLUMN ops.hos_override.author_id IS 'The user who entered it.';
COMMENT ON COLUMN ops.hos_override.author IS 'The name of who entered it.';
COMMENT ON COLUMN ops.hos_override.reason IS 'Why.';
COMMENT ON COLUMN ops.hos_override.drive_remaining_s IS 'Seconds of driving left, at most 11 hours.';
COMMENT ON COLUMN ops.hos_override.shift_remaining_s IS 'Seconds of shift left, at most 14 hours.';
COMMENT ON COLUMN ops.hos_override.cycle_remaining_s IS 'Seconds of cycle left, at most 70 hours.';
COMMENT ON COLUMN ops.hos_override.break_remaining_s IS 'Seconds until a break is due, at most 8 hours.';
COMMENT ON COLUMN ops.hos_override.created_at IS 'When it was entered.';
COMMENT ON COLUMN ops.hos_override.expires_at IS 'When it ends, at most 24 hours later.';
COMMENT ON COLUMN ops.hos_override.revoked_at IS 'When a person ended it early.';

CREATE TABLE ops.incident (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    key TEXT NOT NULL,
    tenant_id UUID,
    integration_id UUID,
    vendor TEXT,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    happened TEXT NOT NULL,
    who TEXT,
    next_step TEXT,
    run_id UUID,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    times INTEGER DEFAULT 1 NOT NULL,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_incident PRIMARY KEY (id),
    CONSTRAINT fk_incident_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT fk_incident_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id),
    CONSTRAINT uq_incident_tenant_id_id UNIQUE (tenant_id, id),
    CONSTRAINT ck_incident_severity CHECK (severity IN ('info', 'warning', 'critical'))
);
CREATE UNIQUE INDEX uq_incident_open ON ops.incident (key) WHERE closed_at IS NULL;
COMMENT ON TABLE ops.incident IS 'Something wrong that a person should know about, from its start to its end.';
COMMENT ON COLUMN ops.incident.id IS 'The incident''s id.';
COMMENT ON COLUMN ops.incident.key IS 'What it is about; one open incident per key.';
COMMENT ON COLUMN ops.incident.tenant_id IS 'The tenant; null when it concerns all.';
COMMENT ON COLUMN ops.incident.integration_id IS 'The integration; null when it concerns several.';
COMMENT ON COLUMN ops.incident.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.incident.kind IS 'Kind of incident.';
COMMENT ON COLUMN ops.incident.severity IS 'info, warning or critical.';
COMMENT ON COLUMN ops.incident.happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN ops.incident.who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN ops.incident.next_step IS 'The next step, in one sentence.';
COMMENT ON COLUMN ops.incident.run_id IS 'The run that noticed it.';
COMMENT ON COLUMN ops.incident.opened_at IS 'When it began.';
COMMENT ON COLUMN ops.incident.last_seen_at IS 'When it was last seen.';
COMMENT ON COLUMN ops.incident.times IS 'How often it was seen.';
COMMENT ON COLUMN ops.incident.acknowledged_at IS 'When a person took it on.';
COMMENT ON COLUMN ops.incident.closed_at IS 'When it ended; null while open.';

CREATE TABLE ops.quarantine (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    dataset TEXT NOT NULL,
    vendor_id TEXT,
    path TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload JSONB NOT NULL,
    fingerprint TEXT NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    times INTEGER DEFAULT 1 NOT NULL,
    first_run_id UUID NOT NULL,
    last_run_id UUID NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolution TEXT,
    CONSTRAINT pk_quarantine PRIMARY KEY (id),
    CONSTRAINT fk_quarantine_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id)
);
CREATE INDEX ix_quarantine_tenant_id_last_seen_at ON ops.quarantine (tenant_id, last_seen_at);
CREATE UNIQUE INDEX uq_quarantine_open ON ops.quarantine (integration_id, dataset, fingerprint) WHERE resolved_at IS NULL;
COMMENT ON TABLE ops.quarantine IS 'Rows of vendors that could not be used; one open entry per distinct fault.';
COMMENT ON COLUMN ops.quarantine.id IS 'The entry''s id.';
COMMENT ON COLUMN ops.quarantine.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.quarantine.integration_id IS 'The integration that the row came from.';
COMMENT ON COLUMN ops.quarantine.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.quarantine.vendor_id IS 'The row''s id, when it had one.';
COMMENT ON COLUMN ops.quarantine.path IS 'Dotted path of the field at fault.';
COMMENT ON COLUMN ops.quarantine.reason IS 'What is wrong with it, without the row''s values.';
COMMENT ON COLUMN ops.quarantine.payload IS 'The row as sent, redacted.';
COMMENT ON COLUMN ops.quarantine.fingerprint IS 'Tells one fault from another.';
COMMENT ON COLUMN ops.quarantine.first_seen_at IS 'When it was first seen.';
COMMENT ON COLUMN ops.quarantine.last_seen_at IS 'When it was last seen.';
COMMENT ON COLUMN ops.quarantine.times IS 'How often it was seen.';
COMMENT ON COLUMN ops.quarantine.first_run_id IS 'The run that first saw it.';
COMMENT ON COLUMN ops.quarantine.last_run_id IS 'The run that last saw it.';
COMMENT ON COLUMN ops.quarantine.resolved_at IS 'When it stopped being a problem; null while open.';
COMMENT ON COLUMN ops.quarantine.resolution IS 'How it ended.';

CREATE TABLE ops.sync_run (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    vendor TEXT NOT NULL,
    flow_run_id TEXT,
    batch TEXT,
    sync_type TEXT NOT NULL,
    datasets TEXT[] DEFAULT '{}' NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    fetched INTEGER DEFAULT 0 NOT NULL,
    inserted INTEGER DEFAULT 0 NOT NULL,
    updated INTEGER DEFAULT 0 NOT NULL,
    unchanged INTEGER DEFAULT 0 NOT NULL,
    quarantined INTEGER DEFAULT 0 NOT NULL,
    duplicate INTEGER DEFAULT 0 NOT NULL,
    status TEXT DEFAULT 'running' NOT NULL,
    completed_at TIMESTAMP WITH TIME ZONE,
    lease_expires_at TIMESTAMP WITH TIME ZONE,
    not_before TIMESTAMP WITH TIME ZONE,
    attempts INTEGER DEFAULT 0 NOT NULL,
    error_kind TEXT,
    error_happened TEXT,
    error_who TEXT,
    error_next_step TEXT,
    http_status INTEGER,
    vendor_request_id TEXT,
    CONSTRAINT pk_sync_run PRIMARY KEY (id),
    CONSTRAINT fk_sync_run_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT uq_sync_run_tenant_id_id UNIQUE (tenant_id, id),
    CONSTRAINT ck_sync_run_status CHECK (status IN ('running', 'success', 'partial', 'failed', 'deferred', 'crashed')),
    CONSTRAINT ck_sync_run_sync_type CHECK (sync_type IN ('scheduled', 'manual', 'initial')),
    CONSTRAINT ck_sync_run_adds_up CHECK (status = 'running' OR fetched = inserted + updated + unchanged + quarantined + duplicate),
    CONSTRAINT ck_sync_run_not_negative CHECK (least(fetched, inserted, updated, unchanged, quarantined, duplicate) >= 0),
    CONSTRAINT ck_sync_run_completed CHECK ((status = 'running') = (completed_at IS NULL))
) WITH (fillfactor = 50);
CREATE INDEX ix_sync_run_blocks ON ops.sync_run USING brin (started_at, flow_run_id text_bloom_ops) WITH (autosummarize = on, pages_per_range = 32);
COMMENT ON TABLE ops.sync_run IS 'One sync of one integration. A closed run adds up: fetched = inserted + updated + unchanged + quarantined + duplicate.';
COMMENT ON COLUMN ops.sync_run.id IS 'The run''s id; ids grow with time.';
COMMENT ON COLUMN ops.sync_run.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.sync_run.integration_id IS 'The integration that was synced.';
COMMENT ON COLUMN ops.sync_run.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.sync_run.flow_run_id IS 'The Prefect flow run that did it.';
COMMENT ON COLUMN ops.sync_run.batch IS 'The batch of that flow run it was part of.';
COMMENT ON COLUMN ops.sync_run.sync_type IS 'scheduled, manual or initial.';
COMMENT ON COLUMN ops.sync_run.datasets IS 'The datasets that it was to sync, in order.';
COMMENT ON COLUMN ops.sync_run.started_at IS 'When it was claimed.';
COMMENT ON COLUMN ops.sync_run.fetched IS 'Rows the vendor sent, all of them.';
COMMENT ON COLUMN ops.sync_run.inserted IS 'Rows that were new here.';
COMMENT ON COLUMN ops.sync_run.updated IS 'Rows that differed from what we held, or came back.';
COMMENT ON COLUMN ops.sync_run.unchanged IS 'Rows that were as we held them; nothing was written.';
COMMENT ON COLUMN ops.sync_run.quarantined IS 'Rows that could not be used, kept in ops.quarantine.';
COMMENT ON COLUMN ops.sync_run.duplicate IS 'Rows that repeat another row of the same fetch.';
COMMENT ON COLUMN ops.sync_run.status IS 'running, success, partial, failed, deferred or crashed.';
COMMENT ON COLUMN ops.sync_run.completed_at IS 'When it was closed; null while it runs.';
COMMENT ON COLUMN ops.sync_run.lease_expires_at IS 'When it counts as crashed if not renewed.';
COMMENT ON COLUMN ops.sync_run.not_before IS 'Deferred runs: when the vendor may be asked again.';
COMMENT ON COLUMN ops.sync_run.attempts IS 'Times the task tried.';
COMMENT ON COLUMN ops.sync_run.error_kind IS 'Kind of the error; null when it went well.';
COMMENT ON COLUMN ops.sync_run.error_happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN ops.sync_run.error_who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN ops.sync_run.error_next_step IS 'The next step, in one sentence.';
COMMENT ON COLUMN ops.sync_run.http_status IS 'The vendor''s HTTP status behind the error.';
COMMENT ON COLUMN ops.sync_run.vendor_request_id IS 'The vendor''s id of the request behind the error.';

CREATE TABLE ops.vendor_outcome (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    vendor TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    successes INTEGER DEFAULT 0 NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    error_kind TEXT,
    CONSTRAINT pk_vendor_outcome PRIMARY KEY (id),
    CONSTRAINT fk_vendor_outcome_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id)
);
CREATE INDEX ix_vendor_outcome_vendor_happened_at ON ops.vendor_outcome (vendor, happened_at);
COMMENT ON TABLE ops.vendor_outcome IS 'Outcomes of calls in the breakers'' time window; pruned when they leave it.';
COMMENT ON COLUMN ops.vendor_outcome.id IS 'The outcome''s id.';
COMMENT ON COLUMN ops.vendor_outcome.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.vendor_outcome.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.vendor_outcome.integration_id IS 'The integration that called.';
COMMENT ON COLUMN ops.vendor_outcome.happened_at IS 'When.';
COMMENT ON COLUMN ops.vendor_outcome.successes IS 'Calls that were answered.';
COMMENT ON COLUMN ops.vendor_outcome.failures IS 'Calls that count against the vendor.';
COMMENT ON COLUMN ops.vendor_outcome.error_kind IS 'Kind of the last failure.';

CREATE TABLE ops.alert_delivery (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    incident_id UUID NOT NULL,
    tenant_id UUID,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    step TEXT NOT NULL,
    status TEXT DEFAULT 'pending' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_alert_delivery PRIMARY KEY (id),
    CONSTRAINT fk_alert_delivery_tenant_id_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES ops.incident (tenant_id, id),
    CONSTRAINT ck_alert_delivery_status CHECK (status IN ('pending', 'sent', 'failed', 'suppressed')),
    CONSTRAINT uq_alert_delivery_incident_id_channel_recipient_step UNIQUE (incident_id, channel, recipient, step),
    CONSTRAINT fk_alert_delivery_incident_id FOREIGN KEY(incident_id) REFERENCES ops.incident (id)
);
COMMENT ON TABLE ops.alert_delivery IS 'Messages about incidents: to whom, when, and whether they arrived.';
COMMENT ON COLUMN ops.alert_delivery.id IS 'The message''s id.';
COMMENT ON COLUMN ops.alert_delivery.incident_id IS 'The incident.';
COMMENT ON COLUMN ops.alert_delivery.tenant_id IS 'The tenant; null when it concerns all.';
COMMENT ON COLUMN ops.alert_delivery.channel IS 'email or slack.';
COMMENT ON COLUMN ops.alert_delivery.recipient IS 'An address, or the name of a channel.';
COMMENT ON COLUMN ops.alert_delivery.step IS 'opened, reminder or closed.';
COMMENT ON COLUMN ops.alert_delivery.status IS 'pending, sent, failed or suppressed.';
COMMENT ON COLUMN ops.alert_delivery.attempts IS 'Times it was tried.';
COMMENT ON COLUMN ops.alert_delivery.error IS 'Why it was not delivered, redacted.';
COMMENT ON COLUMN ops.alert_delivery.created_at IS 'When it was due.';
COMMENT ON COLUMN ops.alert_delivery.sent_at IS 'When it left.';

CREATE TABLE ops.breaker_event (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    breaker_id UUID NOT NULL,
    vendor TEXT NOT NULL,
    tenant_id UUID,
    integration_id UUID,
    happened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    actor TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_breaker_event PRIMARY KEY (id),
    CONSTRAINT fk_breaker_event_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT fk_breaker_event_breaker_id FOREIGN KEY(breaker_id) REFERENCES ops.breaker (id)
);
CREATE INDEX ix_breaker_event_vendor_happened_at ON ops.breaker_event (vendor, happened_at);
COMMENT ON TABLE ops.breaker_event IS 'Every transition of every circuit breaker.';
COMMENT ON COLUMN ops.breaker_event.id IS 'The event''s id.';
COMMENT ON COLUMN ops.breaker_event.breaker_id IS 'The breaker.';
COMMENT ON COLUMN ops.breaker_event.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.breaker_event.tenant_id IS 'The tenant; null for a vendor''s breaker.';
COMMENT ON COLUMN ops.breaker_event.integration_id IS 'The integration; null for a vendor''s breaker.';
COMMENT ON COLUMN ops.breaker_event.happened_at IS 'When.';
COMMENT ON COLUMN ops.breaker_event.actor IS 'Who: a run or a person.';
COMMENT ON COLUMN ops.breaker_event.from_state IS 'The state before.';
COMMENT ON COLUMN ops.breaker_event.to_state IS 'The state after.';
COMMENT ON COLUMN ops.breaker_event.reason IS 'Why.';

CREATE TABLE ops.sync_run_dataset (
    fetched INTEGER DEFAULT 0 NOT NULL,
    inserted INTEGER DEFAULT 0 NOT NULL,
    updated INTEGER DEFAULT 0 NOT NULL,
    unchanged INTEGER DEFAULT 0 NOT NULL,
    quarantined INTEGER DEFAULT 0 NOT NULL,
    duplicate INTEGER DEFAULT 0 NOT NULL,
    run_id UUID NOT NULL,
    dataset TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    position INTEGER NOT NULL,
    status TEXT NOT NULL,
    pages INTEGER DEFAULT 0 NOT NULL,
    requests INTEGER DEFAULT 0 NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    seconds NUMERIC DEFAULT 0 NOT NULL,
    is_complete BOOLEAN DEFAULT false NOT NULL,
    cursor_before TEXT,
    cursor_after TEXT,
    error_kind TEXT,
    error_happened TEXT,
    error_who TEXT,
    error_next_step TEXT,
    http_status INTEGER,
    vendor_request_id TEXT,
    CONSTRAINT pk_sync_run_dataset PRIMARY KEY (run_id, dataset),
    CONSTRAINT fk_sync_run_dataset_tenant_id_run_id FOREIGN KEY(tenant_id, run_id) REFERENCES ops.sync_run (tenant_id, id),
    CONSTRAINT ck_sync_run_dataset_status CHECK (status IN ('success', 'partial', 'failed', 'deferred')),
    CONSTRAINT ck_sync_run_dataset_adds_up CHECK (fetched = inserted + updated + unchanged + quarantined + duplicate),
    CONSTRAINT ck_sync_run_dataset_not_negative CHECK (least(fetched, inserted, updated, unchanged, quarantined, duplicate) >= 0)
);
COMMENT ON TABLE ops.sync_run_dataset IS 'One dataset of one run, with its own counts; written when it is decided.';
COMMENT ON COLUMN ops.sync_run_dataset.fetched IS 'Rows the vendor sent, all of them.';
COMMENT ON COLUMN ops.sync_run_dataset.inserted IS 'Rows that were new here.';
COMMENT ON COLUMN ops.sync_run_dataset.updated IS 'Rows that differed from what we held, or came back.';
COMMENT ON COLUMN ops.sync_run_dataset.unchanged IS 'Rows that were as we held them; nothing was written.';
COMMENT ON COLUMN ops.sync_run_dataset.quarantined IS 'Rows that could not be used, kept in ops.quarantine.';
COMMENT ON COLUMN ops.sync_run_dataset.duplicate IS 'Rows that repeat another row of the same fetch.';
COMMENT ON COLUMN ops.sync_run_dataset.run_id IS 'The run.';
COMMENT ON COLUMN ops.sync_run_dataset.dataset IS 'The dataset''s name.';
COMMENT ON COLUMN ops.sync_run_dataset.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.sync_run_dataset.position IS 'Its place in the order of the run.';
COMMENT ON COLUMN ops.sync_run_dataset.status IS 'success, partial, failed or deferred.';
COMMENT ON COLUMN ops.sync_run_dataset.pages IS 'Pages read.';
COMMENT ON COLUMN ops.sync_run_dataset.requests IS 'Requests made, retries included.';
COMMENT ON COLUMN ops.sync_run_dataset.attempts IS 'Times it was tried.';
COMMENT ON COLUMN ops.sync_run_dataset.seconds IS 'Seconds from its first request to its last row.';
COMMENT ON COLUMN ops.sync_run_dataset.is_complete IS 'True when the vendor said that this was all.';
COMMENT ON COLUMN ops.sync_run_dataset.cursor_before IS 'Where the fetch started.';
COMMENT ON COLUMN ops.sync_run_dataset.cursor_after IS 'Where the next fetch starts.';
COMMENT ON COLUMN ops.sync_run_dataset.error_kind IS 'Kind of the error; null when it went well.';
COMMENT ON COLUMN ops.sync_run_dataset.error_happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN ops.sync_run_dataset.error_who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN ops.sync_run_dataset.error_next_step IS 'The next step, in one sentence.';
COMMENT ON COLUMN ops.sync_run_dataset.http_status IS 'The vendor''s HTTP status behind the error.';
COMMENT ON COLUMN ops.sync_run_dataset.vendor_request_id IS 'The vendor''s id of the request behind the error.';
