"""The mail in a real browser: narrow and wide, light and dark."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tasks import alert_mail
from tasks.alert_text import text
from tests.support.leased import a_message

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)
LIGHT, DARK = 1, 0  # Chromium's numbers
APP = "https://sally.example"
LONG = "A" * 300
# Measures the mail in a frame of its own, since it has no script, and says what it found.
FRAME = """<!doctype html><body style="margin:0"><iframe id="mail" srcdoc="{page}"
 style="width:{width}px;height:900px;border:0"></iframe><pre id="found"></pre><script>
addEventListener("load", () => {{
  const mail = document.getElementById("mail").contentDocument;
  const style = (which, what) => getComputedStyle(mail.querySelector(which))[what];
  document.getElementById("found").textContent = JSON.stringify({{
    scroll: mail.documentElement.scrollWidth, width: mail.documentElement.clientWidth,
    card: mail.querySelector(".card").getBoundingClientRect().width,
    ground: style("body", "backgroundColor"), paper: style(".card", "backgroundColor"),
    ink: style("h1", "color"), bar: style(".bar", "backgroundColor"),
    scripts: mail.scripts.length, heading: mail.querySelector("h1").textContent,
  }});
}});
</script></body>"""


def look(folder: Path, page: str, width: int, theme: int) -> dict:
    """What the browser makes of a page."""
    file = folder / "mail.html"
    file.write_text(FRAME.format(page=html.escape(page, quote=True), width=width))
    done = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--virtual-time-budget=2000",
         f"--user-data-dir={folder / 'profile'}",
         f"--blink-settings=preferredColorScheme={theme}", f"--window-size={width},900",
         "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    return json.loads(html.unescape(found[1]))


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.parametrize(("width", "card"), [(375, 375), (1200, 600)])
@pytest.mark.parametrize(
    ("theme", "ground", "paper", "ink", "bar"),
    [
        pytest.param(LIGHT, "rgb(243, 244, 246)", "rgb(255, 255, 255)", "rgb(28, 33, 40)",
                     "rgb(197, 48, 48)", id="light"),
        pytest.param(DARK, "rgb(21, 24, 28)", "rgb(31, 36, 42)", "rgb(232, 234, 237)",
                     "rgb(252, 129, 129)", id="dark"),
    ],
)  # fmt: skip
def test_the_mail_fits_and_takes_the_readers_theme(
    tmp_path, width, card, theme, ground, paper, ink, bar
):
    """Nothing scrolls sideways, whatever the words; and nothing of them runs."""
    told = a_message(
        happened=f"<script>document.title = 1</script> {LONG}",
        tenant_name=f"<b>Łódź</b> {LONG}",
        vendor_request_id=LONG,
    )

    found = look(tmp_path, alert_mail.html(text(told, APP)), width, theme)

    assert found["scroll"] == found["width"] == width
    assert found["card"] == card
    assert (found["ground"], found["paper"]) == (ground, paper)
    assert (found["ink"], found["bar"]) == (ink, bar)
    assert found["scripts"] == 0
    assert found["heading"] == f"Samsara sync failing for <b>Łódź</b> {LONG}"
