-- What tables alone cannot say.

CREATE FUNCTION ops.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
COMMENT ON FUNCTION ops.refuse_change() IS 'Trigger that keeps a table append-only.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ops.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change();

-- Whom an analyst is comes from the login, never from a setting that a query can change:
-- session_user is the login, and the role setting only takes roles that the login is a member of.
CREATE FUNCTION ops.analyst_tenants() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT tenant_id FROM ops.analyst_access
    WHERE role_name IN (session_user::text, current_setting('role'))
$$;
COMMENT ON FUNCTION ops.analyst_tenants() IS 'The tenants that the present analyst may read.';
