"""Each vendor under each fault of the sandbox, through a whole sync; and the page that tells it."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta
from difflib import unified_diff
from functools import partial
from itertools import product
from pathlib import Path

import pytest

import sandbox
from adapters import registry
from adapters._kit.http import TOTAL_S, VendorClient
from sandbox import KINDS, TenantPlan, World
from tasks import tools
from tasks.guard import watching
from tests.support import faults_page
from tests.support.faults_page import ALWAYS, ONCE, Cell, Fault, Said

pytestmark = pytest.mark.timeout(900)  # all runs are played while the first test is set up

PAGE = Path(__file__).resolve().parents[2] / "docs/faults.md"
NOON = "2026-01-14T18:00:00Z"  # the world stands still here, so that the page does too
ONE_PLACE = {"places": [[39.0, -94.5]], "radius_miles": 100}
ONE_ROW = {"rows": 0}  # of each page: the least that the sandbox does
MOMENT_S = 0.5
ANSWER_S = 60.0  # a busy machine is no part of the matrix: the guard waits for its database
LATE = Fault("answers a moment late", "latency", {"ms": 20})
# Longer than a client waits.
SLOW = [
    Fault("takes too long for its answer", "slow_body", {"ms": 600_000}),
    Fault("takes the call and never answers", "hang"),
]
# What outages of several tenants open is the whole vendor's breaker: one fault at a time.
OUTAGES = [
    Fault("drops the connection", "reset"),
    Fault("breaks off in the middle of an answer", "truncated"),
    Fault("answers 500", "error_500"),
    Fault("answers 503 with a gateway's page", "unavailable_503"),
    Fault("asks us to wait for a moment (429)", "rate_limited", {"retry_after": "0.25"}),
]
OTHERS = [
    Fault("asks us to wait for two minutes (429)", "rate_limited", {"retry_after": "120"}),
    Fault("refuses a call as one too many (429)", "rate_limited", {"retry_after": None}),
    Fault("rejects the key (401)", "unauthorized"),
    Fault("misses a permission, a plan or quota (403)", "forbidden"),
    Fault("redirects us to another host", "redirect"),
    Fault("answers with a web page", "not_json"),
    Fault("hides an error in a good answer", "error_200"),
    Fault("sends far too much", "huge_body", {"bytes": 33 * 2**20}),
    Fault("leads from a page to the same page", "repeated_cursor"),
    Fault("sends an empty page that is not the last", "empty_page"),
    Fault("sends a row twice", "duplicate_rows", ONE_ROW),
    Fault("leaves a row out", "vanished_rows", ONE_ROW),
    Fault("uses a word that it never used", "unknown_enum", ONE_ROW),
    Fault("leaves out an optional field", "missing_fields", {**ONE_ROW, "which": "optional"}),
    Fault("leaves out a required field", "missing_fields", {**ONE_ROW, "which": "required"}),
    Fault("sends a field of another type", "bad_row", ONE_ROW),
]
FAULTS = [LATE, *SLOW, *OUTAGES, *OTHERS]
NO_LISTS = {"openweather"}  # what goes wrong with lists does not strike it
CASES = list(product(FAULTS, (ONCE, ALWAYS)))
FORGET = ("breaker_event", "breaker", "vendor_outcome", "rate_gate")
PASS = """
UPDATE ops.rate_gate SET not_before = not_before - %(by)s, refilled_at = refilled_at - %(by)s
"""
DUE = """
UPDATE ops.integration i
SET next_sync_at = now() + CASE WHEN t.slug = ANY(%s) THEN interval '0' ELSE interval '1 day' END
FROM ops.tenant t WHERE t.id = i.tenant_id
"""
NEXT = """
SELECT t.slug, i.next_sync_at, i.phase_s, i.poll_seconds
FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id WHERE t.slug = ANY(%s)
"""
_played: list[Cell] = []


def slug_of(fault, strikes):
    """The sandbox's tenant, and ours, that meets this fault so often."""
    return f"{strikes}-{FAULTS.index(fault)}"


@pytest.fixture(scope="module")
def served_box():
    """A world of its own: a fleet for each case, and truck stops for a second page."""
    plans = [TenantPlan(slug_of(*case), 5, 20) for case in CASES]
    with sandbox.in_thread(World(seed=7, tenants=plans, stations=6000)) as box:
        yield box


@pytest.fixture
async def cells(fleet, monkeypatch):
    """What became of every run; they are played once for all tests here."""
    if not _played:
        fleet.box.freeze(NOON)
        for vendor in registry.VENDORS:
            _played.extend(await play_vendor(fleet, vendor, monkeypatch))
    return _played


async def play_vendor(fleet, vendor, monkeypatch):
    """One vendor: everybody syncs well, each meets its fault, and all sync well again."""
    for case in CASES:
        name = slug_of(*case)
        keys = fleet.box.keys(name)
        fleet.add(f"{vendor.name}-{name}", vendor.name, keys=keys, settings=ONE_PLACE)
    before = await fleet.sync(vendor.name)
    cells = []
    monkeypatch.setattr(tools, "watching", partial(hurrying, fleet))
    with monkeypatch.context() as patch:
        patch.setattr(tools, "VendorClient", partial(Impatient, fleet.box))
        for case in product(SLOW, (ONCE, ALWAYS)):
            cells += await play(fleet, vendor, [case])
    for fault in OUTAGES:
        cells += await play(fleet, vendor, product([fault], (ONCE, ALWAYS)))
    cells += await play(fleet, vendor, product([LATE, *OTHERS], (ONCE, ALWAYS)))
    await forget(fleet)
    after = await fleet.sync(vendor.name)
    assert [run.status for run in (*before.runs, *after.runs)] == ["success"] * 2 * len(CASES)
    return cells


