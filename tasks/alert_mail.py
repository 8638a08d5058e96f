"""A message about an incident as a mail: plain text, and HTML for both widths and both themes.

The HTML stands alone: no images, no fonts, no style sheets from elsewhere, and nothing in it runs.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from store.outbox import Leased
from tasks.alert_text import Text, Tone, text

# Of the bar and the label: on white, and on the dark theme's ground. Each is readable there.
COLOURS = {
    Tone.INFO: ("#2b6cb0", "#63b3ed"),
    Tone.WARNING: ("#975a16", "#ecc94b"),
    Tone.ERROR: ("#c53030", "#fc8181"),
    Tone.CRITICAL: ("#822727", "#feb2b2"),
    Tone.RESOLVED: ("#276749", "#68d391"),
    Tone.TEST: ("#6b46c1", "#b794f4"),
}
FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
@media (prefers-color-scheme: dark) {{
  .ground {{ background: #15181c !important; }}
  .card {{ background: #1f242a !important; border-color: #353c45 !important; }}
  .ink, .ink td {{ color: #e8eaed !important; }}
  .soft {{ color: #a9b1bb !important; }}
  .rule td, .rule th {{ border-color: #353c45 !important; }}
  .label {{ color: {dark} !important; }}
  .bar {{ background: {dark} !important; }}
  .button {{ background: {dark} !important; color: #15181c !important; }}
}}
@media (max-width: 480px) {{
  .pad {{ padding: 20px !important; }}
  .outer {{ padding: 0 !important; }}
  .card {{ border-radius: 0 !important; border-left: 0 !important; border-right: 0 !important; }}
}}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f3f4f6;{font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr><td class="outer ground" align="center" style="padding:24px 12px;background:#f3f4f6">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0"
 style="max-width:600px;background:#ffffff;border:1px solid #d9dde3;border-radius:10px;\
border-collapse:separate;overflow:hidden">
<tr><td class="bar" style="height:6px;line-height:6px;font-size:0;background:{light}">&nbsp;</td>
</tr>
<tr><td class="pad ink" style="padding:28px 32px;color:#1c2128;font-size:16px;line-height:1.5;\
text-align:left;overflow-wrap:anywhere;word-break:break-word">
<div class="label" style="font-size:13px;font-weight:700;letter-spacing:.06em;color:{light}">\
{tone}</div>
<h1 class="ink" style="margin:4px 0 16px;font-size:22px;line-height:1.3;font-weight:650">\
{headline}</h1>
{sentences}{button}
<table class="rule" width="100%" cellpadding="0" cellspacing="0"
 style="margin-top:24px;font-size:14px;line-height:1.45;border-collapse:collapse;table-layout:fixed">
<colgroup><col style="width:36%"><col></colgroup>
{rows}
</table>
<p class="soft" style="margin:24px 0 0;font-size:13px;color:#59626e">{foot}</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
SENTENCE = """<p style="margin:0 0 12px"><strong>{name}</strong><br>
{words}</p>
"""
BUTTON = """<p style="margin:20px 0 0"><a class="button" href="{link}" style="display:inline-block;\
padding:11px 18px;border-radius:7px;background:{light};color:#ffffff;font-weight:600;\
text-decoration:none">{words}</a></p>"""
ROW = """<tr><th class="soft" scope="row" align="left" style="padding:7px 12px 7px 0;\
border-top:1px solid #e4e7eb;color:#59626e;font-weight:500;vertical-align:top">{name}</th>\
<td class="ink" style="padding:7px 0;border-top:1px solid #e4e7eb;color:#1c2128;\
vertical-align:top">{value}</td></tr>
"""


def message(told: Leased, sender: str, app_url: str | None) -> EmailMessage:
    """The mail to one recipient. Sent twice, it carries the same Message-ID.

    What is told later of the same incident refers to the first mail, so that they stay together.
    """
    said = text(told, app_url)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = said.subject
    mail["From"] = sender
    mail["To"] = told.recipient
    mail["Date"] = format_datetime(told.created_at)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "sally.invalid"
    mail["Message-ID"] = f"<{told.message_id}@{domain}>"
    if told.first_id != told.message_id:
        mail["In-Reply-To"] = mail["References"] = f"<{told.first_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Sally-Incident"] = str(told.incident_id)
    mail.set_content(plain(said))
    mail.add_alternative(html(said), subtype="html")
    return mail


def plain(said: Text) -> str:
    """The mail for who reads no HTML."""
    lines = [
        said.subject,
        "",
        f"What happened: {said.happened}",
        f"Who must act: {said.who}",
        f"Next step: {said.next_step}",
    ]
    if said.link is not None:
        lines += ["", f"{said.link_words}: {said.link}"]
    width = max(len(name) for name, _ in said.context) + 2
    lines += ["", *(f"{name + ':':<{width}}{value}" for name, value in said.context)]
    return "\n".join([*lines, "", said.foot, ""])


def html(said: Text) -> str:
    """The mail for who does; every word in it is escaped."""
    light, dark = COLOURS[said.tone]
    sentences = (
        ("What happened", said.happened),
        ("Who must act", said.who),
        ("Next step", said.next_step),
    )
    button = ""
    if said.link is not None:
        button = BUTTON.format(link=escape(said.link), light=light, words=escape(said.link_words))
    return PAGE.format(
        subject=escape(said.subject),
        light=light,
        dark=dark,
        font=FONT,
        tone=escape(said.tone),
        headline=escape(said.headline),
        sentences="".join(
            SENTENCE.format(name=name, words=escape(words)) for name, words in sentences
        ),
        button=button,
        rows="".join(
            ROW.format(name=escape(name), value=escape(value)) for name, value in said.context
        ),
        foot=escape(said.foot),
    )
