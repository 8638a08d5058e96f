-- Schema fleet: see models/fleet.py for what each table is for.

CREATE TABLE fleet.route_plan (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    tenant_id UUID NOT NULL,
    load_id TEXT,
    driver_id TEXT,
    vehicle_id TEXT,
    status TEXT DEFAULT 'draft' NOT NULL,
    departs_at TIMESTAMP WITH TIME ZONE,
    arrives_at TIMESTAMP WITH TIME ZONE,
    distance_m INTEGER,
    drive_s INTEGER,
    fuel_cost NUMERIC,
    is_legal BOOLEAN,
    inputs JSONB DEFAULT '{}' NOT NULL,
    created_by TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_route_plan PRIMARY KEY (id),
    CONSTRAINT fk_route_plan_tenant_id FOREIGN KEY(tenant_id) REFERENCES ops.tenant (id),
    CONSTRAINT uq_route_plan_tenant_id_id UNIQUE (tenant_id, id),
    CONSTRAINT ck_route_plan_status CHECK (status IN ('draft', 'accepted', 'superseded', 'cancelled'))
);
CREATE INDEX ix_route_plan_tenant_id_created_at ON fleet.route_plan (tenant_id, created_at);
COMMENT ON TABLE fleet.route_plan IS 'A planned trip with one load: when it drives, rests and buys fuel.';
COMMENT ON COLUMN fleet.route_plan.id IS 'The plan''s id.';
COMMENT ON COLUMN fleet.route_plan.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.route_plan.load_id IS 'The vendor''s id of the load.';
COMMENT ON COLUMN fleet.route_plan.driver_id IS 'The vendor''s id of the driver.';
COMMENT ON COLUMN fleet.route_plan.vehicle_id IS 'The vendor''s id of the vehicle.';
COMMENT ON COLUMN fleet.route_plan.status IS 'draft, accepted, superseded or cancelled.';
COMMENT ON COLUMN fleet.route_plan.departs_at IS 'When it sets off.';
COMMENT ON COLUMN fleet.route_plan.arrives_at IS 'When it arrives.';
COMMENT ON COLUMN fleet.route_plan.distance_m IS 'Metres to drive.';
COMMENT ON COLUMN fleet.route_plan.drive_s IS 'Seconds to drive.';
COMMENT ON COLUMN fleet.route_plan.fuel_cost IS 'Expected cost of fuel, USD.';
COMMENT ON COLUMN fleet.route_plan.is_legal IS 'True when it keeps the hours-of-service rules.';
COMMENT ON COLUMN fleet.route_plan.inputs IS 'What it was made from, and as of when.';
COMMENT ON COLUMN fleet.route_plan.created_by IS 'Who asked for it.';
COMMENT ON COLUMN fleet.route_plan.created_at IS 'When it was made.';
COMMENT ON COLUMN fleet.route_plan.updated_at IS 'When it last changed.';

