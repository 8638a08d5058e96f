"""DAY: a day of many tenants at faulty vendors, while every process of the stack is killed in turn.

A vendors' day passes in MINUTES of ours, and our own intervals are shorter by a factor. What the
day came to is read from `analytics.*`; at its end the fleets' tables are compared with the truth.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sandbox
from adapters import registry
from benchmarks import day_books, day_truth, vendor
from benchmarks.day_faults import OUTAGE_S, REVOKED, Tenant, Weather, script
from benchmarks.day_house import AWAY, House, until
from benchmarks.day_kills import Killed, Killer
from benchmarks.day_people import Dispatch, Mailbox, mailbox
from benchmarks.ground import temporary_folder
from benchmarks.report import Section
from core import settings
from core.breaker import Policy
from core.secrets import KeyRing
from store import integrations
from store.connection import session
from tasks.hos_answer import FRESH

DAY_S, DRIVERS, LOADS, STATIONS = 86_400, 5, 3, 200
EVERYBODY = ("samsara", "truckbase")
SOME, ONE_IN = ("fuelfinder", "openweather"), 3  # these vendors are connected by every third tenant
# Seconds between flow runs as prefect.yaml has them; what is not here rests on that day. Fuel
# Finder's are more frequent, for within its outage it must be asked more than once.
SCHEDULES = {"samsara": 60, "truckbase": 60, "fuelfinder": 100, "openweather": 300,
             "maintain": 300, "check-freshness": 300, "deliver-alerts": 60}  # fmt: skip
FIRST_S, LAST_S, QUIET_S, REST_S, STEP_S = 600.0, 600.0, 300.0, 240.0, 0.5
NOT_SYNCED = """
SELECT count(*) FROM ops.integration WHERE last_success_at IS NULL OR lease_run_id IS NOT NULL
    OR last_run_status <> 'success' OR last_started_at < coalesce(%s, '-infinity'::timestamptz)
"""
DUE = "UPDATE ops.integration SET next_sync_at = now()"
DRIVER = """
SELECT t.slug, d.vendor_id FROM fleet.driver d JOIN ops.tenant t ON t.id = d.tenant_id
WHERE d.is_active AND d.deleted_at IS NULL
"""
UNTOLD = """
SELECT count(*) FROM analytics.incident WHERE waiting > 0
    OR (closed_at IS NULL AND told_at IS NOT NULL AND kind <> 'flow_crashed')
