"""Compares the tables at rest with the sandbox's truth, which knows nothing of our adapters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from sandbox.box import Box

LOAD_STATUS = {
    "draft": "unassigned", "booked": "unassigned", "assigned": "assigned",
    "dispatched": "assigned",
    "at_pickup": "in_transit", "in_transit": "in_transit", "at_delivery": "in_transit",
    "delivered": "delivered", "completed": "delivered", "invoiced": "delivered", 
    "paid": "delivered",
    "cancelled": "cancelled", "tonu": "cancelled",
}  # fmt: skip


async def rows(conn: AsyncConnection[Any], table: str, slug: str) -> dict[str, dict[str, Any]]:
    """A tenant's live rows of a fleet table, by vendor id."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            f"SELECT f.* FROM fleet.{table} f JOIN ops.tenant t ON t.id = f.tenant_id "
            "WHERE t.slug = %s AND f.deleted_at IS NULL",
            [slug],
        )
        return {row["vendor_id"]: row for row in await cursor.fetchall()}


async def assert_fleet_is_true(conn: AsyncConnection[Any], box: Box, slug: str) -> None:
    """Drivers, vehicles, positions, clocks, logs and loads of a tenant equal the world's."""
    await assert_samsara_is_true(conn, box, slug)
    await _loads(conn, box.truth(slug), slug)


async def assert_samsara_is_true(conn: AsyncConnection[Any], box: Box, slug: str) -> None:
    """Drivers, vehicles, positions, clocks and logs of a tenant equal the world's."""
    truth = box.truth(slug)
    for check in (_drivers, _vehicles, _clocks, _logs):
        await check(conn, truth, slug)


async def _drivers(conn: AsyncConnection[Any], truth: Mapping[str, Any], slug: str) -> None:
    held = await rows(conn, "driver", slug)
    assert {id_: (row["name"], row["is_active"]) for id_, row in held.items()} == {
        driver["id"]: (driver["name"], driver["active"]) for driver in truth["drivers"]
    }


async def _vehicles(conn: AsyncConnection[Any], truth: Mapping[str, Any], slug: str) -> None:
    held = await rows(conn, "vehicle", slug)
    assert {id_: row["vin"] for id_, row in held.items()} == {
        vehicle["id"]: vehicle["vin"] for vehicle in truth["vehicles"]
    }
    positions = await rows(conn, "vehicle_position", slug)
    known = {id_: row for id_, row in positions.items() if row["latitude"] is not None}
    assert {id_: (row["latitude"], row["longitude"]) for id_, row in known.items()} == {
        position["vehicle_id"]: (position["latitude"], position["longitude"])
        for position in truth["positions"]
    }


async def _clocks(conn: AsyncConnection[Any], truth: Mapping[str, Any], slug: str) -> None:
    held = await rows(conn, "hos_clock", slug)
    names = (
        "duty_status", "drive_remaining_s", "shift_remaining_s", "cycle_remaining_s",
        "break_remaining_s",
    )  # fmt: skip
    assert {id_: tuple(row[name] for name in names) for id_, row in held.items()} == {
        clock["driver_id"]: tuple(clock[name] for name in names) for clock in truth["hos_clocks"]
    }


async def _logs(conn: AsyncConnection[Any], truth: Mapping[str, Any], slug: str) -> None:
    held = await rows(conn, "hos_daily_log", slug)
    # The sandbox's clock may be a day behind ours, so the oldest of its eight days are not asked.
    oldest = (datetime.now(UTC) - timedelta(days=6)).isoformat()
    names = ("drive_s", "on_duty_s", "yard_move_s", "off_duty_s", "personal_conveyance_s")
    found = {
        (row["driver_id"], row["start_at"].isoformat().replace("+00:00", "Z")): (
            *(row[name] for name in names),
            row["sleeper_berth_s"],
        )
        for row in held.values()
    }
    expected = {
        (log["driver_id"], log["start_at"]): (*(log[name] for name in names), log["sleeper_s"])
        for log in truth["hos_daily_logs"]
        if log["active"] and log["start_at"] > oldest
    }
    assert {key: found.get(key) for key in expected} == expected


async def _loads(conn: AsyncConnection[Any], truth: Mapping[str, Any], slug: str) -> None:
    held = await rows(conn, "load", slug)
    active = {load["id"]: load for load in truth["loads"] if load["active"]}
    assert set(active) <= set(held)
    for load in truth["loads"]:
        row = held.get(load["id"])
        if row is not None:
            assert row["vendor_status"] == load["status"]
            assert row["rate_amount"] == (Decimal(load["rate"]) if load["rate"] else None)
    open_here = {id_ for id_, row in held.items() if row["is_open"]}
    assert open_here == set(active)
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "SELECT s.* FROM fleet.load_stop s JOIN ops.tenant t ON t.id = s.tenant_id "
            "WHERE t.slug = %s AND s.deleted_at IS NULL",
            [slug],
        )
        stops = {
            (stop["parent_id"], stop["sequence"]): (stop["status"], stop["city"])
            for stop in await cursor.fetchall()
        }
    assert stops == {
        (load["id"], stop["sequence"]): (stop["status"], stop["city"])
        for load in truth["loads"]
        if load["id"] in held
        for stop in load["stops"]
    }
