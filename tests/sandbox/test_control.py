"""The control endpoints, the count of requests, the page, the command line, the life cycle."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import sandbox
from sandbox.cli import main

ROOT = Path(__file__).parents[2]


async def control(box, client, method, path, body=None):
    answer = await client.request(method, f"{box.url}/control/{path}", json=body)
    return answer.status_code, answer.json()


def test_credentials_are_a_pure_function():
    keys = sandbox.credentials("acme")

    assert keys == sandbox.credentials("acme") != sandbox.credentials("bluemesa")
    assert set(keys) == {"samsara", "truckbase", "fuelfinder", "openweather"}
    assert set(keys["truckbase"]) == {"api_key", "api_secret"}
    assert len(keys["openweather"]["api_key"]) == 32
    assert int(keys["openweather"]["api_key"], 16)


async def test_health_and_clock(box, client):
    _, health = await control(box, client, "GET", "health")
    _, frozen = await control(box, client, "POST", "clock", {"freeze": "2026-11-01T06:00:00Z"})
    _, moved = await control(box, client, "POST", "clock", {"advance_s": 90})
    _, fast = await control(box, client, "POST", "clock", {"freeze": None, "speed": 60})
    status, wrong = await control(box, client, "POST", "clock", {"freeze": "tomorrow"})

    assert (health["status"], health["tenants"]) == ("ok", 2)
    assert (frozen["now"], frozen["frozen"]) == ("2026-11-01T06:00:00Z", True)
    assert moved["now"] == "2026-11-01T06:01:30Z"
    assert (fast["frozen"], fast["speed"]) == (False, 60)
    assert status == 400
    assert wrong["error"]


async def test_tenants_one_and_many(box, client):
    await control(box, client, "POST", "tenants", {"slug": "nova", "drivers": 3, "loads": 2})
    _, bulk = await control(box, client, "POST", "tenants", {"count": 20, "drivers": 10})
    key = sandbox.credentials("t0007")["samsara"]["api_key"]

    answer = await client.get(
        f"{box.base('samsara')}/fleet/hos/clocks", headers={"Authorization": f"Bearer {key}"}
    )

    assert len(bulk["slugs"]) == 20
    assert len(answer.json()["data"]) == 10
    assert len((await control(box, client, "GET", "tenants"))[1]) == 23


async def test_keys_can_be_rotated_revoked_and_restricted(box, acme, client):
    body = {"slug": "acme", "vendor": "samsara"}
    old = box.keys("acme")
    _, rotated = await control(box, client, "POST", "credentials", {**body, "action": "rotate"})
    with_old = await client.get(
        f"{box.base('samsara')}/me",
        headers={"Authorization": f"Bearer {old['samsara']['api_key']}"},
    )
    with_new = await acme.get("samsara", "/me")
    await control(box, client, "POST", "credentials", {**body, "action": "revoke"})
    revoked = await acme.get("samsara", "/me")
    await control(box, client, "POST", "credentials", {**body, "action": "restore"})
    scope = {**body, "action": "remove_scope", "scope": "Read Drivers"}
    _, state = await control(box, client, "POST", "credentials", scope)
    forbidden = await acme.get("samsara", "/fleet/drivers")
    bad, _ = await control(box, client, "POST", "credentials", {**scope, "scope": "Fly"})

    assert rotated["credentials"] != old["samsara"]
    assert [answer.status_code for answer in (with_old, with_new, revoked, forbidden)] == [
        401,
        200,
        401,
        403,
    ]
    assert state["state"] == {"acme": {"revoked": [], "missing_scopes": ["samsara: Read Drivers"]}}
    assert bad == 400


async def test_faults_limits_and_mutations_over_http(box, acme, client):
    rule = {"kind": "error_500", "vendor": "samsara", "share": 1}
    await control(box, client, "POST", "faults", rule)
    failed = await acme.get("samsara", "/me")
    await control(box, client, "DELETE", "faults")
    healed = await acme.get("samsara", "/me")
    bad, _ = await control(box, client, "POST", "faults", {"kind": "gremlins"})
    await control(
        box, client, "POST", "limits", {"vendor": "truckbase", "name": "minute", "count": 1}
    )
    calls = [(await acme.get("truckbase", "/company")).status_code for _ in range(2)]
    await control(box, client, "POST", "limits", {"on": False})
    free = (await acme.get("truckbase", "/company")).status_code
    _, mutated = await control(box, client, "POST", "mutate", {"slug": "acme", "share": 0.25})
    wrong, _ = await control(box, client, "POST", "mutate", {"slug": "nobody"})
    _, warmed = await control(
        box, client, "POST", "warm", {"slug": "acme", "vendor": "samsara", "path": "/fleet/drivers"}
    )

    assert (failed.status_code, healed.status_code, bad) == (500, 200, 400)
    assert (calls, free) == ([200, 429], 200)
    assert (mutated, wrong, warmed) == ({"changed": 3}, 400, {"pages": 1})


async def test_truth_over_http_is_truth_in_process(box, client):
    _, truth = await control(box, client, "GET", "truth/acme?lat=31.5&lon=-97.1")
    _, sky = await control(box, client, "GET", "truth/weather?lat=31.5&lon=-97.1")

    assert truth.pop("weather") == sky
    assert truth == box.truth("acme")
    assert (await control(box, client, "GET", "truth/nobody"))[0] == 400


async def test_requests_are_counted_and_keys_are_not_written_down(box, acme, client):
    box.faults(kind="latency", args={"ms": 50})
    await asyncio.gather(*(acme.get("samsara", "/me") for _ in range(5)))
    await acme.get("openweather", "/weather", lat=1, lon=1)
    await acme.get("truckbase", "/loads/ld_0")

    _, stats = await control(box, client, "GET", "stats?log=10")

    key = box.keys("acme")["samsara"]["api_key"]
    name = box.fingerprint("acme", "samsara")
    assert name == sandbox.fingerprint(key)
    assert box.fingerprint("acme", "truckbase") in stats["by_credential"]
    assert stats["total"] == 7
    assert stats["by_vendor"] == {"samsara": 5, "openweather": 1, "truckbase": 1}
    assert stats["by_path"]["truckbase /loads/{id}"] == 1
    assert stats["by_status"] == {"samsara 200": 5, "openweather 200": 1, "truckbase 404": 1}
    assert (stats["by_credential"][name], stats["most_at_once"][name]) == (5, 5)
    assert stats["running"] == {}
    assert len(stats["log"]) == 7
    assert all(
        one["at"] <= two["at"] + 1 for one, two in zip(stats["log"], stats["log"][1:], strict=False)
    )
    assert box.keys("acme")["openweather"]["api_key"] not in str(stats)
    assert key not in str(stats)
    await control(box, client, "DELETE", "stats")
    assert box.stats()["total"] == 0


async def test_the_page_tells_what_it_is_and_no_key(box, client):
    box.faults(kind="hang", vendor="truckbase")

    page = (await client.get(box.url)).text

    assert "bluemesa" in page
    assert "hang" in page
    assert "api_secret" in page
    assert box.keys("acme")["samsara"]["api_key"] not in page


async def test_what_is_not_there_and_what_is_not_allowed(box, client, acme):
    assert (await client.get(f"{box.url}/nothing")).status_code == 404
    assert (await client.get(f"{box.url}/control/nothing")).status_code == 404
    assert (await client.post(f"{box.base('samsara')}/me")).status_code == 405
    assert (await client.post(f"{box.url}/control/clock", content=b"{")).status_code == 400


def test_a_box_in_a_thread():
    with sandbox.in_thread(sandbox.World(3)) as box:
        box.freeze()
        keys = box.keys("acme")["samsara"]
        url = f"{box.base('samsara')}/me"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {keys['api_key']}"})

    assert answer.status_code == 200
    assert box.stats()["total"] == 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_port_in_use_is_one_sentence(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = main(["--port", str(port)])

        with pytest.raises(sandbox.PortInUseError), sandbox.in_thread(port=port):
            pass

    assert code == 1
    assert capsys.readouterr().err == (
        f"Port {port} is in use: stop what listens there, or choose another with --port.\n"
    )


def test_the_command_line_turns_a_served_sandbox(capsys):
    with sandbox.in_thread() as box:
        codes = [
            main(
                [
                    "fault",
                    "rate_limited",
                    "--url",
                    box.url,
                    "--vendor",
                    "samsara",
                    "--share",
                    "0.3",
                    "--arg",
                    "retry_after=0.5",
                ]
            ),
            main(["clock", "--url", box.url, "--freeze", "2026-10-07T18:00:00Z"]),
            main(["stats", "--url", box.url]),
        ]
        (rule,) = box.rules.rules
        codes.append(main(["clear", "--url", box.url]))
        refused = main(["clock", "--url", box.url, "--freeze", "someday"])

        assert codes == [0, 0, 0, 0]
        assert (rule.kind, rule.share, rule.args) == ("rate_limited", 0.3, {"retry_after": 0.5})
        assert box.clock.frozen
        assert not box.rules.rules
        assert refused == 1
    assert "refused" in capsys.readouterr().err
    assert main(["stats", "--url", "http://127.0.0.1:9"]) == 1


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_the_server_says_it_is_ready_and_leaves_when_told(wanted):
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--tenant", "solo:3:1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        lines = []
        for line in child.stdout:
            lines.append(line)
            if line.startswith("sandbox ready "):
                break
        url = lines[-1].split()[-1]
        health = httpx.get(f"{url}/control/health", trust_env=False).json()
        child.send_signal(wanted)
        code = child.wait(5)

    assert health["tenants"] == 1
    assert any(line.split() == ["truckbase", f"{url}/truckbase/v1"] for line in lines)
    assert code == 0
