"""What a vendor says to a credential, and what a sync that was asked for is."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from adapters._kit.probe import Outcome
from adapters._kit.vendor import Vendor
from tasks.connection_test import Verdict


class Probe(BaseModel):
    """One endpoint's answer."""

    dataset: str = Field(description="The dataset, or “account”.")
    outcome: Outcome
    sentence: str
    ms: int = Field(description="Milliseconds until the answer.")


class Tested(BaseModel):
    """What the vendor says. Nothing was stored or changed."""

    accepted: bool = Field(description="Whether anything can be read with this key.")
    refused: str | None = Field(description="Why not, in one sentence.")
    results: list[Probe]


class Syncing(BaseModel):
    """A sync that is going on, or that waits for a worker."""

    status: str = Field(description="running or scheduled.")
    run_id: UUID | None = Field(description="The run, once it is going on.")
    flow_run_id: str | None = Field(description="The flow run: find its run in the history.")


class CredentialPart(BaseModel):
    """One secret that a vendor's credential has."""

    name: str
    title: str
    help: str


class Dataset(BaseModel):
    """One kind of row that a vendor gives."""

    name: str
    title: str
    scope: str | None = Field(description="The permission that the key needs for it.")


class VendorShown(BaseModel):
    """A vendor that can be connected."""

    name: str
    title: str
    category: str
    poll_seconds: int
    credentials: list[CredentialPart]
    datasets: list[Dataset]


class Vendors(BaseModel):
    """All of them."""

    items: list[VendorShown]


def tested(of: Verdict) -> Tested:
    """As the API shows it."""
    return Tested(
        accepted=of.refused is None,
        refused=of.refused,
        results=[
            Probe(dataset=each.dataset, outcome=each.outcome, sentence=each.sentence, ms=each.ms)
            for each in of.results
        ],
    )


def vendor(of: Vendor) -> VendorShown:
    """As the API shows it."""
    return VendorShown(
        name=of.name,
        title=of.title,
        category=of.category,
        poll_seconds=int(of.poll_every.total_seconds()),
        credentials=[
            CredentialPart(name=each.name, title=each.title, help=each.help)
            for each in of.credentials
        ],
        datasets=[
            Dataset(name=each.name, title=each.title, scope=each.scope) for each in of.datasets
        ],
    )
