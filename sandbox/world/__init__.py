"""A world of trucks that is a pure function of (seed, instant). It knows no vendor and no HTTP."""

from __future__ import annotations

from sandbox.world.plan import DEFAULT_TENANTS, TenantPlan
from sandbox.world.world import World

__all__ = ["DEFAULT_TENANTS", "TenantPlan", "World"]
