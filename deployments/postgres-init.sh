#!/bin/sh
# Runs once, in the postgres container, when its volume is new: a login and a database for each of
# the product and Prefect's server. Nobody else may connect to Prefect's: analysts have logins here.
set -eu
psql --set ON_ERROR_STOP=1 --set sally="$SALLY_DB_PASSWORD" --set prefect="$PREFECT_DB_PASSWORD" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE sally LOGIN CREATEROLE PASSWORD :'sally';
CREATE ROLE prefect LOGIN PASSWORD :'prefect';
CREATE DATABASE sally OWNER sally;
CREATE DATABASE prefect OWNER prefect;
REVOKE CONNECT, TEMPORARY ON DATABASE prefect FROM PUBLIC;
SQL
