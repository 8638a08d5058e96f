"""Whose hours are whose: a driver of one vendor linked to the same person at another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index

from core.route.links import Basis
from models.ops.columns import Table, instant, one_of, table, text, uuid, within_tenant


class DriverLink(Table, table=True):
    """Links of drivers."""

    __tablename__ = "driver_link"
    __table_args__ = table(
        "fleet",
        "Who drives a load: the TMS's driver and the same person where the hours come from.",
        within_tenant("ops.integration", "load_integration_id"),
        within_tenant("ops.integration", "hours_integration_id"),
        one_of("basis", Basis),
        CheckConstraint(
            "(basis = 'confirmed') = (confirmed_at IS NOT NULL AND confirmed_by IS NOT NULL)",
            name="confirmed",
        ),
        Index("ix_driver_link_tenant_id", "tenant_id"),
    )

    load_integration_id: UUID = uuid("The TMS's connection.", primary_key=True, default=...)
    driver_id: str = text("The driver's id at the TMS.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    driver_name: str | None = text("The driver's name at the TMS.")
    hours_integration_id: UUID = uuid("The connection that the hours come through.")
    hours_driver_id: str = text("The driver's id there.")
    basis: str = text("confirmed (by a person), external_id, licence, or name: a guess.")
    confirmed_by: str | None = text("Who confirmed it.")
    confirmed_at: datetime | None = instant("When.")
    created_at: datetime = instant("When it was found.", "now()")
    updated_at: datetime = instant("When it last changed.", "now()")
