"""What people read: subject, sentences and context, in plain text, HTML and Slack's form."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts import Kind
from tasks import alert_mail, alert_slack
from tasks.alert_text import HEADLINES, Tone, text
from tests.support.leased import INTEGRATION, NOW, a_message

APP = "https://sally.example/"
HOSTILE = '<script>alert("1")</script> <img src=x onerror=alert(2)> & <!channel> </td> *bold* {0}'
OUTSIDE = re.compile(r"https?://(?!sally\.example/)")


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "[ERROR] Samsara sync failing for Acme Freight"),
        ({"step": "reminder-2"}, "[ERROR] Samsara sync still failing for Acme Freight"),
        (
            {"step": "closed", "closed_at": NOW, "closed_because": "It syncs again."},
            "[RESOLVED] Samsara syncs again for Acme Freight",
        ),
        ({"kind": "key_rejected"}, "[ERROR] Samsara rejects the key of Acme Freight"),
        (
            {"kind": "vendor_down", "severity": "WARNING"},
            "[WARNING] Samsara is down for Acme Freight",
        ),
        (
            {"kind": "stale", "severity": "WARNING"},
            "[WARNING] Samsara data is getting old for Acme Freight",
        ),
        (
            {"kind": "stale", "severity": "CRITICAL", "step": "escalated"},
            "[CRITICAL] Samsara data is too old for Acme Freight",
        ),
        ({"kind": "test"}, "[TEST] Alerts reach Acme Freight"),
        (
            {"kind": "flow_crashed", "tenant_name": None},
            "[ERROR] Samsara sync run crashed",
        ),
        (
            {"kind": "scheduler_silent", "severity": "CRITICAL", "tenant_name": None},
            "[CRITICAL] Nothing is being synced",
        ),
        ({"kind": "quality"}, "[ERROR] Samsara data breaks its rules for Acme Freight"),
        ({"kind": "another"}, "[ERROR] Trouble open for Acme Freight"),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_the_subject_says_how_bad_what_and_for_whom(changes, subject):
    assert text(a_message(**changes), APP).subject == subject


def test_every_kind_has_its_words():
    assert set(HEADLINES) == set(Kind)


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({"who": "Who must act: the tenant's admin."}, "You, or another admin of Acme Freight"),
        ({"who": "Who must act: the vendor."}, "Samsara"),
        ({"who": "Who must act: us."}, "Us, the operators of SALLY"),
        ({"who": "Who must act: us.", "tenant_name": None}, "You, as the operator"),
        ({"who": "Who must act: nobody."}, "Nobody"),
        ({"who": None}, "Us, the operators of SALLY"),
    ],
)
def test_who_must_act_is_said_to_the_one_who_reads_it(changes, who):
    assert text(a_message(**changes), APP).who == who


def test_the_plain_text_says_all_of_it():
    """It stands alone: many read nothing else."""
    mail = alert_mail.message(a_message(), "SALLY <alerts@sally.example>", APP)

    words = mail.get_body(("plain",)).get_content()

    for part in (
        "[ERROR] Samsara sync failing for Acme Freight",
        "What happened: Samsara answered 503 to /fleet/hos/clocks.",
        "Who must act: Samsara",
        "Next step: Nothing to do: the sync tries again by itself.",
        f"https://sally.example/integrations/{INTEGRATION}",
        "Began:            2026-03-04 04:54 UTC",
        "Last good sync:   2026-03-04 04:36 UTC",
        "Failed in a row:  3",
        "Vendor's request: req_8c1f",
        "an active admin of Acme Freight",
    ):
        assert part in words
    assert "<" not in words


def test_an_end_says_what_it_was():
    closed = a_message(step="closed", closed_at=NOW, closed_because="It syncs again.")

    said = text(closed, APP)

    assert said.happened.startswith("It syncs again. Before: Samsara answered 503")
    assert ("Ended", "2026-03-04 05:06 UTC") in said.context


def test_the_mail_is_one_that_mail_programs_take():
    told = a_message(recipient="ann@acme.example", step="closed", first_id="cd" * 16)
    sent = alert_mail.message(told, "SALLY <alerts@sally.example>", APP).as_bytes()

    mail = message_from_bytes(sent, policy=policy.default)

    assert mail.defects == []
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Message-ID"] == f"<{'ab' * 16}@sally.example>"
    assert mail["References"] == mail["In-Reply-To"] == f"<{'cd' * 16}@sally.example>"
    assert (mail["To"], mail["Auto-Submitted"]) == ("ann@acme.example", "auto-generated")
    assert mail["Date"].datetime == NOW
    assert max(map(len, sent.splitlines())) <= 998


def test_a_mail_that_is_sent_again_has_the_same_id():
    """By that a repeat is known, by people's servers and by ours."""
    first, again = (
        alert_mail.message(a_message(attempts=n), "alerts@sally.example", APP) for n in (1, 2)
    )

    assert first["Message-ID"] == again["Message-ID"]


