from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Told")



@_attrs_define
class Told:
    """ Something wrong, in the three sentences.

        Attributes:
            kind (str): Its name for programs, such as auth_rejected.
            happened (str):
            who (str):
            next_step (str):
     """

    kind: str
    happened: str
    who: str
    next_step: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        happened = self.happened

        who = self.who

        next_step = self.next_step


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "happened": happened,
            "who": who,
            "next_step": next_step,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        happened = d.pop("happened")

        who = d.pop("who")

        next_step = d.pop("next_step")

        told = cls(
            kind=kind,
            happened=happened,
            who=who,
            next_step=next_step,
        )


        told.additional_properties = d
        return told

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
