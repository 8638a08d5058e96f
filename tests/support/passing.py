"""Time that passes without anybody waiting for it."""

from __future__ import annotations

# Waits and rests that were decided lie so much further back.
PASSING = (
    "UPDATE ops.rate_gate SET not_before = not_before - %(by)s, refilled_at = refilled_at - %(by)s",
    "UPDATE ops.breaker SET retry_at = retry_at - %(by)s, opened_at = opened_at - %(by)s,"
    " probe_expires_at = probe_expires_at - %(by)s, changed_at = changed_at - %(by)s",
    "UPDATE ops.vendor_outcome SET happened_at = happened_at - %(by)s",
    "UPDATE ops.integration SET next_sync_at = next_sync_at - %(by)s",
)
