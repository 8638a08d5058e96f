-- What operators want of the circuit breakers, for whoever must know it while Prefect is down.

CREATE TABLE ops.breaker_policy (
    vendor TEXT NOT NULL,
    policy JSONB NOT NULL,
    problem TEXT,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_breaker_policy PRIMARY KEY (vendor)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.breaker_policy TO sally_pipeline;
GRANT SELECT ON ops.breaker_policy TO sally_console;
COMMENT ON TABLE ops.breaker_policy IS 'Each vendor''s circuit breaker policy as last read from Prefect, where operators edit it.';
COMMENT ON COLUMN ops.breaker_policy.vendor IS 'The vendor''s name.';
COMMENT ON COLUMN ops.breaker_policy.policy IS 'The last policy that could be used; durations as ISO 8601.';
COMMENT ON COLUMN ops.breaker_policy.problem IS 'Why what Prefect holds now cannot be used; null when it can.';
COMMENT ON COLUMN ops.breaker_policy.seen_at IS 'When Prefect was last seen to hold it, to some minutes.';
COMMENT ON COLUMN ops.breaker_policy.changed_at IS 'When the policy last changed.';
