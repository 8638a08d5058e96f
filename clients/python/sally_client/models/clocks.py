from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.clock import Clock





T = TypeVar("T", bound="Clocks")



@_attrs_define
class Clocks:
    """ The four clocks.

        Attributes:
            drive (Clock): One clock.
            shift (Clock): One clock.
            break_ (Clock): One clock.
            cycle (Clock): One clock.
     """

    drive: Clock
    shift: Clock
    break_: Clock
    cycle: Clock
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.clock import Clock # noqa: PLC0415
        drive = self.drive.to_dict()

        shift = self.shift.to_dict()

        break_ = self.break_.to_dict()

        cycle = self.cycle.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "drive": drive,
            "shift": shift,
            "break": break_,
            "cycle": cycle,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.clock import Clock # noqa: PLC0415
        d = dict(src_dict)
        drive = Clock.from_dict(d.pop("drive"))




        shift = Clock.from_dict(d.pop("shift"))




        break_ = Clock.from_dict(d.pop("break"))




        cycle = Clock.from_dict(d.pop("cycle"))




        clocks = cls(
            drive=drive,
            shift=shift,
            break_=break_,
            cycle=cycle,
        )


        clocks.additional_properties = d
        return clocks

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
