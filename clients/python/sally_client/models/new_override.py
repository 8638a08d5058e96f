from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_override_duty_status_type_0 import NewOverrideDutyStatusType0
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NewOverride")



@_attrs_define
class NewOverride:
    """ Hours for a driver in place of the vendor's, for 24 hours at most. One clock at least.

        Attributes:
            reason (str): Why the vendor's hours are not to be used.
            expires_at (datetime.datetime):
            drive_s (int | None | Unset):
            shift_s (int | None | Unset):
            break_s (int | None | Unset):
            cycle_s (int | None | Unset):
            duty_status (NewOverrideDutyStatusType0 | None | Unset): What the driver does; left out, every clock runs.
     """

    reason: str
    expires_at: datetime.datetime
    drive_s: int | None | Unset = UNSET
    shift_s: int | None | Unset = UNSET
    break_s: int | None | Unset = UNSET
    cycle_s: int | None | Unset = UNSET
    duty_status: NewOverrideDutyStatusType0 | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        expires_at = self.expires_at.isoformat()

        drive_s: int | None | Unset
        if isinstance(self.drive_s, Unset):
            drive_s = UNSET
        else:
            drive_s = self.drive_s

        shift_s: int | None | Unset
        if isinstance(self.shift_s, Unset):
            shift_s = UNSET
        else:
            shift_s = self.shift_s

        break_s: int | None | Unset
        if isinstance(self.break_s, Unset):
            break_s = UNSET
        else:
            break_s = self.break_s

        cycle_s: int | None | Unset
        if isinstance(self.cycle_s, Unset):
            cycle_s = UNSET
        else:
            cycle_s = self.cycle_s

        duty_status: None | str | Unset
        if isinstance(self.duty_status, Unset):
            duty_status = UNSET
        elif isinstance(self.duty_status, NewOverrideDutyStatusType0):
            duty_status = self.duty_status.value
        else:
            duty_status = self.duty_status


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "reason": reason,
            "expires_at": expires_at,
        })
        if drive_s is not UNSET:
            field_dict["drive_s"] = drive_s
        if shift_s is not UNSET:
            field_dict["shift_s"] = shift_s
        if break_s is not UNSET:
            field_dict["break_s"] = break_s
        if cycle_s is not UNSET:
            field_dict["cycle_s"] = cycle_s
        if duty_status is not UNSET:
            field_dict["duty_status"] = duty_status

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        def _parse_drive_s(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        drive_s = _parse_drive_s(d.pop("drive_s", UNSET))


        def _parse_shift_s(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        shift_s = _parse_shift_s(d.pop("shift_s", UNSET))


        def _parse_break_s(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        break_s = _parse_break_s(d.pop("break_s", UNSET))


        def _parse_cycle_s(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        cycle_s = _parse_cycle_s(d.pop("cycle_s", UNSET))


        def _parse_duty_status(data: object) -> NewOverrideDutyStatusType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duty_status_type_0 = NewOverrideDutyStatusType0(data)



                return duty_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NewOverrideDutyStatusType0 | None | Unset, data)

        duty_status = _parse_duty_status(d.pop("duty_status", UNSET))


        new_override = cls(
            reason=reason,
            expires_at=expires_at,
            drive_s=drive_s,
            shift_s=shift_s,
            break_s=break_s,
            cycle_s=cycle_s,
            duty_status=duty_status,
        )

        return new_override

