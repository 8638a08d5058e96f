from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="EventShown")



@_attrs_define
class EventShown:
    """ Something that happened beside the syncs.

        Attributes:
            happened_at (datetime.datetime):
            kind (str): Such as credential_changed, breaker_open or alert_sent.
            actor (None | str):
            said (str):
     """

    happened_at: datetime.datetime
    kind: str
    actor: None | str
    said: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        happened_at = self.happened_at.isoformat()

        kind = self.kind

        actor: None | str
        actor = self.actor

        said = self.said


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "happened_at": happened_at,
            "kind": kind,
            "actor": actor,
            "said": said,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))




        kind = d.pop("kind")

        def _parse_actor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        actor = _parse_actor(d.pop("actor"))


        said = d.pop("said")

        event_shown = cls(
            happened_at=happened_at,
            kind=kind,
            actor=actor,
            said=said,
        )


        event_shown.additional_properties = d
        return event_shown

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
