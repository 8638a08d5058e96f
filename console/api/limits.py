"""What a tenant may do only so often, because a vendor or a mail server is asked each time."""

from __future__ import annotations

from console.api import problems
from console.api.house import House
from console.api.who import Me
from core.errors import Sentences
from store import attempts

# In a quarter of an hour.
TESTS, ALERT_TESTS = 30, 5


async def count(house: House, me: Me, what: str, most: int) -> None:
    """Count one; 429 when it was too often."""
    async with house.walled.outside() as conn:
        wait = await attempts.begin(conn, {f"{what} {me.tenant_id}": most})
    if wait is not None:
        raise problems.Refusal(
            429,
            "too-often",
            Sentences(
                f"Your company asked for this more than {most} times in a quarter of an hour.",
                problems.YOU,
                f"Wait {-(-wait // 60)} min and try again.",
            ),
            headers={"Retry-After": str(wait)},
        )
