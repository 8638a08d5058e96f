"""`sally quality` shows what was found, and writes Great Expectations' pages."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from console.cli import quality as cli
from models.records import HosClock
from quality.declared import declared
from quality.expectations import context, document
from quality.frames import columns, plans
from store.drift import Listed
from store.landed import landed
from store.quality import Result
from tests.support.quality_examples import GOOD

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


def text_of(table):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def result(**given):
    usual = {
        "created_at": NOW, "tenant_slug": "acme", "run_id": None, "flow_run_id": None,
        "vendor": "samsara", "dataset": "hos_clocks", "source": "gate", "rule": "drive_possible",
        "severity": "critical", "status": "failed", "rows": 40, "failed": 3, "examples": ["d1"],
        "said": "Driving time left is possible.", "seconds": 0.0,
    }  # fmt: skip
    return Result(**(usual | given))


def test_a_broken_rule_and_an_audit_are_told_in_one_table():
    suite = result(rule="suite", source="audit", status="passed", tenant_slug=None, failed=0)

    said = text_of(cli._results_table([result(), suite]))

    broken, audit = said.splitlines()[1:3]
    assert all(word in broken for word in ("acme", "gate", "drive_possible", "critical", " 3"))
    assert all(word in audit for word in ("all", "audit", "suite", "passed", "40"))


def test_drift_names_the_field_and_shows_an_example():
    one = Listed(date(2026, 10, 5), "acme", "samsara", "drivers", "new_field", "badge", "", '"x"')

    said = text_of(cli._drifts_table([one]))

    assert all(word in said for word in ("Samsara, drivers", "a new field", "badge", '"x"'))


async def test_rows_at_rest_come_back_as_records_of_their_integration(conn):
    assert await landed(conn, HosClock, 10) == []


@pytest.mark.parametrize("rows", [3])
def test_the_pages_of_great_expectations_are_written_and_nothing_else_is_asked(tmp_path, rows):
    rules = declared(HosClock)
    records = [GOOD[HosClock]._replace(vendor_id=str(place)) for place in range(rows)]
    held = {"samsara hos_clocks": (plans(rules), columns(rules, records, [0] * rows))}

    index = document(tmp_path, held)

    pages = list(tmp_path.rglob("*.html"))
    assert index in pages
    assert any("drive_remaining_s" in page.read_text() for page in pages)
    assert context().config.analytics_enabled is False
