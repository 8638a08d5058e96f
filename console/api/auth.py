"""`/auth`: a token for a password, and who one is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from console.api import problems
from console.api.house import Housed
from console.api.sign_in import sign_in
from console.api.who import Anyone
from console.api.words import Strict, Word
from models.ops import Role

router = APIRouter(prefix="/auth", tags=["auth"])


class Login(Strict):
    """Address and password."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\x00\s]+$")]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        json_schema_extra={"format": "password", "writeOnly": True}
    )
    tenant: Word | None = Field(
        None, description="The tenant's short name, where several know the address."
    )


class Token(BaseModel):
    """A bearer token."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 (its kind, not a secret)
    expires_in: int = Field(description="Seconds.")


class Self(BaseModel):
    """Who one is, and for which tenant one acts."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    role: Role
    tenant: str = Field(description="The tenant acted for, by its short name.")
    tenant_name: str
    is_sandbox: bool = Field(description="Whether that tenant's vendors are the sandbox.")
    own_tenant: str = Field(description="The person's own tenant.")


@router.post("/login", responses=problems.documented(401, 403, 409, 413, 429))
async def login(given: Login, request: Request, house: Housed) -> Token:
    """A token for an address and a password: send it as `Authorization: Bearer …`."""
    if not house.tokens.are_ours:
        raise problems.forbidden(
            "Tokens are made by your identity provider, not here.", "Sign in there."
        )
    who = await sign_in(house, request, given.email, given.password, given.tenant)
    token, span = house.tokens.make(who, datetime.now(UTC))
    return Token(access_token=token, expires_in=int(span.total_seconds()))


@router.get("/me", responses=problems.documented(401, 403, 404))
async def read_me(me: Anyone) -> Self:
    """Who one is."""
    return Self(
        id=me.person.id,
        email=me.person.email,
        name=me.person.name,
        role=me.role,
        tenant=me.tenant_slug,
        tenant_name=me.tenant_name,
        is_sandbox=me.is_sandbox,
        own_tenant=me.person.tenant_slug,
    )