CREATE TABLE fleet.driver (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    name TEXT,
    username TEXT,
    is_active BOOLEAN,
    phone TEXT,
    license_number TEXT,
    license_state TEXT,
    home_timezone TEXT,
    eld_day_start_hour INTEGER,
    eld_exempt BOOLEAN,
    eld_exempt_reason TEXT,
    rulesets JSONB NOT NULL,
    external_ids JSONB NOT NULL,
    tags JSONB NOT NULL,
    static_vehicle_id TEXT,
    carrier_name TEXT,
    carrier_dot_number TEXT,
    source_created_at TIMESTAMP WITH TIME ZONE,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_driver PRIMARY KEY (integration_id, vendor_id)
);
CREATE INDEX ix_driver_tenant_id ON fleet.driver (tenant_id);
COMMENT ON TABLE fleet.driver IS 'Drivers, active or deactivated.';
COMMENT ON COLUMN fleet.driver.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.driver.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.driver.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.driver.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.driver.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.driver.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.driver.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.driver.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.driver.vendor_id IS 'The vendor''s id of the driver.';
COMMENT ON COLUMN fleet.driver.name IS 'The driver''s name.';
COMMENT ON COLUMN fleet.driver.username IS 'The name the driver signs in with at the vendor.';
COMMENT ON COLUMN fleet.driver.is_active IS 'False once the fleet deactivated the driver.';
COMMENT ON COLUMN fleet.driver.phone IS 'Telephone number as the vendor has it.';
COMMENT ON COLUMN fleet.driver.license_number IS 'Number of the driving licence.';
COMMENT ON COLUMN fleet.driver.license_state IS 'State that issued the licence.';
COMMENT ON COLUMN fleet.driver.home_timezone IS 'Time zone of the home terminal, an IANA name.';
COMMENT ON COLUMN fleet.driver.eld_day_start_hour IS 'Hour at which the driver''s log day starts.';
COMMENT ON COLUMN fleet.driver.eld_exempt IS 'True when the driver need not keep an electronic log.';
COMMENT ON COLUMN fleet.driver.eld_exempt_reason IS 'Why the driver need not.';
COMMENT ON COLUMN fleet.driver.rulesets IS 'Hours-of-service rules that apply to the driver.';
COMMENT ON COLUMN fleet.driver.external_ids IS 'Ids of the same thing in other systems.';
COMMENT ON COLUMN fleet.driver.tags IS 'The tags it carries at the vendor.';
COMMENT ON COLUMN fleet.driver.static_vehicle_id IS 'The vehicle that is always the driver''s.';
COMMENT ON COLUMN fleet.driver.carrier_name IS 'Name of the carrier on the driver''s logs.';
COMMENT ON COLUMN fleet.driver.carrier_dot_number IS 'US DOT number of that carrier.';
COMMENT ON COLUMN fleet.driver.source_created_at IS 'When the vendor says that it was made.';
COMMENT ON COLUMN fleet.driver.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.fuel_station (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    name TEXT,
    brand TEXT,
    address TEXT,
    city TEXT,
    state TEXT,
    zip TEXT,
    country TEXT,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    status TEXT NOT NULL,
    diesel_price NUMERIC,
    amenities JSONB NOT NULL,
    truck_accessible BOOLEAN,
    truck_parking_spaces INTEGER,
    phone TEXT,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_fuel_station PRIMARY KEY (integration_id, vendor_id),
    CONSTRAINT ck_fuel_station_status CHECK (status IN ('open', 'closed', 'temporarily_closed', 'unknown'))
);
CREATE INDEX ix_fuel_station_tenant_id ON fleet.fuel_station (tenant_id);
COMMENT ON TABLE fleet.fuel_station IS 'Truck stops; their prices stand in fleet.fuel_price.';
COMMENT ON COLUMN fleet.fuel_station.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.fuel_station.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.fuel_station.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.fuel_station.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.fuel_station.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.fuel_station.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.fuel_station.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.fuel_station.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.fuel_station.vendor_id IS 'The vendor''s id of the station.';
COMMENT ON COLUMN fleet.fuel_station.name IS 'Its name.';
COMMENT ON COLUMN fleet.fuel_station.brand IS 'Its brand.';
COMMENT ON COLUMN fleet.fuel_station.address IS 'Street and number.';
COMMENT ON COLUMN fleet.fuel_station.city IS 'City.';
COMMENT ON COLUMN fleet.fuel_station.state IS 'State or province.';
COMMENT ON COLUMN fleet.fuel_station.zip IS 'Postal code.';
COMMENT ON COLUMN fleet.fuel_station.country IS 'Country.';
COMMENT ON COLUMN fleet.fuel_station.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN fleet.fuel_station.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN fleet.fuel_station.status IS 'Whether it is open.';
COMMENT ON COLUMN fleet.fuel_station.diesel_price IS 'USD per US gallon, posted; null when unknown.';
COMMENT ON COLUMN fleet.fuel_station.amenities IS 'What it offers.';
COMMENT ON COLUMN fleet.fuel_station.truck_accessible IS 'True when a truck fits in.';
COMMENT ON COLUMN fleet.fuel_station.truck_parking_spaces IS 'Parking places for trucks.';
COMMENT ON COLUMN fleet.fuel_station.phone IS 'Telephone number.';
COMMENT ON COLUMN fleet.fuel_station.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.hos_clock (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    driver_name TEXT,
    duty_status TEXT NOT NULL,
    vendor_duty_status TEXT,
    vehicle_id TEXT,
    vehicle_name TEXT,
    drive_remaining_s INTEGER,
    shift_remaining_s INTEGER,
    cycle_remaining_s INTEGER,
    cycle_tomorrow_s INTEGER,
    cycle_started_at TIMESTAMP WITH TIME ZONE,
    break_remaining_s INTEGER,
    shift_driving_violation_s INTEGER,
    cycle_violation_s INTEGER,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_hos_clock PRIMARY KEY (integration_id, vendor_id),
    CONSTRAINT ck_hos_clock_duty_status CHECK (duty_status IN ('off_duty', 'sleeper_berth', 'driving', 'on_duty', 'yard_move', 'personal_conveyance', 'unknown'))
);
CREATE INDEX ix_hos_clock_tenant_id ON fleet.hos_clock (tenant_id);
COMMENT ON TABLE fleet.hos_clock IS 'Drivers'' remaining hours of service. ops.dataset_state.confirmed_at says as of when.';
COMMENT ON COLUMN fleet.hos_clock.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.hos_clock.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.hos_clock.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.hos_clock.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.hos_clock.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.hos_clock.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.hos_clock.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.hos_clock.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.hos_clock.vendor_id IS 'The vendor''s id of the driver.';
COMMENT ON COLUMN fleet.hos_clock.driver_name IS 'The driver''s name.';
COMMENT ON COLUMN fleet.hos_clock.duty_status IS 'Duty status now; unknown is never rest and never available.';
COMMENT ON COLUMN fleet.hos_clock.vendor_duty_status IS 'The vendor''s own word; empty when the app is offline.';
COMMENT ON COLUMN fleet.hos_clock.vehicle_id IS 'The vehicle the driver is in.';
COMMENT ON COLUMN fleet.hos_clock.vehicle_name IS 'The fleet''s name for that vehicle.';
COMMENT ON COLUMN fleet.hos_clock.drive_remaining_s IS 'Seconds of driving left, rounded down.';
COMMENT ON COLUMN fleet.hos_clock.shift_remaining_s IS 'Seconds of shift left, rounded down.';
COMMENT ON COLUMN fleet.hos_clock.cycle_remaining_s IS 'Seconds of cycle left, rounded down.';
COMMENT ON COLUMN fleet.hos_clock.cycle_tomorrow_s IS 'Seconds of cycle that tomorrow will have.';
COMMENT ON COLUMN fleet.hos_clock.cycle_started_at IS 'When the cycle began.';
COMMENT ON COLUMN fleet.hos_clock.break_remaining_s IS 'Seconds of driving until a break is due.';
COMMENT ON COLUMN fleet.hos_clock.shift_driving_violation_s IS 'Seconds driven beyond the shift, rounded up.';
COMMENT ON COLUMN fleet.hos_clock.cycle_violation_s IS 'Seconds beyond the cycle, rounded up.';
COMMENT ON COLUMN fleet.hos_clock.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.hos_daily_log (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    driver_id TEXT NOT NULL,
    driver_name TEXT,
    log_date DATE,
    start_at TIMESTAMP WITH TIME ZONE NOT NULL,
    end_at TIMESTAMP WITH TIME ZONE NOT NULL,
    home_timezone TEXT,
    active_s INTEGER,
    drive_s INTEGER,
    on_duty_s INTEGER,
    yard_move_s INTEGER,
    off_duty_s INTEGER,
    sleeper_berth_s INTEGER,
    personal_conveyance_s INTEGER,
    waiting_s INTEGER,
    drive_distance_m INTEGER,
    is_certified BOOLEAN,
    certified_at TIMESTAMP WITH TIME ZONE,
    adverse_driving_claimed BOOLEAN,
    big_day_claimed BOOLEAN,
    short_haul_active BOOLEAN,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_hos_daily_log PRIMARY KEY (integration_id, vendor_id)
);
CREATE INDEX ix_hos_daily_log_tenant_id_driver_id ON fleet.hos_daily_log (tenant_id, driver_id, start_at);
COMMENT ON TABLE fleet.hos_daily_log IS 'Drivers'' hours of one home-terminal day (not a shift); today''s row is partial.';
COMMENT ON COLUMN fleet.hos_daily_log.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.hos_daily_log.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.hos_daily_log.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.hos_daily_log.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.hos_daily_log.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.hos_daily_log.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.hos_daily_log.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.hos_daily_log.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.hos_daily_log.vendor_id IS 'The driver''s id and the start of the day.';
COMMENT ON COLUMN fleet.hos_daily_log.driver_id IS 'The vendor''s id of the driver.';
COMMENT ON COLUMN fleet.hos_daily_log.driver_name IS 'The driver''s name.';
COMMENT ON COLUMN fleet.hos_daily_log.log_date IS 'The day in the driver''s home time zone.';
COMMENT ON COLUMN fleet.hos_daily_log.start_at IS 'When the day starts.';
COMMENT ON COLUMN fleet.hos_daily_log.end_at IS 'When the day ends.';
COMMENT ON COLUMN fleet.hos_daily_log.home_timezone IS 'Time zone of the home terminal, an IANA name.';
COMMENT ON COLUMN fleet.hos_daily_log.active_s IS 'Seconds active: driving or on duty.';
COMMENT ON COLUMN fleet.hos_daily_log.drive_s IS 'Seconds driving.';
COMMENT ON COLUMN fleet.hos_daily_log.on_duty_s IS 'Seconds on duty, without yard moves.';
COMMENT ON COLUMN fleet.hos_daily_log.yard_move_s IS 'Seconds of yard moves.';
COMMENT ON COLUMN fleet.hos_daily_log.off_duty_s IS 'Seconds off duty.';
COMMENT ON COLUMN fleet.hos_daily_log.sleeper_berth_s IS 'Seconds in the sleeper berth.';
COMMENT ON COLUMN fleet.hos_daily_log.personal_conveyance_s IS 'Seconds of personal conveyance.';
COMMENT ON COLUMN fleet.hos_daily_log.waiting_s IS 'Seconds waiting at a well or a dock.';
COMMENT ON COLUMN fleet.hos_daily_log.drive_distance_m IS 'Metres driven.';
COMMENT ON COLUMN fleet.hos_daily_log.is_certified IS 'True when the driver certified the day.';
COMMENT ON COLUMN fleet.hos_daily_log.certified_at IS 'When the driver certified it.';
COMMENT ON COLUMN fleet.hos_daily_log.adverse_driving_claimed IS 'True when adverse conditions were claimed.';
COMMENT ON COLUMN fleet.hos_daily_log.big_day_claimed IS 'True when the 16-hour exception was claimed.';
COMMENT ON COLUMN fleet.hos_daily_log.short_haul_active IS 'True when the short-haul exception applies.';
COMMENT ON COLUMN fleet.hos_daily_log.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.load (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    load_number TEXT,
    status TEXT NOT NULL,
    vendor_status TEXT,
    is_open BOOLEAN NOT NULL,
    driver_id TEXT,
    driver_name TEXT,
    co_driver_id TEXT,
    truck_id TEXT,
    truck_unit TEXT,
    truck_vin TEXT,
    trailer_id TEXT,
    trailer_unit TEXT,
    customer_id TEXT,
    customer_name TEXT,
    pickup_location TEXT,
    pickup_at TIMESTAMP WITH TIME ZONE,
    delivery_location TEXT,
    delivery_at TIMESTAMP WITH TIME ZONE,
    equipment_type TEXT,
    commodity TEXT,
    weight_lb NUMERIC,
    loaded_miles NUMERIC,
    empty_miles NUMERIC,
    rate_amount NUMERIC,
    rate_currency TEXT,
    "references" JSONB NOT NULL,
    notes TEXT,
    source_created_at TIMESTAMP WITH TIME ZONE,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_load PRIMARY KEY (integration_id, vendor_id),
    CONSTRAINT ck_load_status CHECK (status IN ('unassigned', 'assigned', 'in_transit', 'delivered', 'cancelled', 'unknown'))
);
CREATE INDEX ix_load_tenant_id_status ON fleet.load (tenant_id, status);
COMMENT ON TABLE fleet.load IS 'Loads; their stops stand in fleet.load_stop.';
COMMENT ON COLUMN fleet.load.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.load.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.load.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.load.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.load.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.load.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.load.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.load.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.load.vendor_id IS 'The vendor''s id of the load.';
COMMENT ON COLUMN fleet.load.load_number IS 'The number people call it by.';
COMMENT ON COLUMN fleet.load.status IS 'Where it stands; unknown when the vendor''s word is new to us.';
COMMENT ON COLUMN fleet.load.vendor_status IS 'The vendor''s own word.';
COMMENT ON COLUMN fleet.load.is_open IS 'True while it is on the vendor''s active list, by its status.';
COMMENT ON COLUMN fleet.load.driver_id IS 'The driver''s id at this vendor, which is not the ELD''s.';
COMMENT ON COLUMN fleet.load.driver_name IS 'The driver''s name.';
COMMENT ON COLUMN fleet.load.co_driver_id IS 'The second driver''s id at this vendor.';
COMMENT ON COLUMN fleet.load.truck_id IS 'The truck''s id at this vendor.';
COMMENT ON COLUMN fleet.load.truck_unit IS 'The fleet''s number of the truck.';
COMMENT ON COLUMN fleet.load.truck_vin IS 'The truck''s identification number.';
COMMENT ON COLUMN fleet.load.trailer_id IS 'The trailer''s id at this vendor.';
COMMENT ON COLUMN fleet.load.trailer_unit IS 'The fleet''s number of the trailer.';
COMMENT ON COLUMN fleet.load.customer_id IS 'The customer''s id at this vendor.';
COMMENT ON COLUMN fleet.load.customer_name IS 'The customer''s name.';
COMMENT ON COLUMN fleet.load.pickup_location IS 'Where it is picked up, in words.';
COMMENT ON COLUMN fleet.load.pickup_at IS 'When it is to be picked up.';
COMMENT ON COLUMN fleet.load.delivery_location IS 'Where it is delivered, in words.';
COMMENT ON COLUMN fleet.load.delivery_at IS 'When it is to be delivered.';
COMMENT ON COLUMN fleet.load.equipment_type IS 'Kind of trailer that it needs.';
COMMENT ON COLUMN fleet.load.commodity IS 'What is carried.';
COMMENT ON COLUMN fleet.load.weight_lb IS 'Weight in pounds.';
COMMENT ON COLUMN fleet.load.loaded_miles IS 'Miles with the load.';
COMMENT ON COLUMN fleet.load.empty_miles IS 'Miles without it, to its pickup.';
COMMENT ON COLUMN fleet.load.rate_amount IS 'What the customer pays.';
COMMENT ON COLUMN fleet.load.rate_currency IS 'In which currency.';
COMMENT ON COLUMN fleet.load."references" IS 'Reference numbers of others.';
COMMENT ON COLUMN fleet.load.notes IS 'Notes of the fleet.';
COMMENT ON COLUMN fleet.load.source_created_at IS 'When the vendor says that it was made.';
COMMENT ON COLUMN fleet.load.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.route_plan_stop (
    route_plan_id UUID NOT NULL,
    position INTEGER NOT NULL,
    tenant_id UUID NOT NULL,
    kind TEXT NOT NULL,
    place_id TEXT,
    name TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    arrives_at TIMESTAMP WITH TIME ZONE,
    departs_at TIMESTAMP WITH TIME ZONE,
    distance_m INTEGER,
    fuel_gallons NUMERIC,
    fuel_price NUMERIC,
    note TEXT,
    CONSTRAINT pk_route_plan_stop PRIMARY KEY (route_plan_id, position),
    CONSTRAINT fk_route_plan_stop_tenant_id_route_plan_id FOREIGN KEY(tenant_id, route_plan_id) REFERENCES fleet.route_plan (tenant_id, id),
    CONSTRAINT ck_route_plan_stop_kind CHECK (kind IN ('pickup', 'delivery', 'fuel', 'rest', 'break', 'other')),
    CONSTRAINT ck_route_plan_stop_order CHECK (departs_at >= arrives_at)
);
CREATE INDEX ix_route_plan_stop_tenant_id ON fleet.route_plan_stop (tenant_id);
COMMENT ON TABLE fleet.route_plan_stop IS 'Stops of a planned trip, in order of position.';
COMMENT ON COLUMN fleet.route_plan_stop.route_plan_id IS 'The plan.';
COMMENT ON COLUMN fleet.route_plan_stop.position IS 'Its place in the order of the plan.';
COMMENT ON COLUMN fleet.route_plan_stop.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.route_plan_stop.kind IS 'pickup, delivery, fuel, rest, break or other.';
COMMENT ON COLUMN fleet.route_plan_stop.place_id IS 'The vendor''s id of the station or stop.';
COMMENT ON COLUMN fleet.route_plan_stop.name IS 'The place in words.';
COMMENT ON COLUMN fleet.route_plan_stop.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN fleet.route_plan_stop.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN fleet.route_plan_stop.arrives_at IS 'When the truck arrives.';
COMMENT ON COLUMN fleet.route_plan_stop.departs_at IS 'When the truck leaves.';
COMMENT ON COLUMN fleet.route_plan_stop.distance_m IS 'Metres from the stop before.';
COMMENT ON COLUMN fleet.route_plan_stop.fuel_gallons IS 'US gallons to buy.';
COMMENT ON COLUMN fleet.route_plan_stop.fuel_price IS 'Expected USD per US gallon.';
COMMENT ON COLUMN fleet.route_plan_stop.note IS 'Why it is there.';

