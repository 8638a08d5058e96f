"""Repeatable chance: everything the world 'decides' comes from a hash of what it decides about."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A few hundred bits of chance, fully determined by the key: same key, same throws.

    Draw about forty times at most; a dry pool answers 0.
    """

    __slots__ = ("_pool",)

    def __init__(self, *key: object) -> None:
        text = "/".join(map(str, key)).encode()
        self._pool = int.from_bytes(blake2b(text, digest_size=64).digest(), "little")

    def below(self, bound: int) -> int:
        """An integer in [0, bound)."""
        self._pool, drawn = divmod(self._pool, bound)
        return drawn

    def spread(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included."""
        return low + self.below(high - low + 1)

    def unit(self) -> float:
        """A float in [0, 1)."""
        return self.below(1 << 20) / (1 << 20)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def chance(self, share: float) -> bool:
        """True for about this share of keys."""
        return self.unit() < share


_ALL = (1 << 64) - 1


def stirred(base: int, row: int) -> int:
    """64 bits for a row of a long table whose `base` was hashed once (SplitMix64): ten times
    cheaper than a hash a row.
    """
    bits = (base + row * 0x9E3779B97F4A7C15) & _ALL
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _ALL
    return bits ^ (bits >> 31)


def number(*key: object, bits: int = 32) -> int:
    """One integer below 2**bits (at most 64), determined by the key."""
    text = "/".join(map(str, key)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little") >> (64 - bits)
