"""Tenants and their people."""

from __future__ import annotations

import re

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import ConfigurationError, NotFoundError
from models.ops import AppUser, Role, Tenant
from store import audit

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LISTED = 20


def add(
    session: Session, slug: str, name: str | None = None, *, is_sandbox: bool = False,
    actor: str = "cli",
) -> Tenant:  # fmt: skip
    """Add a tenant; ConfigurationError when the slug is taken or cannot be used."""
    if not SLUG.fullmatch(slug):
        raise ConfigurationError(
            f"“{slug}” cannot be a tenant's short name: use lower-case letters, digits and hyphens."
        )
    if session.exec(select(Tenant).where(Tenant.slug == slug)).first() is not None:
        raise ConfigurationError(f"There is a tenant “{slug}” already. Choose another short name.")
    tenant = Tenant(slug=slug, name=name or slug, is_sandbox=is_sandbox)
    session.add(tenant)
    session.flush()
    session.refresh(tenant)
    audit.note(session, actor, "tenant.add", tenant.id, tenant.id, slug=slug)
    return tenant


def all_of(session: Session) -> list[Tenant]:
    """Every tenant, by short name."""
    return list(session.exec(select(Tenant).order_by(Tenant.slug)))


def any_on_sandbox(session: Session) -> bool:
    """Whether some active tenant's vendors are the local sandbox."""
    query = select(Tenant.id).where(col(Tenant.is_sandbox), col(Tenant.is_active))
    return session.exec(query).first() is not None


def get(session: Session, slug: str) -> Tenant:
    """The tenant of that short name; NotFoundError names the ones there are."""
    found = session.exec(select(Tenant).where(Tenant.slug == slug)).first()
    if found is None:
        raise NotFoundError(f"There is no tenant “{slug}”. {_known(session)}")
    return found


def set_active(session: Session, slug: str, is_active: bool, *, actor: str = "cli") -> Tenant:
    """Resume or stop every sync of a tenant."""
    tenant = get(session, slug)
    tenant.is_active = is_active
    audit.note(session, actor, "tenant.set_active", tenant.id, tenant.id, is_active=is_active)
    return tenant


def add_user(
    session: Session, slug: str, email: str, name: str, role: str = Role.DISPATCHER, *,
    password_hash: str | None = None, driver_id: str | None = None, actor: str = "cli",
) -> AppUser:  # fmt: skip
    """Add a person to a tenant; ConfigurationError when address or role cannot be used.

    ``driver_id``: for a DRIVER, their id at the vendor that knows hours.
    """
    tenant = get(session, slug)
    if role not in set(Role):
        raise ConfigurationError(f"“{role}” is no role. The roles are {', '.join(Role)}.")
    if not EMAIL.fullmatch(email):
        raise ConfigurationError(f"“{email}” is not an e-mail address.")
    taken = select(AppUser).where(
        AppUser.tenant_id == tenant.id, func.lower(col(AppUser.email)) == email.lower()
    )
    if session.exec(taken).first() is not None:
        raise ConfigurationError(f"{email} is a user of {slug} already.")
    user = AppUser(
        tenant_id=tenant.id, email=email, name=name, role=role, password_hash=password_hash,
        driver_id=driver_id,
    )  # fmt: skip
    session.add(user)
    session.flush()
    session.refresh(user)
    audit.note(session, actor, "user.add", user.id, tenant.id, role=str(role))
    return user


def user(session: Session, slug: str, email: str) -> AppUser:
    """A person of a tenant by their address; NotFoundError when there is none."""
    tenant = get(session, slug)
    query = select(AppUser).where(
        AppUser.tenant_id == tenant.id, func.lower(col(AppUser.email)) == email.strip().lower()
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(f"{slug} has no user {email}. Add one with: sally user add")
    return found


def set_password(
    session: Session, slug: str, email: str, password_hash: str, *, actor: str = "cli"
) -> AppUser:
    """Give a person another password; what was signed before is void."""
    person = user(session, slug, email)
    person.password_hash = password_hash
    person.password_changed_at = func.clock_timestamp()  # type: ignore[assignment]
    session.flush()
    audit.note(session, actor, "user.set_password", person.id, person.tenant_id)
    return person


def _known(session: Session) -> str:
    slugs = list(session.exec(select(Tenant.slug).order_by(Tenant.slug).limit(LISTED + 1)))
    if not slugs:
        return "There are none yet; add one with: sally tenant add"
    more = " and more" if len(slugs) > LISTED else ""
    return f"Known: {', '.join(slugs[:LISTED])}{more}."
