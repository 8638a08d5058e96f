"""Starting a sandbox from Python: in this event loop, or in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sandbox.box import Box
from sandbox.server import Server
from sandbox.world import World


@asynccontextmanager
async def running(world: World | None = None, port: int = 0) -> AsyncIterator[Box]:
    """A served box in the caller's event loop, on any free port. Raises PortInUseError."""
    box = Box(world)
    server = Server(box)
    await server.start(port)
    try:
        yield box
    finally:
        await server.stop()


@contextmanager
def in_thread(world: World | None = None, port: int = 0) -> Iterator[Box]:
    """The same for code that does not wait: the server has a thread and a loop of its own."""
    ready: list[Box] = []
    failed: list[BaseException] = []
    started = threading.Event()
    loop = asyncio.new_event_loop()
    leave = asyncio.Event()

    async def serve() -> None:
        async with running(world, port) as box:
            ready.append(box)
            started.set()
            await leave.wait()

    def work() -> None:
        try:
            loop.run_until_complete(serve())
        except BaseException as error:
            failed.append(error)
        finally:
            started.set()
            loop.close()

    thread = threading.Thread(target=work, name="sandbox", daemon=True)
    thread.start()
    started.wait()
    if failed:
        raise failed[0]
    try:
        yield ready[0]
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join(10)
