#!/bin/sh
# Makes deployments/.env with new passwords and keys, for compose.yaml. Never overwrites one: another
# CREDENTIALS_ENCRYPTION_KEY could not read what the database holds.
set -eu
cd "$(dirname "$0")"
[ ! -e .env ] || { echo "deployments/.env exists; it is kept as it is." >&2; exit 1; }
umask 077
hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
cat >.env.new <<EOF
# Secrets of the compose stack. Keep a copy apart from the database's backups.
POSTGRES_PASSWORD=$(hex 24)
SALLY_DB_PASSWORD=$(hex 24)
PREFECT_DB_PASSWORD=$(hex 24)
REDIS_PASSWORD=$(hex 24)
PREFECT_AUTH_STRING=operator:$(hex 24)
PREFECT_ENCRYPTION_KEY=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')
CREDENTIALS_ENCRYPTION_KEY=$(hex 32)
CONSOLE_JWT_KEY=$(hex 32)
CONSOLE_METRICS_TOKEN=$(hex 24)

# What people open, behind your TLS proxy.
APP_URL=http://127.0.0.1:4230
PREFECT_PUBLIC_URL=http://127.0.0.1:4200

# Alerts: without a host they wait in the outbox. See .env.example of the repository.
SMTP_HOST=
SMTP_PORT=587
SMTP_USERNAME=
SMTP_PASSWORD=
SMTP_SECURITY=starttls
ALERT_FROM_EMAIL=
ALERT_OPERATOR_EMAIL=
SLACK_WEBHOOK_URL=
EOF
mv .env.new .env
echo "Wrote deployments/.env. The Prefect UI asks for PREFECT_AUTH_STRING, which is in it." >&2
