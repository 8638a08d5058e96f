-- Route plans in versions, with what they rest on; and whose hours are whose.

CREATE TABLE fleet.driver_link (
    load_integration_id UUID NOT NULL,
    driver_id TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    driver_name TEXT,
    hours_integration_id UUID NOT NULL,
    hours_driver_id TEXT NOT NULL,
    basis TEXT NOT NULL,
    confirmed_by TEXT,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_driver_link PRIMARY KEY (load_integration_id, driver_id),
    CONSTRAINT fk_driver_link_tenant_id_load_integration_id FOREIGN KEY(tenant_id, load_integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT fk_driver_link_tenant_id_hours_integration_id FOREIGN KEY(tenant_id, hours_integration_id) REFERENCES ops.integration (tenant_id, id),
    CONSTRAINT ck_driver_link_basis CHECK (basis IN ('confirmed', 'external_id', 'licence', 'name')),
    CONSTRAINT ck_driver_link_confirmed CHECK ((basis = 'confirmed') = (confirmed_at IS NOT NULL AND confirmed_by IS NOT NULL))
);
CREATE INDEX ix_driver_link_tenant_id ON fleet.driver_link (tenant_id);
COMMENT ON TABLE fleet.driver_link IS 'Who drives a load: the TMS''s driver and the same person where the hours come from.';
COMMENT ON COLUMN fleet.driver_link.load_integration_id IS 'The TMS''s connection.';
COMMENT ON COLUMN fleet.driver_link.driver_id IS 'The driver''s id at the TMS.';
COMMENT ON COLUMN fleet.driver_link.tenant_id IS 'The tenant.';
COMMENT ON COLUMN fleet.driver_link.driver_name IS 'The driver''s name at the TMS.';
COMMENT ON COLUMN fleet.driver_link.hours_integration_id IS 'The connection that the hours come through.';
COMMENT ON COLUMN fleet.driver_link.hours_driver_id IS 'The driver''s id there.';
COMMENT ON COLUMN fleet.driver_link.basis IS 'confirmed (by a person), external_id, licence, or name: a guess.';
COMMENT ON COLUMN fleet.driver_link.confirmed_by IS 'Who confirmed it.';
COMMENT ON COLUMN fleet.driver_link.confirmed_at IS 'When.';
COMMENT ON COLUMN fleet.driver_link.created_at IS 'When it was found.';
COMMENT ON COLUMN fleet.driver_link.updated_at IS 'When it last changed.';

GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.driver_link TO sally_pipeline;
GRANT SELECT, INSERT, UPDATE ON fleet.driver_link TO sally_console;
GRANT SELECT ON fleet.driver_link TO sally_analyst;
ALTER TABLE fleet.driver_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.driver_link FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON fleet.driver_link TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON fleet.driver_link TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON fleet.driver_link TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));
CREATE POLICY analyst ON fleet.driver_link FOR SELECT TO sally_analyst
    USING (tenant_id IN (SELECT ops.analyst_tenants()));

ALTER TABLE fleet.route_plan
    ADD COLUMN load_integration_id UUID,
    ADD COLUMN load_number TEXT,
    ADD COLUMN hours_driver_id TEXT,
    ADD COLUMN version INTEGER DEFAULT 1 NOT NULL,
    ADD COLUMN verdict TEXT,
    ADD COLUMN said TEXT,
    ADD COLUMN hours_basis TEXT,
    ADD COLUMN degraded JSONB DEFAULT '[]' NOT NULL,
    ADD COLUMN warnings JSONB DEFAULT '[]' NOT NULL,
    ADD COLUMN missed JSONB,
    ADD COLUMN changes JSONB DEFAULT '[]' NOT NULL,
    ADD COLUMN road JSONB DEFAULT '[]' NOT NULL,
    ADD COLUMN checked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ADD COLUMN is_risk_told BOOLEAN;
