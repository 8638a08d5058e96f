from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="OverrideShown")



@_attrs_define
class OverrideShown:
    """ Hours that a person entered.

        Attributes:
            author (str):
            reason (str):
            created_at (datetime.datetime):
            expires_at (datetime.datetime | None):
            drive_s (int | None):
            shift_s (int | None):
            break_s (int | None):
            cycle_s (int | None):
            duty_status (None | str):
     """

    author: str
    reason: str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    drive_s: int | None
    shift_s: int | None
    break_s: int | None
    cycle_s: int | None
    duty_status: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        author = self.author

        reason = self.reason

        created_at = self.created_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        drive_s: int | None
        drive_s = self.drive_s

        shift_s: int | None
        shift_s = self.shift_s

        break_s: int | None
        break_s = self.break_s

        cycle_s: int | None
        cycle_s = self.cycle_s

        duty_status: None | str
        duty_status = self.duty_status


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "author": author,
            "reason": reason,
            "created_at": created_at,
            "expires_at": expires_at,
            "drive_s": drive_s,
            "shift_s": shift_s,
            "break_s": break_s,
            "cycle_s": cycle_s,
            "duty_status": duty_status,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        author = d.pop("author")

        reason = d.pop("reason")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))


        def _parse_drive_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        drive_s = _parse_drive_s(d.pop("drive_s"))


        def _parse_shift_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        shift_s = _parse_shift_s(d.pop("shift_s"))


        def _parse_break_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        break_s = _parse_break_s(d.pop("break_s"))


        def _parse_cycle_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        cycle_s = _parse_cycle_s(d.pop("cycle_s"))


        def _parse_duty_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        duty_status = _parse_duty_status(d.pop("duty_status"))


        override_shown = cls(
            author=author,
            reason=reason,
            created_at=created_at,
            expires_at=expires_at,
            drive_s=drive_s,
            shift_s=shift_s,
            break_s=break_s,
            cycle_s=cycle_s,
            duty_status=duty_status,
        )


        override_shown.additional_properties = d
        return override_shown

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
