"""The errors of the house, named by what to do about them.

Each says three things, used alike by the API, the pages, the terminal and the mail:
what happened, who must act, and the next step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Actor(StrEnum):
    """Who can do something about an error."""

    NOBODY = "nobody"
    VENDOR = "the vendor"
    TENANT_ADMIN = "the tenant's admin"
    DISPATCHER = "the dispatcher"
    US = "us"


@dataclass(frozen=True, slots=True)
class Sentences:
    """An error in the three sentences that a person reads."""

    happened: str
    who: str
    next_step: str


class SallyError(Exception):
    """Anything this product raises on purpose. Its text holds no secret."""


class ConfigurationError(SallyError):
    """A setting, argument or environment that cannot work. The text says what to do."""


class NotFoundError(SallyError):
    """A tenant, integration or run that does not exist (or is a stranger's)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an error came from: safe to log, store and show."""

    vendor: str
    dataset: str | None = None
    path: str | None = None
    status: int | None = None
    request_id: str | None = None


class HoursUnknown(SallyError):
    """Nothing is known of a driver's hours: no reading is kept, and none could be had now.

    ``retry_at``: when the vendor may be asked again, if that is known.
    """

    def __init__(self, sentences: Sentences, retry_at: datetime | None = None) -> None:
        super().__init__(f"{sentences.happened} {sentences.who} {sentences.next_step}")
        self.sentences = sentences
        self.retry_at = retry_at

    def __reduce__(self) -> tuple[object, ...]:
        return (self.__class__, (self.sentences, self.retry_at))


class VendorError(SallyError):
    """What a vendor's answer, or its silence, means for us."""

    kind: ClassVar[str] = "vendor_error"
    is_transient: ClassVar[bool] = False
    counts_for_breaker: ClassVar[bool] = False
    actor: ClassVar[Actor] = Actor.US
    advice: ClassVar[str] = "Tell support the run's id."

    def __init__(self, happened: str, origin: Origin) -> None:
        super().__init__(happened)
        self.happened = happened
        self.origin = origin

    @property
    def sentences(self) -> Sentences:
        """What happened, who must act, and what they do next."""
        return Sentences(self.happened, f"Who must act: {self.actor}.", self.advice)

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary whole (exceptions drop keyword state by default)."""
        return (self.__class__, (self.happened, self.origin))


class VendorUnavailable(VendorError):
    """No answer, a timeout or a 5xx: it may be better in a moment."""

    kind = "vendor_unavailable"
    is_transient = True
    counts_for_breaker = True
    actor = Actor.VENDOR
    advice = "Nothing to do: the sync tries again by itself. The data shown is from the last sync."


class RateLimited(VendorError):
    """A 429: wait as long as the vendor asks.

    ``retry_after``: seconds, already bounded; None when the vendor did not say.
    """

    kind = "rate_limited"
    is_transient = True
    actor = Actor.NOBODY
    advice = "Nothing to do: the next sync waits until the vendor accepts calls again."

    def __init__(self, happened: str, origin: Origin, retry_after: float | None = None) -> None:
        super().__init__(happened, origin)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return (self.__class__, (self.happened, self.origin, self.retry_after))


class AuthRejected(VendorError):
    """A 401: the credential is wrong, and stays wrong until somebody replaces it."""

    kind = "auth_rejected"
    actor = Actor.TENANT_ADMIN
    advice = "Replace the API key of this integration; the sync resumes at once."


class PermissionMissing(VendorError):
    """A 403: the credential is right but lacks a scope, a licence or quota."""

    kind = "permission_missing"
    actor = Actor.TENANT_ADMIN
    advice = "Get the missing permission, plan or quota from the vendor; the next sync picks it up."

    def __init__(self, happened: str, origin: Origin, scope: str | None = None) -> None:
        super().__init__(happened, origin)
        self.scope = scope

    @property
    def sentences(self) -> Sentences:
        """The same, with the scope named in the next step."""
        if self.scope is None:
            return super().sentences
        step = f"Grant “{self.scope}” in the vendor's dashboard; the next sync picks it up."
        return Sentences(self.happened, f"Who must act: {self.actor}.", step)

    def __reduce__(self) -> tuple[object, ...]:
        return (self.__class__, (self.happened, self.origin, self.scope))


class RequestRejected(VendorError):
    """Another 4xx, or a redirect: we asked for something the vendor refuses."""

    kind = "request_rejected"
    advice = "Check the integration's settings and its base URL; else tell support the run's id."


class ContractBroken(VendorError):
    """A 200 that cannot be read: the vendor changed, or something answers in its place."""

    kind = "contract_broken"
    advice = "Tell support the run's id; the last good data stays in place."


class RecordInvalid(SallyError):
    """One row that cannot be used. It is set aside; the rest of the page lands.

    ``path``: dotted path of the field; ``reason``: one sentence without the row's values.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return (self.__class__, (self.path, self.reason))


class Cause(StrEnum):
    """Who said that a call has to wait."""

    GATE = "gate"
    INTEGRATION = "integration"
    VENDOR = "vendor"


class Deferred(VendorError):
    """Not attempted, or cut short, because a call may not go before ``not_before`` (UTC).

    ``cause``: the rate gate, or the breaker of the integration or of the whole vendor.
    """

    kind = "deferred"
    actor = Actor.NOBODY
    advice = "Nothing to do: the next sync starts by itself at the time given."

    def __init__(
        self, happened: str, origin: Origin, not_before: datetime, cause: Cause = Cause.GATE
    ) -> None:
        super().__init__(happened, origin)
        self.not_before = not_before
        self.cause = cause

    def __reduce__(self) -> tuple[object, ...]:
        return (self.__class__, (self.happened, self.origin, self.not_before, self.cause))
