"""“Sync now” on the page of a running stack: through Prefect and a worker, to rows and history."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.support.browsing import chromium

NEWEST = """
SELECT r.status, r.fetched > 0, r.flow_run_id FROM ops.sync_run r
JOIN ops.tenant t ON t.id = r.tenant_id WHERE t.slug = 'acme' AND r.vendor = 'samsara'
ORDER BY r.id DESC LIMIT 1
"""


def test_sync_now_goes_through_prefect_and_shows_how_it_went(stack: Any) -> None:
    """The demo's admin signs in as `sally up` says, and watches one sync from start to end."""
    password = (stack.data / "console.demo").read_text().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(base_url=f"http://127.0.0.1:{stack.env['SALLY_CONSOLE_PORT']}")
        _sign_in(page, "admin@acme.example", password)
        page.get_by_role("link", name="Samsara").click()

        page.get_by_role("button", name="Sync now").click()
        expect(page.locator("#progress")).to_contain_text("records in", timeout=90_000)

        expect(page.locator("#timeline tr.run").first).to_contain_text("Success")
        page.locator("#timeline tr.run a").first.click()
        expect(page.get_by_role("main")).to_contain_text("Hours-of-service clocks")
        browser.close()
    ((status, has_rows, flow_run),) = stack.rows(NEWEST)
    assert (status, has_rows) == ("success", True)
    assert stack.flow_run({"id": flow_run})["parameters"]["tenant"] == "acme"


def _sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/integrations$"))
