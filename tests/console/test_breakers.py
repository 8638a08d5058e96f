"""Arguments that cannot be meant are refused in one sentence, before anything is started."""

import pytest

from console.cli import breakers
from core.errors import ConfigurationError


@pytest.mark.parametrize("span", ["25h", "24h1s", "0m", "", "an hour", "1d", "-1h", "1m1h"])
def test_a_span_that_cannot_be_used_is_one_sentence(span):
    with pytest.raises(ConfigurationError, match="use 30m, 1h or 1h30m"):
        breakers.force_open("samsara", span=span, why="maintenance", who="Ann")


@pytest.mark.parametrize("name", ["force_open", "auto", "reset", "history"])
def test_an_unknown_vendor_names_the_known_ones(name):
    more = {"force_open": {"span": "1h", "why": "x"}, "reset": {"why": "x"}}.get(name, {})

    with pytest.raises(ConfigurationError, match="Known: samsara, truckbase"):
        getattr(breakers, name)("acme", **more)


@pytest.mark.parametrize(("name", "more"), [("force_open", {"span": "1h"}), ("reset", {})])
def test_an_empty_reason_is_refused(name, more):
    with pytest.raises(ConfigurationError, match="--why is empty"):
        getattr(breakers, name)("samsara", why="  ", **more)


def test_one_tenant_and_every_tenant_exclude_each_other():
    with pytest.raises(ConfigurationError, match="not both"):
        breakers.reset("samsara", why="x", tenant="acme", every_tenant=True)
