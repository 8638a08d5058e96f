"""What is kept of one driver's hours: the last reading and its age, the override, the rules.

Reading is the console's: it runs under row-level security, in a transaction of its own that can
write nothing.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from core.errors import ConfigurationError, NotFoundError
from core.hours import Clocks
from core.hours_limits import Ruleset
from core.hours_override import Override
from models.hours import BreakerView, Reading
from store.connection import Connection, as_console
from store.results import ErrorFields

SIMILAR = 5
# A row that the last complete fetch did not name was last true when the fetch before it began.
LAST_NAMED = """(
    SELECT max(r.started_at) FROM ops.sync_run r
    JOIN ops.sync_run_dataset n ON n.run_id = r.id AND n.dataset = f.dataset
    WHERE r.integration_id = i.id AND r.started_at > c.missing_since - interval '30 days'
        AND r.completed_at < c.missing_since AND n.is_complete
        AND n.status IN ('success', 'partial'))"""
# What a sync says of the row, unless an asking wrote it while that sync was fetching; and what an
# asking says, unless a sync has changed the row since.
AS_OF = f"""greatest(
    CASE WHEN c.missing_since IS NOT NULL THEN {LAST_NAMED}
        WHEN c.run_id IS DISTINCT FROM l.run_id OR s.confirmed_at > l.landed_at
        THEN s.confirmed_at END,
    CASE WHEN c.row_hash = l.row_hash THEN l.confirmed_at END)"""
# The vendors that know hours, and their dataset of clocks, come as arrays, side by side.
LOOK = f"""
SELECT clock_timestamp() AS read_at, t.id AS tenant_id, t.slug, t.is_sandbox,
    t.is_active AS tenant_is_active,
    i.id AS integration_id, i.vendor, i.status AS integration_status, i.last_error_kind,
    i.last_error_happened, i.last_error_who, i.last_error_next_step,
    coalesce(d.name, c.driver_name) AS name, d.is_active, d.home_timezone, d.eld_day_start_hour,
    coalesce(d.eld_exempt, false) AS is_exempt, d.eld_exempt_reason, d.rulesets,
    c.duty_status, c.vehicle_name, c.drive_remaining_s, c.shift_remaining_s, c.break_remaining_s,
    c.cycle_remaining_s, c.cycle_tomorrow_s, c.shift_driving_violation_s, c.cycle_violation_s,
    c.missing_since IS NULL AS is_confirmed, {AS_OF} AS as_of,
    coalesce(l.version, 0) AS version, l.not_before, l.error_kind, l.error_happened, l.error_who,
    l.error_next_step,
    coalesce(l.not_before > now() AND l.ended_at >= i.credentials_changed_at, false) AS rests,
    o.author, o.reason AS override_reason, o.created_at, o.expires_at,
    o.drive_remaining_s AS override_drive_s, o.shift_remaining_s AS override_shift_s,
    o.break_remaining_s AS override_break_s, o.cycle_remaining_s AS override_cycle_s,
    o.duty_status AS override_status, b.scope, b.state, b.retry_at, b.reason
FROM unnest(%(vendors)s::text[], %(datasets)s::text[]) AS f(vendor, dataset)
JOIN ops.integration i ON i.vendor = f.vendor AND i.tenant_id = %(tenant)s
JOIN ops.tenant t ON t.id = i.tenant_id
LEFT JOIN fleet.driver d ON d.integration_id = i.id AND d.vendor_id = %(driver)s
    AND d.deleted_at IS NULL
LEFT JOIN fleet.hos_clock c ON c.integration_id = i.id AND c.vendor_id = %(driver)s
    AND c.deleted_at IS NULL
LEFT JOIN ops.dataset_state s ON s.integration_id = i.id AND s.dataset = f.dataset
LEFT JOIN ops.hos_live l ON l.integration_id = i.id AND l.driver_id = %(driver)s
LEFT JOIN LATERAL (
    SELECT h.* FROM ops.hos_override h
    WHERE h.tenant_id = i.tenant_id AND h.driver_id = %(driver)s AND h.revoked_at IS NULL
    ORDER BY h.created_at DESC LIMIT 1
) o ON true
LEFT JOIN LATERAL (
    SELECT k.scope, k.state, k.retry_at, k.reason FROM ops.breaker k
    WHERE k.vendor = i.vendor AND k.is_sandbox = t.is_sandbox
        AND (k.integration_id = i.id OR k.integration_id IS NULL)
    ORDER BY array_position(ARRAY['OPEN', 'HALF_OPEN', 'CLOSED'], k.state), k.retry_at DESC LIMIT 1
) b ON true
WHERE d.vendor_id IS NOT NULL OR c.vendor_id IS NOT NULL
"""
NAMED = """
WITH fed AS (
    SELECT id FROM ops.integration
    WHERE tenant_id = %(tenant)s AND vendor = ANY(%(vendors)s::text[])
), known AS (
    SELECT vendor_id AS id, name FROM fleet.driver
    WHERE tenant_id = %(tenant)s AND integration_id IN (SELECT id FROM fed) AND deleted_at IS NULL
    UNION
    SELECT vendor_id, driver_name FROM fleet.hos_clock
    WHERE tenant_id = %(tenant)s AND integration_id IN (SELECT id FROM fed) AND deleted_at IS NULL
)
SELECT id, name, lower(name) = lower(%(driver)s) AS is_it FROM known
WHERE position(lower(%(driver)s) IN lower(name)) > 0
ORDER BY is_it DESC, name, id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known of asking for this driver alone.

    ``version``: to be named when asking. ``error``: of the last asking; ``rests``: and it is too
    early to ask again, until ``not_before``.
    """

    version: int
    rests: bool
    not_before: datetime | None
    error: ErrorFields | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that is kept about one driver's hours. ``read_at``: the database's clock."""

    read_at: datetime
    tenant_id: UUID
    tenant: str
    tenant_is_active: bool
    is_sandbox: bool
    integration_id: UUID
    integration_status: str
    integration_error: ErrorFields | None
    vendor: str
    driver_id: str
    name: str | None
    is_active: bool | None
    home_timezone: str | None
    day_start_hour: int | None
    is_exempt: bool
    exempt_reason: str | None
    rulesets: tuple[Ruleset, ...]
    reading: Reading | None
    override: Override | None
    asking: Asking
    breaker: BreakerView | None