CREATE TABLE fleet.vehicle (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    name TEXT,
    vin TEXT,
    serial TEXT,
    make TEXT,
    model TEXT,
    model_year INTEGER,
    license_plate TEXT,
    external_ids JSONB NOT NULL,
    tags JSONB NOT NULL,
    static_driver_id TEXT,
    source_created_at TIMESTAMP WITH TIME ZONE,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_vehicle PRIMARY KEY (integration_id, vendor_id)
);
CREATE INDEX ix_vehicle_tenant_id ON fleet.vehicle (tenant_id);
COMMENT ON TABLE fleet.vehicle IS 'Trucks as the fleet registered them.';
COMMENT ON COLUMN fleet.vehicle.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.vehicle.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.vehicle.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.vehicle.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.vehicle.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.vehicle.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.vehicle.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.vehicle.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.vehicle.vendor_id IS 'The vendor''s id of the vehicle.';
COMMENT ON COLUMN fleet.vehicle.name IS 'The fleet''s name for it.';
COMMENT ON COLUMN fleet.vehicle.vin IS 'Vehicle identification number.';
COMMENT ON COLUMN fleet.vehicle.serial IS 'Serial number of the vendor''s device in it.';
COMMENT ON COLUMN fleet.vehicle.make IS 'Who built it.';
COMMENT ON COLUMN fleet.vehicle.model IS 'Its model.';
COMMENT ON COLUMN fleet.vehicle.model_year IS 'The year of its model.';
COMMENT ON COLUMN fleet.vehicle.license_plate IS 'Its licence plate.';
COMMENT ON COLUMN fleet.vehicle.external_ids IS 'Ids of the same thing in other systems.';
COMMENT ON COLUMN fleet.vehicle.tags IS 'The tags it carries at the vendor.';
COMMENT ON COLUMN fleet.vehicle.static_driver_id IS 'The driver whose vehicle it always is.';
COMMENT ON COLUMN fleet.vehicle.source_created_at IS 'When the vendor says that it was made.';
COMMENT ON COLUMN fleet.vehicle.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.vehicle_position (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    name TEXT,
    vin TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    heading_degrees DOUBLE PRECISION,
    speed_mph DOUBLE PRECISION,
    is_ecu_speed BOOLEAN,
    formatted_location TEXT,
    address_id TEXT,
    address_name TEXT,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_vehicle_position PRIMARY KEY (integration_id, vendor_id)
);
CREATE INDEX ix_vehicle_position_tenant_id ON fleet.vehicle_position (tenant_id);
COMMENT ON TABLE fleet.vehicle_position IS 'Each vehicle''s last known position; all null when the vendor has none.';
COMMENT ON COLUMN fleet.vehicle_position.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.vehicle_position.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.vehicle_position.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.vehicle_position.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.vehicle_position.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.vehicle_position.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.vehicle_position.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.vehicle_position.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.vehicle_position.vendor_id IS 'The vendor''s id of the vehicle.';
COMMENT ON COLUMN fleet.vehicle_position.name IS 'The fleet''s name for the vehicle.';
COMMENT ON COLUMN fleet.vehicle_position.vin IS 'Vehicle identification number.';
COMMENT ON COLUMN fleet.vehicle_position.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN fleet.vehicle_position.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN fleet.vehicle_position.heading_degrees IS 'Direction of travel, degrees clockwise from north.';
COMMENT ON COLUMN fleet.vehicle_position.speed_mph IS 'Speed in miles per hour.';
COMMENT ON COLUMN fleet.vehicle_position.is_ecu_speed IS 'True when the engine measured the speed, not GPS.';
COMMENT ON COLUMN fleet.vehicle_position.formatted_location IS 'The place in words.';
COMMENT ON COLUMN fleet.vehicle_position.address_id IS 'The fleet''s address book entry that it stands at.';
COMMENT ON COLUMN fleet.vehicle_position.address_name IS 'Name of that entry.';
COMMENT ON COLUMN fleet.vehicle_position.source_updated_at IS 'When the position was taken.';

