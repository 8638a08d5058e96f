"""Who comes in, who gets where, and who is out again: in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.console.pages.conftest import sign_in


def test_whoever_signs_out_is_out_on_the_server_too(visit, played):
    page = visit("/sign-in", by="")
    sign_in(page, "dispatcher@newco.example")
    kept = page.context.cookies()

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    page.context.add_cookies(kept)
    page.goto("/integrations")
    assert page.url.endswith("/sign-in?next=/integrations")


def test_a_wrong_password_says_no_more_than_that_and_the_right_one_goes_on(visit):
    page = visit("/health", by="")
    page.get_by_label("E-mail address").fill("admin@bluemesa.example")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Nobody is known by this address and password."
    )
    assert page.get_by_label("E-mail address").input_value() == "admin@bluemesa.example"

    sign_in(page, "admin@bluemesa.example")

    assert page.url.endswith("/integrations")


def test_a_driver_sees_their_own_hours_and_no_way_to_anything_else(visit, the):
    page = visit("/", by="driver")
    expect(page.get_by_role("heading", level=1)).to_have_text("Abel Moreno")
    assert page.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts() == [
        "My hours"
    ]
    expect(page.get_by_text("Override")).to_have_count(0)

    for path in ("/integrations", "/drivers", "/health", "/alerts", "/quarantine", "/companies"):
        assert page.goto(path).status == 403
        expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
    assert page.goto("/drivers/d2").status == 404


def test_a_super_admin_looks_at_another_company_by_choice(visit):
    page = visit("/companies", by="super_admin", of="newco")
    page.get_by_role("button", name="Acme Freight").click()
    page.wait_for_url("**/integrations")
    expect(page.get_by_role("link", name="Acme Freight")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Truckbase")).to_contain_text(
        "Needs attention"
    )

    page.goto("/companies")
    page.get_by_role("button", name="New Company").click()
    page.wait_for_url("**/integrations")


def test_the_theme_is_the_systems_until_it_is_switched_and_then_kept(visit):
    page = visit("/integrations", color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="Switch between dark and light").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()

    assert dark != light
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light
