"""One database with a past, one console on it, one browser: shared by all tests of the pages."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import sandbox
from core import settings
from sandbox.box import Box
from tests.conftest import temporary
from tests.support import scene
from tests.support.browsing import chromium, on_loopback
from tests.support.console import KEY, PASSWORD
from tests.support.played_prefect import PlayedPrefect
from tests.support.scene import Scene

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def played(postgres, template) -> Iterator[tuple[Scene, PlayedPrefect, str]]:
    """The scene, Prefect as it is played, and the console's address."""
    with temporary(postgres, template) as name, sandbox.in_thread() as box:
        url = postgres(name)
        found, prefect = scene.play(url, box), PlayedPrefect(url, box)
        with contextlib.ExitStack() as stack:
            with configured(url, box):
                address = stack.enter_context(on_loopback(url, httpx.MockTransport(prefect)))
            yield found, prefect, address
            prefect.close()


@contextlib.contextmanager
def configured(url: str, box: Box) -> Iterator[None]:
    """What the console's process reads from the environment; other tests must not find it there."""
    told = {"DATABASE_URL": url, "CREDENTIALS_ENCRYPTION_KEY": KEY, "SALLY_SANDBOX_URL": box.url}
    with pytest.MonkeyPatch.context() as patch:
        for each, value in told.items():
            patch.setenv(each, value)
        settings.settings.cache_clear()
        yield
    settings.settings.cache_clear()


@pytest.fixture(autouse=True)
def _configured(request: pytest.FixtureRequest) -> Iterator[None]:
    """The environment, for as long as a test looks at the console."""
    if "played" not in request.fixturenames:
        yield
        return
    found = request.getfixturevalue("played")[0]
    with configured(found.url, found.box):
        yield


@pytest.fixture
def the(played) -> Scene:
    """As if played a moment ago: the hours are fresh, however long the tests take."""
    played[0].refresh()
    return played[0]


@pytest.fixture
def prefect(played) -> Iterator[PlayedPrefect]:
    yield played[1]
    played[1].is_away = played[1].cancels = False
    played[1].go.set()


@pytest.fixture
def box(played) -> Box:
    return played[0].box


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while it is open, no other loop runs in this thread."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def cookies(played) -> dict[str, list[Any]]:
    """Who is signed in already, by address: hashing is slow on purpose."""
    return {}


@pytest.fixture
def visit(browser: Browser, played, cookies) -> Iterator[Visit]:
    """``visit("/alerts", by="admin", of="acme")``: a page as that person sees it.

    A script that fails, or that the policy refuses, fails the test.
    """
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def go(path: str, *, by: str = "admin", of: str = "acme", **more: Any) -> Page:
        who = f"{by}@{of}.example"
        options = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "America/Chicago",
                   "base_url": played[2], "reduced_motion": "reduce"} | more  # fmt: skip
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security" in said.text else None,
        )
        if by and who not in cookies:
            sign_in(page, who)
            cookies[who] = context.cookies()
        elif by:
            context.add_cookies(cookies[who])
        page.goto(path)
        return page

    yield go
    for context in opened:
        context.close()
    assert not wrong


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """By the form."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