CREATE TABLE fleet.weather_observation (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    vendor_id TEXT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    place_name TEXT,
    country TEXT,
    condition_id INTEGER NOT NULL,
    condition TEXT NOT NULL,
    description TEXT,
    conditions JSONB NOT NULL,
    road_severity TEXT NOT NULL,
    temperature_f NUMERIC,
    feels_like_f NUMERIC,
    pressure_hpa NUMERIC,
    humidity_pct INTEGER,
    visibility_m INTEGER,
    visibility_is_capped BOOLEAN,
    wind_speed_mph NUMERIC,
    wind_gust_mph NUMERIC,
    wind_direction_deg INTEGER,
    rain_1h_mm NUMERIC NOT NULL,
    snow_1h_mm NUMERIC NOT NULL,
    cloud_cover_pct INTEGER,
    sunrise_at TIMESTAMP WITH TIME ZONE,
    sunset_at TIMESTAMP WITH TIME ZONE,
    utc_offset_s INTEGER,
    source_updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_weather_observation PRIMARY KEY (integration_id, vendor_id),
    CONSTRAINT ck_weather_observation_road_severity CHECK (road_severity IN ('low', 'moderate', 'high', 'severe', 'unknown'))
);
CREATE INDEX ix_weather_observation_tenant_id ON fleet.weather_observation (tenant_id);
COMMENT ON TABLE fleet.weather_observation IS 'The weather at one place of a grid, as last calculated by the vendor.';
COMMENT ON COLUMN fleet.weather_observation.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.weather_observation.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.weather_observation.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.weather_observation.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.weather_observation.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.weather_observation.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.weather_observation.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.weather_observation.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.weather_observation.vendor_id IS 'The place asked for: latitude,longitude.';
COMMENT ON COLUMN fleet.weather_observation.latitude IS 'Degrees north of the place asked for, WGS 84.';
COMMENT ON COLUMN fleet.weather_observation.longitude IS 'Degrees east of the place asked for, WGS 84.';
COMMENT ON COLUMN fleet.weather_observation.place_name IS 'The vendor''s name of the place.';
COMMENT ON COLUMN fleet.weather_observation.country IS 'Country.';
COMMENT ON COLUMN fleet.weather_observation.condition_id IS 'The vendor''s number of the weather.';
COMMENT ON COLUMN fleet.weather_observation.condition IS 'The weather in one word.';
COMMENT ON COLUMN fleet.weather_observation.description IS 'The weather in words.';
COMMENT ON COLUMN fleet.weather_observation.conditions IS 'All conditions that apply.';
COMMENT ON COLUMN fleet.weather_observation.road_severity IS 'What the weather means for a truck.';
COMMENT ON COLUMN fleet.weather_observation.temperature_f IS 'Degrees Fahrenheit.';
COMMENT ON COLUMN fleet.weather_observation.feels_like_f IS 'Degrees Fahrenheit as a person feels them.';
COMMENT ON COLUMN fleet.weather_observation.pressure_hpa IS 'Air pressure at sea level in hectopascals.';
COMMENT ON COLUMN fleet.weather_observation.humidity_pct IS 'Relative humidity in percent.';
COMMENT ON COLUMN fleet.weather_observation.visibility_m IS 'Visibility in metres.';
COMMENT ON COLUMN fleet.weather_observation.visibility_is_capped IS 'True when the visibility is that or more.';
COMMENT ON COLUMN fleet.weather_observation.wind_speed_mph IS 'Wind in miles per hour.';
COMMENT ON COLUMN fleet.weather_observation.wind_gust_mph IS 'Gusts in miles per hour.';
COMMENT ON COLUMN fleet.weather_observation.wind_direction_deg IS 'Where the wind comes from, degrees from north.';
COMMENT ON COLUMN fleet.weather_observation.rain_1h_mm IS 'Rain of the last hour in millimetres.';
COMMENT ON COLUMN fleet.weather_observation.snow_1h_mm IS 'Snow of the last hour in millimetres.';
COMMENT ON COLUMN fleet.weather_observation.cloud_cover_pct IS 'Cloud cover in percent.';
COMMENT ON COLUMN fleet.weather_observation.sunrise_at IS 'Sunrise.';
COMMENT ON COLUMN fleet.weather_observation.sunset_at IS 'Sunset.';
COMMENT ON COLUMN fleet.weather_observation.utc_offset_s IS 'Seconds that the place''s clocks are ahead of UTC.';
COMMENT ON COLUMN fleet.weather_observation.source_updated_at IS 'When the vendor calculated it.';

