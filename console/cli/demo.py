"""Two demo tenants on the sandbox, for whoever has nothing configured yet."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session

from adapters import registry
from core import passwords
from core.errors import NotFoundError
from core.secrets import KeyRing
from deployments.keys import kept
from models.ops import AppUser, Role, Tenant
from sandbox import credentials
from store import integrations, tenants
from store.connection import session
from store.drivers import first_driver

DEMO = {"acme": "Acme Freight", "bluemesa": "Blue Mesa Freight"}


def seed(url: str, ring: KeyRing) -> None:
    """Create the demo tenants, each with every vendor connected."""
    with session(url) as db:
        for slug, name in DEMO.items():
            tenants.add(db, slug, name, is_sandbox=True)
            for vendor in registry.VENDORS:
                integrations.add(
                    db,
                    ring,
                    slug,
                    vendor.name,
                    credentials(slug)[vendor.name],
                    poll_seconds=int(vendor.poll_every.total_seconds()),
                )


def logins(url: str, data: Path) -> list[str]:
    """How to sign in: the demo's people with their password, made on first use and kept in `data`.

    Only tenants on the sandbox have them: nobody gets into a real fleet by a password of ours.
    """
    password = kept(data / "console.demo", passwords.generated)
    with session(url) as db:
        demo = [each for each in tenants.all_of(db) if each.slug in DEMO and each.is_sandbox]
        shown = [
            f"  {person.email:<28}{person.role}"
            for tenant in demo
            for person in _people(db, tenant, password)
            if passwords.matches(password, person.password_hash)
        ]
    if not shown:
        return ["Sign in to the console: sally user add, then sally user passwd."]
    return [f"Sign in to the console with the password {password} as", *shown]


def _people(db: Session, tenant: Tenant, password: str) -> list[AppUser]:
    """The tenant's demo people, added if missing; a password that was changed stays."""
    people = []
    for role in (Role.ADMIN, Role.DISPATCHER, Role.DRIVER):
        email = f"{role.lower()}@{tenant.slug}.example"
        driver = first_driver(db, tenant.id) if role is Role.DRIVER else None
        if role is Role.DRIVER and driver is None:
            continue  # nobody drives before the first sync
        try:
            person = tenants.user(db, tenant.slug, email)
        except NotFoundError:
            person = tenants.add_user(
                db, tenant.slug, email, f"Demo {role.lower()}", role,
                password_hash=passwords.hashed(password), driver_id=driver,
            )  # fmt: skip
        people.append(person)
    return people
