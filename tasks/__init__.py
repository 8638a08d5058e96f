"""What Prefect times, retries and shows: one batch of integrations, from claim to rows."""
