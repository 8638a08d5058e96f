"""How long what is kept: every period stands here, and docs/retention.md says the same.

The flow `maintain` removes what is older. A table of schema ``ops`` is in one of the two lists, so
that nothing grows without end because nobody thought of it.
"""

from __future__ import annotations

from datetime import timedelta

# By table: rows are removed this long after the instant that docs/retention.md names.
TABLES = {
    "ops.vendor_outcome": timedelta(hours=1),
    "ops.rate_gate": timedelta(days=1),
    "ops.hos_live": timedelta(days=7),
    "ops.alert_event": timedelta(days=7),
    "ops.quarantine": timedelta(days=90),
    "ops.breaker_event": timedelta(days=180),
    "ops.incident": timedelta(days=180),
    "ops.alert_delivery": timedelta(days=180),
    "ops.sync_run": timedelta(days=180),
    "ops.sync_run_dataset": timedelta(days=180),
    "ops.hos_override": timedelta(days=365),
    "fleet.route_plan": timedelta(days=90),
}
# These do not grow by themselves, or are evidence.
FOR_EVER = (
    "ops.tenant",
    "ops.app_user",
    "ops.tenant_channel",
    "ops.analyst_access",
    "ops.integration",
    "ops.dataset_state",
    "ops.breaker",
    "ops.breaker_policy",
    "ops.freshness",
    "ops.pulse",
    "ops.audit_log",
)

# In Prefect: flow runs with their task runs, logs and artifacts, after their end; and events.
FLOW_RUNS = timedelta(days=14)
EVENTS = timedelta(days=2)
