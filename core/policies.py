"""The policies of one vendor's breakers, and how they are written down as JSON and read back.

JSON keeps every value exactly: durations as ISO 8601, instants with their time zone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple, Protocol, Self
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from core.breaker import Mode, Policy
from core.errors import ConfigurationError

# One tenant's trouble, or two tenants' on one broken network, is not the vendor's.
SEVERAL_TENANTS = 3
_JSON: TypeAdapter[Policy] = TypeAdapter(Policy)


class Scoped(Protocol):
    """A breaker: an integration's, or the vendor's own when ``integration_id`` is None."""

    @property
    def integration_id(self) -> UUID | None:
        """Whose."""


class Policies(NamedTuple):
    """What an operator wants of a vendor's breakers: of each integration's, and of its own."""

    integration: Policy = Policy()
    vendor: Policy = Policy(minimum_tenants=SEVERAL_TENANTS)

    @classmethod
    def both(cls, vendor: Policy) -> Self:
        """From the vendor's own: an integration is one tenant's, so one is enough there."""
        return cls(replace(vendor, minimum_tenants=1), vendor)

    @property
    def are_plain(self) -> bool:
        """Whether no operator has forced or disabled anything."""
        return self.vendor.mode is Mode.AUTO and self.integration.mode is Mode.AUTO

    def of(self, target: Scoped) -> Policy:
        """The policy of that breaker."""
        return self.vendor if target.integration_id is None else self.integration


def to_json(policy: Policy) -> dict[str, Any]:
    """A policy as plain JSON."""
    kept: dict[str, Any] = _JSON.dump_python(policy, mode="json")
    return kept


def from_json(kept: dict[str, Any]) -> Policy:
    """The policy that `to_json` wrote; what is missing has its default.

    Raises ConfigurationError for what is no policy.
    """
    try:
        return _JSON.validate_python(kept)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"A stored circuit breaker's policy cannot be read: {name}: {first['msg']}."
        ) from None
