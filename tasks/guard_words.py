"""Why a call may not go now, for a person to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters._kit.vendor import Vendor
from core import gate
from core.breaker import Admission, Mode, Phase, Policy
from core.errors import Cause, Deferred, Origin
from core.gate import Gate
from store.breakers import Kept, Target

UNTIL_SOMEBODY_ACTS = timedelta(minutes=15)  # when to ask again, where an operator set no end


def too_early(
    vendor: Vendor, origin: Origin, held: Gate, now: datetime, wait: timedelta
) -> Deferred:
    """A rate gate lets no call go for so long."""
    until = now + wait
    is_paused = gate.pause_left(held, now) > timedelta(0)
    why = "asked us to wait" if is_paused else "is at its limit of calls"
    return Deferred(f"{vendor.title} {why} until {until:%H:%M:%S} UTC.", origin, until, Cause.GATE)


def left_alone(
    vendor: Vendor,
    policy: Policy,
    origin: Origin,
    target: Target,
    answer: Admission,
    kept: Kept,
    now: datetime,
) -> Deferred:
    """A breaker refuses."""
    until = answer.retry_at or now + UNTIL_SOMEBODY_ACTS
    if kept.state.phase is Phase.HALF_OPEN:
        until = min(until, now + policy.recovery_timeout)
    cause = Cause.VENDOR if target.integration_id is None else Cause.INTEGRATION
    whom = "" if cause is Cause.VENDOR else " for this integration"
    if policy.mode_at(now) is Mode.FORCED_OPEN:
        said = f"{vendor.title} is switched off by {policy.who}: {policy.why}."
    else:
        why = kept.reason or "probing."
        said = f"{vendor.title} does not answer{whom}, so it is left alone: {why}"
    return Deferred(f"{said} Next try at {until:%H:%M:%S} UTC.", origin, until, cause)