class Tags(HTMLParser):
    """Every tag, every attribute and every word of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words += data


def everywhere(words: str):
    """A message with these words wherever something of others can stand."""
    return a_message(
        happened=words, who=words, next_step=words, vendor_request_id=words, tenant_name=words,
        vendor=words, error_kind=words,
    )  # fmt: skip


@given(words=st.one_of(st.just(HOSTILE), st.text(min_size=1)))
def test_words_of_others_stay_words(words):
    """Nothing that a vendor or a tenant wrote becomes a tag, a header or a mention."""
    told = everywhere(words)
    plain_page = Tags(alert_mail.html(text(a_message(), APP)))

    page = Tags(alert_mail.html(text(told, APP)))
    mail = alert_mail.message(told, "alerts@sally.example", APP)
    slack = str(alert_slack.payload(told, APP))

    assert page.tags == plain_page.tags
    assert {name for name, _ in page.attributes} == {name for name, _ in plain_page.attributes}
    assert set(mail.keys()) == set(
        alert_mail.message(a_message(), "alerts@sally.example", APP).keys()
    )
    assert "<!" not in slack
    assert slack.count("<") == 1  # our own link
    assert "\n" not in mail["Subject"]


def test_the_words_are_still_readable():
    page = Tags(alert_mail.html(text(a_message(happened=HOSTILE), APP)))

    assert HOSTILE in page.words


@pytest.mark.parametrize("app_url", [APP, None])
def test_the_page_asks_nobody_for_anything(app_url):
    """No picture, font or script from elsewhere: nobody learns who reads it."""
    page = alert_mail.html(text(a_message(), app_url))

    found = Tags(page)
    assert found.tags.isdisjoint({"img", "script", "link", "iframe", "object", "form"})
    assert "url(" not in page
    assert OUTSIDE.search(page) is None
    assert ("href" in dict(found.attributes)) == (app_url is not None)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tone", Tone)
def test_colours_can_be_read_in_both_themes(tone):
    """WCAG AA: 4.5 to 1 for text, on the card and on the button."""
    light, dark = alert_mail.COLOURS[tone]

    assert contrast(light, "#ffffff") >= 4.5
    assert contrast(dark, "#1f242a") >= 4.5
    assert contrast(dark, "#15181c") >= 4.5


def test_slack_says_tenant_and_severity_in_fields():
    payload = alert_slack.payload(a_message(), APP)

    (attachment,) = payload["attachments"]
    sentences, context, link = attachment["blocks"]
    fields = [field["text"] for field in context["fields"]]
    assert payload["text"] == "[ERROR] Samsara sync failing for Acme Freight"
    assert attachment["color"] == alert_slack.COLOURS[Tone.ERROR]
    assert fields[:3] == ["*Tenant*\nAcme Freight", "*Vendor*\nSamsara", "*Severity*\nERROR"]
    assert "*Next step:* Nothing to do" in sentences["text"]["text"]
    assert str(INTEGRATION) in link["elements"][0]["text"]


def test_slack_takes_what_is_long():
    """It refuses a text over 3000 characters, more than 10 fields, and fields over 2000."""
    payload = alert_slack.payload(everywhere("long " * 5000), APP)

    blocks = payload["attachments"][0]["blocks"]
    assert len(blocks[0]["text"]["text"]) <= 3000
    assert len(blocks[1]["fields"]) <= 10
    assert max(len(field["text"]) for field in blocks[1]["fields"]) <= 2000


def test_without_an_address_of_the_console_there_is_no_link():
    assert text(a_message(), None).link is None
    assert len(alert_slack.payload(a_message(), None)["attachments"][0]["blocks"]) == 2
    assert text(a_message(integration_id=None), APP).link == "https://sally.example"
    assert UUID(str(INTEGRATION)) == INTEGRATION
