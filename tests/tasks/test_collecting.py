"""Every row that a vendor sent is counted once, and the newest word on each is staged."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit.vendor import Dataset, Unreadable, Vanished
from core.errors import RecordInvalid
from models.asking import Ask
from models.records import Vehicle, VehiclePosition
from quality.declared import declared
from quality.gate import Gate
from store.asking import AskParts
from tasks import collecting, work

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)


def position(id_, minute=0, name=None, speed=None):
    seen = datetime(2026, 10, 5, 15, minute, tzinfo=UTC)
    return VehiclePosition(id_, name, None, 1.0, 2.0, None, speed, None, None, None, None, seen)


def read(row):
    if row["id"] == "bad":
        raise RecordInvalid("latitude", "it is out of range")
    return position(row["id"], row.get("minute", 0), row.get("name"), row.get("speed"))


class Stage:
    """Holds what would be copied."""

    def __init__(self):
        self.rows = {}

    def has_room(self, record, rows):
        return rows < 3

    async def add(self, run_id, record, rows, children_hashes=None):
        for row in rows:
            assert row.vendor_id not in self.rows
            self.rows[row.vendor_id] = row

    async def replace(self, run_id, record, rows, children_hashes=None):
        self.rows |= {row.vendor_id: row for row in rows}


def vehicle(row):
    known = {"vendor_id": row["id"], "name": "Truck", "vin": row["vin"]}
    return Vehicle(**dict.fromkeys(Vehicle._fields) | known)


async def collect(*pages, of=VehiclePosition, read=read):
    async def asked(session, ask):
        for page in pages:
            yield page

    dataset = Dataset("positions", "Positions", of, asked, read, probe=None)
    stage = Stage()
    tally = await collecting.collect(None, dataset, Ask(NOW), uuid4(), stage)
    return tally, stage.rows


async def test_what_cannot_be_read_is_set_aside_and_the_rest_is_staged():
    unreadable = Unreadable({"id": 7, "phone": "+1512"}, "gps.time", "it is no time")

    tally, staged = await collect([{"id": "a"}, unreadable, {"id": "bad"}, {"id": "b"}])

    assert set(staged) == {"a", "b"}
    assert [(row.vendor_id, row.path) for row in tally.quarantined] == [
        ("7", "gps.time"), ("bad", "latitude"),
    ]  # fmt: skip
    assert tally.quarantined[0].payload == {"id": 7, "phone": "[redacted]"}


async def test_a_row_that_comes_twice_counts_once_and_the_newest_word_stays():
    tally, staged = await collect(
        [{"id": "a", "minute": 5, "name": "first"}],
        [{"id": "a", "minute": 9, "name": "newer"}, {"id": "a", "minute": 1, "name": "older"}],
    )

    assert (tally.fetched, tally.duplicate) == (3, 2)
    assert staged["a"].name == "newer"


async def test_a_vanished_record_is_no_row():
    tally, _ = await collect([Vanished("gone"), {"id": "a"}])

    assert (tally.fetched, tally.vanished) == (1, ["gone"])


async def test_the_newest_instant_is_kept_for_the_cursor():
    tally, _ = await collect([{"id": "a", "minute": 5}], [{"id": "b", "minute": 7}, {"id": "c"}])

    assert tally.newest == datetime(2026, 10, 5, 15, 7, tzinfo=UTC)


async def test_a_row_that_breaks_a_critical_rule_is_set_aside_by_its_rule_and_id():
    """By the record's id: the row was there, so it is not taken as gone."""
    tally, staged = await collect([{"id": "a"}, {"id": "b", "speed": -5.0}, {"id": "c"}])

    aside = tally.quarantined[0]
    assert set(staged) == {"a", "c"}
    assert (aside.vendor_id, aside.rule, aside.path) == ("b", "speed_possible", "speed_mph")
    assert aside.payload == {"id": "b", "speed": -5.0}
    assert tally.fetched == len(staged) + len(tally.quarantined)


