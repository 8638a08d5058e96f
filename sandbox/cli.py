"""The command line of the sandbox."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from sandbox.credentials import VENDORS
from sandbox.faults import KINDS
from sandbox.running import running
from sandbox.server import PortInUseError
from sandbox.world import DEFAULT_TENANTS, TenantPlan, World

DEFAULT_PORT = 4210
DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"


def _tenant(text: str) -> TenantPlan:
    """`slug`, `slug:drivers` or `slug:drivers:loads`."""
    slug, *counts = text.split(":")
    if not slug or len(counts) > 2 or not all(count.isdigit() for count in counts):
        raise argparse.ArgumentTypeError(f"a tenant is SLUG[:DRIVERS[:LOADS]], not {text}")
    numbers = [int(count) for count in counts]
    return TenantPlan(slug, numbers[0] if numbers else 12, numbers[1] if numbers[1:] else None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 for any free one")
    parser.add_argument("--seed", type=int, default=7, help="another seed is another world")
    parser.add_argument(
        "--tenant", action="append", type=_tenant, default=[],
        metavar="SLUG[:DRIVERS[:LOADS]]", help="may be repeated; default acme:12 bluemesa:25",
    )  # fmt: skip
    parser.add_argument("--stations", type=int, default=1000, help="truck stops in the world")
    parser.add_argument("--freeze", metavar="INSTANT", help="start with the clock standing here")
    parser.add_argument("--no-limits", action="store_true", help="enforce no rate limits")
    commands = parser.add_subparsers(dest="command", title="commands for a served sandbox")
    fault = commands.add_parser("fault", help="make some requests go wrong")
    fault.add_argument("kind", choices=sorted(KINDS), metavar="KIND", help=", ".join(sorted(KINDS)))
    fault.add_argument("--vendor", default="*", choices=["*", *VENDORS])
    fault.add_argument("--credential", default="*", metavar="SLUG")
    fault.add_argument("--path", default="*", metavar="PREFIX")
    fault.add_argument("--share", type=float, default=1.0)
    fault.add_argument("--times", type=int)
    fault.add_argument("--fault-seed", type=int, default=0)
    fault.add_argument("--arg", action="append", default=[], metavar="NAME=VALUE")
    clear = commands.add_parser("clear", help="no faults any more")
    stats = commands.add_parser("stats", help="what was asked")
    stats.add_argument("--log", type=int, default=0, metavar="N", help="the newest N requests too")
    clock = commands.add_parser("clock", help="show or turn the clock")
    clock.add_argument("--freeze", dest="at", nargs="?", const="now", metavar="INSTANT")
    clock.add_argument("--thaw", action="store_true")
    clock.add_argument("--advance", type=float, metavar="SECONDS")
    clock.add_argument("--speed", type=float)
    for command in (fault, clear, stats, clock):
        command.add_argument("--url", default=DEFAULT_URL)
    return parser


def _call(url: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url.rstrip('/')}/control/{path}", data, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def _args(pairs: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ValueError(f"--arg needs NAME=VALUE, not {pair}")
        try:
            found[name] = json.loads(text)
        except ValueError:
            found[name] = text
    return found


def _fault(given: argparse.Namespace) -> Any:
    rule = {
        "kind": given.kind, "vendor": given.vendor, "credential": given.credential,
        "path": given.path, "share": given.share, "times": given.times,
        "seed": given.fault_seed, "args": _args(given.arg),
    }  # fmt: skip
    return _call(given.url, "POST", "faults", rule)


def _turn_clock(given: argparse.Namespace) -> Any:
    body: dict[str, Any] = {}
    if given.thaw or given.at is not None:
        body["freeze"] = None if given.thaw else given.at
    if given.advance is not None:
        body["advance_s"] = given.advance
    if given.speed is not None:
        body["speed"] = given.speed
    return _call(given.url, "POST", "clock", body) if body else _call(given.url, "GET", "clock")


def _remote(given: argparse.Namespace) -> Any:
    if given.command == "fault":
        return _fault(given)
    if given.command == "clear":
        return _call(given.url, "DELETE", "faults")
    if given.command == "stats":
        return _call(given.url, "GET", f"stats?log={given.log}")
    return _turn_clock(given)


async def _serve(given: argparse.Namespace) -> None:
    world = World(given.seed, given.tenant or DEFAULT_TENANTS, given.stations)
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, leave.set)
    async with running(world, given.port) as box:
        if given.freeze:
            box.freeze(given.freeze)
        if given.no_limits:
            box.limits.turn(on=False)
        for vendor in box.vendors:
            print(f"{vendor.name:12} {box.base(vendor.name)}")
        print(f"{'page':12} {box.url}/")
        print(f"sandbox ready {box.url}", flush=True)
        await leave.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        if given.command:
            print(json.dumps(_remote(given), indent=2))
        else:
            asyncio.run(_serve(given))
    except urllib.error.HTTPError as error:
        told = json.load(error).get("error", "no reason given")
        print(f"The sandbox refused: {told}", file=sys.stderr)
        return 1
    except urllib.error.URLError as error:
        told = f"No sandbox answers at {given.url} ({error.reason}): start it, or give its --url."
        print(told, file=sys.stderr)
        return 1
    except (PortInUseError, ValueError, OverflowError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
