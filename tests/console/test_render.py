"""What the command line shows: words before colours, sentences at the end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from rich.console import Console

from console.cli import render
from console.cli.sync import SyncFailed, conclude
from store.history import RunDataset, RunWithDatasets

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
COUNTS = {
    "fetched": 3,
    "inserted": 1,
    "updated": 1,
    "unchanged": 1,
    "quarantined": 0,
    "duplicate": 0,
}
NO_ERROR = dict.fromkeys(
    ("error_kind", "error_happened", "error_who", "error_next_step", "http_status",
     "vendor_request_id")
)  # fmt: skip
RUN = RunWithDatasets(
    id=uuid4(), tenant_id=uuid4(), tenant_slug="bluemesa", integration_id=uuid4(),
    vendor="fuelfinder", flow_run_id="f", batch="1", sync_type="manual", status="success",
    started_at=NOW, completed_at=NOW, seconds=1.0, not_before=None, attempts=1,
    **COUNTS, **NO_ERROR,
    datasets=(
        RunDataset(
            run_id=uuid4(), dataset="stations", position=0, status="success", pages=1, requests=1,
            attempts=1, seconds=0.25, is_complete=True, cursor_before=None, cursor_after=None,
            **COUNTS, **NO_ERROR,
        ),
    ),
)  # fmt: skip
FAILED = replace(
    RUN, status="failed", error_happened="Fuel Finder refused the key.",
    error_who="Who must act: the tenant's admin.", error_next_step="Replace the key.",
)  # fmt: skip


def shown(runs, width=80):
    out = StringIO()
    render.runs_table(Console(file=out, width=width, highlight=False), runs)
    return out.getvalue()


def test_the_table_fits_a_terminal_of_80_columns():
    said = shown([RUN])

    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    assert "Fuel Finder, bluemesa" in said


def test_an_error_is_told_in_three_sentences():
    said = " ".join(shown([FAILED]).split())

    assert "refused the key. Who must act: the tenant's admin. Replace the key." in said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), "5 s ago"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(days=3), "3 d ago"),
        (timedelta(minutes=-4), "in 4 min"),
    ],
)
def test_instants_are_said_as_people_say_them(ago, said):
    assert render.when(NOW - ago, NOW) == said


def test_never_is_a_word():
    assert render.when(None) == "never"


def test_a_good_sync_ends_quietly():
    conclude([RUN], {})


def test_a_failed_sync_ends_with_one_sentence():
    with pytest.raises(SyncFailed, match=r"1 of 2 syncs failed\. bluemesa/fuelfinder: Fuel"):
        conclude([RUN, FAILED], {})


def test_a_flow_that_left_no_rows_says_why():
    with pytest.raises(SyncFailed, match="no worker"):
        conclude([], {"fuelfinder": "no worker picked the run up."})
