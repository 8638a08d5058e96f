"""What can go wrong around the local stack."""

from __future__ import annotations

from core.errors import SallyError


class StackError(SallyError):
    """The local stack cannot run. The text is what a person reads: what is wrong, what to do."""