COMMENT ON COLUMN fleet.route_plan.load_integration_id IS 'The connection that the load came through.';
COMMENT ON COLUMN fleet.route_plan.load_number IS 'The number people call the load by.';
COMMENT ON COLUMN fleet.route_plan.hours_driver_id IS 'The driver''s id where the hours come from, as linked.';
COMMENT ON COLUMN fleet.route_plan.version IS 'Counts the plans of a load, from 1; earlier ones are kept.';
COMMENT ON COLUMN fleet.route_plan.verdict IS 'on_time, late, unverified (hours not known) or impossible.';
COMMENT ON COLUMN fleet.route_plan.said IS 'The verdict in a sentence or two.';
COMMENT ON COLUMN fleet.route_plan.hours_basis IS 'The driver''s hours: known, stale, unknown or exempt.';
COMMENT ON COLUMN fleet.route_plan.degraded IS 'What was missing or old, and what was done instead: sentences.';
COMMENT ON COLUMN fleet.route_plan.warnings IS 'High and severe weather on the way.';
COMMENT ON COLUMN fleet.route_plan.missed IS 'The first appointment that is missed, and by how much; null: none.';
COMMENT ON COLUMN fleet.route_plan.changes IS 'The smallest changes that would help: sentences.';
COMMENT ON COLUMN fleet.route_plan.road IS 'The way as points: latitude and longitude.';
COMMENT ON COLUMN fleet.route_plan.checked_at IS 'When it was last found to hold still.';
COMMENT ON COLUMN fleet.route_plan.is_risk_told IS 'That it turned infeasible: false until Prefect was told; null when it did not.';
ALTER TABLE fleet.route_plan
    ADD CONSTRAINT fk_route_plan_tenant_id_load_integration_id FOREIGN KEY (tenant_id, load_integration_id)
        REFERENCES ops.integration (tenant_id, id),
    ADD CONSTRAINT uq_route_plan_load_integration_id_load_id_version
        UNIQUE (load_integration_id, load_id, version),
    ADD CONSTRAINT ck_route_plan_verdict
        CHECK (verdict IN ('on_time', 'late', 'unverified', 'impossible')),
    ADD CONSTRAINT ck_route_plan_hours_basis
        CHECK (hours_basis IN ('known', 'stale', 'unknown', 'exempt'));

ALTER TABLE fleet.route_plan_stop
    ADD COLUMN mile DOUBLE PRECISION,
    ADD COLUMN clock TEXT,
    ADD COLUMN drive_s INTEGER,
    ADD COLUMN wait_s INTEGER,
    ADD COLUMN late_s INTEGER,
    ADD COLUMN is_break BOOLEAN,
    ADD COLUMN opens_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN closes_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN timezone TEXT,
    ADD COLUMN inputs JSONB DEFAULT '[]' NOT NULL;
COMMENT ON COLUMN fleet.route_plan_stop.mile IS 'Statute miles from the start.';
COMMENT ON COLUMN fleet.route_plan_stop.clock IS 'Which clock forced it: drive, shift, break or cycle.';
COMMENT ON COLUMN fleet.route_plan_stop.drive_s IS 'Seconds driven since the stop before.';
COMMENT ON COLUMN fleet.route_plan_stop.wait_s IS 'Seconds of the stay until the appointment opens.';
COMMENT ON COLUMN fleet.route_plan_stop.late_s IS 'Seconds after the appointment closed; 0 when in time.';
COMMENT ON COLUMN fleet.route_plan_stop.is_break IS 'True when the stay counts as the 30-minute break.';
COMMENT ON COLUMN fleet.route_plan_stop.opens_at IS 'From when on the stop takes the truck.';
COMMENT ON COLUMN fleet.route_plan_stop.closes_at IS 'Until when.';
COMMENT ON COLUMN fleet.route_plan_stop.timezone IS 'Time zone in which the stop''s times are said, an IANA name.';
COMMENT ON COLUMN fleet.route_plan_stop.inputs IS 'What it rests on: source, as of when, age, confidence.';
ALTER TABLE fleet.route_plan_stop DROP CONSTRAINT ck_route_plan_stop_kind;
ALTER TABLE fleet.route_plan_stop ADD CONSTRAINT ck_route_plan_stop_kind
    CHECK (kind IN ('start', 'pickup', 'delivery', 'fuel', 'rest', 'break', 'other'));
COMMENT ON COLUMN fleet.route_plan_stop.kind IS 'start, pickup, delivery, fuel, rest, break or other.';
