"""How a connection stands, in one word and one next step. A pure reading of what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters import registry
from store.connected import Connected


@dataclass(frozen=True, slots=True)
class Standing:
    """``tone``: good, calm, info, warn or bad. ``icon``: its shape, so that colour is not alone.

    ``happened`` and ``next_step``: when something is wrong. ``retry_at``: when we try again.
    """

    tone: str
    icon: str
    words: str
    happened: str | None = None
    next_step: str | None = None
    retry_at: datetime | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether somebody should know."""
        return self.happened is not None


def of(one: Connected) -> Standing:
    """The worst that is true of it now; what a person did about it comes first."""
    title = registry.vendor(one.vendor).title
    if one.status == "disabled":
        return Standing(
            "calm", "pause", "Switched off", "It is not synced.", "Switch it on to sync."
        )
    if one.running is not None:
        return Standing("info", "sync", "Syncing now")
    if one.status == "needs_attention":
        return Standing("bad", "key", "Needs attention", one.error_happened or "It cannot sync.",
                        one.error_next_step)  # fmt: skip
    if one.breaker_state == "OPEN":
        return Standing(
            "warn", "pause", "Paused", f"{title} does not answer well, so calls are paused.",
            "Nothing to do: it is tried again by itself.", one.breaker_retry_at,
        )  # fmt: skip
    if one.last_run_status is None:
        return Standing("info", "clock", "First sync is due")
    if one.last_run_status in ("failed", "crashed"):
        happened = one.error_happened or "The last sync was cut off."
        return Standing("bad", "cross", "Failing", happened, one.error_next_step or AGAIN)
    return _aged(one) or _last(one)


AGAIN = "Nothing to do: the next sync takes over."


def _aged(one: Connected) -> Standing | None:
    if one.age_level == "fresh":
        return None
    is_old = one.age_level == "critical"
    return Standing(
        "bad" if is_old else "warn", "clock", "Data is old" if is_old else "Data is getting old",
        one.age_said or "The data is older than it should be.", one.error_next_step or "Sync now.",
    )  # fmt: skip


def _last(one: Connected) -> Standing:
    if one.last_run_status == "partial":
        return Standing("warn", "part", "Partly synced", one.error_happened, one.error_next_step)
    if one.last_run_status == "deferred":
        return Standing("calm", "clock", "Waiting", one.error_happened, one.error_next_step)
    return Standing("good", "check", "Working")
