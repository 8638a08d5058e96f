from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.basis import Basis
from typing import cast
import datetime






T = TypeVar("T", bound="DriverLinkShown")



@_attrs_define
class DriverLinkShown:
    """ Whose hours a driver of the TMS has.

        Attributes:
            driver_id (str): The driver's id at the TMS.
            driver_name (None | str):
            hours_driver_id (None | str): Null: linked to nobody.
            hours_driver_name (None | str):
            basis (Basis | None):
            is_guess (bool): It may be another person: a person should confirm it.
            confirmed_by (None | str):
            confirmed_at (datetime.datetime | None):
     """

    driver_id: str
    driver_name: None | str
    hours_driver_id: None | str
    hours_driver_name: None | str
    basis: Basis | None
    is_guess: bool
    confirmed_by: None | str
    confirmed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        driver_id = self.driver_id

        driver_name: None | str
        driver_name = self.driver_name

        hours_driver_id: None | str
        hours_driver_id = self.hours_driver_id

        hours_driver_name: None | str
        hours_driver_name = self.hours_driver_name

        basis: None | str
        if isinstance(self.basis, Basis):
            basis = self.basis.value
        else:
            basis = self.basis

        is_guess = self.is_guess

        confirmed_by: None | str
        confirmed_by = self.confirmed_by

        confirmed_at: None | str
        if isinstance(self.confirmed_at, datetime.datetime):
            confirmed_at = self.confirmed_at.isoformat()
        else:
            confirmed_at = self.confirmed_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "driver_id": driver_id,
            "driver_name": driver_name,
            "hours_driver_id": hours_driver_id,
            "hours_driver_name": hours_driver_name,
            "basis": basis,
            "is_guess": is_guess,
            "confirmed_by": confirmed_by,
            "confirmed_at": confirmed_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        driver_id = d.pop("driver_id")

        def _parse_driver_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        driver_name = _parse_driver_name(d.pop("driver_name"))


        def _parse_hours_driver_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hours_driver_id = _parse_hours_driver_id(d.pop("hours_driver_id"))


        def _parse_hours_driver_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hours_driver_name = _parse_hours_driver_name(d.pop("hours_driver_name"))


        def _parse_basis(data: object) -> Basis | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = Basis(data)



                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Basis | None, data)

        basis = _parse_basis(d.pop("basis"))


        is_guess = d.pop("is_guess")

        def _parse_confirmed_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        confirmed_by = _parse_confirmed_by(d.pop("confirmed_by"))


        def _parse_confirmed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                confirmed_at_type_0 = datetime.datetime.fromisoformat(data)



                return confirmed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        confirmed_at = _parse_confirmed_at(d.pop("confirmed_at"))


        driver_link_shown = cls(
            driver_id=driver_id,
            driver_name=driver_name,
            hours_driver_id=hours_driver_id,
            hours_driver_name=hours_driver_name,
            basis=basis,
            is_guess=is_guess,
            confirmed_by=confirmed_by,
            confirmed_at=confirmed_at,
        )


        driver_link_shown.additional_properties = d
        return driver_link_shown

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
