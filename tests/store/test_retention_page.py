"""What is kept for how long is decided for every table, done, and written down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core import retention
from models import fleet
from models.ops import Table
from store.retention import RULES

assert fleet  # importing it is what registers its tables
PAGE = Path(__file__).resolve().parents[2] / "docs/retention.md"


def test_every_table_that_grows_says_how_long_its_rows_stay():
    """A new table grows without end unless somebody decides: core/retention.py."""
    tables = {
        f"{table.schema}.{table.name}"
        for table in Table.metadata.tables.values()
        if table.schema == "ops" or table.name.endswith("_period") or table.name == "route_plan"
    }

    assert tables == {*retention.TABLES, *retention.FOR_EVER}


def test_whatever_has_a_retention_is_pruned():
    """By a rule of its own, or with the row that it belongs to."""
    statements = " ".join(rule.delete for rule in RULES)

    assert {table for table in retention.TABLES if f"DELETE FROM {table} " not in statements} == (
        set()
    )


def words(period: timedelta) -> str:
    hours = round(period.total_seconds() / 3600)
    count, unit = (hours, "hour") if hours < 24 else (hours // 24, "day")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


@pytest.mark.parametrize(
    ("what", "kept"),
    [
        *((f"`{table}`", words(period)) for table, period in retention.TABLES.items()),
        *((f"`{table}`", "for ever") for table in retention.FOR_EVER),
        ("the whole rows in `ops.quarantine`", words(retention.SEALED_ROWS)),
        ("the runs that outlived their month", words(retention.KEPT_ASIDE)),
        ("Prefect's flow runs", words(retention.FLOW_RUNS)),
        ("Prefect's events", words(retention.EVENTS)),
    ],
)
def test_the_page_says_what_the_code_does(what, kept):
    """docs/retention.md is what an operator promises to others."""
    rows = [line.split("|") for line in PAGE.read_text().splitlines() if line.startswith("|")]
    found = {row[1].strip(): row[2].strip() for row in rows}

    assert found.get(what) == kept
