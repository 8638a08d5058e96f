"""What DAY says of breakers is what their history holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from benchmarks import day_books
from benchmarks.report import Section

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


class Played:
    """Asks as the pipeline does, of a database without a house round it."""

    def __init__(self, url):
        self.url = url

    def rows(self, query, *told):
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute("SET ROLE sally_pipeline")
            return conn.execute(query, told).fetchall()


@pytest.fixture
def transitions(database):
    def put(*steps):
        """(seconds after the beginning, from, to) of one vendor's breaker."""
        with psycopg.connect(database) as conn:
            row = conn.execute(
                "INSERT INTO ops.breaker (vendor, scope, state)"
                " VALUES ('samsara', 'vendor', 'OPEN') RETURNING id"
            ).fetchone()
            for after, before, then in steps:
                conn.execute(
                    "INSERT INTO ops.breaker_event (id, breaker_id, vendor, happened_at, actor,"
                    " from_state, to_state, reason) VALUES (%s, %s, 'samsara', %s, 'somebody', %s,"
                    " %s, '5 failures in a row.')",
                    [uuid4(), row[0], BEGAN + timedelta(seconds=after), before, then],
                )

    return put


def test_each_opening_is_told_once_with_its_length_whatever_its_probes_found(database, transitions):
    transitions(
        (100, "CLOSED", "OPEN"), (120, "OPEN", "HALF_OPEN"), (121, "HALF_OPEN", "OPEN"),
        (160, "OPEN", "HALF_OPEN"), (162, "HALF_OPEN", "CLOSED"), (900, "CLOSED", "OPEN"),
    )  # fmt: skip
    section = Section("", ())

    day_books.openings(section, Played(database), BEGAN)

    assert section.notes == [
        "samsara's breaker opened after 100 s for 62 s: 5 failures in a row.",
        "samsara's breaker opened after 900 s to the end: 5 failures in a row.",
    ]


def test_the_books_of_a_day_on_which_nothing_happened(database):
    section, house = Section("", ()), Played(database)

    day_books.reliability(section, house)
    day_books.incidents(section, house, [])
    day_books.runs(section, house, [])

    assert "told without a cause: 0.00, target ≤ 0: met" in section.notes
    assert "syncs left running: 0.00, target ≤ 0: met" in section.notes
