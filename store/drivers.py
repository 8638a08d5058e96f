"""A tenant's drivers, as the vendor of hours names them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session


def first_driver(session: Session, tenant_id: UUID) -> str | None:
    """Some active driver's id at the vendor: the same one each time."""
    found = session.connection().execute(
        text(
            "SELECT vendor_id FROM fleet.driver WHERE tenant_id = :tenant AND deleted_at IS NULL"
            " AND is_active IS NOT false ORDER BY vendor_id LIMIT 1"
        ),
        {"tenant": tenant_id},
    )
    return found.scalar()
