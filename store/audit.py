"""Who changed what. Secrets are named by their fingerprint only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import Session

from models.ops import AuditLog


def note(
    session: Session,
    actor: str,
    action: str,
    subject_id: UUID | None,
    tenant_id: UUID | None,
    **details: Any,
) -> None:
    """Add one entry; ``action`` is ``<subject>.<verb>``. It is stored with the change itself."""
    session.add(
        AuditLog(
            actor=actor,
            action=action,
            subject=action.partition(".")[0],
            subject_id=None if subject_id is None else str(subject_id),
            tenant_id=tenant_id,
            details=details,
        )
    )