async def tenant_id(conn: Connection, slug: str) -> UUID:
    """The id behind a short name; NotFoundError. For callers who are not a tenant's."""
    found = await conn.execute("SELECT id FROM ops.tenant WHERE slug = %s", [slug])
    row = await found.fetchone()
    if row is None:
        raise NotFoundError(f"There is no tenant “{slug}”. See: sally tenant list")
    held: UUID = row[0]
    return held


async def look(conn: Connection, tenant: UUID, driver: str, feeds: Mapping[str, str]) -> Case:
    """What is kept of the driver with this id, or else of this full name (case ignored).

    ``feeds``: the vendors that know hours, and the name of their dataset of clocks.
    NotFoundError when the tenant has no such driver; ConfigurationError when it has several.
    """
    told: dict[str, Any] = {"tenant": tenant, "driver": driver, "vendors": list(feeds),
            "datasets": list(feeds.values())}  # fmt: skip
    async with as_console(conn, tenant), conn.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(LOOK, told)).fetchall()
        if not rows:
            await cursor.execute(NAMED, {**told, "limit": SIMILAR + 1})
            told["driver"] = _one_id(driver, await cursor.fetchall())
            rows = await (await cursor.execute(LOOK, told)).fetchall()
    if len(rows) > 1:
        vendors = " and ".join(row["vendor"] for row in rows)
        raise ConfigurationError(f"Both {vendors} have a driver “{driver}”.")
    if not rows:
        raise _stranger(driver, [])
    return case_of(rows[0], told["driver"])


def _one_id(driver: str, found: Sequence[dict[str, Any]]) -> str:
    """The id of the one driver of that name."""
    ids = sorted({row["id"] for row in found if row["is_it"]})
    if not ids:
        raise _stranger(driver, [f"{row['name']} ({row['id']})" for row in found])
    if len(ids) > 1:
        raise ConfigurationError(
            f"{len(ids)} drivers are called “{driver}”. Name one by the id: {', '.join(ids)}."
        )
    return str(ids[0])


def _stranger(driver: str, similar: Sequence[str]) -> NotFoundError:
    hint = f" Similar: {', '.join(dict.fromkeys(similar[:SIMILAR]))}." if similar else ""
    return NotFoundError(
        f"There is no driver “{driver}”.{hint} Name one by the vendor's id or by the full name; "
        "a new driver is known after the next sync."
    )


def case_of(row: dict[str, Any], driver_id: str) -> Case:
    """A row of `LOOK` as a case."""
    return Case(
        read_at=row["read_at"],
        tenant_id=row["tenant_id"],
        tenant=row["slug"],
        tenant_is_active=row["tenant_is_active"],
        is_sandbox=row["is_sandbox"],
        integration_id=row["integration_id"],
        integration_status=row["integration_status"],
        integration_error=_error(row, "last_error"),
        vendor=row["vendor"],
        driver_id=driver_id,
        name=row["name"],
        is_active=row["is_active"],
        home_timezone=row["home_timezone"],
        day_start_hour=row["eld_day_start_hour"],
        is_exempt=row["is_exempt"],
        exempt_reason=row["eld_exempt_reason"],
        rulesets=tuple(
            Ruleset(each.get("shift") or None, each.get("cycle") or None)
            for each in row["rulesets"] or ()
        ),
        reading=_reading(row),
        override=_override(row),
        asking=Asking(row["version"], row["rests"], row["not_before"], _error(row, "error")),
        breaker=_breaker(row),
    )


def _reading(row: dict[str, Any]) -> Reading | None:
    if row["duty_status"] is None:  # every row has one
        return None
    return Reading(
        status=row["duty_status"],
        vehicle_name=row["vehicle_name"],
        clocks=Clocks(
            drive_s=row["drive_remaining_s"],
            shift_s=row["shift_remaining_s"],
            break_s=row["break_remaining_s"],
            cycle_s=row["cycle_remaining_s"],
            cycle_tomorrow_s=row["cycle_tomorrow_s"],
            shift_driving_violation_s=row["shift_driving_violation_s"],
            cycle_violation_s=row["cycle_violation_s"],
        ),
        as_of=row["as_of"],
        is_confirmed=row["is_confirmed"],
    )


def _override(row: dict[str, Any]) -> Override | None:
    if row["author"] is None:
        return None
    return Override(
        author=row["author"],
        reason=row["override_reason"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        drive_s=row["override_drive_s"],
        shift_s=row["override_shift_s"],
        break_s=row["override_break_s"],
        cycle_s=row["override_cycle_s"],
        duty_status=row["override_status"],
    )


def _breaker(row: dict[str, Any]) -> BreakerView | None:
    if row["state"] is None:
        return None
    return BreakerView(row["scope"], row["state"], row["retry_at"], row["reason"])


def _error(row: dict[str, Any], name: str) -> ErrorFields | None:
    if row[f"{name}_kind"] is None:
        return None
    return ErrorFields(
        kind=row[f"{name}_kind"],
        happened=row[f"{name}_happened"] or "",
        who=row[f"{name}_who"] or "",
        next_step=row[f"{name}_next_step"] or "",
    )
