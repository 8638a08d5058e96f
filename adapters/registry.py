"""The vendors of the house: one list, and the only place that names them all."""

from __future__ import annotations

from adapters import fuelfinder, openweather, samsara, truckbase
from adapters._kit.vendor import Vendor
from core.errors import ConfigurationError

VENDORS: tuple[Vendor, ...] = (
    samsara.VENDOR,
    truckbase.VENDOR,
    fuelfinder.VENDOR,
    openweather.VENDOR,
)


def vendor(name: str) -> Vendor:
    """The vendor of that name. ConfigurationError names the known ones."""
    for known in VENDORS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in VENDORS)
    raise ConfigurationError(f"There is no vendor “{name}”. Known: {names}.")
