"""The four vendors as one local server, with a world behind them that lives and never surprises.

    async with sandbox.running() as box:
        keys = sandbox.credentials("acme")["samsara"]
        box.faults(kind="rate_limited", vendor="samsara", share=0.3)

See README.md in this folder.
"""

from __future__ import annotations

from sandbox.box import Box
from sandbox.credentials import credentials, fingerprint
from sandbox.faults import KINDS, Rule
from sandbox.running import in_thread, running
from sandbox.server import PortInUseError
from sandbox.world import TenantPlan, World

__all__ = [
    "KINDS",
    "Box",
    "PortInUseError",
    "Rule",
    "TenantPlan",
    "World",
    "credentials",
    "fingerprint",
    "in_thread",
    "running",
]
