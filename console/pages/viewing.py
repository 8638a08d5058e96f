"""A page for whoever looks at it: its template, their zone and theme, what they may see."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from console.api.who import Me
from console.pages import assets, times
from console.pages.words import WORDS
from models.ops import Role

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("light", "dark")
# No style of its own, no eval, no other site, no page of ours kept in the browser's storage; and
# what went wrong is shown where the answer was to be.
HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True},
        ],
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """One way through the console."""

    href: str
    name: str
    role: Role


NAVIGATION = (
    Link("/integrations", "Integrations", Role.DISPATCHER),
    Link("/loads", "Loads", Role.DISPATCHER),
    Link("/drivers", "Hours", Role.DISPATCHER),
    Link("/health", "Health", Role.DISPATCHER),
    Link("/alerts", "Alerts", Role.DISPATCHER),
    Link("/quarantine", "Quarantine", Role.DISPATCHER),
)
OWN = (Link("/hours", "My hours", Role.DRIVER),)

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    cache_size=200,
)


def page(
    request: Request, me: Me | None, template: str, /, *, code: int = 200,
    now: datetime | None = None, **told: Any,
) -> HTMLResponse:  # fmt: skip
    """The template, rendered. ``now``: the database's clock, where times are told."""
    return HTMLResponse(rendered(request, me, template, now=now, **told), status_code=code)


def rendered(
    request: Request, me: Me | None, template: str, /, *, now: datetime | None = None, **told: Any
) -> str:
    """The same as text."""
    viewer, at = times.zone(request.cookies.get("tz", "UTC")), now or datetime.now(UTC)
    theme = request.cookies.get("theme", "")

    def moment(when: datetime | None, none: str = "never") -> Markup:
        """How long ago; the very second on hover, and for screen readers the same words."""
        if when is None:
            return Markup('<span class="muted">{}</span>').format(none)
        return Markup('<time datetime="{}" title="{}" data-relative>{}</time>').format(
            when.astimezone(UTC).isoformat(timespec="seconds"),
            times.exact(when, viewer),
            times.relative(when, at),
        )

    return ENVIRONMENT.get_template(template).render(
        request=request,
        path=request.url.path,
        me=me,
        may=lambda role: me is not None and me.may(Role(role)),
        navigation=_navigation(me),
        theme=theme if theme in THEMES else "",
        htmx_config=HTMX,
        now=at,
        moment=moment,
        exact=lambda when: times.exact(when, viewer),
        clock=lambda when: times.clock(when, at, viewer),
        zone_name=viewer.key,
        **told,
    )


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def _navigation(me: Me | None) -> tuple[Link, ...]:
    if me is None:
        return ()
    return tuple(each for each in NAVIGATION if me.may(each.role)) or OWN


def number(value: float | None) -> str:
    """A count with its thousands apart."""
    return "–" if value is None else f"{value:,.0f}"


def percent(share: float | None) -> str:
    """A share; never rounded up to all."""
    if share is None:
        return "–"
    shown = min(round(share * 100, 1), 99.9) if share < 1 else 100
    return f"{shown:g} %"


def nice_json(value: object) -> str:
    """A payload, indented."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


ENVIRONMENT.filters |= {
    "number": number,
    "percent": percent,
    "took": times.took,
    "span": times.span,
    "every": times.every,
    "nice_json": nice_json,
    "segment": lambda text: quote(str(text), safe=""),
    "words": lambda text: WORDS.get(str(text), str(text).replace("_", " ")),
    "sentence": lambda text: escape(str(text)[:1].upper() + str(text)[1:]),
}
ENVIRONMENT.globals |= {"asset": assets.address, "htmx_file": assets.HTMX}
