"""The page at /: what this server is, which tenants it has, and what is wrong with it just now."""

from __future__ import annotations

from html import escape

from sandbox.box import Box

_STYLE = (
    "body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:left;"
    "border-bottom:1px solid #ccc}code{background:#f2f2f2;padding:0 .2rem}"
)
SHOWN = 50


def _table(head: list[str], rows: list[list[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"


def page(box: Box) -> str:
    """Plain HTML. Keys are named, never shown."""
    plans = [tenant.plan for tenant in box.world.tenants.values()]
    tenants = [[plan.slug, plan.title, str(plan.drivers), str(plan.load_lanes)] for plan in plans]
    keys = box.keys(plans[0].slug) if plans else {}
    vendors = [[v.name, box.url + v.base, ", ".join(keys.get(v.name, {}))] for v in box.vendors]
    faults = [
        [rule.kind, rule.vendor, rule.credential, rule.path, f"{rule.share:.0%}", str(rule.applied)]
        for rule in box.rules.rules
    ]
    broken = _table(["fault", "vendor", "tenant", "path", "share", "hits"], faults)
    more = f"<p>… and {len(plans) - SHOWN} more.</p>" if len(plans) > SHOWN else ""
    clock = box.clock.state()
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Vendor sandbox</title>"
        f"<style>{_STYLE}</style><h1>Vendor sandbox</h1>"
        f"<p>Four vendors on one local server, with invented fleets (seed {box.world.seed}). "
        f"In its world it is <b>{clock['now']}</b>"
        f"{', and time stands still' if box.clock.frozen else ''}. "
        f"{box.ledger.total} requests so far.</p>"
        f"<h2>Vendors</h2>{_table(['vendor', 'base URL', 'keys it wants'], vendors)}"
        f"<h2>Tenants</h2>{_table(['slug', 'name', 'drivers', 'loads'], tenants[:SHOWN])}{more}"
        f"<p>Keys of a tenant: <code>sandbox.credentials(slug)</code>.</p>"
        f"<h2>Faults</h2>{broken if faults else '<p>None.</p>'}"
        f"<p>Knobs: <code>/control/clock, faults, limits, stats, tenants, credentials, mutate, "
        f"warm, truth/&lt;slug&gt;, health</code>.</p></html>"
    )
