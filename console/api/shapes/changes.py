"""What a client sends about integrations. A base URL is nothing that a tenant can set."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from adapters import registry
from console.api.words import Strict


def _known(name: str) -> str:
    if name not in NAMES:
        raise ValueError("there is no such vendor")
    return name


NAMES = [vendor.name for vendor in registry.VENDORS]
VendorName = Annotated[
    str,
    AfterValidator(_known),
    Field(json_schema_extra={"enum": NAMES}),
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=500)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Credentials = Annotated[
    dict[FieldName, Secret],
    Field(
        min_length=1,
        max_length=5,
        description="The vendor's fields, as GET /vendors names them. Never shown again.",
        json_schema_extra={"writeOnly": True, "example": {"api_key": "…"}},
    ),
]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
PollSeconds = Annotated[int, Field(ge=60, le=86_400, description="Seconds between syncs.")]


class Options(Strict):
    """An integration's own options."""

    places: list[tuple[Latitude, Longitude]] | None = Field(
        None, max_length=25, description="Places that are always asked about, in degrees."
    )
    radius_miles: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="Fuel Finder: how far around a place."
    )

    def kept(self) -> dict[str, Any]:
        """As it is stored: without what was left out."""
        return self.model_dump(exclude_none=True, mode="json")


class NewIntegration(Strict):
    """A vendor to connect."""

    vendor: VendorName
    credentials: Credentials
    settings: Options | None = None
    poll_seconds: PollSeconds | None = None
    test_first: bool = Field(
        True, description="Ask the vendor first, and store no key that it does not accept."
    )


class ChangedIntegration(Strict):
    """What to change; what is left out stays."""

    credentials: Credentials | None = None
    settings: Options | None = None
    poll_seconds: PollSeconds | None = None
    enabled: bool | None = Field(None, description="False: sync it no more; its rows stay.")
    test_first: bool = Field(True, description="Ask the vendor before a new key is stored.")


class Trial(Strict):
    """A credential to try without storing it."""

    vendor: VendorName
    credentials: Credentials
