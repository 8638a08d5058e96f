"""How breakers are shown: words before colours, eighty columns, a sentence for each oddity."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from rich.console import Console

from adapters import registry
from console.cli import breaker_tables
from console.cli.breaker_tables import Picture, Source
from core.breaker import Mode
from core.policies import Policies
from store.breaker_log import Standing, Totals, Transition
from store.breaker_policies import Mirrored

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
USUAL = Policies().vendor
OPEN = Standing(
    id=uuid4(), vendor="openweather", is_sandbox=True, tenant_id=None, integration_id=None,
    tenant_slug=None, state="OPEN", changed_at=NOW - 3 * MINUTE, opened_at=NOW - 3 * MINUTE,
    retry_at=NOW + 2 * MINUTE, probe_expires_at=None, reason="5 failures in a row.",
)  # fmt: skip
TENANTS = replace(
    OPEN, tenant_id=uuid4(), integration_id=uuid4(), tenant_slug="bluemesa", state="HALF_OPEN",
    retry_at=NOW - MINUTE, probe_expires_at=NOW + MINUTE, reason="The rest is over.",
)  # fmt: skip
MANY = Totals("openweather", True, 1999, 145, 123_456, 7_890, NOW - 60 * MINUTE, NOW - MINUTE)
FORCED = replace(
    USUAL,
    mode=Mode.FORCED_OPEN,
    who="Ann",
    why="fraud [bold]at the vendor",
    until=NOW + 42 * MINUTE,
)


def picture(**more):
    told = {
        "now": NOW, "source": Source.PREFECT, "mirrored": {}, "kinds": [False], "standings": [],
        "totals": [], "policies": {vendor.name: USUAL for vendor in registry.VENDORS}, **more,
    }  # fmt: skip
    return Picture(**told)


def shown(of, width=80):
    out = StringIO()
    breaker_tables.show(Console(file=out, width=width, highlight=False), of)
    return out.getvalue()


def line(said, start):
    (found,) = [line for line in said.splitlines() if line.startswith(start)]
    return " ".join(found.split())


def test_every_vendor_is_shown_before_anything_happened():
    said = shown(picture())

    assert [line(said, vendor.title) for vendor in registry.VENDORS] == [
        f"{vendor.title} closed – – – – –" for vendor in registry.VENDORS
    ]
    assert "sandbox" not in said


def test_the_worst_case_fits_a_terminal_of_80_columns():
    said = shown(picture(
        kinds=[False, True], standings=[OPEN, TENANTS], totals=[MANY],
        policies={**picture().policies, "fuelfinder": FORCED},
    )).split("\n\n")[0]  # fmt: skip

    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    assert line(said, "  OpenWeather") == (
        "OpenWeather open 3 min ago in 2 min 145/2,144 7,890/131,346 60 s ago"
    )
    assert line(said, "OpenWeather") == "OpenWeather closed – – – – –"


def test_a_forced_breaker_says_who_why_and_until():
    said = shown(picture(
        policies={**picture().policies, "fuelfinder": FORCED},
        mirrored={"fuelfinder": Mirrored(FORCED, None, NOW, NOW - 18 * MINUTE)},
    ))  # fmt: skip

    assert "Fuel Finder forced open 18 min ago –" in " ".join(said.split())
    assert "Fuel Finder is forced open until 2026-10-05 16:12 UTC (in 42 min), by Ann" in said
    assert "fraud [bold]at the vendor" in said


def test_a_mode_that_is_over_is_not_shown():
    over = replace(FORCED, until=NOW - MINUTE)

    said = shown(picture(policies={**picture().policies, "fuelfinder": over}))

    assert line(said, "Fuel Finder") == "Fuel Finder closed – – – – –"


def test_a_policy_that_is_not_obeyed_is_a_sentence():
    refused = Mirrored(USUAL, "Mode disabled needs who and why.", NOW, NOW)

    said = shown(picture(mirrored={"samsara": refused}))

    assert "Samsara: what Prefect holds is not obeyed, the last good policy is. Mode dis" in said


def test_an_open_vendor_says_why_and_tenants_that_are_not_closed_are_listed():
    said = shown(picture(kinds=[True], standings=[OPEN, TENANTS]))

    assert "OpenWeather on the sandbox is open: 5 failures in a row." in said
    assert line(said, "OpenWeather, bluemesa") == (
        "OpenWeather, bluemesa half open 3 min ago in 60 s The rest is over."
    )


def test_a_probe_that_is_due_may_go_now():
    due = replace(OPEN, retry_at=NOW - MINUTE)

    assert "open 3 min ago now" in line(shown(picture(kinds=[True], standings=[due])), "  OpenW")


def test_long_lists_end_with_how_many_more():
    said = shown(picture(standings=[TENANTS] * 43))

    assert said.count("OpenWeather, bluemesa") == 40
    assert "… and 3 more" in said


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Source.PREFECT, "Policies as Prefect has them now. Totals"),
        (Source.NOT_RUNNING, "Prefect does not run here (make up): policies as they were last"),
        (Source.NO_ANSWER, "Prefect does not answer: policies as they were last seen there, 5 min"),
    ],
)
def test_it_says_where_the_policies_come_from(source, expected):
    seen = {"samsara": Mirrored(USUAL, None, NOW - 5 * MINUTE, NOW)}

    assert expected in shown(picture(source=source, mirrored=seen, totals=[MANY]))


def test_history_says_who_and_why():
    out = StringIO()
    made = Transition(NOW, "samsara", False, "acme", "Ann", "OPEN", "CLOSED", "fixed")
    whole = replace(made, tenant_slug=None, is_sandbox=True)

    Console(file=out, width=80).print(breaker_tables.history([made, whole]))

    assert "Samsara, acme" in out.getvalue()
    assert "Samsara, all, sandbox" in out.getvalue()
    assert out.getvalue().count("open  closed  Ann  fixed") == 2


@pytest.mark.parametrize(
    ("found", "still", "expected"),
    [
        ([], [], ["Nothing to reset: the breaker of Samsara is closed and never was anything"]),
        ([OPEN], [], ["Samsara's breaker for every sandbox tenant is closed (it was open)."]),
        (
            [replace(TENANTS, state="CLOSED")],
            [],
            ["for bluemesa is closed (it was closed; counting starts anew)"],
        ),
        (
            [replace(OPEN, is_sandbox=False)],
            [TENANTS],
            ["for every tenant is closed", "1 of Samsara's breakers are still not closed"],
        ),
    ],
)
def test_a_reset_says_what_was_closed_and_what_is_left(found, still, expected):
    said = list(breaker_tables.after_reset("Samsara", "samsara", None, found, still))

    assert len(said) == len(expected)
    assert all(part in line for part, line in zip(expected, said, strict=True))
