from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.hours import Hours
  from ..models.told import Told





T = TypeVar("T", bound="Driver")



@_attrs_define
class Driver:
    """ A driver of the board; hours are null where nothing is known of them.

        Attributes:
            driver_id (str):
            name (None | str):
            hours (Hours | None):
            unknown (None | Told): Why there are no hours.
     """

    driver_id: str
    name: None | str
    hours: Hours | None
    unknown: None | Told
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.hours import Hours # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        driver_id = self.driver_id

        name: None | str
        name = self.name

        hours: dict[str, Any] | None
        if isinstance(self.hours, Hours):
            hours = self.hours.to_dict()
        else:
            hours = self.hours

        unknown: dict[str, Any] | None
        if isinstance(self.unknown, Told):
            unknown = self.unknown.to_dict()
        else:
            unknown = self.unknown


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "driver_id": driver_id,
            "name": name,
            "hours": hours,
            "unknown": unknown,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hours import Hours # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        d = dict(src_dict)
        driver_id = d.pop("driver_id")

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))


        def _parse_hours(data: object) -> Hours | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                hours_type_0 = Hours.from_dict(data)



                return hours_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Hours | None, data)

        hours = _parse_hours(d.pop("hours"))


        def _parse_unknown(data: object) -> None | Told:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                unknown_type_0 = Told.from_dict(data)



                return unknown_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Told, data)

        unknown = _parse_unknown(d.pop("unknown"))


        driver = cls(
            driver_id=driver_id,
            name=name,
            hours=hours,
            unknown=unknown,
        )


        driver.additional_properties = d
        return driver

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
