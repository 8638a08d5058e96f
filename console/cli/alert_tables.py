"""How the command line shows incidents and their messages."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.cli.render import when
from core.alerts import Severity
from store.incident_care import Delivery, Listed
from tasks.alert_words import title

STYLES = {
    Severity.INFO: "blue",
    Severity.WARNING: "yellow",
    Severity.ERROR: "red",
    Severity.CRITICAL: "bold red",
    "sent": "green",
    "pending": "yellow",
    "failed": "red",
    "suppressed": "dim",
}


def incidents(console: Console, found: Sequence[Listed]) -> None:
    """A table that fits 80 columns; then for each how it stands and what happened."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("id", "tenant", "severity", "what", "since", "told"):
        table.add_column(name, no_wrap=name != "what")
    for each in found:
        vendor = f" {title(each.vendor)}" if each.vendor else ""
        table.add_row(
            each.code,
            each.tenant_slug or "all",
            Text(each.severity, STYLES.get(each.severity, "")),
            each.kind.replace("_", " ") + vendor,
            when(each.opened_at, each.now),
            _told(each),
        )
    console.print(table)
    console.print()
    for each in found:
        times = f"Seen {each.times} times. " if each.times > 1 else ""
        said = f"{each.code}  {state(each)}. {times}{each.happened} {each.note or ''}"
        console.print(Text(said.rstrip()), soft_wrap=True)


def deliveries(console: Console, found: Sequence[Delivery]) -> None:
    """A line for each message; why it did not leave on a line of its own."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("incident", "tenant", "message", "to", "status", "tries", "when"):
        table.add_column(name, justify="right" if name == "tries" else "left", no_wrap=True)
    for each in found:
        table.add_row(
            each.incident_id.hex[-8:],
            each.tenant_slug or "all",
            each.step,
            each.recipient if each.channel == "email" else f"Slack, {each.recipient}'s",
            Text(each.status, STYLES.get(each.status, "")),
            str(each.attempts),
            when(each.sent_at or each.created_at),
        )
    console.print(table)
    for reason in dict.fromkeys(each.error for each in found if each.error):
        console.print(Text(f"  {reason}", "dim"), soft_wrap=True)


def state(incident: Listed) -> str:
    """How an incident stands, in words."""
    if incident.closed_at is not None:
        return f"Over {when(incident.closed_at, incident.now)}"
    if incident.muted_until is not None and incident.muted_until > incident.now:
        return f"Muted, ends {when(incident.muted_until, incident.now)}"
    if incident.acknowledged_by is not None:
        return f"{incident.acknowledged_by} is on it"
    if incident.explained_by is not None and incident.told_at is None:
        return f"Hidden, part of {incident.explained_by.hex[-8:]}"
    return "Open"


def _told(incident: Listed) -> str:
    parts = [
        f"{count} {word}"
        for count, word in (
            (incident.sent, "sent"),
            (incident.pending, "waiting"),
            (incident.failed, "failed"),
        )
        if count
    ]
    return ", ".join(parts) or "nobody"
