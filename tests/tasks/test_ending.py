"""What a flow run that broke says: sentences of ours, and nothing in place of a fault."""

import pytest

from core.errors import ConfigurationError
from store.connection import DatabaseLost
from tasks.ending import sentence

AWAY = "PostgreSQL went away."


def test_batches_that_met_the_same_trouble_say_it_once():
    """A database that stops breaks every connection of a flow run, each in its own words."""
    inner = ExceptionGroup("tasks", [DatabaseLost(AWAY), ConfigurationError("It is not set.")])
    group = ExceptionGroup("tasks", [DatabaseLost("PostgreSQL crashed."), inner])

    assert sentence(group) == f"{AWAY} It is not set."


def test_a_fault_among_them_stays_a_fault():
    """With its trace, for whoever has to mend it."""
    group = ExceptionGroup("tasks", [DatabaseLost(AWAY), KeyError("name")])

    with pytest.raises(ExceptionGroup, match="tasks"):
        sentence(group)
