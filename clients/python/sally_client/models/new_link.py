from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="NewLink")



@_attrs_define
class NewLink:
    """ Whose hours the driver has.

        Attributes:
            hours_driver_id (str): The driver's id where the hours come from.
     """

    hours_driver_id: str





    def to_dict(self) -> dict[str, Any]:
        hours_driver_id = self.hours_driver_id


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "hours_driver_id": hours_driver_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hours_driver_id = d.pop("hours_driver_id")

        new_link = cls(
            hours_driver_id=hours_driver_id,
        )

        return new_link

