"""Prefect's automations kept in step with what is declared (deployments/alert_rules.py).

What an operator changed in Prefect is left as it is, and said. What an operator deleted is made
again, and said: an alert that is gone looks like a quiet day. Pausing one is how to be told less.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import VariableCreate, VariableUpdate
from prefect.events.schemas.automations import Automation, AutomationCore

from deployments import alert_rules

RECORD = "sally_automations"  # a Prefect variable: what we made, and how it looked then


@dataclass(frozen=True, slots=True)
class Made:
    """An automation as we made it: its id, and digests of it as declared and as the server has it.

    Where the server's digest is another one now, somebody else changed it.
    """

    id: str
    declared: str
    served: str


def keep(block: UUID, flows: Iterable[str]) -> list[str]:
    """Bring the server in step with what is declared; what people should know, a line each."""
    with get_client(sync_client=True) as client:
        return Keeper(client, _recorded(client)).keep(alert_rules.declared(block, flows))


class Keeper:
    """Compares what is declared with what the server has and with what we made there."""

    def __init__(self, client: SyncPrefectClient, made: dict[str, Made]) -> None:
        self._client = client
        self._made = made
        self._said: list[str] = []

    def keep(self, wanted: Mapping[str, AutomationCore]) -> list[str]:
        """Make, change and remove; the record is written when something of it changed."""
        before = dict(self._made)
        found = self._client.read_automations()
        by_id = {str(one.id): one for one in found}
        by_name = {one.name: one for one in found}
        for key, want in wanted.items():
            made = self._made.get(key)
            served = by_id.get(made.id) if made else by_name.get(want.name)
            self._keep_one(key, want, made, served)
        for key in set(self._made) - set(wanted):
            self._drop(self._made.pop(key), by_id)
        if self._made != before:
            _record(self._client, self._made)
        return self._said

    def _keep_one(
        self, key: str, want: AutomationCore, made: Made | None, served: Automation | None
    ) -> None:
        if served is None:
            self._make(key, want)
            if made is not None:
                self._say(want.name, "had been deleted and was made again; pause it instead")
            return
        is_as_made = made is not None and made.served == digest(served)
        if digest(want) == digest(served):
            self._note(key, want, served)
        elif not is_as_made:
            self._say(served.name, "was changed in Prefect and stays so; delete it to undo that")
        elif made is not None and made.declared != digest(want):
            # The client sends only what was set, and the server wants all of it.
            whole = want.model_dump(exclude={"owner_resource"}) | {"enabled": served.enabled}
            self._client.update_automation(served.id, AutomationCore.model_validate(whole))
            self._note(key, want, self._read(served.id))
        if not served.enabled:
            self._say(served.name, "is paused")

    def _make(self, key: str, want: AutomationCore) -> None:
        self._note(key, want, self._read(self._client.create_automation(want)))

    def _drop(self, made: Made, by_id: Mapping[str, Automation]) -> None:
        served = by_id.get(made.id)
        if served is None:
            return
        if made.served == digest(served):
            self._client.delete_automation(served.id)
        else:
            self._say(served.name, "is no longer needed, but was changed in Prefect and stays")

    def _read(self, automation_id: UUID) -> Automation:
        served = self._client.read_automation(automation_id)
        assert served is not None  # it was written just now
        return served

    def _note(self, key: str, want: AutomationCore, served: Automation) -> None:
        self._made[key] = Made(str(served.id), digest(want), digest(served))

    def _say(self, name: str, what: str) -> None:
        self._said.append(f"The automation “{name}” {what}.")


def digest(automation: AutomationCore) -> str:
    """Tells whether two automations do the same; one that is paused does."""
    held = automation.model_dump(mode="json", exclude={"id", "enabled", "owner_resource"})
    return hashlib.sha256(json.dumps(_sorted(held), sort_keys=True).encode()).hexdigest()[:16]


def _sorted(value: Any) -> Any:
    """Sets come in any order."""
    if isinstance(value, dict):
        return {key: _sorted(held) for key, held in value.items()}
    if isinstance(value, list):
        held = [_sorted(one) for one in value]
        return sorted(held) if all(isinstance(one, str) for one in held) else held
    return value


def _recorded(client: SyncPrefectClient) -> dict[str, Made]:
    variable = client.read_variable_by_name(RECORD)
    if variable is None or not isinstance(variable.value, dict):
        return {}
    return {
        key: Made(**one)
        for key, one in variable.value.items()
        if isinstance(one, dict) and set(one) == {"id", "declared", "served"}
    }


def _record(client: SyncPrefectClient, made: Mapping[str, Made]) -> None:
    value: Any = {
        key: {"id": one.id, "declared": one.declared, "served": one.served}
        for key, one in sorted(made.items())
    }
    if client.read_variable_by_name(RECORD) is None:
        client.create_variable(VariableCreate(name=RECORD, value=value))
    else:
        client.update_variable(VariableUpdate(name=RECORD, value=value))
