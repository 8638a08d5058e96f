"""`/healthz` and `/readyz`: does the process live, and can it answer?"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from console.api import problems
from console.api.house import Housed
from core.errors import Sentences
from store.lookup import newest_revision, revision

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
    """The database answers and has the shape that this version needs; 503 otherwise."""
    async with house.walled.outside() as conn:
        found = await revision(conn)
    if found != newest_revision():
        raise problems.Refusal(
            503,
            "not-migrated",
            Sentences(
                "The database has not the shape that this version needs.",
                problems.US,
                "Run: sally db migrate",
            ),
        )
    return State(status="ready")
