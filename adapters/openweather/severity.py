"""What a weather condition means for a truck, by its id.

By the id because the words mislead: freezing rain is "Rain", and an unlisted word would have to
fall back on something.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.records import RoadSeverity

_SEVERE = (781, 771, 202, 212, 221, 504, 511, 602, 622, 762)
_HIGH = (
    *(200, 201, 210, 211, 230, 231, 232),
    *(502, 503, 522, 531),
    *(600, 601, 611, 612, 613, 615, 616, 620, 621),
)
_MODERATE = (
    *(501, 520, 521),
    *(300, 301, 302, 310, 311, 312, 313, 314, 321),
    *(711, 721, 731, 741, 751, 761),
)
_LOW = (500, 701, 800, 801, 802, 803, 804)
_FOG, _THICK_FOG_M = 741, 400

_BY_ID = {
    **dict.fromkeys(_SEVERE, RoadSeverity.SEVERE),
    **dict.fromkeys(_HIGH, RoadSeverity.HIGH),
    **dict.fromkeys(_MODERATE, RoadSeverity.MODERATE),
    **dict.fromkeys(_LOW, RoadSeverity.LOW),
}
_WORST_FIRST = (
    RoadSeverity.SEVERE,
    RoadSeverity.UNKNOWN,
    RoadSeverity.HIGH,
    RoadSeverity.MODERATE,
    RoadSeverity.LOW,
)


def of_condition(condition_id: int, visibility_m: float | None) -> RoadSeverity:
    """The severity of one condition; an id that is not listed is unknown, never good."""
    if condition_id == _FOG and visibility_m is not None and visibility_m < _THICK_FOG_M:
        return RoadSeverity.HIGH
    return _BY_ID.get(condition_id, RoadSeverity.UNKNOWN)


def of_all(condition_ids: Iterable[int], visibility_m: float | None) -> RoadSeverity:
    """The worst of several conditions; an unknown one hides no severe one."""
    found = {of_condition(condition_id, visibility_m) for condition_id in condition_ids}
    return next(severity for severity in _WORST_FIRST if severity in found)
