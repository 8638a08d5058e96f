"""People who are signed in to the console, and what may be tried only so often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from models.ops.columns import Table, instant, integer, table, text, uuid, within_tenant


class ConsoleSession(Table, table=True):
    """A person who is signed in to the console's pages."""

    __tablename__ = "console_session"
    __table_args__ = table(
        "ops",
        "People who are signed in to the console's pages.",
        within_tenant("ops.app_user", "user_id"),
        Index("ix_console_session_expires_at", "expires_at"),
    )

    token_hash: str = text(
        "SHA-256 of what the browser's cookie holds.", primary_key=True, default=...
    )
    tenant_id: UUID = uuid("The tenant of the person.")
    user_id: UUID = uuid("The person.")
    created_at: datetime = instant("When they signed in.", "now()")
    expires_at: datetime = instant("When they have to sign in again; earlier than now: signed out.")
    acting_tenant_id: UUID | None = uuid(
        "The tenant that a SUPER_ADMIN chose to look at; null for their own."
    )


class SignInAttempt(Table, table=True):
    """Attempts at one thing."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = table(
        "ops",
        "Attempts in a quarter of an hour: to sign in, by whom and from where, and what a tenant "
        "may do only so often.",
    )

    key: str = text("SHA-256 of what is counted.", primary_key=True, default=...)
    failures: int = integer("Attempts since then; for sign-ins, failed ones.", "0")
    since: datetime = instant("When counting began.", "now()")
