"""What the pages refuse, asked without a browser: strangers, lower roles, forms not of ours."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from console.pages import PARTS, assets
from tests.support.console import PASSWORD

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def people(played) -> Iterator[dict[str, httpx.Client]]:
    """Signed-in clients, by address, made when asked for."""
    made: dict[str, httpx.Client] = {}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def by(people, played):
    """``by("admin", "acme")``: a client that is signed in, with its form's token."""

    def who(role: str, of: str = "acme") -> httpx.Client:
        email = f"{role}@{of}.example"
        if email not in people:
            client = httpx.Client(base_url=played[2])
            given = client.post("/sign-in", data={"email": email, "password": PASSWORD})
            assert given.status_code == 303, given.text
            found = re.search(r'"X-CSRF-Token": "([0-9a-f]+)"', client.get("/hours").text)
            assert found is not None
            client.headers["X-CSRF-Token"] = found[1]
            people[email] = client
        return people[email]

    return who


@pytest.fixture
def routes(the) -> list[tuple[str, str]]:
    """Every route of the pages that needs a person, on things of acme's."""
    ((incident,),) = the.rows("SELECT id FROM ops.incident WHERE kind = 'key_rejected'")
    ((entry,),) = the.rows(
        "SELECT q.id FROM ops.quarantine q JOIN ops.tenant t ON t.id = q.tenant_id"
        " WHERE t.slug = 'acme' LIMIT 1"
    )
    told = {"integration_id": the.samsara, "run_id": the.runs[0], "incident_id": incident,
            "driver_id": "d2", "vendor": "samsara", "entry_id": entry, "load_id": "ld-1",
            "load_driver_id": "h2"}  # fmt: skip
    return [
        (method, route.path.format(**told))
        for part in PARTS
        for route in part.router.routes
        if not route.path.startswith("/sign-")
        for method in route.methods
    ]


def test_nobody_who_is_not_signed_in_sees_a_page_or_changes_anything(routes, played):
    with httpx.Client(base_url=played[2]) as stranger:
        for method, path in routes:
            answer = stranger.request(method, path)
            assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), path
            part = stranger.request(method, path, headers=HX)
            assert part.headers["HX-Redirect"].startswith("/sign-in"), path


def test_a_stranger_company_finds_nothing_of_this_one(routes, by):
    admin = by("admin", "bluemesa")
    own = [
        path
        for _, path in routes
        if re.search(r"[0-9a-f]{8}-|/drivers/d2|/loads/ld-|/driver-links/h", path)
    ]
    assert len(own) >= 15

    for method, path in routes:
        if path in own:
            answer = admin.request(method, path, data={"minutes": "60", "seconds": "300"})
            assert answer.status_code == 404, (method, path, answer.text)


def test_a_driver_may_nothing_but_look_at_their_own_hours(routes, by):
    driver = by("driver")
    for method, path in routes:
        expected = 404 if path == "/drivers/d2" else 200 if path == "/hours" else 403
        assert driver.request(method, path).status_code == expected, (method, path)


def test_a_dispatcher_changes_no_connection(by, the):
    dispatcher = by("dispatcher")
    for path in ("key", "interval", "switch", "remove"):
        assert dispatcher.post(f"/integrations/{the.samsara}/{path}").status_code == 403
    assert dispatcher.get("/integrations/new").status_code == 403
    assert dispatcher.post("/alerts/test").status_code == 403
    assert dispatcher.get("/driver-links/h2").status_code == 403
    assert dispatcher.post("/driver-links/h2").status_code == 403
    assert dispatcher.get("/companies").status_code == 403


def test_a_form_without_this_sessions_token_changes_nothing(routes, by):
    admin, other = by("super_admin"), by("admin", "bluemesa")
    for given in ("", other.headers["X-CSRF-Token"]):
        for method, path in routes:
            if method == "POST":
                answer = admin.post(path, headers={"X-CSRF-Token": given})
                assert answer.status_code == 403, path
                assert "not sent by a page of ours" in answer.text


def test_a_field_of_the_form_carries_the_token_as_well(by, the):
    admin = by("admin")
    told = {"csrf_token": admin.headers["X-CSRF-Token"], "seconds": "7"}

    answer = admin.post(
        f"/integrations/{the.samsara}/interval", data=told, headers={"X-CSRF-Token": ""}
    )

    assert answer.status_code == 422
    assert "Choose one of the intervals." in answer.text


def test_after_signing_in_nobody_is_sent_to_another_site(played):
    for bad in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        with httpx.Client(base_url=played[2]) as client:
            told = {"email": "driver@bluemesa.example", "password": PASSWORD, "next": bad}
            assert client.post("/sign-in", data=told).headers["location"] == "/hours"


def test_what_does_not_exist_is_a_page_for_people_and_a_problem_for_programs(by):
    admin = by("admin")

    page, run, api = admin.get("/no/such"), admin.get(f"/runs/{uuid4()}"), admin.get("/api/v1/no")

    assert (page.status_code, run.status_code, api.status_code) == (404, 404, 404)
    assert admin.get("/integrations/no-id").status_code == 404
    assert "<h1>Not found</h1>" in page.text
    assert "<h1>Not found</h1>" in run.text
    assert api.headers["content-type"] == "application/problem+json"


def test_a_refusal_to_htmx_is_a_part_of_a_page_that_offers_to_try_again(by):
    part = by("admin").get(f"/integrations/{uuid4()}/figures", headers=HX)

    assert part.status_code == 404
    assert "<html" not in part.text
    assert "Retry" in part.text


def test_pages_have_no_inline_script_or_style_and_the_policy_forbids_them(by, the):
    admin = by("super_admin")
    for path in ("/integrations", f"/integrations/{the.samsara}", "/drivers", "/alerts", "/nope",
                 "/loads", "/loads/ld-2", "/loads/ld-6",
                 f"/integrations/{the.samsara}/figures"):  # fmt: skip
        answer = admin.get(path)
        assert "script-src 'self'; style-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=", answer.text)
        assert not re.search(r"""(src|href)=["'](https?:)?//(?!127\.0\.0\.1)""", answer.text)


def test_no_page_holds_a_key(by, the, box):
    admin = by("super_admin")
    keys = [each for held in box.keys("acme").values() for each in held.values()]
    for path in (f"/integrations/{the.samsara}", f"/integrations/{the.samsara}/settings",
                 f"/integrations/{the.samsara}/timeline", "/integrations"):  # fmt: skip
        assert not any(key in admin.get(path).text for key in keys)


def test_htmx_is_the_published_file_with_its_licence():
    ((name, told),) = json.loads((assets.FOLDER / "VENDORED.json").read_text()).items()
    assert name == assets.HTMX
    assert hashlib.sha256((assets.FOLDER / name).read_bytes()).hexdigest() == told["sha256"]
    assert "Zero-Clause BSD" in (assets.FOLDER / told["licence_file"]).read_text()


def test_assets_are_kept_by_browsers_for_as_long_as_their_address_holds(played):
    answer = httpx.get(played[2] + assets.address("sally.css"))

    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
