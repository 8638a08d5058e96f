"""The connection test: every endpoint is asked for as little as it allows, at once, in seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from adapters._kit.vendor import Vendor
from core.errors import (
    AuthRejected,
    Cause,
    ContractBroken,
    Deferred,
    PermissionMissing,
    RateLimited,
    RequestRejected,
    VendorError,
)

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

ACCOUNT = "account"
BUDGET_S = 3.0
_Probe = Callable[["VendorSession"], Awaitable[object]]


class Outcome(StrEnum):
    """What an endpoint said."""

    OK = "ok"
    BAD_CREDENTIALS = "bad_credentials"
    MISSING_SCOPE = "missing_scope"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One endpoint's answer. ``ms``: until the answer, or until waiting ended."""

    dataset: str
    outcome: Outcome
    sentence: str
    ms: int


_OUTCOMES: tuple[tuple[type[VendorError], Outcome], ...] = (
    (AuthRejected, Outcome.BAD_CREDENTIALS),
    (PermissionMissing, Outcome.MISSING_SCOPE),
    (RateLimited, Outcome.RATE_LIMITED),
    (RequestRejected, Outcome.REJECTED),
    (ContractBroken, Outcome.UNREADABLE),
)


async def test_connection(
    vendor: Vendor,
    session: VendorSession,
    budget_s: float = BUDGET_S,  # noqa: PT028  # a connection test, not a test
) -> list[ProbeResult]:
    """What the vendor says to these credentials, the account first where there is one.

    Never raises a ``VendorError`` and ends within the budget. One bad_credentials means that the
    credential is wrong, whatever the others say.
    """
    probes: list[Awaitable[ProbeResult]] = []
    if vendor.account is not None:
        account = vendor.account
        probes.append(
            _asked(ACCOUNT, account.probe, session, budget_s, is_optional=account.is_optional)
        )
    probes += [
        _asked(dataset.name, dataset.probe, session.for_dataset(dataset), budget_s)
        for dataset in vendor.datasets
    ]
    return list(await asyncio.gather(*probes))


test_connection.__test__ = False  # type: ignore[attr-defined]  # pytest collects by name


async def _asked(
    name: str, probe: _Probe, session: VendorSession, budget_s: float, *, is_optional: bool = False
) -> ProbeResult:
    started = time.perf_counter()
    outcome, sentence = Outcome.OK, f"{session.client.vendor.title} answers."
    try:
        async with asyncio.timeout(budget_s):
            await probe(session)
    except TimeoutError:
        outcome = Outcome.UNREACHABLE
        sentence = f"{session.client.vendor.title} did not answer within {budget_s:g} seconds."
    except PermissionMissing as error:
        # A key may be made for the data alone: that it cannot name its owner is no failure.
        outcome = Outcome.OK if is_optional else Outcome.MISSING_SCOPE
        sentence = _OPTIONAL if is_optional else f"{error.happened} {error.sentences.next_step}"
    except VendorError as error:
        outcome = _outcome(error)
        sentence = f"{error.happened} {error.sentences.next_step}"
    return ProbeResult(name, outcome, sentence, round((time.perf_counter() - started) * 1000))


_OPTIONAL = "The key may not read the account's name; the sync does not need it."


def _outcome(error: VendorError) -> Outcome:
    if isinstance(error, Deferred):
        return Outcome.RATE_LIMITED if error.cause is Cause.GATE else Outcome.UNREACHABLE
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return Outcome.UNREACHABLE
