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

-- A landed row belongs to the tenant of its integration. A foreign key would look at every row;
-- a statement brings the rows of a few integrations, so this looks at each of those once.
CREATE FUNCTION ops.check_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE pair record;
BEGIN
    FOR pair IN SELECT DISTINCT tenant_id, integration_id FROM added LOOP
        -- The lock keeps the integration where it is until this transaction ends.
        PERFORM FROM ops.integration i
        WHERE i.tenant_id = pair.tenant_id AND i.id = pair.integration_id FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a row of %.% points at no integration of its tenant',
                TG_TABLE_SCHEMA, TG_TABLE_NAME
                USING ERRCODE = 'foreign_key_violation', SCHEMA = TG_TABLE_SCHEMA,
                    TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION ops.check_owner() IS
    'Trigger that refuses landed rows whose integration is not of their tenant.';

CREATE FUNCTION ops.refuse_move() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'a row of %.% stays with its tenant', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation';
END $$;
COMMENT ON FUNCTION ops.refuse_move() IS 'Trigger that refuses to give a row another owner.';

CREATE FUNCTION ops.keep_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    child regclass;
    is_used boolean;
BEGIN
    FOR child IN
        SELECT tgrelid FROM pg_catalog.pg_trigger WHERE tgfoid = 'ops.check_owner'::regproc
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE integration_id = $1)', child)
            INTO is_used USING OLD.id;
        IF is_used THEN
            RAISE EXCEPTION 'rows of % still point at this integration', child
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION ops.keep_owner() IS
    'Trigger that keeps an integration, and its tenant, while landed rows point at it.';

-- After, so that the wall around tenants has its word first.
CREATE TRIGGER keep_owner AFTER DELETE OR UPDATE OF id, tenant_id ON ops.integration
    FOR EACH ROW EXECUTE FUNCTION ops.keep_owner();

DO $$
DECLARE landed regclass;
BEGIN
    FOR landed IN
        SELECT attrelid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'fleet'::regnamespace AND c.relkind = 'r'
          AND a.attname = 'integration_id'
    LOOP
        EXECUTE format('CREATE TRIGGER check_owner AFTER INSERT ON %s REFERENCING NEW TABLE '
            'AS added FOR EACH STATEMENT EXECUTE FUNCTION ops.check_owner()', landed);
        EXECUTE format('CREATE TRIGGER refuse_move BEFORE UPDATE OF tenant_id, integration_id '
            'ON %s FOR EACH ROW EXECUTE FUNCTION ops.refuse_move()', landed);
    END LOOP;
END $$;
