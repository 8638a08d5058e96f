from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="MissedShown")



@_attrs_define
class MissedShown:
    """ The first appointment that is missed.

        Attributes:
            place_id (str):
            name (str):
            late_s (int):
            said (str):
     """

    place_id: str
    name: str
    late_s: int
    said: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        place_id = self.place_id

        name = self.name

        late_s = self.late_s

        said = self.said


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "place_id": place_id,
            "name": name,
            "late_s": late_s,
            "said": said,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        place_id = d.pop("place_id")

        name = d.pop("name")

        late_s = d.pop("late_s")

        said = d.pop("said")

        missed_shown = cls(
            place_id=place_id,
            name=name,
            late_s=late_s,
            said=said,
        )


        missed_shown.additional_properties = d
        return missed_shown

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
