"""Reads a vendor's credential from a prompt, a file or the environment: never from an argument."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from adapters._kit.vendor import Vendor
from core import redaction, settings
from core.errors import ConfigurationError
from core.secrets import Credentials

WEBHOOK = "SALLY_TENANT_SLACK_WEBHOOK_URL"


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


def webhook(file: Path | None, *, from_env: bool) -> str:
    """The address of a tenant's Slack webhook; it is a secret, for it lets anybody post there."""
    if file is not None:
        address = _text_of(file)
    elif from_env:
        address = settings.variable(WEBHOOK) or ""
    else:
        address = _asked("Slack webhook's address (not shown): ", "--webhook-file FILE")
    address = address.strip()
    redaction.remember([address])
    parts = urlsplit(address)
    is_local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_local))):
        raise ConfigurationError(
            "This is no webhook's address: it starts with https://. Slack shows it under "
            f"“Incoming Webhooks”; give it by prompt, with --webhook-file, or as {WEBHOOK}."
        )
    return address


def variable(vendor: Vendor, field: str) -> str:
    """The variable that may hold a field, such as ACME_API_KEY."""
    return f"{vendor.name}_{field}".upper()


def _from_file(vendor: Vendor, path: Path) -> dict[str, str | None]:
    """A file of NAME=value lines, or of the key alone when the vendor has only one."""
    text = _text_of(path)
    names = [field.name for field in vendor.credentials]
    if len(names) == 1 and "\n" not in text and "=" not in text.rstrip("="):
        return {names[0]: text}
    held = dotenv_values(path)
    return {name: held.get(variable(vendor, name)) or held.get(name) for name in names}


def _from_prompt(vendor: Vendor) -> dict[str, str | None]:
    return {
        field.name: _asked(f"{vendor.title} {field.title} (not shown): ", "--key-file FILE")
        for field in vendor.credentials
    }


def _text_of(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None


def _asked(question: str, otherwise: str) -> str:
    if not sys.stdin.isatty():
        raise ConfigurationError(f"Nobody is there to type the key. Use {otherwise} or --from-env.")
    return getpass.getpass(question)
