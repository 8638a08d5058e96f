"""`/healthz` and `/readyz`: does the process live, and can it answer?"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from console.api import problems
from console.api.house import Housed
from core.errors import Sentences
from store.lookup import newest_revision, shape

router = APIRouter(tags=["probes"])


class State(BaseModel):
    """How it stands."""

    status: str


@router.get("/healthz", responses=problems.documented())
async def healthz() -> State:
    """The process lives; asks nobody."""
    return State(status="ok")


@router.get("/readyz", responses=problems.documented())
async def readyz(house: Housed) -> State:
    """The database answers and has a shape that this version works with; 503 otherwise."""
    async with house.walled.outside() as conn:
        found = await shape(conn)
    known = newest_revision()
    if found.is_behind(known):
        raise _refusal(
            "The database has not the shape that this version needs.", "Run: sally db migrate"
        )
    if not found.fits(known):
        raise _refusal(
            f"The database is at revision {found.revision}, on which this version cannot work.",
            "Use the version that migrated it, or a newer one.",
        )
    return State(status="ready")


def _refusal(happened: str, next_step: str) -> problems.Refusal:
    return problems.Refusal(503, "not-migrated", Sentences(happened, problems.US, next_step))
