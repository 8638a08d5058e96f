"""How the command line shows circuit breakers: tables first, then one sentence for each oddity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import registry
from console.cli.render import when
from core.breaker import Mode, Phase, Policy
from store.breaker_log import Standing, Totals, Transition
from store.breaker_policies import Mirrored

MOST_ROWS = 40
STYLES = {
    Phase.CLOSED: "green",
    Phase.OPEN: "red",
    Phase.HALF_OPEN: "yellow",
    Mode.FORCED_OPEN: "bold red",
    Mode.DISABLED: "bold yellow",
}
WORDS = {
    Phase.CLOSED: "closed",
    Phase.OPEN: "open",
    Phase.HALF_OPEN: "half open",
    Mode.FORCED_OPEN: "forced open",
    Mode.DISABLED: "disabled",
}
NOTHING = Text("–", "dim")


class Source(StrEnum):
    """Where the policies that are shown come from."""

    PREFECT = "Policies as Prefect has them now."
    NO_ANSWER = "Prefect does not answer"
    NOT_RUNNING = "Prefect does not run here (make up)"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that `sally breaker list` shows. ``kinds``: whether live and sandbox exist."""

    now: datetime
    source: Source
    policies: Mapping[str, Policy]
    mirrored: Mapping[str, Mirrored]
    kinds: Sequence[bool]
    standings: Sequence[Standing]
    totals: Sequence[Totals]


def show(console: Console, picture: Picture) -> None:
    """The vendors, the integrations that are not closed, and what a person should know."""
    console.print(_vendors(picture))
    for number, line in enumerate(_sentences(picture)):
        console.print(f"\n{line}" if number == 0 else line, soft_wrap=True, markup=False)
    odd = [each for each in picture.standings if each.tenant_slug is not None]
    if odd:
        console.print("\nTenants whose own breaker is not closed:")
        console.print(_integrations(picture, odd[:MOST_ROWS]))
    if len(odd) > MOST_ROWS:
        console.print(f"… and {len(odd) - MOST_ROWS:,} more", style="dim")
    console.print(f"\n{_source(picture)}", style="dim", soft_wrap=True)


def history(found: Sequence[Transition]) -> Table:
    """Transitions, one a row."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("when", "vendor, tenant", "from", "to"):
        table.add_column(name, no_wrap=True)
    table.add_column("who", overflow="ellipsis", no_wrap=True, max_width=16)
    table.add_column("why")
    for each in found:
        whose = each.tenant_slug or ("all, sandbox" if each.is_sandbox else "all")
        table.add_row(
            when(each.happened_at),
            f"{_title(each.vendor)}, {whose}",
            _word(Phase(each.from_state)),
            _word(Phase(each.to_state)),
            each.actor,
            each.reason,
        )
    return table


def after_reset(
    title: str,
    vendor: str,
    tenant: str | None,
    found: Sequence[Standing],
    still: Sequence[Standing],
) -> Iterator[str]:
    """What was closed, and what still keeps calls from going."""
    if not found:
        whose = f"{title} for {tenant}" if tenant else title
        yield f"Nothing to reset: the breaker of {whose} is closed and never was anything else."
    for each in found[:MOST_ROWS]:
        whose = each.tenant_slug or ("every sandbox tenant" if each.is_sandbox else "every tenant")
        was = "it was closed; counting starts anew" if each.phase is Phase.CLOSED else (
            f"it was {WORDS[each.phase]}"
        )  # fmt: skip
        yield f"{title}'s breaker for {whose} is closed ({was})."
    if len(found) > MOST_ROWS:
        yield f"… and {len(found) - MOST_ROWS:,} more."
    if still:
        yield (
            f"{len(still)} of {title}'s breakers are still not closed. See: sally breaker list. "
            f"Close all: sally breaker reset {vendor} --every-tenant --why …"
        )


def clock(instant: datetime) -> str:
    """An instant as a time of day; with its date when that is not today's."""
    is_today = instant.date() == datetime.now(instant.tzinfo).date()
    return instant.strftime("%H:%M UTC" if is_today else "%Y-%m-%d %H:%M UTC")


