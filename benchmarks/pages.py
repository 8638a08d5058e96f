"""How long a page takes until a person can use it: opened in Chromium, with what it loads after."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, sync_playwright

PASSWORD = "a long word for a measurement"  # of a database that is thrown away
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The scripts have run, and the last part that the page asks for by itself is there.
INTERACTIVE = """() => Math.max(
    performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    ...performance.getEntriesByType('resource').map(each => each.responseEnd))"""


def browser() -> str | None:
    """Where Chromium is; None where it is not."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def opened(address: str, email: str, pages: Mapping[str, str], *, times: int) -> dict[str, Any]:
    """Milliseconds of each page, by its name: ``times`` visits, the first one with empty caches."""
    took: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = chromium.new_context(base_url=address).new_page()
        _sign_in(page, email)
        for name, path in pages.items():
            took[name] = [_visit(page, path) for _ in range(times)]
        chromium.close()
    return took


def _sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button.primary")
    page.wait_for_url(lambda url: "sign-in" not in url)


def _visit(page: Page, path: str) -> float:
    answer = page.goto(path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{path} was answered {answer.status if answer else 'not at all'}.")
    return float(page.evaluate(INTERACTIVE))
