"""Reads a vendor's credential from a prompt, a file or the environment: never from an argument."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from dotenv import dotenv_values

from adapters._kit.vendor import Vendor
from core import redaction, settings
from core.errors import ConfigurationError
from core.secrets import Credentials


def read(vendor: Vendor, key_file: Path | None, *, from_env: bool) -> Credentials:
    """The credential's fields, complete; one sentence says which is missing and where to put it."""
    if key_file is not None:
        found = _from_file(vendor, key_file)
    elif from_env:
        found = {
            field.name: settings.variable(variable(vendor, field.name))
            for field in vendor.credentials
        }
    else:
        found = _from_prompt(vendor)
    credentials = {name: (value or "").strip() for name, value in found.items()}
    for name, value in credentials.items():
        if not value:
            raise ConfigurationError(
                f"{vendor.title} needs {variable(vendor, name)}: set it in the environment or .env "
                "with --from-env, or put it into a file for --key-file."
            )
    redaction.remember(credentials.values())
    return credentials


def variable(vendor: Vendor, field: str) -> str:
    """The variable that may hold a field, such as ACME_API_KEY."""
    return f"{vendor.name}_{field}".upper()


def _from_file(vendor: Vendor, path: Path) -> dict[str, str | None]:
    """A file of NAME=value lines, or of the key alone when the vendor has only one."""
    try:
        text = path.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
    names = [field.name for field in vendor.credentials]
    if len(names) == 1 and "\n" not in text and "=" not in text.rstrip("="):
        return {names[0]: text}
    held = dotenv_values(path)
    return {name: held.get(variable(vendor, name)) or held.get(name) for name in names}


def _from_prompt(vendor: Vendor) -> dict[str, str | None]:
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "Nobody is there to type the key. Use --key-file FILE or --from-env."
        )
    return {
        field.name: getpass.getpass(f"{vendor.title} {field.title} (not shown): ")
        for field in vendor.credentials
    }
