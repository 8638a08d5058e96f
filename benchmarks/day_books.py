"""DAY's books: what `analytics.*` says of the day, and what must not be left or doubled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.day_faults import Cause
from benchmarks.day_house import House
from benchmarks.day_people import Mailbox
from benchmarks.report import Section
from core.alerts import Kind

# A share of shares: each integration counts by how much it did.
RELIABILITY = """
SELECT coalesce(vendor, 'all'), count(*), sum(calls_last_hour),
    sum(calls_last_hour * api_success_rate) / nullif(sum(calls_last_hour), 0),
    sum(retried), sum(retried * retry_success_rate) / nullif(sum(retried), 0),
    avg(breaker_uptime), avg(vendor_breaker_uptime),
    avg(least(breaker_uptime, vendor_breaker_uptime)),
    sum(hours_asked), sum(hours_asked * cache_hit_rate) / nullif(sum(hours_asked), 0)
FROM analytics.vendor_reliability GROUP BY ROLLUP (vendor) ORDER BY vendor NULLS LAST
"""
HEAD = ("", "integrations", "calls", "answered", "retried", "of these well", "breakers closed",
        "the vendor's", "hours asked", "from the cache")  # fmt: skip
INCIDENTS = """
SELECT tenant, kind, vendor, told_at IS NOT NULL, opened_at, closed_at IS NOT NULL, messages, sent,
    explained_by IS NOT NULL
FROM analytics.incident ORDER BY opened_at
"""
RUNS = """
SELECT sum(runs), sum(success), sum(partial), sum(failed), sum(crashed), sum(deferred),
    sum(running) FROM analytics.integration_daily
"""
DO_NOT_ADD_UP = "SELECT count(*) FROM analytics.run_audit WHERE NOT adds_up"
# Two runs of one integration at the same time, of which neither was closed as crashed.
SIDE_BY_SIDE = """
SELECT count(*) FROM ops.sync_run a JOIN ops.sync_run b ON b.integration_id = a.integration_id
    AND b.id > a.id AND b.started_at < a.completed_at AND a.started_at < b.completed_at
WHERE 'crashed' NOT IN (a.status, b.status)
"""
# Each time that a vendor as a whole was left alone: when, why, and for how long.
OPENINGS = """
SELECT vendor, happened_at, reason, (SELECT min(c.happened_at) FROM ops.breaker_event c
    WHERE c.breaker_id = o.breaker_id AND c.to_state = 'CLOSED' AND c.happened_at > o.happened_at)
