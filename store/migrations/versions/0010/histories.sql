-- How things were before: one row for each period in which what matters stayed the same.

-- Part of every PostgreSQL, and trusted: whoever may create in the database may add it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE fleet.hos_status_history (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    is_first BOOLEAN DEFAULT false NOT NULL,
    vendor_id TEXT NOT NULL,
    duty_status TEXT NOT NULL,
    vendor_duty_status TEXT,
    vehicle_id TEXT,
    vehicle_name TEXT,
    CONSTRAINT pk_hos_status_history PRIMARY KEY (tenant_id, integration_id, vendor_id, valid_from),
    CONSTRAINT ck_hos_status_history_duty_status CHECK (duty_status IN ('off_duty', 'sleeper_berth', 'driving', 'on_duty', 'yard_move', 'personal_conveyance', 'unknown')),
    CONSTRAINT ex_hos_status_history_no_overlap
        EXCLUDE USING gist (integration_id WITH =, vendor_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
        WHERE (NOT is_first OR valid_to IS NOT NULL),
    CONSTRAINT ck_hos_status_history_order CHECK (valid_to > valid_from)
);
CREATE INDEX ix_hos_status_history_valid_to
    ON fleet.hos_status_history (valid_to) WHERE valid_to IS NOT NULL;
CREATE UNIQUE INDEX uq_hos_status_history_open
    ON fleet.hos_status_history (integration_id, vendor_id) WHERE valid_to IS NULL;
COMMENT ON TABLE fleet.hos_status_history IS 'Each driver''s duty status and vehicle over time, as the clocks said at each sync. What lies between two syncs is not seen; fleet.hos_daily_log has a day''s sums.';
COMMENT ON COLUMN fleet.hos_status_history.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.hos_status_history.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.hos_status_history.run_id IS 'The run that brought it; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.hos_status_history.valid_from IS 'When we learned it.';
COMMENT ON COLUMN fleet.hos_status_history.valid_to IS 'When it was no longer so, as far as we know; null: it is.';
COMMENT ON COLUMN fleet.hos_status_history.is_first IS 'True for the first that is known of it.';
COMMENT ON COLUMN fleet.hos_status_history.vendor_id IS 'The vendor''s id of the driver.';
COMMENT ON COLUMN fleet.hos_status_history.duty_status IS 'Duty status; unknown is never rest and never available.';
COMMENT ON COLUMN fleet.hos_status_history.vendor_duty_status IS 'The vendor''s own word; empty when the app is offline.';
COMMENT ON COLUMN fleet.hos_status_history.vehicle_id IS 'The vehicle the driver was in.';
COMMENT ON COLUMN fleet.hos_status_history.vehicle_name IS 'The fleet''s name for that vehicle.';

CREATE TABLE fleet.load_history (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    is_first BOOLEAN DEFAULT false NOT NULL,
    vendor_id TEXT NOT NULL,
    load_number TEXT,
    status TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    driver_id TEXT,
    driver_name TEXT,
    truck_unit TEXT,
    pickup_at TIMESTAMP WITH TIME ZONE,
    delivery_at TIMESTAMP WITH TIME ZONE,
    rate_amount NUMERIC,
    rate_currency TEXT,
    changes JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_load_history PRIMARY KEY (tenant_id, integration_id, vendor_id, valid_from),
    CONSTRAINT ck_load_history_status CHECK (status IN ('unassigned', 'assigned', 'in_transit', 'delivered', 'cancelled', 'unknown')),
    CONSTRAINT ex_load_history_no_overlap
        EXCLUDE USING gist (integration_id WITH =, vendor_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
        WHERE (NOT is_first OR valid_to IS NOT NULL),
    CONSTRAINT ck_load_history_order CHECK (valid_to > valid_from)
);
CREATE INDEX ix_load_history_valid_to
    ON fleet.load_history (valid_to) WHERE valid_to IS NOT NULL;
CREATE UNIQUE INDEX uq_load_history_open
    ON fleet.load_history (integration_id, vendor_id) WHERE valid_to IS NULL;
COMMENT ON TABLE fleet.load_history IS 'Every version of each load, and which fields changed from the one before.';
COMMENT ON COLUMN fleet.load_history.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.load_history.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.load_history.run_id IS 'The run that brought it; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.load_history.valid_from IS 'When we learned it.';
COMMENT ON COLUMN fleet.load_history.valid_to IS 'When it was no longer so, as far as we know; null: it is.';
COMMENT ON COLUMN fleet.load_history.is_first IS 'True for the first that is known of it.';
COMMENT ON COLUMN fleet.load_history.vendor_id IS 'The vendor''s id of the load.';
COMMENT ON COLUMN fleet.load_history.load_number IS 'The number people call it by.';
COMMENT ON COLUMN fleet.load_history.status IS 'Where it stood.';
COMMENT ON COLUMN fleet.load_history.is_open IS 'True while it was on the vendor''s active list, by its status.';
COMMENT ON COLUMN fleet.load_history.driver_id IS 'The driver''s id at this vendor.';
COMMENT ON COLUMN fleet.load_history.driver_name IS 'The driver''s name.';
COMMENT ON COLUMN fleet.load_history.truck_unit IS 'The fleet''s number of the truck.';
COMMENT ON COLUMN fleet.load_history.pickup_at IS 'When it was to be picked up.';
COMMENT ON COLUMN fleet.load_history.delivery_at IS 'When it was to be delivered.';
COMMENT ON COLUMN fleet.load_history.rate_amount IS 'What the customer was to pay.';
COMMENT ON COLUMN fleet.load_history.rate_currency IS 'In which currency.';
COMMENT ON COLUMN fleet.load_history.changes IS 'The columns of fleet.load that changed with this version, each as [before, after]; {} for the first one.';

CREATE TABLE fleet.fuel_price_history (
    tenant_id UUID NOT NULL,
    integration_id UUID NOT NULL,
    run_id UUID NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    is_first BOOLEAN DEFAULT false NOT NULL,
    parent_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    product TEXT NOT NULL,
    price_type TEXT NOT NULL,
    amount NUMERIC NOT NULL,
    currency TEXT NOT NULL,
    unit TEXT NOT NULL,
    is_estimated BOOLEAN,
    source_updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_fuel_price_history PRIMARY KEY (tenant_id, integration_id, parent_id, vendor_id, valid_from),
    CONSTRAINT ex_fuel_price_history_no_overlap
        EXCLUDE USING gist (integration_id WITH =, parent_id WITH =, vendor_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
        WHERE (NOT is_first OR valid_to IS NOT NULL),
    CONSTRAINT ck_fuel_price_history_order CHECK (valid_to > valid_from)
);
CREATE INDEX ix_fuel_price_history_valid_to
    ON fleet.fuel_price_history (valid_to) WHERE valid_to IS NOT NULL;
CREATE UNIQUE INDEX uq_fuel_price_history_open
    ON fleet.fuel_price_history (integration_id, parent_id, vendor_id) WHERE valid_to IS NULL;
COMMENT ON TABLE fleet.fuel_price_history IS 'Each truck stop''s prices over time.';
COMMENT ON COLUMN fleet.fuel_price_history.tenant_id IS 'The tenant that it belongs to.';
COMMENT ON COLUMN fleet.fuel_price_history.integration_id IS 'The connection it came through.';
COMMENT ON COLUMN fleet.fuel_price_history.run_id IS 'The run that brought it; runs are pruned earlier than rows.';
COMMENT ON COLUMN fleet.fuel_price_history.valid_from IS 'When we learned it.';
COMMENT ON COLUMN fleet.fuel_price_history.valid_to IS 'When it was no longer so, as far as we know; null: it is.';
COMMENT ON COLUMN fleet.fuel_price_history.is_first IS 'True for the first that is known of it.';
COMMENT ON COLUMN fleet.fuel_price_history.parent_id IS 'The vendor''s id of the station.';
COMMENT ON COLUMN fleet.fuel_price_history.vendor_id IS 'Station, product, kind, unit and currency.';
COMMENT ON COLUMN fleet.fuel_price_history.product IS 'What is sold.';
COMMENT ON COLUMN fleet.fuel_price_history.price_type IS 'Kind of price: posted, cash or of a card.';
COMMENT ON COLUMN fleet.fuel_price_history.amount IS 'The price of one unit.';
COMMENT ON COLUMN fleet.fuel_price_history.currency IS 'Its currency.';
COMMENT ON COLUMN fleet.fuel_price_history.unit IS 'What it buys: a gallon or a litre.';
COMMENT ON COLUMN fleet.fuel_price_history.is_estimated IS 'True when the vendor estimated it.';
COMMENT ON COLUMN fleet.fuel_price_history.source_updated_at IS 'When the vendor says that the price was set; null when it does not say.';

