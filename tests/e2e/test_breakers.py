"""An operator and a vendor's breaker: looks, forces it open, ends that, resets; the syncs obey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

DOCUMENT = "block_types/slug/circuit-breaker/block_documents/name/truckbase"
AT = ("--tenant", "acme", "--vendor", "truckbase")


def line(said: str, start: str) -> str:
    """The first line that starts so, with single spaces."""
    lines = [" ".join(each.split()) for each in said.splitlines()]
    return next(each for each in lines if each.startswith(start))


@pytest.fixture
def stack(stack: Any) -> Iterator[Any]:
    """The running stack; its breakers are as they were afterwards."""
    yield stack
    stack.sandbox("DELETE", "faults")
    stack("breaker", "auto", "truckbase")
    stack("breaker", "reset", "truckbase", "--every-tenant", "--why", "the test is over")


def calls(stack: Any) -> int:
    """How many calls have reached the vendor."""
    found = stack.sandbox("GET", "stats")["by_vendor"].get("truckbase", 0)
    assert isinstance(found, int)
    return found


def document(stack: Any) -> dict[str, Any]:
    """What Prefect's UI shows."""
    data: dict[str, Any] = stack.prefect("GET", DOCUMENT)["data"]
    return data


def tune(stack: Any, **fields: object) -> None:
    """Save what Prefect's UI saves."""
    path = f"block_documents/{stack.prefect('GET', DOCUMENT)['id']}"
    stack.prefect("PATCH", path, {"data": fields, "merge_existing_data": True})


def test_a_vendor_is_forced_open_for_an_hour_and_the_next_batch_obeys(stack: Any) -> None:
    """No call reaches it, its syncs are deferred, everybody sees who and why; then it ends."""
    why = ("--why", "they asked us to wait")
    forced = stack("breaker", "force-open", "truckbase", "--for", "1h", *why, "--who", "Ann")
    before = calls(stack)
    deferred, listed = stack("sync", *AT), stack("breaker", "list")

    assert (forced.code, forced.err) == (0, "")
    assert "No call goes to Truckbase until" in forced.out
    assert (document(stack)["mode"], document(stack)["who"]) == ("forced_open", "Ann")
    assert calls(stack) == before
    assert "deferred" in deferred.out
    assert line(listed.out, "Truckbase f").startswith("Truckbase forced open")
    assert "by Ann: they asked us to wait" in listed.out
    assert "Policies as Prefect has them now." in listed.out

    ended = stack("breaker", "auto", "truckbase", "--who", "Bo")
    synced = stack("sync", *AT)

    assert (ended.code, ended.err, synced.code) == (0, "", 0)
    assert document(stack)["mode"] == "auto"
    assert calls(stack) > before
    assert line(stack("breaker", "list").out, "Truckbase").startswith("Truckbase closed")
    noted = stack.rows("SELECT actor, action FROM ops.audit_log WHERE subject = 'breaker'")
    assert noted[-2:] == [("Ann", "breaker.force_open"), ("Bo", "breaker.auto")]


def test_an_open_breaker_is_seen_and_reset(stack: Any) -> None:
    """What opened it is in the history; after the reset the next sync asks the vendor again."""
    stack.sandbox("POST", "faults", {"kind": "unavailable_503", "vendor": "truckbase"})
    tune(stack, failure_threshold=1)
    stack("sync", *AT)
    listed, history = stack("breaker", "list"), stack("breaker", "history", "truckbase")
    stack.sandbox("DELETE", "faults")
    tune(stack, failure_threshold=5)

    assert line(listed.out, "Truckbase, acme").startswith("Truckbase, acme open")
    assert "Truckbase, acme" in history.out
    assert "1 failures in a row" in " ".join(history.out.split())

    reset = stack("breaker", "reset", "truckbase", "--tenant", "acme", "--why", "they fixed it")
    synced = stack("sync", *AT)

    assert (reset.code, reset.err) == (0, "")
    assert "Truckbase's breaker for acme is closed (it was open)." in reset.out
    assert "success" in synced.out
    newest = stack("breaker", "history", "truckbase", "--tenant", "acme", "--limit", "1")
    assert "they fixed it" in newest.out


def test_mistakes_are_one_sentence(stack: Any) -> None:
    """Each says what to do, with exit code 1, and changes nothing."""
    before = document(stack)

    said = [
        stack("breaker", "force-open", "truckbase", "--for", "2d", "--why", "x"),
        stack("breaker", "reset", "truckbase", "--tenant", "nobody", "--why", "x"),
        stack("breaker", "history", "--tenant", "nobody"),
        stack("breaker", "auto", "acme"),
    ]

    assert [each.code for each in said] == [1] * 4
    assert all(each.out == "" and each.sentence.endswith(".") for each in said[:1])
    assert "at most 24h" in said[0].sentence
    assert "There is no tenant “nobody”" in said[1].sentence
    assert "There is no tenant “nobody”" in said[2].sentence
    assert "There is no vendor “acme”" in said[3].sentence
    assert document(stack) == before


def test_a_list_needs_the_database_only(sally: Any) -> None:
    """Before anything was ever started: it says what holds, and that Prefect does not run."""
    said = sally("breaker", "list")

    assert (said.code, said.err) == (0, "")
    assert line(said.out, "Samsara") == "Samsara closed – – – – –"
    assert "Prefect does not run here (make up)" in said.out
    assert not (sally.data / "prefect").exists()