async def play(fleet, vendor, cases):
    """One flow run, in which a tenant of its own meets each fault once or always."""
    await forget(fleet)
    cases = {slug_of(*case): case for case in cases}
    for name, (fault, strikes) in cases.items():
        times = 1 if strikes == ONCE else None
        fleet.box.faults(
            kind=fault.kind, vendor=vendor.name, credential=name, times=times, args=fault.args
        )
    slugs = {f"{vendor.name}-{name}": name for name in cases}
    await fleet.conn.execute(DUE, [list(slugs)])

    done = await fleet.sync(vendor.name, force=False)

    rows = await (await fleet.conn.execute(NEXT, [list(slugs)])).fetchall()
    plans = {slug: plan for slug, *plan in rows}
    log = fleet.box.stats(log=5000)["log"]
    runs = {slugs[run.tenant_slug]: run for run in done.runs}
    struck = {rule.credential for rule in fleet.box.rules.rules if rule.applied}
    assert struck == set(cases) or vendor.name in NO_LISTS
    return [
        cell(vendor, *case, runs[name], plans[f"{vendor.name}-{name}"], calls_of(log, name))
        for name, case in cases.items()
        if name in struck
    ]


def calls_of(log, name):
    """How often each page was asked for."""
    return Counter((each["path"], each["query"]) for each in log if each["slug"] == name)


def cell(vendor, fault, strikes, run, plan, calls):
    next_sync_at, phase_s, poll_s = plan
    if run.not_before is not None:
        assert run.not_before <= next_sync_at <= run.not_before + timedelta(seconds=10)
    next_sync = faults_page.due(
        next_sync_at,
        completed_at=run.completed_at,
        not_before=run.not_before,
        phase_s=phase_s,
        poll_s=poll_s,
    )
    said = Said(run.error_happened, run.error_who, run.error_next_step) if run.error_kind else None
    return Cell(
        fault, vendor.title, strikes, run.status, run.attempts, calls.total(),
        max(calls.values()), run.error_kind, said, next_sync,
    )  # fmt: skip


async def forget(fleet):
    """No fault, and nothing known of the vendor."""
    fleet.box.clear()
    fleet.box.reset_stats()
    for table in FORGET:
        await fleet.conn.execute(f"DELETE FROM ops.{table}")


class Impatient(VendorClient):
    """Waits for a moment only, as long as the fault has yet to strike."""

    def __init__(self, box, vendor):
        self._box = box
        super().__init__(vendor)

    @property
    def total_s(self):
        (rule,) = self._box.rules.rules
        return TOTAL_S if rule.applied == rule.times else MOMENT_S

    @total_s.setter
    def total_s(self, seconds):
        assert seconds == TOTAL_S


@asynccontextmanager
async def hurrying(fleet, vendor, url, load_policies):
    """A watch for which the time that it waits for has passed at once."""
    async with watching(vendor, url, load_policies, answer_s=ANSWER_S) as watch:

        async def sleep(seconds):
            await fleet.conn.execute(PASS, {"by": timedelta(seconds=seconds)})
            watch.memory.forget_all()

        watch.sleep = sleep
        yield watch


def test_every_fault_of_the_sandbox_is_played():
    assert {fault.kind for fault in FAULTS} == KINDS


async def test_no_page_is_asked_for_more_than_three_times_in_a_run(cells):
    assert {(one.fault.words, one.vendor) for one in cells if one.most > 3} == set()


async def test_only_what_may_get_better_is_tried_again(cells):
    again = [one for one in cells if one.strikes == ALWAYS and one.attempts > 1]

    assert {one.kind for one in again} == {"vendor_unavailable", "rate_limited"}
    assert {one.attempts for one in again} == {3}


async def test_a_run_that_did_not_go_well_says_why_and_who_must_act(cells):
    for one in cells:
        assert (one.said is None) == (one.status == "success"), (one.fault.words, one.vendor)
        assert one.said is None or (one.said.happened and one.said.actor and one.said.next_step)


async def test_the_page_says_what_happens(cells):
    written = faults_page.page(sorted(cells, key=lambda one: FAULTS.index(one.fault)))

    if os.environ.get("SALLY_WRITE_DOCS"):
        PAGE.write_text(written)
    drift = list(
        unified_diff(PAGE.read_text().splitlines(), written.splitlines(), lineterm="", n=0)
    )
    assert drift == [], "SALLY_WRITE_DOCS=1 writes docs/faults.md anew"


@pytest.mark.parametrize("vendor", ["fuelfinder", "openweather"])
async def test_places_that_are_asked_side_by_side_are_asked_three_times_at_most(
    fleet, vendor, monkeypatch
):
    """Those that are under way when the breaker opens are let through; that is no retry."""
    monkeypatch.setattr(tools, "watching", partial(hurrying, fleet))
    name = slug_of(*CASES[0])
    places = {"places": [[30.0 + step, -95.0] for step in range(12)]}
    fleet.add(name, vendor, keys=fleet.box.keys(name), settings=places)
    fleet.box.faults(kind="error_500", vendor=vendor)

    run = (await fleet.sync(vendor)).runs[0]

    calls = calls_of(fleet.box.stats(log=1000)["log"], name)
    assert run.status == "failed"
    assert max(calls.values()) <= 3
    assert calls.total() <= 8  # of 36
