"""`sally user`: a tenant's people, and their passwords for the console."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from console.cli.ground import database
from core import passwords
from core.errors import ConfigurationError
from store import tenants
from store.connection import session

RoleName = Literal["DRIVER", "DISPATCHER", "ADMIN", "SUPER_ADMIN"]
File = Annotated[Path | None, Parameter(help="A file that holds it, in place of a prompt.")]


def add_user(
    email: str,
    *,
    tenant: str,
    name: Annotated[str | None, Parameter(help="Default: the address.")] = None,
    role: RoleName = "DISPATCHER",
    driver: Annotated[
        str | None, Parameter(help="For a DRIVER: their id at the vendor of hours.")
    ] = None,
) -> None:
    """Add a person to a tenant. Admins hear when its syncs fail."""
    if (driver is not None) != (role == "DRIVER"):
        raise ConfigurationError("--driver belongs to the role DRIVER, and that role needs it.")
    with database() as url, session(url) as db:
        person = tenants.add_user(db, tenant, email, name or email, role, driver_id=driver)
        print(f"Added {person.email} to {tenant} as {person.role}.")
    print(f"A password for the console: sally user passwd {email} --tenant {tenant}")


def passwd(
    email: str,
    *,
    tenant: str,
    password_file: File = None,
    generate: Annotated[bool, Parameter(help="Make one and print it, once.", negative=())] = False,
) -> None:
    """Give a person a password for the console; who was signed in by another has to anew."""
    with database() as url:
        with session(url) as db:
            tenants.user(db, tenant, email)
        password = passwords.generated() if generate else _asked(password_file)
        kept = passwords.hashed(password)
        with session(url) as db:
            tenants.set_password(db, tenant, email, kept)
    print(f"{email} of {tenant} has a new password.")
    if generate:
        print(password)


def _asked(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text().rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{file} cannot be read: {type(error).__name__}.") from None
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "There is no terminal to ask at: use --password-file FILE, or --generate."
        )
    first = getpass.getpass("New password (not shown): ")
    if getpass.getpass("Again: ") != first:
        raise ConfigurationError("The two differ. Nothing was changed.")
    return first
