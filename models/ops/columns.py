"""How tables are declared: columns with their comments, checks, keys within a tenant."""

import os
import time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What every table of the house shares: one metadata, with predictable constraint names."""

    metadata = MetaData(naming_convention=NAMES)


def new_id() -> UUID:
    """A UUID of version 7: ordered by time, so that indexes grow at one end."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


def column(comment: str, kind: Any, server: str | None = None, **more: Any) -> Any:
    """A column with its comment; ``server`` is its default in SQL."""
    kwargs: dict[str, Any] = {"comment": comment}
    if server is not None:
        kwargs["server_default"] = sql(server)
    if "default_factory" not in more:
        more.setdefault("default", None)
    return Field(sa_type=kind, sa_column_kwargs=kwargs, **more)


def text(comment: str, server: str | None = None, **more: Any) -> Any:
    """Words."""
    return column(comment, Text(), server, **more)


def instant(comment: str, server: str | None = None, **more: Any) -> Any:
    """An instant, stored with its time zone."""
    return column(comment, DateTime(timezone=True), server, **more)


def day(comment: str) -> Any:
    """A calendar day."""
    return column(comment, Date())


def integer(comment: str, server: str | None = None, **more: Any) -> Any:
    """A whole number of 32 bits."""
    return column(comment, Integer(), server, **more)


def bigint(comment: str, server: str | None = None) -> Any:
    """A whole number of 64 bits."""
    return column(comment, BigInteger(), server)


def decimal(comment: str, server: str | None = None) -> Any:
    """An exact number, as the vendor wrote it."""
    return column(comment, Numeric(), server)


def real(comment: str, server: str | None = None) -> Any:
    """A measured number."""
    return column(comment, Double(), server)


def boolean(comment: str, server: str | None = None) -> Any:
    """Yes or no."""
    return column(comment, Boolean(), server)


def jsonb(comment: str, server: str | None = None) -> Any:
    """A list or an object."""
    return column(comment, JSONB(none_as_null=True), server)


def words(comment: str, server: str | None = None) -> Any:
    """Names, in order."""
    return column(comment, ARRAY(Text()), server)


def uuids(comment: str) -> Any:
    """Ids, side by side with other arrays."""
    return column(comment, ARRAY(Uuid()))


def integers(comment: str) -> Any:
    """Whole numbers, side by side with other arrays."""
    return column(comment, ARRAY(Integer()))


def binary(comment: str) -> Any:
    """Bytes."""
    return column(comment, LargeBinary())


def uuid(comment: str, server: str | None = None, **more: Any) -> Any:
    """The id of something."""
    return column(comment, Uuid(), server, **more)


def identity(comment: str) -> Any:
    """The id of this row itself."""
    return uuid(comment, "gen_random_uuid()", primary_key=True, default_factory=new_id)


def one_of(name: str, words: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """A CHECK that the column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def within_tenant(target: str, *columns: str, to: tuple[str, ...] = ("id",)) -> Any:
    """A foreign key that cannot leave the tenant."""
    remote = [f"{target}.tenant_id", *(f"{target}.{name}" for name in to)]
    return ForeignKeyConstraint(["tenant_id", *columns], remote)


def of_tenant() -> ForeignKeyConstraint:
    """A foreign key to the tenant."""
    return ForeignKeyConstraint(["tenant_id"], ["ops.tenant.id"])


def table(schema: str, comment: str, *parts: Any) -> tuple[Any, ...]:
    """What stands in ``__table_args__``."""
    options: dict[str, Any] = {"schema": schema, "comment": comment}
    for part in parts:
        if isinstance(part, dict):
            options.update(part)
    return (*(part for part in parts if not isinstance(part, dict)), options)
