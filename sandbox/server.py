"""The HTTP server: one handler for the four vendors, the control endpoints and the page at /."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import unquote

from aiohttp import web

from sandbox.box import Box
from sandbox.control import Control
from sandbox.delivery import deliver, whole
from sandbox.exchange import Vendor
from sandbox.page import page

HOST = "127.0.0.1"


class PortInUseError(Exception):
    """The port is taken; the message says what to do."""


class Server:
    """Serves a box. `start` sets the box's url; `stop` ends every request, hanging ones too."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._control = Control(box)
        self._by_segment = {vendor.base.split("/")[1]: vendor for vendor in box.vendors}
        self._stopping = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1. Raises PortInUseError."""
        server = web.Server(
            self.handle, access_log=None, handler_cancellation=True, keepalive_timeout=75.0
        )
        runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, HOST, port, backlog=2048)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise PortInUseError(
                f"Port {port} is in use: stop what listens there, or choose another with --port."
            ) from error
        self._runner = runner
        self.box.url = f"http://{HOST}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close everything."""
        self._stopping.set()
        if self._runner is not None:
            # Hanging requests go now, before the runner waits for them.
            await asyncio.sleep(0)
            await self._runner.cleanup()
            self._runner = None
        self.box.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Any request."""
        path, _, query = request.raw_path.partition("?")
        if "%" in path:
            path = unquote(path)
        vendor = self._by_segment.get(path.split("/", 2)[1] if path.startswith("/") else "")
        if vendor is not None:
            return await self._vendor(request, vendor, path, query)
        if path.startswith("/control/"):
            return await self._control.handle(request, path, query)
        if path == "/" and request.method == "GET":
            return web.Response(text=page(self.box), content_type="text/html")
        return web.Response(status=404, text="Nothing here. See / for what this server is.\n")

    async def _vendor(
        self, request: web.BaseRequest, vendor: Vendor, path: str, query: str
    ) -> web.StreamResponse:
        box, ledger = self.box, self.box.ledger
        # A path outside the base stays whole: the vendor does not know it.
        below = path.removeprefix(vendor.base)
        key = vendor.presented(request.headers, query)
        slug = box.keyring.slug(vendor.name, key)
        credential = ledger.name(key)
        begun, status = ledger.begin(credential), 0
        try:
            if request.method != "GET":
                status = 405
                return web.Response(status=405, text="Method Not Allowed", headers={"Allow": "GET"})
            response, status = await self._decided(request, vendor, slug, key or "", below, query)
            return response
        finally:
            ledger.end(begun, vendor.name, slug, credential, below, query, status)

    async def _decided(
        self, request: web.BaseRequest, vendor: Vendor, slug: str | None,
        key: str, path: str, query: str,
    ) -> tuple[web.StreamResponse, int]:  # fmt: skip
        """The response and the status to write down."""
        box = self.box
        extra = None
        if vendor.request_id_header:
            extra = {vendor.request_id_header: f"{box.ledger.total:08x}"}
        if slug is not None:
            refused, wait = box.limits.refuses(vendor.name, key, path)
            if refused:
                return whole(vendor.rate_limited(wait), extra), 429
        verdict = box.rules.judge(vendor, slug, path) if box.rules.rules else None
        if verdict is None:
            answer = box.admitted(vendor, slug, path, query, None)
            return whole(answer, extra), answer.status
        box.ledger.faults.update(verdict.kinds)
        if verdict.latency_s:
            # A stop of the server ends the wait.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), verdict.latency_s)
        answer = box.admitted(vendor, slug, path, query, verdict)
        if verdict.delivery is None:
            return whole(answer, extra), answer.status
        response = await deliver(request, answer, verdict.delivery, self._stopping)
        silent = verdict.delivery.rule.kind in ("reset", "hang")
        return response, 0 if silent else answer.status
