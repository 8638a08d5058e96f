"""What people come to do, done in a browser: real database, sandbox vendors, app on loopback."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support import aside


def test_a_wrong_key_is_refused_with_each_endpoints_answer_and_a_right_one_syncs(visit, the, box):
    page = visit("/integrations", of="newco")
    expect(page.get_by_text("Nothing is connected yet.")).to_be_visible()
    page.get_by_role("link", name="Add integration").first.click()
    page.get_by_role("link", name="Samsara").click()
    page.get_by_label("API token").fill("samsara_api_wrong")

    page.get_by_role("button", name="Test connection").click()
    answers = page.get_by_role("list", name="What Samsara answers")
    expect(answers.get_by_text("Key rejected")).to_have_count(6)
    page.get_by_role("button", name="Save and sync").click()

    expect(page.get_by_role("alert")).to_contain_text("Samsara does not accept this key.")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was stored.")
    expect(answers.get_by_text("Hours-of-service clocks")).to_be_visible()
    assert the.rows(CONNECTED, "newco") == []

    page.get_by_label("API token").fill(box.keys("newco")["samsara"]["api_key"])
    page.get_by_role("button", name="Test connection").click()
    expect(answers.get_by_text("Works")).to_have_count(6)
    page.get_by_role("button", name="Save and sync").click()

    page.wait_for_url(re.compile("/integrations/[0-9a-f-]{36}"))
    expect(page.locator("#progress")).to_contain_text("records in", timeout=15_000)
    expect(page.locator("#timeline tr.run")).to_have_count(1)
    expect(page.locator("#timeline")).to_contain_text("Success")
    assert the.rows(CONNECTED, "newco") == [("samsara", "active")]


CONNECTED = """
SELECT i.vendor, i.status FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
WHERE t.slug = %s
"""


def test_a_key_that_was_saved_untested_shows_what_is_wrong_and_the_next_step(visit, the):
    page = visit("/integrations/new/truckbase", of="bluemesa")
    page.get_by_label("API key").fill("tb_key_wrong")
    page.get_by_label("API secret").fill("tb_secret_wrong")
    page.get_by_role("button", name="Save and sync").click()
    expect(page.get_by_role("alert")).to_contain_text("Truckbase does not accept this key.")

    page.get_by_role("button", name="Save without testing").click()
    # The form is empty again: a key is never sent back.
    assert page.get_by_label("API key").input_value() == ""
    page.get_by_label("API key").fill("tb_key_wrong")
    page.get_by_label("API secret").fill("tb_secret_wrong")
    page.get_by_role("button", name="Save without testing").click()
    page.wait_for_url(re.compile("/integrations/[0-9a-f-]{36}"))
    expect(page.locator("#progress")).to_contain_text("401", timeout=15_000)

    page.goto("/integrations")
    card = page.get_by_role("article").filter(has_text="Truckbase")
    expect(card).to_contain_text("Needs attention")
    expect(card).to_contain_text("Replace the API key")


def test_sync_now_shows_progress_and_its_outcome_without_a_reload(visit, the, prefect):
    prefect.go.clear()
    page = visit(
        f"/integrations/{the.id_of('bluemesa', 'samsara')}", by="dispatcher", of="bluemesa"
    )
    page.evaluate("window.isSame = true")
    expect(page.get_by_text("No sync history yet.")).to_be_visible()

    page.get_by_role("button", name="Sync now").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text("of 2 datasets done", timeout=15_000)
    expect(page.locator("#standing")).to_have_text("Syncing now")
    expect(page.get_by_role("button", name="Sync now")).to_be_disabled()
    expect(page.get_by_role("button", name="Sync now")).to_be_focused()
    prefect.go.set()

    expect(page.locator("#progress")).to_contain_text("records in", timeout=15_000)
    expect(page.locator("#timeline tr.run")).to_have_count(1)
    expect(page.locator("#figures .card").first).to_contain_text("1")
    assert page.evaluate("window.isSame") is True


def test_a_sync_that_somebody_else_started_is_watched_to_its_end(visit, the, prefect):
    prefect.go.clear()
    address = f"/integrations/{the.id_of('bluemesa', 'samsara')}"
    starter = visit(address, of="bluemesa")
    starter.get_by_role("button", name="Sync now").click()
    expect(starter.locator("#progress")).to_contain_text("datasets done", timeout=15_000)
    page = visit(address, by="dispatcher", of="bluemesa")
    expect(page.locator("#timeline tr.run").first).to_contain_text("Running")

    prefect.go.set()

    expect(page.locator("#progress")).to_contain_text("records in", timeout=15_000)
    expect(page.locator("#timeline tr.run").first).to_contain_text("Success")


def test_a_scheduler_that_is_away_is_said_with_a_next_step(visit, the, prefect):
    prefect.is_away = True
    page = visit(f"/integrations/{the.samsara}", by="dispatcher")

    page.get_by_role("button", name="Sync now").click()

    expect(page.locator("#progress").get_by_role("alert")).to_contain_text(
        "Our scheduler does not answer. The next sync on schedule comes anyway."
    )


def test_a_sync_that_was_cancelled_before_it_began_does_not_turn_for_ever(visit, the, prefect):
    prefect.cancels = True
    page = visit(f"/integrations/{the.samsara}", by="dispatcher")

    page.get_by_role("button", name="Sync now").click()

    expect(page.locator("#progress")).to_contain_text("Our scheduler ended it before it began.")
    assert not page.locator("#progress .progress").get_attribute("hx-trigger")


def test_a_console_that_is_away_is_said_and_can_be_asked_again(visit, the):
    page = visit(f"/integrations/{the.samsara}", by="dispatcher")
    expect(page.locator("#figures .card")).to_have_count(4)
    page.context.set_offline(True)
    page.get_by_role("button", name="30 days").click()
    expect(page.get_by_role("alert")).to_contain_text("The console does not answer.")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    page.context.set_offline(False)

    # Once it answers, the page's own next look takes the alert away: that may come before us.
    page.locator("#again").dispatch_event("click")

    expect(page.locator("#figures .card")).to_have_count(4)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_history_tells_every_sync_and_event_once_as_more_is_loaded(visit, the):
    page = visit(f"/integrations/{the.samsara}", by="dispatcher")
    rows = page.locator("#timeline tr.run")
    expect(rows).to_have_count(20)
    expect(page.locator("#timeline tr.event").filter(has_text="Key replaced")).to_have_count(1)

    page.get_by_role("button", name="Load more").click()
    expect(rows).to_have_count(40)
    page.get_by_role("button", name="Load more").click()
    expect(rows).to_have_count(len(the.runs))

    expect(page.get_by_role("button", name="Load more")).to_have_count(0)
    shown = page.locator("#timeline tr.run a").evaluate_all("all => all.map(a => a.pathname)")
    assert shown == [f"/runs/{run}" for run in sorted(the.runs, reverse=True)]
    when = rows.first.locator("time")
    assert re.fullmatch(r"\d+ min ago", when.inner_text())
    assert re.search(r"\d\d:\d\d:\d\d C[SD]T", when.get_attribute("title") or "")


def test_the_history_can_be_filtered_and_a_failed_sync_names_the_vendors_request(visit, the):
    page = visit(f"/integrations/{the.samsara}", by="dispatcher")
    page.get_by_label("Status").select_option("failed")
    rows = page.locator("#timeline tr.run")
    ((failed,),) = the.rows(FAILED, the.samsara)
    expect(rows).to_have_count(failed)
    expect(page.locator("#timeline tr.event")).to_have_count(0)

    rows.first.get_by_role("link").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("Samsara answered 503")
    expect(main).to_contain_text("3 attempts")
    expect(main).to_contain_text("req-7f3a")
    expect(page.get_by_role("link", name="Prefect")).to_have_count(0)


FAILED = "SELECT count(*) FROM ops.sync_run WHERE integration_id = %s AND status = 'failed'"


def test_operators_get_from_a_run_to_prefects_page_of_it(visit, the):
    page = visit(f"/runs/{the.runs[-1]}", by="super_admin")

    link = page.get_by_role("link", name="The flow run in Prefect")

    assert re.search(r"/runs/flow-run/[0-9a-f-]{36}$", link.get_attribute("href") or "")


def test_an_override_is_entered_seen_by_all_and_ended(visit, the):
    page = visit("/drivers/d3", by="dispatcher")
    page.get_by_text("Enter hours").click()
    page.get_by_label("Drive", exact=True).fill("15:00")
    page.get_by_label("Why").fill("ELD malfunction")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_contain_text("The drive clock has at most 11 h")
    assert page.get_by_label("Why").input_value() == "ELD malfunction"

    for clock, left in (
        ("Drive", "6:30"),
        ("Shift", "8:00"),
        ("Break", "5:00"),
        ("Cycle", "40:00"),
    ):
        page.get_by_label(clock, exact=True).fill(left)
    page.get_by_label("What the driver does").select_option("off_duty")
    page.get_by_role("button", name="Enter").click()

    expect(page.get_by_role("status")).to_contain_text("The override holds now.")
    expect(page.locator(".card").first).to_contain_text("6 h 30 min")
    board = visit("/drivers", by="dispatcher")
    row = board.get_by_role("row").filter(has_text="Carl Ng")
    expect(row).to_contain_text("Override by Dispatcher Ann until")
    expect(row).to_contain_text("ELD malfunction")

    page.get_by_role("button", name="End the override").click()
    expect(page.get_by_role("status")).to_contain_text("The override is ended")
    assert the.rows("SELECT count(*) FROM ops.audit_log WHERE subject = 'hos_override'") == [(2,)]


def test_who_is_not_known_is_never_shown_as_available(visit, the):
    page = visit("/drivers?show=available", by="dispatcher")

    shown = page.locator("table.board tbody th a").all_inner_texts()

    assert "Abel Moreno" in shown
    assert not {"Eli Brandt", "Fatima Haddad"} & set(shown)
    page.get_by_role("link", name="Unknown").click()
    row = page.get_by_role("row").filter(has_text="Eli Brandt")
    expect(row).to_contain_text("Not available: nobody knows what the driver is doing")
    expect(row).not_to_contain_text("2 h or more")


def test_an_incident_is_acknowledged_and_muted_in_place(visit, the):
    page = visit("/alerts", by="dispatcher")
    incident = page.get_by_role("article").filter(has_text="Key rejected")

    incident.get_by_role("button", name="Acknowledge").click()
    expect(incident).to_contain_text("Taken on by dispatcher@acme.example")
    incident.get_by_label("Mute for").select_option("240")
    incident.get_by_role("button", name="Mute").click()

    expect(incident).to_contain_text("Muted until")
    expect(page.get_by_role("button", name="Send a test alert")).to_have_count(0)


def test_a_test_alert_says_what_became_of_it(visit):
    page = visit("/alerts", by="admin", of="bluemesa")

    page.get_by_role("button", name="Send a test alert").click()

    expect(page.locator("#tested")).to_contain_text("A test alert was made.", timeout=15_000)
    expect(page.locator("#tested")).to_contain_text("admin@bluemesa.example")


@pytest.mark.parametrize(
    ("number", "latitude", "said"),
    [(81, 31.5, "It landed."), (82, "north", "It still cannot be used.")],
)
def test_a_row_that_was_set_aside_is_read_again_in_place(visit, the, number, latitude, said):
    aside.put(the.url, the.samsara, the.runs[0], number, latitude)
    page = visit("/quarantine", by="dispatcher")
    entry = page.get_by_role("article").filter(has_text=f"v{number}")

    entry.get_by_role("button", name="Read it again").click()

    expect(entry.get_by_role("status")).to_contain_text(said)
    is_over = latitude != "north"
    expect(entry.get_by_role("button", name="Read it again")).to_have_count(0 if is_over else 1)
    expect(entry).to_contain_text("Resolved" if is_over else "Open")


@pytest.mark.parametrize(
    "path", ["/quarantine", "/drivers", "/loads", "/loads/ld-6", "/driver-links"]
)
def test_html_that_a_vendor_sent_is_text(visit, the, path):
    page = visit(path, by="dispatcher")

    expect(page.get_by_role("main")).to_contain_text("<script>document.title='taken'</script>")
    assert page.title() != "taken"
