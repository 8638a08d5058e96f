"""From the vendor's failure to the admin's mailbox: the whole way, once for each incident."""

from __future__ import annotations

import time
from collections import Counter

from prefect.client.orchestration import get_client
from prefect.events import emit_event

from flows.deliver_alerts import deliver_alerts
from tasks import run_events
from tests.flows.alerts.conftest import until


async def fail(fleet, slug):
    """One failed sync, as it happens when the breaker has just allowed calls again."""
    await fleet.pass_time()
    done = await fleet.sync("samsara", slug)
    assert [run.status for run in done.runs] == ["failed"]


async def rows(fleet, statement, *told):
    return await (await fleet.conn.execute(statement, told)).fetchall()


async def handled(fleet, signal):
    return await rows(fleet, "SELECT 1 FROM ops.alert_event WHERE signal = %s", signal)


async def test_three_failures_tell_the_admins_once_and_recovery_once(
    fleet, people, mail, slack, capsys
):
    """Proof: one e-mail per admin and one Slack message; 4 to 20 add none; one resolved notice."""
    slug = "acme"
    fleet.add(slug, "samsara")
    await people.add(slug, ann="ADMIN", sue="SUPER_ADMIN", dan="DISPATCHER", old="-ADMIN")
    people.give_slack(slug)
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    await fail(fleet, slug)
    await fail(fleet, slug)
    assert mail.got == []
    await fail(fleet, slug)
    third = time.time()
    await until(lambda: len(mail.got) >= 2 and slack.of(slug))
    took = max(one.at for one in mail.got) - third
    with capsys.disabled():
        print(f"\nthird failure to delivery: {took:.2f} s")

    assert took < 10
    for _ in range(17):
        await fail(fleet, slug)
    # The fourth to the twentieth are handled, whether or not Prefect passes them on.
    await until(lambda: _heard(fleet, 20))
    assert mail.counts() == Counter({f"ann@{slug}.test": 1, f"sue@{slug}.test": 1})
    assert len(slack.of(slug)) == 1
    assert {one.subject for one in mail.got} == {"[ERROR] Samsara sync failing for Acme"}

    fleet.box.clear()
    await fleet.pass_time()
    done = await fleet.sync("samsara", slug)
    assert [run.status for run in done.runs] == ["success"]
    await until(lambda: len(mail.got) >= 4 and len(slack.of(slug)) >= 2)
    await fleet.sync("samsara", slug)

    assert mail.counts() == Counter({f"ann@{slug}.test": 2, f"sue@{slug}.test": 2})
    assert len(slack.of(slug)) == 2
    (incident,) = await rows(
        fleet, "SELECT kind, closed_at IS NOT NULL FROM ops.incident i"
        " JOIN ops.tenant t ON t.id = i.tenant_id WHERE t.slug = %s", slug,
    )  # fmt: skip
    assert incident == ("failing", True)


async def _heard(fleet, count):
    """Whether Prefect has taken in as many failures."""
    from prefect.events.filters import EventFilter, EventNameFilter

    async with get_client() as client:
        body = EventFilter(event=EventNameFilter(name=["sally.sync.failed"]))
        found = await client._client.post(
            "/events/filter", json={"filter": body.model_dump(mode="json"), "limit": 50}
        )
    return found.json()["total"] >= count


async def later(fleet):
    """The failures so far lie further back than an event takes."""
    await fleet.conn.execute(
        "UPDATE ops.sync_run SET completed_at = completed_at - interval '2 min'"
    )


async def switch(name, *, on):
    async with get_client() as client:
        (one,) = [each for each in await client.read_automations() if each.name == name]
        await (client.resume_automation if on else client.pause_automation)(one.id)


async def test_what_no_event_told_of_is_told_by_the_flow_unless_it_was_paused(
    fleet, people, mail, monkeypatch
):
    """A server that is killed forgets the events in its memory; an operator's pause is no loss."""
    fleet.add("bluemesa", "samsara")
    await people.add("bluemesa", ann="ADMIN")
    fleet.box.faults(kind="unavailable_503", vendor="samsara")
    monkeypatch.setattr(run_events, "emit_event", lambda **_: None)
    for _ in range(3):
        await fail(fleet, "bluemesa")
    await later(fleet)

    await switch("SALLY: a sync keeps failing", on=False)
    await deliver_alerts(return_state=True)
    assert mail.got == []
    await switch("SALLY: a sync keeps failing", on=True)
    state = await deliver_alerts(return_state=True)
    again = await deliver_alerts(return_state=True)

    assert "1 found that no event told of" in state.message
    assert mail.counts() == Counter({"ann@bluemesa.test": 1})
    assert again.message == "Nothing was due."


async def test_a_rejected_key_is_told_at_once(fleet, people, mail):
    fleet.add("northpine", "samsara", keys=fleet.box.keys("acme"))
    await people.add("northpine", ann="ADMIN")
    fleet.box.faults(kind="unauthorized", vendor="samsara")

    await fleet.sync("samsara", "northpine")

    await until(lambda: mail.to("ann@northpine.test"))


async def test_a_crashed_flow_run_is_told_to_the_operator(fleet, house, mail, slack):
    """Also one that nobody of ours crashed: the server sets it when heartbeats stay away."""
    emit_event(
        "prefect.flow-run.Crashed",
        resource={
            "prefect.resource.id": "prefect.flow-run.2f0f4d2e-7a3c-4d52-8d43-2b5f0fb0f4ad",
            "prefect.resource.name": "brave-otter",
            "prefect.state-message": "It gave no sign of life.",
        },
        related=[
            {
                "prefect.resource.id": "prefect.work-pool.2f0f4d2e-7a3c-4d52-8d43-2b5f0fb0f4ad",
                "prefect.resource.name": "sally",
                "prefect.resource.role": "work-pool",
            },
            {
                "prefect.resource.id": "prefect.flow.2f0f4d2e-7a3c-4d52-8d43-2b5f0fb0f4ad",
                "prefect.resource.name": "sync-samsara",
                "prefect.resource.role": "flow",
            },
        ],
    )

    await until(lambda: mail.to("operator@sally.test") and slack.of("operator"))
