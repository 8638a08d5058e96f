"""A mail server and a Slack that keep what they are sent, and can be away."""

from __future__ import annotations

import email
import email.policy
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Mail:
    """A message as the mail server took it. ``at``: seconds on this machine's clock."""

    to: str
    message: EmailMessage
    at: float

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


class MailSink:
    """An SMTP server on one port for as long as it lives; ``delay_s``: how long it thinks."""

    def __init__(self) -> None:
        self.got: list[Mail] = []
        self.delay_s = 0.0
        self._controller: Controller | None = None
        self.port = 0

    def start(self) -> None:
        controller = Controller(self, hostname=HOST, port=self.port)
        if self.port == 0:
            controller = _AnyPort(self, hostname=HOST, port=1)
        controller.start()
        self.port = controller.server.sockets[0].getsockname()[1]
        self._controller = controller

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: SMTP, _session: Session, sent: Envelope) -> str:
        import asyncio

        await asyncio.sleep(self.delay_s)
        message = email.message_from_bytes(sent.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.got += [Mail(to, message, time.time()) for to in sent.rcpt_tos]
        return "250 taken"

    def to(self, address: str) -> list[Mail]:
        return [one for one in self.got if one.to == address]

    def counts(self) -> Counter[str]:
        """How many messages each address got, repeats under one id counted once."""
        return Counter(to for to, _ in {(one.to, one.id) for one in self.got})


class _AnyPort(Controller):
    """Asked for a port of the system's choice, aiosmtpd would try to call port 0."""

    def _create_server(self) -> Any:
        self.port = 0
        return super()._create_server()

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class SlackSink:
    """An HTTP server that answers as Slack's webhooks do."""

    got: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)
    status: int = 200

    def start(self) -> None:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if sink.status == 200:
                    sink.got.append((self.path, json.loads(body), time.time()))
                self.send_response(sink.status)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self._server.server_port}/services/{name}"

    def of(self, name: str) -> list[dict[str, Any]]:
        return [body for path, body, _ in self.got if path == f"/services/{name}"]
