"""What people do with loads and their plans, done in a browser."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_dispatcher_sees_what_needs_a_person_first_and_why(visit, the):
    page = visit("/loads", by="dispatcher")
    rows = page.locator("table.loads tbody tr")
    verdicts = [each.strip() for each in rows.locator(".badge").all_inner_texts()]
    assert verdicts[:3] == ["No plan", "Late", "Not verified"]
    expect(rows.filter(has_text="AF-2003")).to_contain_text("Not linked to hours")
    expect(rows.filter(has_text="AF-2001")).to_contain_text("before it closes")

    page.get_by_role("link", name="AF-2002").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("Cannot be done in time")
    expect(main).to_contain_text("would have to take it until")
    expect(main).to_contain_text("Forced by the driving clock")
    expect(page.get_by_role("img", name="The road of load ld-2")).to_be_visible()
    expect(page.get_by_role("img", name="The days of load ld-2")).to_be_visible()
    stop = page.get_by_role("listitem").filter(has_text="Buy")
    stop.get_by_text("What this rests on").click()
    expect(stop).to_contain_text("Fuel: Love's & Sons <Perry>, of 2 h ago")


def test_with_all_four_vendors_silent_each_input_is_named(visit, the):
    page = visit("/loads/ld-3", by="dispatcher")
    main = page.get_by_role("main")
    for named in (
        "Truckbase's load data is as of",
        "Hours: nobody knows",
        "Fuel Finder has told nothing",
        "OpenWeather is not connected",
        "The truck's position is of",
    ):
        expect(main).to_contain_text(named)

    page.goto("/loads/ld-4")

    expect(main).to_contain_text("Cannot plan because")
    expect(main).to_contain_text("Fuel Finder has told nothing")


def test_plan_again_shows_the_new_plan_without_a_reload(visit, the, prefect):
    prefect.go.clear()
    page = visit("/loads/ld-7", by="dispatcher")
    page.evaluate("window.isSame = true")
    expect(page.locator("#plan")).to_contain_text("On time and legal")

    page.get_by_role("button", name="Plan again").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text("A worker takes it up")
    expect(page.get_by_role("button", name="Plan again")).to_be_focused()
    prefect.go.set()

    expect(page.locator("#progress")).to_contain_text("Plan 2 is shown below.", timeout=15_000)
    expect(page.locator("#plan")).to_contain_text("Not verified")
    assert page.evaluate("window.isSame") is True
    assert not page.locator("#progress .progress").get_attribute("hx-trigger")


def test_a_plan_that_cannot_be_had_says_so(visit, the, prefect):
    page = visit("/loads/ld-2", by="dispatcher")
    prefect.is_away = True
    page.get_by_role("button", name="Plan again").click()
    expect(page.locator("#progress").get_by_role("alert")).to_contain_text(
        "Our scheduler does not answer. The next plan on schedule comes anyway."
    )
    prefect.is_away, prefect.cancels = False, True
    page.reload()

    page.get_by_role("button", name="Plan again").click()

    expect(page.locator("#progress")).to_contain_text("The run ended without a plan.")


def test_an_admin_links_a_driver_and_it_is_marked_as_confirmed(visit, the):
    page = visit("/driver-links", by="admin")
    row = page.get_by_role("row").filter(has_text="Carl N.")
    expect(row).to_contain_text("Not linked")
    expect(page.get_by_role("row").filter(has_text="Brigitte")).to_contain_text("a guess")

    page.get_by_role("link", name="Link Carl N.").click()
    page.get_by_role("button", name="Link").click()
    assert page.url.endswith("/driver-links/h3")  # nothing was chosen
    page.get_by_label("Driver with hours").select_option("d3")
    page.get_by_role("button", name="Link").click()

    expect(page.get_by_role("status").first).to_contain_text("It is linked.")
    expect(row).to_contain_text("Carl Ng")
    expect(row).to_contain_text("by admin@acme.example")
    noted = the.rows("SELECT actor FROM ops.audit_log WHERE action = 'driver_link.confirm'")
    assert noted == [("admin@acme.example",)]
