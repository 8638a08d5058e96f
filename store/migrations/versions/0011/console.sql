-- The console: who signs in, their sessions, and what its lists are found by.

ALTER TABLE ops.app_user ADD COLUMN driver_id TEXT;
ALTER TABLE ops.app_user ADD COLUMN password_changed_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN ops.app_user.driver_id IS 'For a DRIVER: their id at the vendor of hours.';
COMMENT ON COLUMN ops.app_user.password_changed_at IS 'When the password was last set: what was signed before is void.';
CREATE INDEX ix_app_user_address ON ops.app_user (lower(email));

ALTER TABLE ops.integration ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN ops.integration.removed_at IS 'When a person disconnected it: its credential is gone, its rows and runs stay.';

CREATE INDEX ix_sync_run_integration_id_id ON ops.sync_run (integration_id, id);

CREATE TABLE ops.console_session (
    token_hash TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    acting_tenant_id UUID,
    CONSTRAINT pk_console_session PRIMARY KEY (token_hash),
    CONSTRAINT fk_console_session_tenant_id FOREIGN KEY(tenant_id, user_id) REFERENCES ops.app_user (tenant_id, id)
);
COMMENT ON TABLE ops.console_session IS 'People who are signed in to the console''s pages.';
COMMENT ON COLUMN ops.console_session.token_hash IS 'SHA-256 of what the browser''s cookie holds.';
COMMENT ON COLUMN ops.console_session.tenant_id IS 'The tenant of the person.';
COMMENT ON COLUMN ops.console_session.user_id IS 'The person.';
COMMENT ON COLUMN ops.console_session.created_at IS 'When they signed in.';
COMMENT ON COLUMN ops.console_session.expires_at IS 'When they have to sign in again; earlier than now: signed out.';
COMMENT ON COLUMN ops.console_session.acting_tenant_id IS 'The tenant that a SUPER_ADMIN chose to look at; null for their own.';
CREATE INDEX ix_console_session_expires_at ON ops.console_session (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.console_session TO sally_pipeline;
GRANT SELECT, INSERT, UPDATE ON ops.console_session TO sally_console;
ALTER TABLE ops.console_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE ops.console_session FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON ops.console_session TO sally_owner USING (true) WITH CHECK (true);
CREATE POLICY pipeline ON ops.console_session TO sally_pipeline USING (true) WITH CHECK (true);
CREATE POLICY console ON ops.console_session TO sally_console
    USING (tenant_id = (SELECT nullif(current_setting('sally.tenant_id', true), '')::uuid));

CREATE TABLE ops.sign_in_attempt (
    key TEXT NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (key)
);
COMMENT ON TABLE ops.sign_in_attempt IS 'Attempts in a quarter of an hour: to sign in, by whom and from where, and what a tenant may do only so often.';
COMMENT ON COLUMN ops.sign_in_attempt.key IS 'SHA-256 of what is counted.';
COMMENT ON COLUMN ops.sign_in_attempt.failures IS 'Attempts since then; for sign-ins, failed ones.';
COMMENT ON COLUMN ops.sign_in_attempt.since IS 'When counting began.';
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.sign_in_attempt TO sally_pipeline, sally_console;

-- Before somebody is signed in there is no tenant to see: only where an address is known.
CREATE FUNCTION ops.sign_in_candidates(address text) RETURNS TABLE (tenant_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' ROWS 1
    AS $$ SELECT u.tenant_id, u.id FROM ops.app_user u JOIN ops.tenant t ON t.id = u.tenant_id
          WHERE lower(u.email) = lower(address) AND u.is_active AND t.is_active
              AND u.password_hash IS NOT NULL
          ORDER BY u.id LIMIT 5 $$;
-- What a SUPER_ADMIN may choose from.
CREATE FUNCTION ops.console_tenants() RETURNS TABLE (id uuid, slug text, name text, is_sandbox boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
    AS $$ SELECT t.id, t.slug, t.name, t.is_sandbox FROM ops.tenant t WHERE t.is_active $$;
-- Gates belong to credentials; a tenant sees those of its own.
CREATE FUNCTION ops.console_gates() RETURNS TABLE (integration_id uuid, tier text, not_before timestamptz, strikes int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
    AS $$ SELECT i.id, split_part(g.scope, ':', 3), g.not_before, g.strikes
          FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
          JOIN ops.rate_gate g ON split_part(g.scope, ':', 2) = i.credentials_fingerprint
              AND split_part(g.scope, ':', 1)
                  = i.vendor || CASE WHEN t.is_sandbox THEN '@sandbox' ELSE '' END
          WHERE i.tenant_id = nullif(current_setting('sally.tenant_id', true), '')::uuid
              AND i.removed_at IS NULL $$;
REVOKE ALL ON FUNCTION ops.sign_in_candidates(text), ops.console_tenants(), ops.console_gates()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.sign_in_candidates(text), ops.console_tenants(), ops.console_gates()
    TO sally_console;
GRANT UPDATE ON ops.freshness TO sally_console;
