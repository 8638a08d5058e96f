"""What holds of every page: nothing that axe finds, no sideways scrolling, one heading."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.console.pages.conftest import Visit
from tests.support.scene import Scene

PAGES = {
    "sign in": ("/sign-in", "", "acme"),
    "integrations": ("/integrations", "admin", "acme"),
    "nothing connected": ("/integrations", "dispatcher", "newco"),
    "choose": ("/integrations/new", "admin", "acme"),
    "add": ("/integrations/new/truckbase", "admin", "acme"),
    "history": ("/integrations/{samsara}", "admin", "acme"),
    "no history": ("/integrations/{truckbase}", "admin", "acme"),
    "settings": ("/integrations/{samsara}/settings", "admin", "acme"),
    "run": ("/runs/{run}", "super_admin", "acme"),
    "failed run": ("/runs/{failed}", "dispatcher", "acme"),
    "loads": ("/loads", "dispatcher", "acme"),
    "no loads": ("/loads", "dispatcher", "bluemesa"),
    "load on time": ("/loads/ld-1", "dispatcher", "acme"),
    "load late": ("/loads/ld-2", "dispatcher", "acme"),
    "load unverified": ("/loads/ld-3", "admin", "acme"),
    "load impossible": ("/loads/ld-4", "dispatcher", "acme"),
    "load not planned": ("/loads/ld-5", "dispatcher", "acme"),
    "driver links": ("/driver-links", "admin", "acme"),
    "nobody to link": ("/driver-links", "dispatcher", "bluemesa"),
    "driver link": ("/driver-links/h3", "admin", "acme"),
    "drivers": ("/drivers", "dispatcher", "acme"),
    "driver": ("/drivers/d2", "dispatcher", "acme"),
    "own hours": ("/hours", "driver", "acme"),
    "health": ("/health", "dispatcher", "acme"),
    "alerts": ("/alerts?closed=1", "admin", "acme"),
    "quarantine": ("/quarantine", "dispatcher", "acme"),
    "companies": ("/companies", "super_admin", "acme"),
    "not allowed": ("/health", "driver", "acme"),
    "not found": ("/nowhere", "admin", "acme"),
}


def address(name: str, the: Scene) -> str:
    """Where that page is."""
    ((failed,),) = the.rows("SELECT id FROM ops.sync_run WHERE status = 'failed' LIMIT 1")
    told = {"samsara": the.samsara, "truckbase": the.id_of("acme", "truckbase"), "failed": failed,
            "run": next(run for run in the.runs if run != failed)}  # fmt: skip
    return PAGES[name][0].format(**told)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(name: str, visit: Visit, the):
    _, by, of = PAGES[name]
    page = visit(address(name, the), by=by, of=of, color_scheme="dark",
                 viewport={"width": 375, "height": 800})  # fmt: skip
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator(".waiting:visible")).to_have_count(0)
    for details in page.locator("details").all():
        details.evaluate("each => { each.open = true; }")

    dark = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    light = Axe().run(page)

    assert dark.response["violations"] == [], dark.generate_report()
    assert light.response["violations"] == [], light.generate_report()
    assert wide <= 375


def test_the_keyboard_reaches_the_content_first_and_everything_after(visit):
    page = visit("/integrations")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent").strip() == "Add integration"


def test_what_comes_later_moves_nothing_that_is_there_already(visit, the):
    page = visit("/sign-in", by="dispatcher")
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => { for (const each of list.getEntries())"
        " if (!each.hadRecentInput) window.moved += each.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(f"/integrations/{the.samsara}")
    expect(page.locator("#timeline tr.run")).not_to_have_count(0)

    assert page.evaluate("window.moved") < 0.02
