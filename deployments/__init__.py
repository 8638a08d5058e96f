"""The local stack: PostgreSQL, the Prefect server, the sandbox and the worker, with one command."""
