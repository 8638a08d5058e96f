from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.which import Which
from typing import cast
import datetime






T = TypeVar("T", bound="BindingClock")



@_attrs_define
class BindingClock:
    """ The clock that ends first if the driver drives from now on.

        Attributes:
            which (Which): A clock; in this order, of two that end together, the harder to get back names the end.
            at (datetime.datetime):
            left_s (int):
     """

    which: Which
    at: datetime.datetime
    left_s: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        which = self.which.value

        at = self.at.isoformat()

        left_s = self.left_s


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "which": which,
            "at": at,
            "left_s": left_s,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        which = Which(d.pop("which"))




        at = datetime.datetime.fromisoformat(d.pop("at"))




        left_s = d.pop("left_s")

        binding_clock = cls(
            which=which,
            at=at,
            left_s=left_s,
        )


        binding_clock.additional_properties = d
        return binding_clock

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