async def test_a_row_that_breaks_a_warning_lands_and_is_counted():
    tally, staged = await collect([{"id": "a", "speed": 120.0}, {"id": "b"}])

    found = {each.rule: (each.failed, each.rows) for each in tally.gate.findings()}
    assert set(staged) == {"a", "b"}
    assert found == {"speed_usual": (1, 2)}


async def test_a_row_that_comes_again_breaks_a_warning_once_and_is_judged_once():
    tally, _ = await collect([{"id": "a", "speed": 120.0}], [{"id": "a", "speed": 120.0}])

    found = {each.rule: (each.failed, each.rows) for each in tally.gate.findings()}
    assert found == {"speed_usual": (1, 1)}


async def test_a_value_that_a_repeated_row_lacks_is_missed_once():
    tally, _ = await collect(*[[{"id": "a", "vin": None}]] * 3, of=Vehicle, read=vehicle)

    assert dict(zip(declared(Vehicle).watched, tally.gate.nulls, strict=True)) == {
        "name": 0, "vin": 1,
    }  # fmt: skip


async def test_a_row_that_comes_again_and_cannot_be_believed_is_set_aside_and_counted():
    tally, staged = await collect([{"id": "a"}, {"id": "a", "speed": -5.0}])

    [found] = tally.gate.findings()
    assert set(staged) == {"a"}
    assert (found.rule, found.failed, found.rows) == ("speed_possible", 1, 2)
    assert len(tally.quarantined) == 1


async def test_what_is_told_of_a_critical_rule_is_what_was_set_aside():
    tally, _ = await collect([{"id": "a", "speed": -5.0}] * 3)

    [found] = tally.gate.findings()
    assert found.failed == found.rows == len(tally.quarantined) == 3


async def test_a_vehicle_that_comes_twice_does_not_share_its_vin_with_itself():
    """Pages shift while they are read, so vendors repeat rows."""
    pages = [[{"id": "a", "vin": "V1"}], [{"id": "a", "vin": "V1"}, {"id": "b", "vin": "V1"}]]

    tally, _ = await collect(*pages, of=Vehicle, read=vehicle)

    [found] = tally.gate.findings()
    assert (found.rule, found.failed, found.examples) == ("vin_once", 1, ("b",))


rows = st.one_of(
    st.builds(
        lambda id_, minute: {"id": id_, "minute": minute},
        st.sampled_from(["a", "b", "c", "d", "bad"]),
        st.integers(0, 59),
    ),
    st.just(Unreadable({"id": "x"}, "id", "it is no text")),
)


@given(st.lists(st.lists(rows, max_size=8), max_size=6))
async def test_the_books_balance_whatever_comes(pages):
    tally, staged = await collect(*pages)

    assert tally.fetched == sum(map(len, pages))
    assert tally.fetched == len(staged) + len(tally.quarantined) + tally.duplicate


def test_children_hash_the_same_in_every_process():
    """A hash that changed between processes would rewrite every load at every sync."""
    assert collecting._hash([position("a")]) == collecting._hash([position("a")])
    assert collecting._hash([position("a")]) != collecting._hash([position("b")])
    assert collecting._hash([]) == 8180073448483349959


@pytest.mark.parametrize("aside", [0, 1])
def test_the_cursor_waits_for_a_row_that_was_set_aside(aside):
    """Past it, the row's last change would never be asked for again."""
    tally = collecting.Tally(
        Gate(declared(VehiclePosition)),
        newest=NOW,
        quarantined=[collecting.set_aside({}, "id", "none")] * aside,
    )
    dataset = Dataset("loads", "Loads", VehiclePosition, None, read, probe=None, keeps_cursor=True)
    parts = AskParts("2026-10-01T00:00:00+00:00", frozenset(), (), NOW)

    result = work._result(dataset, tally, parts)

    waits, moves = parts.cursor, (NOW - work.CURSOR_OVERLAP).isoformat()
    assert result.cursor_after == (waits if aside else moves)