FROM ops.breaker_event o
WHERE integration_id IS NULL AND from_state = 'CLOSED' AND to_state = 'OPEN' ORDER BY happened_at
"""
OWN_OPENINGS = """
SELECT vendor, count(DISTINCT integration_id), count(*) FROM ops.breaker_event
WHERE integration_id IS NOT NULL AND from_state = 'CLOSED' AND to_state = 'OPEN'
GROUP BY vendor ORDER BY vendor
"""
DELIVERIES = "SELECT message_id, status FROM ops.alert_delivery WHERE channel = 'email'"


@dataclass(frozen=True, slots=True)
class Incident:
    """One line of `analytics.incident`."""

    slug: str | None
    kind: str
    vendor: str | None
    is_told: bool
    opened_at: datetime
    is_over: bool
    messages: int
    sent: int
    is_explained: bool


def reliability(section: Section, house: House) -> None:
    """The figures by vendor, and the targets for all together."""
    for row in house.rows(RELIABILITY):
        name, count, calls, answered, retried, well, own, theirs, _, asked, cached = row
        section.rows.append((name, f"{count:,}", f"{calls or 0:,}", _share(answered),
                             f"{retried or 0:,}", _share(well), _share(own), _share(theirs),
                             f"{asked or 0:,}", _share(cached)))  # fmt: skip
    *_, (_, _, _, _, _, well, _, _, uptime, _, cached) = house.rows(RELIABILITY)
    for what, value, target in (
        ("hours answered from the cache", cached, 80),
        ("retried fetches that landed after all", well, 50),
        ("both breakers closed, mean of all integrations", uptime, 99),
    ):
        section.verdict(what, 100 * float(value or 0), target, " %", least=True)


def openings(section: Section, house: House, began: datetime) -> None:
    """Which breakers opened, when and why."""
    for name, at, reason, closed in house.rows(OPENINGS):
        lasted = f"for {(closed - at).total_seconds():.0f} s" if closed else "to the end"
        section.notes.append(f"{name}'s breaker opened after {(at - began).total_seconds():.0f} s "
                             f"{lasted}: {reason}")  # fmt: skip
    section.notes += [f"{name}: breakers of {whose} integrations opened {count} times"
                      for name, whose, count in house.rows(OWN_OPENINGS)]  # fmt: skip


def incidents(section: Section, house: House, caused: Iterable[Cause]) -> None:
    """Alerts against what caused them: each cause told, nothing told without one."""
    wanted = set(caused)
    found = [Incident(*row) for row in house.rows(INCIDENTS)]
    told = [one for one in found if one.is_told]
    places = {(cause.slug, cause.vendor) for cause in wanted}
    aged = [one for one in told if one.kind == Kind.STALE and (one.slug, one.vendor) in places]
    ours = [one for one in told if one.kind != Kind.FLOW_CRASHED and one not in aged]
    known = {Cause(one.slug or "", one.kind, one.vendor or "") for one in ours}
    section.verdict("incidents caused and told", len(wanted & known), len(wanted), "", least=True)
    strays = [one for one in ours
              if Cause(one.slug or "", one.kind, one.vendor or "") not in wanted]  # fmt: skip
    section.verdict("told without a cause", len(strays), 0, "", least=False)
    section.verdict("told twice", len(ours) - len(strays) - len(wanted & known), 0, "",
                    least=False)  # fmt: skip
    section.verdict("told and still open", sum(not one.is_over for one in ours), 0, "",
                    least=False)  # fmt: skip
    section.notes += [f"not told: {one}" for one in sorted(map(str, wanted - known))[:5]]
    section.notes += [f"without a cause: {one}" for one in strays[:5]]
    crashed, quiet = len(told) - len(ours) - len(aged), [one for one in found if not one.is_told]
    explained = sum(one.is_explained for one in quiet)
    section.notes.append(
        f"of {len(found):,} incidents {len(told):,} were told with {sum(o.sent for o in told):,} "
        f"messages, {crashed} of them to the operator: flow runs that were killed; "
        f"{len(aged)} say that data is old where a cause had ended before that was seen; of the "
        f"{len(quiet):,} that were not told another explained {explained:,}, the rest were over "
        "before anybody is told"
    )


def post(section: Section, house: House, box: Mailbox) -> None:
    """The outbox against what arrived."""
    put = dict(house.rows(DELIVERIES))
    sent = {name for name, status in put.items() if status == "sent"}
    doubles = sum(count - 1 for count in box.ids.values())
    section.verdict("sent and not arrived", len(sent - set(box.ids)), 0, "", least=False)
    section.verdict("arrived and not in the outbox", len(set(box.ids) - set(put)), 0, "",
                    least=False)  # fmt: skip
    section.verdict("left in the outbox", sum(status == "pending" for status in put.values()), 0,
                    "", least=False)  # fmt: skip
    section.notes.append(f"{len(sent):,} messages sent, {doubles} of them arrived twice")


def runs(section: Section, house: House, stuck: Sequence[Any]) -> None:
    """What the runs came to; none doubled, none left."""
    all_, good, partial, failed, crashed, deferred, running = (
        int(count or 0) for count in house.rows(RUNS)[0]
    )
    section.notes.append(
        f"{all_:,} syncs: {good:,} good, {partial:,} in part, {failed:,} failed, {crashed:,} "
        f"closed as crashed, {deferred:,} deferred"
    )
    section.verdict("syncs left running", running, 0, "", least=False)
    section.verdict("flow runs that Prefect takes for running", len(stuck), 0, "", least=False)
    section.notes += [f"flow run left: {one['name']}, {one['state_name']} since "
                      f"{one['state']['timestamp']}" for one in stuck[:10]]  # fmt: skip
    for what, query in (("fetches that do not add up", DO_NOT_ADD_UP),
                        ("syncs of one integration side by side", SIDE_BY_SIDE)):  # fmt: skip
        section.verdict(what, house.rows(query)[0][0], 0, "", least=False)


def _share(value: Any) -> str:
    return "" if value is None else f"{float(value):.2%}"
