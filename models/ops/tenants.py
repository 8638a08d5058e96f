"""Fleets that use us, their people, and which analyst may read whom."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql

from models.ops.columns import (
    Table,
    boolean,
    identity,
    instant,
    of_tenant,
    one_of,
    table,
    text,
    uuid,
)


class Role(StrEnum):
    """What a person may do in the console."""

    DRIVER = "DRIVER"
    DISPATCHER = "DISPATCHER"
    ADMIN = "ADMIN"
    SUPER_ADMIN = "SUPER_ADMIN"


class Tenant(Table, table=True):
    """A trucking fleet that uses us."""

    __tablename__ = "tenant"
    __table_args__ = table("ops", "A trucking fleet that uses us.")

    id: UUID = identity("The tenant's id.")
    slug: str = text("Short name used in commands and addresses.", unique=True)
    name: str = text("The fleet's name as people write it.")
    is_sandbox: bool = boolean("True when its vendors are the local sandbox.", "false")
    is_active: bool = boolean("False stops every sync of this tenant.", "true")
    created_at: datetime = instant("When it was added.", "now()")


class AppUser(Table, table=True):
    """A person of a tenant."""

    __tablename__ = "app_user"
    __table_args__ = table(
        "ops",
        "A person who signs in for one tenant.",
        of_tenant(),
        UniqueConstraint("tenant_id", "id"),
        one_of("role", Role),
        Index("uq_app_user_email", "tenant_id", sql("lower(email)"), unique=True),
        Index("ix_app_user_address", sql("lower(email)")),
    )

    id: UUID = identity("The user's id.")
    tenant_id: UUID = uuid("The tenant the person works for.")
    email: str = text("Address used to sign in; unique within the tenant, case ignored.")
    name: str = text("The person's name.")
    role: str = text("DRIVER, DISPATCHER, ADMIN or SUPER_ADMIN.")
    is_active: bool = boolean("False locks the person out.", "true")
    password_hash: str | None = text("Salted hash of the password; null until one is set.")
    created_at: datetime = instant("When the person was added.", "now()")
    driver_id: str | None = text("For a DRIVER: their id at the vendor of hours.")
    password_changed_at: datetime | None = instant(
        "When the password was last set: what was signed before is void."
    )


class AnalystAccess(Table, table=True):
    """Which login of an analyst sees which tenant."""

    __tablename__ = "analyst_access"
    __table_args__ = table(
        "ops", "Which database login of an analyst may read which tenant.", of_tenant()
    )

    role_name: str = text("The analyst's login in PostgreSQL.", primary_key=True, default=...)
    tenant_id: UUID = uuid("A tenant it may read.", primary_key=True, default=...)
    granted_at: datetime = instant("When it was granted.", "now()")
    name: str | None = text("Who it is for, as the person who granted it says.")
