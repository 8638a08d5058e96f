"""What the pages make of what is kept: pure readings, with the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from console.pages import chart, standing, times
from console.pages.history import merged
from console.pages.routing import is_ours
from console.pages.viewing import percent
from store.connected import Connected
from store.run_pages import Day
from store.timeline import Happening

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


def connection(**more: Any) -> Connected:
    """A healthy one, but for what is given."""
    told: dict[str, Any] = {
        "id": UUID(int=1), "vendor": "samsara", "status": "active", "fingerprint": "f",
        "key_changed_at": NOW, "settings": {}, "poll_seconds": 300, "next_sync_at": NOW,
        "last_started_at": NOW, "last_success_at": NOW, "last_run_status": "success",
        "consecutive_failures": 0, "error_kind": None, "error_happened": None, "error_who": None,
        "error_next_step": None, "created_at": NOW, "updated_at": NOW, "running": None,
        "age_level": "fresh", "age_said": None, "breaker_state": "CLOSED",
        "breaker_retry_at": None, "now": NOW,
    }  # fmt: skip
    return Connected(**(told | more))


@pytest.mark.parametrize(
    ("told", "words", "tone"),
    [
        ({}, "Working", "good"),
        ({"status": "disabled", "last_run_status": "failed"}, "Switched off", "calm"),
        ({"running": UUID(int=2), "last_run_status": "failed"}, "Syncing now", "info"),
        ({"status": "needs_attention", "breaker_state": "OPEN"}, "Needs attention", "bad"),
        ({"breaker_state": "OPEN", "last_run_status": "deferred"}, "Paused", "warn"),
        ({"last_run_status": None, "last_success_at": None}, "First sync is due", "info"),
        ({"last_run_status": "failed", "age_level": "critical"}, "Failing", "bad"),
        ({"last_run_status": "crashed"}, "Failing", "bad"),
        ({"age_level": "critical"}, "Data is old", "bad"),
        ({"age_level": "warning", "last_run_status": "deferred"}, "Data is getting old", "warn"),
        ({"last_run_status": "partial"}, "Partly synced", "warn"),
        ({"last_run_status": "deferred"}, "Waiting", "calm"),
    ],
)
def test_the_worst_that_is_true_is_what_a_connection_is_called(told, words, tone):
    found = standing.of(connection(**told))

    assert (found.words, found.tone) == (words, tone)


@pytest.mark.parametrize("status", ["failed", "crashed"])
def test_whatever_is_wrong_has_a_next_step(status):
    assert standing.of(connection(last_run_status=status)).next_step


def day(number: int, succeeded: int = 0, failed: int = 0, median: int | None = None) -> Day:
    """One day of the chart."""
    return Day(f"2026-11-{number:02}", succeeded, 0, failed, 0, median)


def test_bars_share_one_scale_and_stand_on_each_other():
    drawn = chart.draw([day(1, 3, 1, 1000), day(2, 8, 0, 500)])

    (good, bad), (best,) = (column.bars for column in drawn.columns)
    assert best.height == pytest.approx(2 * (good.height + bad.height), abs=0.1)
    assert good.y == pytest.approx(bad.y + bad.height, abs=0.1)
    assert best.y + best.height == pytest.approx(chart.HEIGHT)


def test_a_day_without_a_duration_is_a_gap_in_the_line_and_no_zero():
    drawn = chart.draw([day(1, 1, 0, 900), day(2), day(3, 1, 0, 300), day(4, 1, 0, 600)])

    assert [len(stretch) for stretch in drawn.line] == [1, 2]
    assert drawn.slowest_ms == 900
    assert drawn.columns[1].said == "no syncs"


def test_a_week_without_a_sync_draws_nothing():
    drawn = chart.draw([day(number) for number in range(1, 8)])

    assert (drawn.most, drawn.line, drawn.slowest_ms) == (0, (), None)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(2, "just now"), (59, "59 s ago"), (60, "1 min ago"), (3599, "59 min ago"), (7200, "2 h ago"),
     (47 * 3600, "47 h ago"), (49 * 3600, "2 d ago"), (-5, "now"), (-300, "in 5 min")],
)  # fmt: skip
def test_how_long_ago_is_told_in_one_unit_rounded_down(seconds, said):
    assert times.relative(NOW - timedelta(seconds=seconds), NOW) == said


def test_the_exact_time_is_the_viewers_own():
    assert times.exact(NOW, ZoneInfo("America/Chicago")) == "25 Nov 2026, 12:00:00 CST"
    assert times.zone("../etc/passwd").key == times.zone("No/Where").key == "UTC"


@pytest.mark.parametrize(
    ("ms", "said"), [(None, "–"), (840, "840 ms"), (3200, "3.2 s"), (250_000, "4 min 10 s")]
)
def test_a_duration_is_told_in_the_unit_that_fits(ms, said):
    assert times.took(ms) == said


def test_a_rate_is_all_only_when_it_is_all():
    assert (percent(None), percent(1.0), percent(0.99996), percent(0)) == (
        "–", "100 %", "99.9 %", "0 %",
    )  # fmt: skip


def test_events_older_than_a_page_wait_for_the_next_one():
    events = [Happening(NOW - timedelta(hours=hours), "enabled", None, "") for hours in (1, 5)]

    page = merged([], events, NOW - timedelta(hours=2))

    assert [entry.event for entry in page] == events[:1]
    assert len(merged([], events, None)) == 2


@pytest.mark.parametrize(
    ("address", "ours"),
    [("/health", True), ("/a?b=//c", True), ("", False), ("//evil", False), ("/\\evil", False),
     ("https://evil", False), ("javascript:1", False)],
)  # fmt: skip
def test_only_a_path_of_ours_is_gone_to_after_signing_in(address, ours):
    assert is_ours(address) is ours
