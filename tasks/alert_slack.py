"""A message about an incident as Slack shows it: a colour, three sentences, fields of context."""

from __future__ import annotations

from typing import Any

from store.outbox import Leased
from tasks.alert_text import Text, Tone, text

COLOURS = {
    Tone.INFO: "#2b6cb0",
    Tone.WARNING: "#b7791f",
    Tone.ERROR: "#c53030",
    Tone.CRITICAL: "#822727",
    Tone.RESOLVED: "#2f855a",
    Tone.TEST: "#6b46c1",
}
# Slack takes 3000 characters a text, 10 fields, and 2000 characters a field.
LONGEST_TITLE, LONGEST_SENTENCE, LONGEST_FIELD, MOST_FIELDS = 300, 800, 500, 10
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def payload(told: Leased, app_url: str | None) -> dict[str, Any]:
    """What the webhook takes: a plain text for notifications, and an attachment with blocks."""
    said = text(told, app_url)
    return {
        "text": escape(said.subject, LONGEST_TITLE),
        "attachments": [{"color": COLOURS[said.tone], "blocks": _blocks(said)}],
    }


def escape(words: str, most: int = LONGEST_SENTENCE) -> str:
    """Slack's three characters; without it, words could mention a channel or make a link."""
    escaped = ""
    for each in words:
        part = ENTITIES.get(each, each)
        if len(escaped) + len(part) > most:
            return f"{escaped}…"
        escaped += part
    return escaped


def _blocks(said: Text) -> list[dict[str, Any]]:
    sentences = (
        f"*{_bold(said.subject)}*\n{escape(said.happened)}\n"
        f"*Who must act:* {escape(said.who)}\n*Next step:* {escape(said.next_step)}"
    )
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": sentences}},
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": f"*{name}*\n{escape(value, LONGEST_FIELD)}"}
                for name, value in said.context[:MOST_FIELDS]
            ],
        },
    ]
    if said.link is not None:
        blocks.append(
            {
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": f"<{said.link}|{said.link_words}>"}],
            }
        )
    return blocks


def _bold(words: str) -> str:
    """A star in the words would end the bold text early."""
    return escape(words, LONGEST_TITLE).replace("*", "∗")