"""


@dataclass(frozen=True, slots=True)
class Size:
    """``minutes``: of ours. ``factor``: by which our own intervals are shorter than usual.

    ``down``: the vendor that has an outage; of few tenants too few would notice Fuel Finder's.
    """

    tenants: int
    minutes: float
    factor: int
    down: str


WHOLE, QUICK = Size(500, 24, 3, "fuelfinder"), Size(20, 6, 5, "truckbase")
SHORTEST_S = 15.0  # between two flow runs: each costs a second of CPU


def run(*, quick: bool) -> Section:
    """One day."""
    size = QUICK if quick else WHOLE
    section = Section(
        f"DAY: {size.tenants} tenants × {DRIVERS} drivers, 24 h of the vendors in "
        f"{size.minutes:.0f} minutes, our intervals shorter by {size.factor}",
        day_books.HEAD,
    )
    with (
        temporary_folder() as folder,
        mailbox() as (box, port),
        vendor.serving("--stations", str(STATIONS), has_limits=True) as served,
    ):
        given = _tenants(served, size.tenants)
        house = House(folder, _environment(served, port))
        polls = {each.name: max(int(each.poll_every.total_seconds()) // size.factor, 1)
                 for each in registry.VENDORS}  # fmt: skip
        house.seed(given, polls)
        house.start()
        try:
            _day(section, house, served, given, size, box)
        finally:
            house.stop()
        with contextlib.suppress(RuntimeError):
            until(lambda: not house.left(), 30, "the end of all processes")
        section.verdict("processes left after the stop", len(house.left()), 0, "", least=False)
    return section


def _tenants(served: vendor.Sandbox, count: int) -> list[Tenant]:
    told = {"count": count, "drivers": DRIVERS, "loads": LOADS, "prefix": "fleet-"}
    slugs = served.ask("POST", "tenants", told)["slugs"]
    given = []
    for number, slug in enumerate(slugs):
        vendors = EVERYBODY if number % ONE_IN else (*EVERYBODY, *SOME)
        keys = sandbox.credentials(slug)
        given.append(Tenant(slug, {name: keys[name] for name in vendors}))
    return given


def _environment(served: vendor.Sandbox, smtp: int) -> dict[str, str]:
    return {
        "SALLY_SANDBOX_URL": served.url, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp),
        "SMTP_SECURITY": "none", "ALERT_FROM_EMAIL": "sally@sally.example",
        "ALERT_OPERATOR_EMAIL": "operator@sally.example",
    }  # fmt: skip


def _day(
    section: Section, house: House, served: vendor.Sandbox, given: Sequence[Tenant], size: Size,
    box: Mailbox,
) -> None:  # fmt: skip
    house.pace({name: max(every / size.factor, SHORTEST_S) for name, every in SCHEDULES.items()})
    house.rest_after(int(Policy().recovery_timeout.total_seconds()) // size.factor)
    _synced(house, None, FIRST_S)
    day_s = size.minutes * 60
    served.ask("POST", "clock", {"speed": DAY_S / day_s})
    began = house.rows("SELECT now()")[0][0]
    settings.apply({"CREDENTIALS_ENCRYPTION_KEY": house.key, "SALLY_SANDBOX_URL": served.url})
    dispatch = Dispatch(house.url, house.rows(DRIVER), FRESH / size.factor)
    killer, troubles = Killer(house, day_s), script(given, size.down)
    dispatch.start()
    killer.start()
    weather = Weather(served, troubles, day_s)
    keys = _passes(weather, house, day_s)
    served.ask("POST", "clock", {"freeze": "now"})
    answers, killed = dispatch.end(), killer.end()
    for tenant, key in [*keys, *weather.over()]:
        _replace(house, tenant, key)
    _last_sync(house)
    _until_quiet(house)
    stuck = _at_rest(house)
    day_books.reliability(section, house)
    day_books.openings(section, house, began)
    section.notes.append("questions for hours: " + _counted(answers))
    day_books.incidents(section, house, [cause for one in troubles for cause in one.causes])
    day_books.post(section, house, box)
    day_books.runs(section, house, stuck)
    compared = day_truth.compare(house, served, given)
    section.verdict(f"rows that differ from the truth, of {compared.rows:,}",
                    len(compared.wrong), 0, "", least=False)  # fmt: skip
    section.notes += [f"differs: {one}" for one in compared.wrong[:10]]
    _tell_kills(section, killed, killer.failures)
    section.notes.append(f"an outage of {OUTAGE_S:.0f} s is "
                         f"{OUTAGE_S * DAY_S / day_s / 60:.0f} minutes of the vendors")  # fmt: skip


def _passes(weather: Weather, house: House, day_s: float) -> list[tuple[Tenant, Mapping[str, str]]]:
    """The day: faults come and go; admins enter new keys. Returns what could not be entered."""
    began, waiting = time.monotonic(), list[tuple[Tenant, Mapping[str, str]]]()
    while (passed := time.monotonic() - began) < day_s:
        waiting += weather.at(passed)
        while waiting:
            try:
                _replace(house, *waiting[0])
            except Exception:  # the database is away for a moment: the admin tries again
                break
            waiting.pop(0)
        time.sleep(STEP_S)
    return waiting


def _replace(house: House, tenant: Tenant, keys: Mapping[str, str]) -> None:
    with session(house.url) as db:
        integrations.replace_credentials(
            db, KeyRing.parse(house.key), tenant.slug, REVOKED, dict(keys)
        )


def _synced(house: House, since: object, seconds: float) -> None:
    def is_so() -> bool:
        with contextlib.suppress(*AWAY):
            return bool(house.rows(NOT_SYNCED, since)[0][0] == 0)
        return False

    until(is_so, seconds, "a good sync of everybody")


def _last_sync(house: House) -> None:
    """Nothing is wrong any more and the vendors' clock stands: everybody once more."""
    since = house.rows("SELECT now()")[0][0]
    house.rows(DUE + " RETURNING 1")
    _synced(house, since, LAST_S)


def _until_quiet(house: House) -> None:
    """Until what was told is over, and told to be; what is not shows in the report."""
    with contextlib.suppress(RuntimeError):
        until(lambda: house.rows(UNTOLD)[0][0] == 0, QUIET_S, "the end of all alerts")


def _at_rest(house: House) -> list[dict[str, Any]]:
    """No schedule any more; flow runs that are still under way after what was late has run."""
    house.pace({})
    with contextlib.suppress(RuntimeError):
        until(lambda: not house.flows_under_way(), REST_S, "the last flow run")
    return house.flows_under_way()


def _tell_kills(section: Section, killed: Sequence[Killed], failures: Sequence[str]) -> None:
    section.verdict("killed and back", len(killed), len(killed) + len(failures), "", least=True)
    section.notes += [f"not killed, or not back: {one}" for one in failures]
    for one in killed:
        section.notes.append(f"killed after {one.at_s:.0f} s: {one.what}; brought back by {one.by} "
                             f"in {one.back_s:.0f} s; {one.left} of its children left")  # fmt: skip
    orphans = sum(one.left for one in killed)
    section.verdict("orphans after kills", orphans, 0, "", least=False)


def _counted(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {source}" for source, count in sorted(answers.items()))
