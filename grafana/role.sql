-- The role that Grafana reads with: the views and nothing else, 10 s for a query, no writing. Run it as a superuser in
-- the recorder's database, once the recorder has made its tables; to run it again does no harm. It has no password, so
-- it cannot log in where Postgres asks for one: \password grafana
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana') THEN
    CREATE ROLE grafana LOGIN;
  END IF;
  -- What an upgrade of the recorder makes anew belongs to the owner of the schema, and may be read as before.
  EXECUTE format(
    'ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA views GRANT SELECT ON TABLES TO grafana',
    (SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'views')
  );
END $$;

ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '10s';
ALTER ROLE grafana SET jit = off; -- compiling a query takes longer than such short ones run
ALTER ROLE grafana CONNECTION LIMIT 8;
GRANT USAGE ON SCHEMA views TO grafana;
GRANT SELECT ON ALL TABLES IN SCHEMA views TO grafana;
