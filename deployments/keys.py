"""Secrets that the local stack makes for itself and keeps in its data folder, mode 0600."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

CREDENTIALS_KEY_BYTES = 32


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in `path`, made on first use: complete or absent, and never replaced."""
    if not path.exists():
        new = path.with_name(f"{path.name}.{os.getpid()}")
        write_private(new, make())
        try:
            # Unlike a rename, a link fails when another process was first.
            path.hardlink_to(new)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text().strip()


def credentials_key(data: Path) -> str:
    """The key of the stored vendor credentials: 64 hexadecimal characters."""
    return kept(data / "credentials.key", lambda: secrets.token_hex(CREDENTIALS_KEY_BYTES))


def console_key(data: Path) -> str:
    """The key that signs the console's tokens: 64 hexadecimal characters."""
    return kept(data / "console.key", lambda: secrets.token_hex(CREDENTIALS_KEY_BYTES))


def write_private(path: Path, text: str) -> None:
    """Write a new file that only we can read, and make sure that it is on disk."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
