"""Whether a call to a vendor may go, and who hears what came of it.

The adapters ask before each call and tell after it; the answer (circuit breaker, rate gate) is
decided above them. Without a guard every call goes.
"""

from __future__ import annotations

from typing import Any, Protocol

from core.errors import Origin, VendorError


class Guard(Protocol):
    """What one integration's session asks. A pass is opaque and is handed back exactly once."""

    async def admit(self, limit: str, origin: Origin) -> Any:
        """A pass for one call, after waiting if need be; ``Deferred`` when it may not go now.

        ``limit``: the name of the vendor's ``CallLimit`` that the call falls under.
        """
        ...

    async def confirm(self, given: Any, origin: Origin) -> Any:
        """The same pass, or a newer one, right before the call goes; ``Deferred`` as above."""
        ...

    async def settle(self, given: Any, error: VendorError | None) -> None:
        """What the vendor answered; None for a good answer."""
        ...

    async def give_up(self, given: Any) -> None:
        """The call was cancelled or never made; nothing is known of the vendor."""
        ...


class Open:
    """Lets every call go."""

    async def admit(self, limit: str, origin: Origin) -> None:
        """Yes."""

    async def confirm(self, given: Any, origin: Origin) -> None:
        """Still yes."""

    async def settle(self, given: Any, error: VendorError | None) -> None:
        """Nobody asks."""

    async def give_up(self, given: Any) -> None:
        """Nobody asks."""


OPEN = Open()
