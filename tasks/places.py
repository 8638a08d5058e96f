"""Where to ask: the points that matter to a tenant, on a grid and capped.

A grid keeps the question the same while a truck moves within a cell, so an unchanged station
or observation stays one row; the cap keeps a large fleet within the vendor's limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.errors import ConfigurationError
from models.asking import Place


def choose(
    candidates: Iterable[Place], options: Mapping[str, object], *, cell_degrees: float, cap: int
) -> tuple[Place, ...]:
    """The centres of the cells that hold the candidates, the configured places first."""
    cells = dict.fromkeys(
        snap(place, cell_degrees) for place in [*configured(options), *candidates]
    )
    return tuple(cells)[:cap]


def snap(place: Place, cell_degrees: float) -> Place:
    """The nearest grid point, in degrees; clear of float dust so that it can be a key."""
    return Place(
        round(round(place.latitude / cell_degrees) * cell_degrees, 6),
        round(round(place.longitude / cell_degrees) * cell_degrees, 6),
    )


def configured(options: Mapping[str, object]) -> Sequence[Place]:
    """The places of the integration's settings: ``{"places": [[latitude, longitude], …]}``."""
    held = options.get("places", [])
    try:
        return [_checked(float(lat), float(lon)) for lat, lon in held]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ConfigurationError(
            "The integration's setting “places” must be a list of [latitude, longitude] in degrees."
        ) from None


def _checked(latitude: float, longitude: float) -> Place:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError
    return Place(latitude, longitude)
