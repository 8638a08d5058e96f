CREATE SCHEMA IF NOT EXISTS ops;
CREATE SCHEMA fleet;
CREATE SCHEMA analytics;
COMMENT ON SCHEMA ops IS 'Who is connected to whom, and what happened.';
COMMENT ON SCHEMA fleet IS 'What the vendors say about each tenant''s fleet.';
COMMENT ON SCHEMA analytics IS
    'Views for questions people ask; each WITH (security_invoker = true), or it would see all tenants.';