CREATE TABLE fleet.fuel_price (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    parent_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    product TEXT NOT NULL,
    price_type TEXT NOT NULL,
    amount NUMERIC NOT NULL,
    currency TEXT NOT NULL,
    unit TEXT NOT NULL,
    is_estimated BOOLEAN,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_fuel_price PRIMARY KEY (integration_id, parent_id, vendor_id),
    CONSTRAINT fk_fuel_price_integration_id_parent_id FOREIGN KEY(integration_id, parent_id) REFERENCES fleet.fuel_station (integration_id, vendor_id) ON DELETE CASCADE
);
CREATE INDEX ix_fuel_price_tenant_id ON fleet.fuel_price (tenant_id);
COMMENT ON TABLE fleet.fuel_price IS 'Prices of truck stops, per product, kind, unit and currency.';
COMMENT ON COLUMN fleet.fuel_price.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.fuel_price.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.fuel_price.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.fuel_price.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.fuel_price.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.fuel_price.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.fuel_price.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.fuel_price.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.fuel_price.parent_id IS 'The vendor''s id of the row that it belongs to.';
COMMENT ON COLUMN fleet.fuel_price.vendor_id IS 'Station, product, kind, unit and currency.';
COMMENT ON COLUMN fleet.fuel_price.product IS 'What is sold.';
COMMENT ON COLUMN fleet.fuel_price.price_type IS 'Kind of price: posted, cash or of a card.';
COMMENT ON COLUMN fleet.fuel_price.amount IS 'The price of one unit.';
COMMENT ON COLUMN fleet.fuel_price.currency IS 'Its currency.';
COMMENT ON COLUMN fleet.fuel_price.unit IS 'What it buys: a gallon or a litre.';
COMMENT ON COLUMN fleet.fuel_price.is_estimated IS 'True when the vendor estimated it.';
COMMENT ON COLUMN fleet.fuel_price.source_updated_at IS 'When the vendor says that it last changed; null when it does not say.';