def _vendors(picture: Picture) -> Table:
    # One space between columns: seven of them fit on a terminal of 80 with large counts too.
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("vendor", no_wrap=True, vertical="bottom")
    for head in ("state", "since", "next\nprobe"):
        table.add_column(head, no_wrap=True, vertical="bottom")
    for head in ("failed in\nwindow", "failed\nof all", "last\nfailure"):
        table.add_column(head, no_wrap=True, vertical="bottom", justify="right")
    own = {(each.vendor, each.is_sandbox): each for each in picture.standings if not each.tenant_id}
    totals = {(each.vendor, each.is_sandbox): each for each in picture.totals}
    kinds = sorted({*picture.kinds, *(kind for _, kind in {**own, **totals})} or {False})
    for is_sandbox in kinds:
        if is_sandbox:
            table.add_row(Text("on the sandbox", "dim"))
        for vendor in registry.VENDORS:
            key = (vendor.name, is_sandbox)
            name = f"  {vendor.title}" if is_sandbox else vendor.title
            table.add_row(name, *_cells(picture, vendor.name, own.get(key), totals.get(key)))
    return table


def _cells(
    picture: Picture, vendor: str, own: Standing | None, totals: Totals | None
) -> list[Text | str]:
    mode = picture.policies[vendor].mode_at(picture.now)
    failed = [each for each in (own and own.opened_at, totals and totals.last_failure_at) if each]
    phase = Phase.CLOSED if own is None else own.phase
    changed = None if own is None else own.changed_at
    if mode is not Mode.AUTO and vendor in picture.mirrored:
        changed = picture.mirrored[vendor].changed_at
    return [
        _word(phase if mode is Mode.AUTO else mode),
        NOTHING if changed is None else when(changed, picture.now),
        _probe(own, picture.now) if own is not None and mode is Mode.AUTO else NOTHING,
        _share(totals.window_bad, totals.window_good) if totals else NOTHING,
        _share(totals.bad, totals.good) if totals else NOTHING,
        when(max(failed), picture.now) if failed else NOTHING,
    ]


def _integrations(picture: Picture, odd: Sequence[Standing]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("vendor, tenant", "state", "since", "next probe"):
        table.add_column(name, no_wrap=True)
    table.add_column("why")
    for each in odd:
        table.add_row(
            f"{_title(each.vendor)}, {each.tenant_slug}",
            _word(each.phase),
            when(each.changed_at, picture.now),
            _probe(each, picture.now),
            each.reason or "",
        )
    return table


def _sentences(picture: Picture) -> Iterator[str]:
    """What operators set, why a vendor's own breaker is not closed, policies that are refused."""
    for vendor in registry.VENDORS:
        policy = picture.policies[vendor.name]
        mode = policy.mode_at(picture.now)
        if mode is not Mode.AUTO:
            until = (
                "until somebody ends it"
                if policy.until is None
                else f"until {clock(policy.until)} ({when(policy.until, picture.now)})"
            )
            yield f"{vendor.title} is {WORDS[mode]} {until}, by {policy.who}: {policy.why}"
        mirrored = picture.mirrored.get(vendor.name)
        if mirrored is not None and mirrored.problem:
            yield (
                f"{vendor.title}: what Prefect holds is not obeyed, the last good policy is. "
                f"{mirrored.problem}"
            )
    for each in picture.standings:
        if each.tenant_slug is None and each.phase is not Phase.CLOSED and each.reason:
            place = " on the sandbox" if each.is_sandbox else ""
            yield f"{_title(each.vendor)}{place} is {WORDS[each.phase]}: {each.reason}"


def _source(picture: Picture) -> str:
    since = min((each.since for each in picture.totals), default=None)
    totals = "" if since is None else f" Totals of calls: since {clock(since)}."
    if picture.source is Source.PREFECT:
        return picture.source + totals
    seen = min((each.seen_at for each in picture.mirrored.values()), default=None)
    known = (
        "the usual policies, for none was seen yet"
        if seen is None
        else f"policies as they were last seen there, {when(seen, picture.now)}"
    )
    return f"{picture.source}: {known}.{totals}"


def _probe(standing: Standing, now: datetime) -> Text | str:
    """When the next probe may go; half open: when the one that is out is given to another."""
    if standing.phase is Phase.CLOSED:
        return NOTHING
    at = standing.retry_at if standing.phase is Phase.OPEN else standing.probe_expires_at
    return "now" if at is None or at <= now else when(at, now)


def _share(bad: int, good: int) -> Text:
    return Text(f"{bad:,}/{bad + good:,}", "red" if bad else "dim")


def _word(of: Phase | Mode) -> Text:
    return Text(WORDS[of], STYLES[of])


def _title(vendor: str) -> str:
    return registry.vendor(vendor).title
