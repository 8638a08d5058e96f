"""`sally hos`: what a dispatcher reads and enters, with the stack up, and with the vendor down."""

from __future__ import annotations

import re
from typing import Any

import pytest

EARLIER = (
    "UPDATE ops.dataset_state SET confirmed_at = confirmed_at - interval '42 min'"
    " WHERE dataset = 'hos_clocks' RETURNING 1"
)


@pytest.fixture
def driver(stack: Any) -> dict[str, Any]:
    """A driver of the demo fleet who works, freshly synced."""
    stack("sync", "--tenant", "acme", "--vendor", "samsara")
    stack.rows("DELETE FROM ops.hos_live RETURNING 1")
    clocks = stack.sandbox("GET", "truth/acme")["hos_clocks"]
    found: dict[str, Any] = next(
        row
        for row in clocks
        if row["active"] and row["duty_status"] in ("driving", "on_duty", "off_duty")
    )
    return found


def test_hours_from_the_cache_live_and_stale(stack: Any, driver: dict[str, Any]) -> None:
    """The same command each time; where the figures come from is told."""
    at = (driver["driver_id"], "--tenant", "acme")

    cached = stack("hos", *at)
    stack.rows(EARLIER)
    live = stack("hos", *at)
    stack.rows(EARLIER)
    stack.rows(
        "UPDATE ops.hos_live SET confirmed_at = confirmed_at - interval '42 min' RETURNING 1"
    )
    stack.sandbox("POST", "faults", {"kind": "error_500", "vendor": "samsara"})
    stale = stack("hos", *at)

    assert [said.code for said in (cached, live, stale)] == [0, 0, 0]
    assert [said.err for said in (cached, live, stale)] == ["", "", ""]
    assert "from the ELD" in cached.out
    assert "from the ELD" in live.out
    assert stack.rows("SELECT count(*) FROM ops.hos_live WHERE confirmed_at IS NOT NULL") == [(1,)]
    assert "cached 42 min, Samsara does not answer" in stale.out
    assert "Samsara answered 500 to /fleet/hos/clocks. Who must act: the vendor." in stale.out
    for said in (cached, live, stale):
        assert "binds first" in said.out


def test_an_override_from_entering_to_ending(stack: Any, driver: dict[str, Any]) -> None:
    """Refused where the law does, read in place of the vendor's, listed, ended, noted."""
    at = (driver["driver_id"], "--tenant", "acme", "--author", "Ann")
    why = ("--reason", "ELD malfunction", "--hours", "6")

    refused = stack("hos", "override", *at, *why, "--drive", "23:00")
    entered = stack("hos", "override", *at, *why, "--drive", "2:30")
    listed = stack("hos", "overrides", "--tenant", "acme")
    ended = stack("hos", "end-override", *at)
    again = stack("hos", driver["driver_id"], "--tenant", "acme")

    assert refused.code == 1
    # Whose turn it is to work depends on the hour, and how much he may on his ruleset.
    assert re.search(r"at most 1\d h under this driver's ruleset", refused.sentence)
    assert (entered.code, entered.err) == (0, "")
    assert "override by Ann until " in entered.out
    assert ": ELD malfunction" in entered.out
    assert "drive 2:30, until" in listed.out
    assert ended.code == 0
    assert "from the ELD" in again.out
    noted = "SELECT action FROM ops.audit_log WHERE subject = 'hos_override' ORDER BY happened_at"
    assert stack.rows(noted) == [("hos_override.enter",), ("hos_override.end",)]


def test_wrong_names_are_one_sentence(stack: Any, driver: dict[str, Any]) -> None:
    """A stranger's driver is no more there than one who does not exist."""
    theirs = stack.sandbox("GET", "truth/bluemesa")["hos_clocks"][0]["driver_id"]

    for name in (theirs, "nobody"):
        said = stack("hos", name, "--tenant", "acme")
        assert said.code == 1
        assert f"There is no driver “{name}”." in said.sentence
    assert stack("hos", driver["driver_id"], "--tenant", "nowhere").code == 1
