"""Who drives a load: the TMS's driver found among the ELD's, and how sure that is.

Never by telephone: numbers are shared and handed on. A guess is marked as one until a person
confirms it. Trucks are found by their VIN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What a link rests on, the surest first."""

    CONFIRMED = "confirmed"
    EXTERNAL_ID = "external_id"
    LICENCE = "licence"
    NAME = "name"

    @property
    def is_guess(self) -> bool:
        """May it be another person?"""
        return self is Basis.NAME


@dataclass(frozen=True, slots=True)
class Hand:
    """A driver as the TMS knows him."""

    id: str
    name: str | None
    license_number: str | None = None
    license_state: str | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A driver as the ELD knows him."""

    id: str
    name: str | None
    external_ids: frozenset[str] = frozenset()
    license_number: str | None = None
    license_state: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A driver of the TMS, and the one of the ELD that he is."""

    hand_id: str
    logged_id: str
    basis: Basis


def match(hand: Hand, logged: Sequence[Logged]) -> Match | None:
    """The one driver that the ids, else the licence, else the exact name, name; None: not one.

    Two that fit are none: to plan with a stranger's hours is worse than with none.
    """
    by_id = [one.id for one in logged if hand.id in one.external_ids]
    if by_id:
        return _only(hand, by_id, Basis.EXTERNAL_ID)
    if hand.license_number and hand.license_state:
        held = _licence(hand.license_number, hand.license_state)
        by_licence = [
            one.id
            for one in logged
            if one.license_number
            and one.license_state
            and _licence(one.license_number, one.license_state) == held
        ]
        if by_licence:
            return _only(hand, by_licence, Basis.LICENCE)
    name = _name(hand.name)
    return _only(hand, [one.id for one in logged if name and _name(one.name) == name], Basis.NAME)


def match_all(hands: Sequence[Hand], logged: Sequence[Logged]) -> tuple[Match, ...]:
    """Every driver's match. A name that two drivers of the TMS share names neither of them."""
    found = [one for hand in hands if (one := match(hand, logged)) is not None]
    named = [one.logged_id for one in found if one.basis is Basis.NAME]
    return tuple(
        one for one in found if one.basis is not Basis.NAME or named.count(one.logged_id) == 1
    )


def _only(hand: Hand, ids: Iterable[str], basis: Basis) -> Match | None:
    found = set(ids)
    return Match(hand.id, found.pop(), basis) if len(found) == 1 else None


def _licence(number: str, state: str) -> tuple[str, str]:
    return "".join(number.split()).upper(), state.strip().upper()


def _name(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()
