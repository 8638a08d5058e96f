"""Hours that a person enters for a driver: entered, listed, ended. Each change is noted.

Who may enter them is decided above; what may be entered is decided in ``core/hours_override.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import ConfigurationError, NotFoundError
from core.hours_override import Override, refusals
from models.ops import AppUser, HosOverride
from store import audit
from store.hos import Case


@dataclass(frozen=True, slots=True)
class Listed:
    """An override in force, and whom it is for."""

    id: UUID
    driver_id: str
    override: Override


def enter(session: Session, case: Case, wanted: Override, *, actor: str) -> HosOverride:
    """Enter hours for a driver, in place of what was entered before.

    ``case``: the driver and their rulesets. ``wanted.created_at`` is replaced by the database's
    clock. ConfigurationError says all that is wrong with it. ``wanted.author`` may be the address
    of one of the tenant's people: then it is that person's.
    """
    now = database_now(session)
    override = replace(wanted, created_at=now)
    if why := refusals(override, case.rulesets, is_exempt=case.is_exempt):
        raise ConfigurationError(" ".join(why))
    assert override.expires_at is not None  # one without an end is refused
    person = _person(session, case.tenant_id, override.author)
    replaced = _revoke(session, case.tenant_id, case.driver_id, now)
    row = HosOverride(
        tenant_id=case.tenant_id,
        driver_id=case.driver_id,
        author_id=None if person is None else person.id,
        author=override.author.strip() if person is None else person.name,
        reason=override.reason.strip(),
        drive_remaining_s=override.drive_s,
        shift_remaining_s=override.shift_s,
        cycle_remaining_s=override.cycle_s,
        break_remaining_s=override.break_s,
        duty_status=override.duty_status,
        created_at=now,
        expires_at=override.expires_at,
    )
    session.add(row)
    session.flush()
    audit.note(session, actor, "hos_override.enter", row.id, row.tenant_id,
               replaced=[str(one) for one in replaced], **_details(row))  # fmt: skip
    return row


def end(session: Session, case: Case, *, actor: str) -> int:
    """End what is in force for a driver; NotFoundError when nothing is."""
    now = database_now(session)
    ended = _revoke(session, case.tenant_id, case.driver_id, now)
    if not ended:
        name = case.name or case.driver_id
        raise NotFoundError(f"No override is in force for {name} ({case.driver_id}).")
    for one in ended:
        audit.note(session, actor, "hos_override.end", one, case.tenant_id,
                   driver_id=case.driver_id)  # fmt: skip
    return len(ended)


def in_force(session: Session, tenant_id: UUID) -> list[Listed]:
    """The tenant's overrides that hold now, those that end first before the others."""
    query = (
        select(HosOverride)
        .where(
            HosOverride.tenant_id == tenant_id,
            col(HosOverride.revoked_at).is_(None),
            col(HosOverride.expires_at) > func.now(),
        )
        .order_by(col(HosOverride.expires_at))
    )
    return [Listed(row.id, row.driver_id, _override(row)) for row in session.exec(query)]


def database_now(session: Session) -> datetime:
    """The database's clock: the start of this transaction."""
    now: datetime = session.exec(select(func.now())).one()
    return now


def _revoke(session: Session, tenant_id: UUID, driver_id: str, now: datetime) -> list[UUID]:
    """End the driver's overrides that hold; those that expired by themselves stay as they are."""
    query = (
        select(HosOverride)
        .where(
            HosOverride.tenant_id == tenant_id,
            HosOverride.driver_id == driver_id,
            col(HosOverride.revoked_at).is_(None),
        )
        .with_for_update()
    )
    held = [row for row in session.exec(query) if row.expires_at > now]
    for row in held:
        row.revoked_at = now
    return [row.id for row in held]


def _person(session: Session, tenant_id: UUID, author: str) -> AppUser | None:
    query = select(AppUser).where(
        AppUser.tenant_id == tenant_id,
        func.lower(col(AppUser.email)) == author.strip().lower(),
        col(AppUser.is_active),
    )
    return session.exec(query).first()


def _override(row: HosOverride) -> Override:
    return Override(
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        expires_at=row.expires_at,
        drive_s=row.drive_remaining_s,
        shift_s=row.shift_remaining_s,
        break_s=row.break_remaining_s,
        cycle_s=row.cycle_remaining_s,
        duty_status=row.duty_status,
    )


def _details(row: HosOverride) -> dict[str, Any]:
    entered = {
        "drive_s": row.drive_remaining_s,
        "shift_s": row.shift_remaining_s,
        "break_s": row.break_remaining_s,
        "cycle_s": row.cycle_remaining_s,
    }
    return {
        "driver_id": row.driver_id,
        "author": row.author,
        "reason": row.reason,
        "expires_at": row.expires_at.isoformat(),
        "duty_status": row.duty_status,
        **{name: seconds for name, seconds in entered.items() if seconds is not None},
    }
