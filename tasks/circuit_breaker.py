"""The Prefect block `CircuitBreaker`: one document for each vendor, named after it.

Prefect finds this module through the entry point `prefect.collections` in pyproject.toml.
"""

from __future__ import annotations

from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import HttpUrl

from tasks.breaker_form import SLUG, BreakerForm


class CircuitBreaker(BreakerForm, Block):
    """When calls to a vendor stop, and when they are tried again."""

    _block_type_name: ClassVar[str | None] = "Circuit Breaker"
    _block_type_slug: ClassVar[str | None] = SLUG
    # For Prefect servers other than the local stack's own, which serves its own picture.
    _logo_url: ClassVar[HttpUrl | None] = HttpUrl(
        "https://cdn.jsdelivr.net/npm/@tabler/icons@3.31.0/icons/outline/circuit-switch-open.svg"
    )
    _description: ClassVar[str | None] = (
        "When SALLY stops calling a vendor that fails, and when it tries again. "
        "One for each vendor, named after it.\n\n"
        "**Closed**: calls go. **Open**: none goes until the rest is over. "
        "**Half open**: one call at a time goes, as a probe.\n\n"
        "There is a breaker for each tenant's connection, and one for the vendor as a whole, "
        "which opens only when several tenants have failures; this document rules both. "
        "The next batch obeys what you save here. `sally breaker list` shows how they stand."
    )
    _code_example: ClassVar[str | None] = (
        "```python\n"
        "from tasks.circuit_breaker import CircuitBreaker\n\n"
        'CircuitBreaker.load("BLOCK_NAME").policies()\n'
        "```"
    )
