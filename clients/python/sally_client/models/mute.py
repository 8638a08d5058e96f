from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Mute")



@_attrs_define
class Mute:
    """ For how long nobody is told.

        Attributes:
            minutes (int):
     """

    minutes: int





    def to_dict(self) -> dict[str, Any]:
        minutes = self.minutes


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "minutes": minutes,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        minutes = d.pop("minutes")

        mute = cls(
            minutes=minutes,
        )

        return mute

