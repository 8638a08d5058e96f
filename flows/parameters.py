"""The parameters that every sync flow takes, as the run form of the Prefect UI shows them."""

from typing import Annotated

from pydantic import Field

Tenant = Annotated[
    str | None,
    Field(
        description="A tenant's short name, such as `acme`: sync it now, due or not. "
        "Leave empty for every tenant that is due."
    ),
]
Force = Annotated[
    bool, Field(description="Sync also what is not due yet. For one tenant this is always so.")
]
