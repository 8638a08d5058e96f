from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.severity import Severity
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="IncidentShown")



@_attrs_define
class IncidentShown:
    """ Something wrong that a person should know about.

        Attributes:
            id (UUID):
            integration_id (None | UUID):
            vendor (None | str):
            kind (str):
            severity (Severity): How bad it is, the mildest first.
            happened (str):
            who (None | str):
            next_step (None | str):
            opened_at (datetime.datetime):
            last_seen_at (datetime.datetime):
            times (int):
            acknowledged_at (datetime.datetime | None):
            acknowledged_by (None | str):
            muted_until (datetime.datetime | None):
            closed_at (datetime.datetime | None):
            closed_because (None | str):
            note (None | str):
            messages_sent (int):
            messages_pending (int):
            messages_failed (int):
     """

    id: UUID
    integration_id: None | UUID
    vendor: None | str
    kind: str
    severity: Severity
    happened: str
    who: None | str
    next_step: None | str
    opened_at: datetime.datetime
    last_seen_at: datetime.datetime
    times: int
    acknowledged_at: datetime.datetime | None
    acknowledged_by: None | str
    muted_until: datetime.datetime | None
    closed_at: datetime.datetime | None
    closed_because: None | str
    note: None | str
    messages_sent: int
    messages_pending: int
    messages_failed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        integration_id: None | str
        if isinstance(self.integration_id, UUID):
            integration_id = str(self.integration_id)
        else:
            integration_id = self.integration_id

        vendor: None | str
        vendor = self.vendor

        kind = self.kind

        severity = self.severity.value

        happened = self.happened

        who: None | str
        who = self.who

        next_step: None | str
        next_step = self.next_step

        opened_at = self.opened_at.isoformat()

        last_seen_at = self.last_seen_at.isoformat()

        times = self.times

        acknowledged_at: None | str
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        acknowledged_by: None | str
        acknowledged_by = self.acknowledged_by

        muted_until: None | str
        if isinstance(self.muted_until, datetime.datetime):
            muted_until = self.muted_until.isoformat()
        else:
            muted_until = self.muted_until

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        closed_because: None | str
        closed_because = self.closed_because

        note: None | str
        note = self.note

        messages_sent = self.messages_sent

        messages_pending = self.messages_pending

        messages_failed = self.messages_failed


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "integration_id": integration_id,
            "vendor": vendor,
            "kind": kind,
            "severity": severity,
            "happened": happened,
            "who": who,
            "next_step": next_step,
            "opened_at": opened_at,
            "last_seen_at": last_seen_at,
            "times": times,
            "acknowledged_at": acknowledged_at,
            "acknowledged_by": acknowledged_by,
            "muted_until": muted_until,
            "closed_at": closed_at,
            "closed_because": closed_because,
            "note": note,
            "messages_sent": messages_sent,
            "messages_pending": messages_pending,
            "messages_failed": messages_failed,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))




        def _parse_integration_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                integration_id_type_0 = UUID(data)



                return integration_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        integration_id = _parse_integration_id(d.pop("integration_id"))


        def _parse_vendor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vendor = _parse_vendor(d.pop("vendor"))


        kind = d.pop("kind")

        severity = Severity(d.pop("severity"))




        happened = d.pop("happened")

        def _parse_who(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        who = _parse_who(d.pop("who"))


        def _parse_next_step(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_step = _parse_next_step(d.pop("next_step"))


        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))




        last_seen_at = datetime.datetime.fromisoformat(d.pop("last_seen_at"))




        times = d.pop("times")

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)



                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))


        def _parse_acknowledged_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_by = _parse_acknowledged_by(d.pop("acknowledged_by"))


        def _parse_muted_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                muted_until_type_0 = datetime.datetime.fromisoformat(data)



                return muted_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        muted_until = _parse_muted_until(d.pop("muted_until"))


        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)



                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))


        def _parse_closed_because(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        closed_because = _parse_closed_because(d.pop("closed_because"))


        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        messages_sent = d.pop("messages_sent")

        messages_pending = d.pop("messages_pending")

        messages_failed = d.pop("messages_failed")

        incident_shown = cls(
            id=id,
            integration_id=integration_id,
            vendor=vendor,
            kind=kind,
            severity=severity,
            happened=happened,
            who=who,
            next_step=next_step,
            opened_at=opened_at,
            last_seen_at=last_seen_at,
            times=times,
            acknowledged_at=acknowledged_at,
            acknowledged_by=acknowledged_by,
            muted_until=muted_until,
            closed_at=closed_at,
            closed_because=closed_because,
            note=note,
            messages_sent=messages_sent,
            messages_pending=messages_pending,
            messages_failed=messages_failed,
        )


        incident_shown.additional_properties = d
        return incident_shown

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
