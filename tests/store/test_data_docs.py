"""docs/data says what the database holds: written by these tests, and compared by them."""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

import psycopg
import pytest

from benchmarks import fleets
from models import fleet
from models.ops import Table
from store import analysts
from tests.conftest import temporary
from tests.support import data_docs

assert fleet  # importing it is what registers its tables
FOLDER = Path(__file__).resolve().parents[2] / "docs/data"


@pytest.fixture(scope="module")
def worked(postgres, template):
    """Two made-up fleets, and the connection of an analyst of the first."""
    with temporary(postgres, template) as name:
        with psycopg.connect(postgres(name)) as admin:
            fleets.fill(admin, tenants=2, drivers=10, days=15, others_every=240)
        granted = analysts.grant(postgres(name), "acme")
        try:
            with psycopg.connect(granted.url, autocommit=True) as conn:
                yield conn
        finally:
            analysts.revoke(postgres(name), granted.login)


def compare(name: str, written: str) -> None:
    page = FOLDER / name
    if os.environ.get("SALLY_WRITE_DOCS"):
        page.write_text(written)
    drift = list(
        unified_diff(page.read_text().splitlines(), written.splitlines(), lineterm="", n=0)
    )
    assert drift == [], f"SALLY_WRITE_DOCS=1 writes docs/data/{name} anew"


def test_the_dictionary_says_what_the_database_says(database):
    with psycopg.connect(database) as conn:
        compare("dictionary.md", data_docs.dictionary(conn))


def test_the_diagram_says_what_the_models_say():
    compare("entities.md", data_docs.diagram(Table.metadata.tables.values()))


def test_the_worked_queries_give_the_results_that_stand_below_them(worked):
    compare("queries.md", data_docs.with_results((FOLDER / "queries.md").read_text(), worked))


def test_each_of_the_five_yields_rows(worked):
    asked = data_docs.queries((FOLDER / "queries.md").read_text())

    assert len(asked) == 5
    for query in asked:
        assert worked.execute(query.encode()).fetchall() != [], query


def test_everything_that_an_analyst_reads_has_a_comment(database):
    with psycopg.connect(database) as conn:
        held = [
            column for schema in data_docs.SCHEMAS for column in data_docs.columns(conn, schema)
        ]

    assert [f"{one.schema}.{one.table}.{one.name}" for one in held
            if not one.comment or not one.about] == []  # fmt: skip
    assert len({one.table for one in held if one.schema == "analytics"}) == 9
