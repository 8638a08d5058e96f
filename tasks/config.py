"""Where things are: the keys, the database, a tenant's vendor. A missing one is one sentence."""

from __future__ import annotations

from adapters._kit.vendor import Vendor
from core import gate, redaction, settings
from core.bearable import Bearable
from core.errors import ConfigurationError
from core.secrets import KeyRing


def key_ring() -> KeyRing:
    """The keys that open stored credentials."""
    held = settings.settings().credentials_encryption_key
    return KeyRing.parse(held.get_secret_value() if held else None)


def database_url() -> str:
    """Where the rows live."""
    url = settings.settings().database_url
    if url is None:
        raise ConfigurationError(
            "DATABASE_URL is not set and the local stack is not running. "
            "Start it with `make up`, or set DATABASE_URL to a PostgreSQL of your own."
        )
    redaction.remember_url(url.get_secret_value())
    return url.get_secret_value()


def base_url(vendor: Vendor, *, is_sandbox: bool) -> str:
    """A sandbox tenant's vendor is the sandbox; everybody else's is the real one."""
    if not is_sandbox:
        return settings.vendor_url(vendor.name) or vendor.base_url
    sandbox = settings.settings().sally_sandbox_url
    if sandbox is None:
        raise ConfigurationError(
            "This tenant uses the sandbox, which is not running. Start it with `make up`, "
            "or `sally sandbox` and SALLY_SANDBOX_URL."
        )
    return str(sandbox).rstrip("/") + vendor.sandbox_path


def batch_seconds() -> float:
    """How long a batch may take before what is not finished is given back."""
    return settings.settings().sally_batch_seconds


def run_seconds() -> float:
    """How long a flow run that others can follow goes on taking further batches."""
    return settings.settings().sally_run_seconds


def most_runs() -> int:
    """How many flow runs of one deployment share what is due, at most."""
    return settings.settings().sally_most_runs


def bearable() -> Bearable:
    """How many rows of a dataset may be set aside before its run is failed."""
    held = settings.settings()
    return Bearable(held.sally_quarantine_rows, held.sally_quarantine_share)


def rate(vendor: Vendor, name: str) -> gate.Limit:
    """How fast one credential may call under this limit of the vendor, or as the settings say."""
    limit = vendor.limit(name)
    most, window_s = settings.vendor_rate(vendor.name, name) or (limit.most, limit.window_s)
    return gate.paced(most, window_s, max(1.0, limit.burst * most / limit.most))


def backoff(vendor: Vendor) -> gate.Backoff:
    """How long to leave the vendor alone after a refusal."""
    return gate.Backoff(unsaid=vendor.pause)