CREATE TABLE fleet.load_stop (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_hash BIGINT NOT NULL,
    missing_since TIMESTAMP WITH TIME ZONE,
    missing_runs INTEGER DEFAULT 0 NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    parent_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    stop_type TEXT NOT NULL,
    status TEXT NOT NULL,
    name TEXT,
    address1 TEXT,
    address2 TEXT,
    city TEXT,
    state TEXT,
    zip TEXT,
    country TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    timezone TEXT,
    appointment_type TEXT,
    appointment_start_at TIMESTAMP WITH TIME ZONE,
    appointment_end_at TIMESTAMP WITH TIME ZONE,
    appointment_confirmed BOOLEAN,
    eta_at TIMESTAMP WITH TIME ZONE,
    arrived_at TIMESTAMP WITH TIME ZONE,
    departed_at TIMESTAMP WITH TIME ZONE,
    "references" JSONB NOT NULL,
    instructions TEXT,
    CONSTRAINT pk_load_stop PRIMARY KEY (integration_id, parent_id, vendor_id),
    CONSTRAINT fk_load_stop_integration_id_parent_id FOREIGN KEY(integration_id, parent_id) REFERENCES fleet.load (integration_id, vendor_id) ON DELETE CASCADE,
    CONSTRAINT ck_load_stop_stop_type CHECK (stop_type IN ('pickup', 'delivery', 'drop', 'hook', 'fuel', 'other', 'unknown')),
    CONSTRAINT ck_load_stop_status CHECK (status IN ('pending', 'en_route', 'arrived', 'completed', 'skipped', 'cancelled', 'unknown'))
);
CREATE INDEX ix_load_stop_tenant_id ON fleet.load_stop (tenant_id);
COMMENT ON TABLE fleet.load_stop IS 'Stops of loads, in order of sequence.';
COMMENT ON COLUMN fleet.load_stop.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.load_stop.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.load_stop.run_id IS 'The run that last changed this row; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.load_stop.synced_at IS 'When this row last changed here.';
COMMENT ON COLUMN fleet.load_stop.row_hash IS 'Hash of the vendor''s fields; an equal one means nothing to write.';
COMMENT ON COLUMN fleet.load_stop.missing_since IS 'Since when complete fetches do not confirm it.';
COMMENT ON COLUMN fleet.load_stop.missing_runs IS 'Complete fetches in a row that did not name it.';
COMMENT ON COLUMN fleet.load_stop.deleted_at IS 'When it was gone at the vendor; null while it is live.';
COMMENT ON COLUMN fleet.load_stop.parent_id IS 'The vendor''s id of the row that it belongs to.';
COMMENT ON COLUMN fleet.load_stop.vendor_id IS 'The stop''s id; made of load and sequence if need be.';
COMMENT ON COLUMN fleet.load_stop.sequence IS 'Its place in the order of the load.';
COMMENT ON COLUMN fleet.load_stop.stop_type IS 'What happens there.';
COMMENT ON COLUMN fleet.load_stop.status IS 'Where the truck stands with it.';
COMMENT ON COLUMN fleet.load_stop.name IS 'Name of the place.';
COMMENT ON COLUMN fleet.load_stop.address1 IS 'Street and number.';
COMMENT ON COLUMN fleet.load_stop.address2 IS 'More of the address.';
COMMENT ON COLUMN fleet.load_stop.city IS 'City.';
COMMENT ON COLUMN fleet.load_stop.state IS 'State or province.';
COMMENT ON COLUMN fleet.load_stop.zip IS 'Postal code.';
COMMENT ON COLUMN fleet.load_stop.country IS 'Country.';
COMMENT ON COLUMN fleet.load_stop.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN fleet.load_stop.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN fleet.load_stop.timezone IS 'Time zone of the place, an IANA name.';
COMMENT ON COLUMN fleet.load_stop.appointment_type IS 'Kind of appointment.';
COMMENT ON COLUMN fleet.load_stop.appointment_start_at IS 'Start of the appointed time.';
COMMENT ON COLUMN fleet.load_stop.appointment_end_at IS 'End of the appointed time.';
COMMENT ON COLUMN fleet.load_stop.appointment_confirmed IS 'True when the appointment is confirmed.';
COMMENT ON COLUMN fleet.load_stop.eta_at IS 'When the truck is expected.';
COMMENT ON COLUMN fleet.load_stop.arrived_at IS 'When the truck arrived.';
COMMENT ON COLUMN fleet.load_stop.departed_at IS 'When the truck left.';
COMMENT ON COLUMN fleet.load_stop."references" IS 'Reference numbers of the stop.';
COMMENT ON COLUMN fleet.load_stop.instructions IS 'What the driver must know.';
