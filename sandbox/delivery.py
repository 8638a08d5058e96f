"""How an answer leaves: whole, slowly, cut off, padded, or not at all."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from aiohttp import web

from sandbox.exchange import Answer
from sandbox.faults import Strike

CHUNKS = 10
PADDING = b" " * 65_536


def whole(answer: Answer, extra: dict[str, str] | None = None) -> web.Response:
    """The answer as it is."""
    headers = {"Content-Type": answer.content_type, **dict(answer.headers), **(extra or {})}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


async def deliver(
    request: web.BaseRequest, answer: Answer, strike: Strike, stopping: asyncio.Event
) -> web.StreamResponse:
    """The answer with a delivery fault done to it."""
    kind, args = strike.rule.kind, strike.rule.args
    if kind == "hang":
        # Until the client gives up, which cancels us, or the server stops.
        await stopping.wait()
        return _reset(request)
    if kind == "reset":
        return _reset(request)
    if kind == "slow_body":
        return await _slowly(request, answer, args)
    if kind == "truncated":
        return await _cut(request, answer, args)
    return await _huge(request, answer, int(args.get("bytes", 64 * 1024 * 1024)))


def _reset(request: web.BaseRequest) -> web.Response:
    """Close with RST instead of FIN, nothing said."""
    transport = request.transport
    if transport is not None:
        held = transport.get_extra_info("socket")
        if held is not None:
            linger = struct.pack("ii", 1, 0)
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response(status=500)


async def _open(request: web.BaseRequest, answer: Answer, length: int | None) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
    response.headers["Content-Type"] = answer.content_type
    if length is None:
        response.enable_chunked_encoding()
    else:
        response.content_length = length
    await response.prepare(request)
    return response


async def _slowly(
    request: web.BaseRequest, answer: Answer, args: dict[str, Any]
) -> web.StreamResponse:
    body = answer.body
    response = await _open(request, answer, len(body))
    step = max(1, -(-len(body) // CHUNKS))
    for start in range(0, len(body), step):
        await asyncio.sleep(float(args.get("ms", 1000)) / 1000 / CHUNKS)
        await response.write(body[start : start + step])
    return response


async def _cut(
    request: web.BaseRequest, answer: Answer, args: dict[str, Any]
) -> web.StreamResponse:
    body = answer.body or b"{}"
    response = await _open(request, answer, None if args.get("chunked") else len(body))
    await response.write(body[: max(1, len(body) // 2)])
    if request.transport is not None:
        # Closing flushes what was written, and says no more.
        request.transport.close()
    return response


async def _huge(request: web.BaseRequest, answer: Answer, size: int) -> web.StreamResponse:
    """Still good JSON, if somebody reads it all."""
    padding = max(0, size - len(answer.body))
    response = await _open(request, answer, len(answer.body) + padding)
    await response.write(answer.body)
    while padding > 0:
        await response.write(PADDING[:padding])
        padding -= len(PADDING)
    return response
