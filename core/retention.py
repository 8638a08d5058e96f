"""How long what is kept: every period stands here, and docs/retention.md says the same.

The flow `maintain` removes what is older. A table of schema ``ops``, and a history of schema
``fleet``, is in one of the two lists, so that nothing grows without end because nobody thought of
it.
"""

from __future__ import annotations

from datetime import timedelta

# By table: rows are removed this long after the instant that docs/retention.md names.
TABLES = {
    "ops.vendor_outcome": timedelta(hours=1),
    "ops.rate_gate": timedelta(days=1),
    "ops.sign_in_attempt": timedelta(days=1),
    "ops.console_session": timedelta(days=1),
    "ops.hos_live": timedelta(days=7),
    "ops.alert_event": timedelta(days=7),
    "ops.quality_result": timedelta(days=30),
    "ops.schema_drift": timedelta(days=90),
    "ops.quarantine": timedelta(days=90),
    "ops.held_deletion": timedelta(days=180),
    "ops.breaker_event": timedelta(days=180),
    "ops.incident": timedelta(days=180),
    "ops.alert_delivery": timedelta(days=180),
    "ops.sync_run": timedelta(days=180),
    "ops.sync_run_dataset": timedelta(days=180),
    "ops.hos_override": timedelta(days=365),
    # Thirteen months, so that a month can be held against the same one of the year before.
    "ops.hos_answer_daily": timedelta(days=400),
    "fleet.hos_status_period": timedelta(days=400),
    "fleet.fuel_price_period": timedelta(days=400),
    "fleet.load_period": timedelta(days=800),
    "fleet.route_plan": timedelta(days=90),
}
# Within ops.quarantine: the whole row, sealed for replay, after it was last seen; and an entry that
# nobody ever resolved, which its vendor has long stopped sending.
SEALED_ROWS = timedelta(days=30)
# Runs leave by the month, when all of it is older than its period; few of them are kept aside, and
# leave when a month more is over and they are not needed any longer.
KEPT_ASIDE = timedelta(days=180 + 62)
# Parts for the months to come are there so long before.
MONTHS_AHEAD = 3
OPEN_ENTRIES = timedelta(days=365)
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
    "ops.quality_profile",
    "ops.schema_fields",
    "ops.freshness",
    "ops.pulse",
    "ops.audit_log",
)

# In Prefect: flow runs with their task runs, logs and artifacts, after their end; and events.
FLOW_RUNS = timedelta(days=14)
EVENTS = timedelta(days=2)
