"""Messages through prefect-email and prefect-slack, to a mail server and a Slack that answer."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP
from pydantic import SecretStr

from core.errors import ConfigurationError
from core.settings import Settings
from tasks import post as posting
from tasks.alerting import Refused
from tasks.post import NotDelivered, Post
from tests.support.sinks import HOST, MailSink, SlackSink


@pytest.fixture
def mail():
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def slack():
    sink = SlackSink()
    sink.start()
    yield sink
    sink.stop()


def post(mail=None, **more):
    where = {"smtp_host": HOST, "smtp_port": mail.port} if mail else {}
    return Post(Settings(_env_file=None, smtp_security="none", **where, **more))


def message():
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@sally.test", "b@acme.test", "Hello"
    made["Message-ID"] = "<1@sally.test>"
    made.set_content("Hello")
    return made


async def test_an_email_arrives_at_its_recipient_alone(mail):
    await post(mail).email("ann@acme.test", message())

    (got,) = mail.got
    assert (got.to, got.id, got.subject) == ("ann@acme.test", "<1@sally.test>", "Hello")


async def test_without_a_mail_server_it_says_what_to_set():
    with pytest.raises(ConfigurationError, match="SMTP_HOST"):
        await post().email("ann@acme.test", message())


async def test_a_mail_server_that_is_away_is_an_error(mail):
    one = post(mail)
    mail.stop()

    with pytest.raises(OSError):
        await one.email("ann@acme.test", message())


async def test_a_mail_server_that_hangs_holds_up_nobody_for_long(mail, monkeypatch):
    monkeypatch.setattr(posting, "SEND_S", 0.3)
    mail.delay_s = 2.0

    with pytest.raises((NotDelivered, OSError)):
        await post(mail).email("ann@acme.test", message())


@pytest.mark.parametrize(
    ("answer", "expected"), [("550 no such user", Refused), ("450 busy", NotDelivered)]
)
async def test_an_address_that_does_not_exist_is_not_tried_for_a_day(
    mail, monkeypatch, answer, expected
):
    async def refuse(_self: SMTP, _arg: str) -> None:
        await _self.push(answer)

    monkeypatch.setattr(SMTP, "smtp_RCPT", refuse)

    with pytest.raises(expected) as caught:
        await post(mail).email("ann@acme.test", message())
    assert "ann" not in str(caught.value)


async def test_a_slack_message_arrives_at_its_webhook(slack):
    await post().slack(SecretStr(slack.url("acme")), {"text": "Hello", "blocks": []})

    assert slack.of("acme") == [{"text": "Hello", "blocks": []}]


@pytest.mark.parametrize(("status", "expected"), [(500, NotDelivered), (404, Refused)])
async def test_slack_that_takes_nothing_is_an_error_without_the_webhook(slack, status, expected):
    slack.status = status

    with pytest.raises(expected) as caught:
        await post().slack(SecretStr(slack.url("hidden")), {"text": "Hello"})
    assert "hidden" not in str(caught.value)


async def test_slack_that_is_away_is_asked_once(slack):
    """Whether to try again is decided in one place, and that is the outbox."""
    one = post()
    url = slack.url("acme")
    slack.stop()

    with pytest.raises(OSError):
        await one.slack(SecretStr(url), {"text": "Hello"})
