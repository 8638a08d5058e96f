"""An integration's settings, changed by its admin in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

STATE = """
SELECT i.status, i.poll_seconds, i.credentials_fingerprint, i.removed_at IS NOT NULL
FROM ops.integration i WHERE i.id = %s
"""


def test_a_key_is_replaced_only_by_one_that_works(visit, the, box):
    one = the.id_of("acme", "fuelfinder")
    before = the.rows(STATE, one)
    page = visit(f"/integrations/{one}/settings")
    page.get_by_text("Replace the key").click()
    page.get_by_label("API key").fill("ff_key_wrong")
    page.get_by_role("button", name="Replace").click()

    expect(page.get_by_role("alert")).to_contain_text("does not accept this key")
    expect(page.get_by_role("list", name="What Fuel Finder answers")).to_contain_text(
        "Key rejected"
    )
    assert the.rows(STATE, one) == before

    page.get_by_label("API key").fill(box.keys("acme")["fuelfinder"]["api_key"])
    page.get_by_role("button", name="Replace").click()

    expect(page.get_by_text("The new key is stored.")).to_be_visible()


def test_a_connection_is_slowed_switched_off_and_on_and_disconnected(visit, the):
    one = the.id_of("acme", "fuelfinder")
    page = visit(f"/integrations/{one}/settings")
    page.get_by_label("Every").select_option("7200")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("The interval is changed.")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator("#standing")).to_have_text("Switched off")
    assert the.rows(STATE, one)[0][:2] == ("disabled", 7200)

    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    page.get_by_text("Disconnect", exact=True).click()
    page.get_by_label("Type Fuel Finder").fill("Samsara")
    page.get_by_role("button", name="Disconnect Fuel Finder").click()
    expect(page.get_by_role("alert")).to_contain_text("Type Fuel Finder to disconnect it.")
    assert the.rows(STATE, one)[0][3] is False

    page.get_by_text("Disconnect", exact=True).click()
    page.get_by_label("Type Fuel Finder").fill("fuel finder")
    page.get_by_role("button", name="Disconnect Fuel Finder").click()

    page.wait_for_url("**/integrations")
    expect(page.get_by_role("link", name="Connect Fuel Finder")).to_be_visible()
    assert the.rows(STATE, one)[0][2:] == ("", True)


def test_the_stored_key_is_tested_by_a_dispatcher_who_can_change_nothing(visit, the):
    page = visit(f"/integrations/{the.samsara}/settings", by="dispatcher")

    page.get_by_role("button", name="Test connection").click()

    answers = page.get_by_role("list", name="What Samsara answers")
    expect(answers.get_by_text("Works")).to_have_count(6)
    for button in ("Replace", "Change", "Switch off", "Disconnect Samsara"):
        expect(page.get_by_role("button", name=button)).to_have_count(0)
