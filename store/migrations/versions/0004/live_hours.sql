-- Asking a vendor for one driver, and what a person may enter in place of the answer.

CREATE TABLE ops.hos_live (
    integration_id UUID NOT NULL,
    driver_id TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    version BIGINT NOT NULL,
    owner UUID,
    lease_expires_at TIMESTAMP WITH TIME ZONE,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    row_hash BIGINT,
    landed_at TIMESTAMP WITH TIME ZONE,
    run_id UUID,
    not_before TIMESTAMP WITH TIME ZONE,
    error_kind TEXT,
    error_happened TEXT,
    error_who TEXT,
    error_next_step TEXT,
    CONSTRAINT pk_hos_live PRIMARY KEY (integration_id, driver_id),
    CONSTRAINT fk_hos_live_tenant_id_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT ck_hos_live_lease CHECK ((owner IS NULL) = (lease_expires_at IS NULL)),
    CONSTRAINT ck_hos_live_confirmed CHECK ((confirmed_at IS NULL) = (row_hash IS NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE ops.hos_live IS 'Drivers whose hours were asked for one by one: a lease, so that one process asks at a time, and the outcome of the last asking, so that the others need not.';
COMMENT ON COLUMN ops.hos_live.integration_id IS 'The integration.';
COMMENT ON COLUMN ops.hos_live.driver_id IS 'The driver''s id at the vendor.';
COMMENT ON COLUMN ops.hos_live.tenant_id IS 'The tenant.';
COMMENT ON COLUMN ops.hos_live.version IS 'Grows when an asking begins or ends; who looked before looks again.';
COMMENT ON COLUMN ops.hos_live.owner IS 'The asking under way; null when nobody asks.';
COMMENT ON COLUMN ops.hos_live.lease_expires_at IS 'When another may ask instead.';
COMMENT ON COLUMN ops.hos_live.asked_at IS 'When the last asking began.';
COMMENT ON COLUMN ops.hos_live.ended_at IS 'When the last asking that ended did so.';
COMMENT ON COLUMN ops.hos_live.confirmed_at IS 'When the last good asking began: the row with this hash was true at this time.';
COMMENT ON COLUMN ops.hos_live.row_hash IS 'Hash of the driver''s row in fleet.hos_clock that was confirmed.';
COMMENT ON COLUMN ops.hos_live.landed_at IS 'When that row was kept.';
COMMENT ON COLUMN ops.hos_live.run_id IS 'The last good asking; a row that it changed carries it as run_id.';
COMMENT ON COLUMN ops.hos_live.not_before IS 'After a failed asking: when to ask again.';
COMMENT ON COLUMN ops.hos_live.error_kind IS 'Kind of the last asking''s error; null when it went well.';
COMMENT ON COLUMN ops.hos_live.error_happened IS 'What happened, in one sentence.';
COMMENT ON COLUMN ops.hos_live.error_who IS 'Who must act, in one sentence.';
COMMENT ON COLUMN ops.hos_live.error_next_step IS 'The next step, in one sentence.';

GRANT SELECT, INSERT, UPDATE, DELETE ON ops.hos_live TO sally_pipeline;
GRANT SELECT ON ops.hos_live TO sally_console;
ALTER TABLE ops.hos_live ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.hos_live FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.hos_live TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.hos_live TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.hos_live TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));

-- A passenger driver's shift is 15 hours long; the driver's own ruleset is checked on entering.
ALTER TABLE ops.hos_override ADD COLUMN duty_status TEXT;
ALTER TABLE ops.hos_override DROP CONSTRAINT ck_hos_override_shift_remaining_s;
ALTER TABLE ops.hos_override ADD CONSTRAINT ck_hos_override_shift_remaining_s
    CHECK (shift_remaining_s BETWEEN 0 AND 54000);
ALTER TABLE ops.hos_override ADD CONSTRAINT ck_hos_override_duty_status
    CHECK (duty_status IN ('off_duty', 'sleeper_berth', 'driving', 'on_duty', 'yard_move', 'personal_conveyance'));
COMMENT ON TABLE ops.hos_override IS 'Remaining hours of a driver as a person entered them, until they expire. The checks are the highest legal maxima; those of the driver''s ruleset are checked when it is entered.';
COMMENT ON COLUMN ops.hos_override.shift_remaining_s IS 'Seconds of shift left, at most 15 hours.';
COMMENT ON COLUMN ops.hos_override.duty_status IS 'What the driver does, as the author says; null: unknown.';
