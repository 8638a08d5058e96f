"""What a message about an incident says, whichever way it travels: subject, sentences, context.

Pure functions of the stored incident. Words that came from elsewhere are one line each here; who
puts them into a mail or a Slack message escapes them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from core.alerts import CLOSED, ESCALATED, REMINDER, Kind, Severity
from core.errors import Actor
from store.outbox import Leased
from tasks.alert_words import title

LONGEST = 1000
WHO = "Who must act: "
FOOT = "You get this because you are an active admin of {tenant} in SALLY."
FOOT_OF_LOADS = "You get this because you are an active dispatcher or admin of {tenant} in SALLY."
FOOT_OPERATOR = "You get this because you operate SALLY."


class Tone(StrEnum):
    """How a message looks: its severity, or that it is over, or only a test."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"
    RESOLVED = "RESOLVED"
    TEST = "TEST"


# Of an incident that began or is reminded of, and of one that is over. {still}: "still " or "".
HEADLINES = {
    Kind.FAILING: (
        "{vendor} sync {still}failing for {tenant}",
        "{vendor} syncs again for {tenant}",
    ),
    Kind.KEY_REJECTED: (
        "{vendor} {still}rejects the key of {tenant}",
        "{vendor} accepts the key of {tenant} again",
    ),
    Kind.VENDOR_DOWN: ("{vendor} is {still}down for {tenant}", "{vendor} is back for {tenant}"),
    Kind.STALE: (
        "{vendor} data is {still}{age} for {tenant}",
        "{vendor} data is fresh again for {tenant}",
    ),
    Kind.QUALITY: (
        "{vendor} data {still}breaks its rules for {tenant}",
        "{vendor} data is as it should be again for {tenant}",
    ),
    Kind.ROUTE_AT_RISK: (
        "A load of {tenant} cannot be delivered in time",
        "A load of {tenant} is no longer late",
    ),
    Kind.FLOW_CRASHED: ("{vendor} sync run crashed", "{vendor} sync runs work again"),
    Kind.SCHEDULER_SILENT: ("Nothing is {still}being synced", "Syncs run again"),
    Kind.TEST: ("Alerts reach {tenant}", "Alerts reach {tenant}"),
}
FAILS = (Kind.FAILING, Kind.KEY_REJECTED)
UNKNOWN = ("Trouble {still}open for {tenant}", "Trouble over for {tenant}")


@dataclass(frozen=True, slots=True)
class Text:
    """A message in words. ``context``: name and value, a line each."""

    tone: Tone
    headline: str
    happened: str
    who: str
    next_step: str
    context: tuple[tuple[str, str], ...]
    link: str | None
    link_words: str
    foot: str

    @property
    def subject(self) -> str:
        """The subject of a mail."""
        return f"[{self.tone}] {self.headline}"


def text(told: Leased, app_url: str | None) -> Text:
    """A message that is due, in words."""
    is_over = told.step == CLOSED
    return Text(
        tone=_tone(told),
        headline=_headline(told),
        happened=_line(
            f"{told.closed_because} Before: {told.happened}" if is_over else told.happened
        ),
        who="Nobody" if is_over else _who(told),
        next_step="Nothing to do." if is_over else _line(told.next_step or "Nothing to do."),
        context=tuple((name, _line(value)) for name, value in _context(told) if value),
        link=_link(told, app_url),
        link_words=_link_words(told),
        foot=_foot(told),
    )


def utc(instant: datetime | None) -> str:
    """An instant as a message says it."""
    return "" if instant is None else instant.strftime("%Y-%m-%d %H:%M UTC")


def _who(told: Leased) -> str:
    """Who must act, as the one who reads it calls them."""
    who = _line(told.who or Actor.US).removeprefix(WHO).rstrip(".")
    if who == Actor.US:
        return "You, as the operator" if told.tenant_name is None else "Us, the operators of SALLY"
    if who == Actor.TENANT_ADMIN and told.tenant_name is not None:
        return f"You, or another admin of {_line(told.tenant_name)}"
    if who == Actor.VENDOR and told.vendor is not None:
        return title(told.vendor)
    return who[:1].upper() + who[1:]


def _tone(told: Leased) -> Tone:
    if told.kind == Kind.TEST:
        return Tone.TEST
    return Tone.RESOLVED if told.step == CLOSED else Tone(told.severity)


def _headline(told: Leased) -> str:
    begun, over = HEADLINES.get(told.kind, UNKNOWN)  # type: ignore[call-overload]  # a StrEnum
    return _line(
        (over if told.step == CLOSED else begun).format(
            vendor="A" if told.vendor is None else title(told.vendor),
            tenant=told.tenant_name or "the operator",
            still="still " if told.step.startswith(REMINDER) else "",
            age="too old" if told.severity == Severity.CRITICAL else "getting old",
        )
    )


def _context(told: Leased) -> list[tuple[str, str]]:
    vendor = "" if told.vendor is None else title(told.vendor)
    return [
        ("Tenant", told.tenant_name or "all"),
        ("Vendor", f"{vendor} (sandbox)" if vendor and told.is_sandbox else vendor),
        ("Severity", told.severity if told.kind != Kind.TEST else "none, this is a test"),
        ("Message", _step(told)),
        ("Error", (told.error_kind or "").replace("_", " ")),
        ("Began", utc(told.opened_at)),
        ("Last seen", utc(told.last_seen_at)),
        (
            "Failed in a row" if told.kind in FAILS else "Times seen",
            f"{told.times}" if told.times > 1 else "",
        ),
        ("Ended", utc(told.closed_at) if told.kind != Kind.TEST else ""),
        ("Last good sync", utc(told.last_success_at)),
        ("HTTP status", "" if told.http_status is None else str(told.http_status)),
        ("Vendor's request", told.vendor_request_id or ""),
        ("Run", "" if told.run_id is None else str(told.run_id)),
        ("Incident", str(told.incident_id)),
    ]


def _step(told: Leased) -> str:
    if told.step == ESCALATED:
        return "it got worse"
    return "reminder, it is still open" if told.step.startswith(REMINDER) else ""


def _foot(told: Leased) -> str:
    if told.tenant_name is None:
        return FOOT_OPERATOR
    foot = FOOT_OF_LOADS if told.kind == Kind.ROUTE_AT_RISK else FOOT
    return _line(foot.format(tenant=told.tenant_name))


def _link_words(told: Leased) -> str:
    if told.kind == Kind.ROUTE_AT_RISK:
        return "Open the plan"
    return "Open the integration" if told.integration_id else "Open SALLY"


def _link(told: Leased, app_url: str | None) -> str | None:
    if app_url is None:
        return None
    base = app_url.rstrip("/")
    if told.kind == Kind.ROUTE_AT_RISK:
        # The key is that of `alert_words.late`: plan, connection, the load's id.
        return f"{base}/loads/{quote(told.key.split(':', 2)[2], safe='')}"
    return base if told.integration_id is None else f"{base}/integrations/{told.integration_id}"


def _line(words: str) -> str:
    """One line of bearable length without control characters, whoever wrote it."""
    printable = "".join(each if each.isprintable() else " " for each in words)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
