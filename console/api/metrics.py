"""`/metrics` for Prometheus: the house's figures, none of them about one tenant.

Figures are asked of the database when a scrape comes, ten seconds apart at the most. A family that
has no sample yet is there with its name, so that a dashboard knows it.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from adapters import registry as vendors
from console.api import problems
from console.api.house import House, Housed
from console.api.who import unknown
from store import figures
from store.figures import Sample

router = APIRouter(tags=["probes"])

FRESH_S = 10.0
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
LOCAL = frozenset({"127.0.0.1", "::1"})
# Name in the store, name for Prometheus, what it is, labels.
FAMILIES = (
    ("runs", "sally_sync_runs_last_hour", "Syncs that began in the last hour.",
     ("vendor", "status")),
    ("duration", "sally_sync_duration_seconds", "How long good syncs of the last hour took.",
     ("vendor", "quantile")),
    ("breakers", "sally_breakers", "Circuit breakers by state.", ("vendor", "scope", "state")),
    ("gates", "sally_gate_wait_seconds", "The longest wait that a vendor asked for.",
     ("vendor",)),
    ("ages", "sally_freshness_age_seconds", "Age of the oldest data that should be fresh.",
     ("vendor", "dataset")),
    ("quarantine", "sally_quarantine_open", "Rows set aside and not resolved.",
     ("vendor", "dataset")),
    ("integrations", "sally_integrations", "Connections by status.", ("vendor", "status")),
    ("incidents", "sally_incidents_open", "Open incidents.", ("severity",)),
    ("outbox", "sally_outbox_pending", "Messages that have not left.", ("channel",)),
    ("outbox_lag", "sally_outbox_lag_seconds", "How long the oldest of them is due.",
     ("channel",)),
)  # fmt: skip


class _Figures(Collector):
    """The house's figures as Prometheus reads them."""

    def __init__(self) -> None:
        self.found: Mapping[str, list[Sample]] = {}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every family, also one without a sample."""
        for key, name, said, labels in FAMILIES:
            family = GaugeMetricFamily(name, said, labels=labels)
            for sample in self.found.get(key, []):
                family.add_metric(sample.labels, sample.value)
            yield family


@dataclass(slots=True)
class Meters:
    """What one process counts and what it last asked of the database."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    figures: _Figures = field(default_factory=_Figures)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    _asked_at: float = float("-inf")
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.registry.register(self.figures)
        labels = ("method", "route", "status")
        self.requests = Counter(
            "sally_console_requests", "Answers by route.", labels, registry=self.registry
        )
        self.seconds = Histogram(
            "sally_console_request_seconds", "Seconds until the answer.", ("route",),
            registry=self.registry,
        )  # fmt: skip

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. ``route``: its template, so that no id becomes a label."""
        known = method if method in METHODS else "other"
        self.requests.labels(known, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    async def text(self, house: House) -> bytes:
        """What a scrape gets."""
        async with self._asking:
            if time.monotonic() - self._asked_at > FRESH_S:
                async with house.everything.lent() as conn:
                    self.figures.found = await figures.of_house(conn, _datasets())
                self._asked_at = time.monotonic()
        return generate_latest(self.registry)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses=problems.documented(401)
    | {200: {"description": "Prometheus's text format.", "content": {"text/plain": {}}}},
)
async def read_metrics(request: Request, house: Housed) -> PlainTextResponse:
    """The house's figures. With CONSOLE_METRICS_TOKEN as a bearer, or from this machine only."""
    _check(request, house)
    meters: Meters = request.app.state.meters
    return PlainTextResponse(await meters.text(house))


def _check(request: Request, house: House) -> None:
    wanted = house.settings.console_metrics_token
    if wanted is not None:
        told = f"Bearer {wanted.get_secret_value()}".encode()
        if not hmac.compare_digest(told, request.headers.get("authorization", "").encode()):
            raise unknown()
        return
    # What came through a proxy came from elsewhere.
    is_local = request.client is not None and request.client.host in LOCAL
    if not is_local or "x-forwarded-for" in request.headers:
        raise unknown()


def _datasets() -> list[tuple[str, str, timedelta]]:
    return [
        (vendor.name, dataset.name, vendor.poll_every)
        for vendor in vendors.VENDORS
        for dataset in vendor.datasets
    ]
