from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.basis import Basis
from ..models.verdict import Verdict
from typing import cast
import datetime






T = TypeVar("T", bound="LoadShown")



@_attrs_define
class LoadShown:
    """ An open load, and what its plan in force comes to.

        Attributes:
            load_id (str): The TMS's id.
            number (None | str):
            status (str):
            driver_id (None | str): The driver's id at the TMS.
            driver_name (None | str):
            hours_driver_id (None | str): Whose hours are used; null: linked to nobody.
            basis (Basis | None): What the link rests on; name is a guess.
            place (None | str): Of the last delivery.
            opens_at (datetime.datetime | None):
            closes_at (datetime.datetime | None):
            timezone (None | str):
            verdict (None | Verdict): Null: there is no plan yet.
            said (None | str): The verdict in a sentence.
            arrives_at (datetime.datetime | None): At the last stop, by the plan.
            degraded (int): How many inputs of the plan are missing or old.
            version (int | None):
            checked_at (datetime.datetime | None): When the plan was last found to hold.
     """

    load_id: str
    number: None | str
    status: str
    driver_id: None | str
    driver_name: None | str
    hours_driver_id: None | str
    basis: Basis | None
    place: None | str
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    timezone: None | str
    verdict: None | Verdict
    said: None | str
    arrives_at: datetime.datetime | None
    degraded: int
    version: int | None
    checked_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        load_id = self.load_id

        number: None | str
        number = self.number

        status = self.status

        driver_id: None | str
        driver_id = self.driver_id

        driver_name: None | str
        driver_name = self.driver_name

        hours_driver_id: None | str
        hours_driver_id = self.hours_driver_id

        basis: None | str
        if isinstance(self.basis, Basis):
            basis = self.basis.value
        else:
            basis = self.basis

        place: None | str
        place = self.place

        opens_at: None | str
        if isinstance(self.opens_at, datetime.datetime):
            opens_at = self.opens_at.isoformat()
        else:
            opens_at = self.opens_at

        closes_at: None | str
        if isinstance(self.closes_at, datetime.datetime):
            closes_at = self.closes_at.isoformat()
        else:
            closes_at = self.closes_at

        timezone: None | str
        timezone = self.timezone

        verdict: None | str
        if isinstance(self.verdict, Verdict):
            verdict = self.verdict.value
        else:
            verdict = self.verdict

        said: None | str
        said = self.said

        arrives_at: None | str
        if isinstance(self.arrives_at, datetime.datetime):
            arrives_at = self.arrives_at.isoformat()
        else:
            arrives_at = self.arrives_at

        degraded = self.degraded

        version: int | None
        version = self.version

        checked_at: None | str
        if isinstance(self.checked_at, datetime.datetime):
            checked_at = self.checked_at.isoformat()
        else:
            checked_at = self.checked_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "load_id": load_id,
            "number": number,
            "status": status,
            "driver_id": driver_id,
            "driver_name": driver_name,
            "hours_driver_id": hours_driver_id,
            "basis": basis,
            "place": place,
            "opens_at": opens_at,
            "closes_at": closes_at,
            "timezone": timezone,
            "verdict": verdict,
            "said": said,
            "arrives_at": arrives_at,
            "degraded": degraded,
            "version": version,
            "checked_at": checked_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        load_id = d.pop("load_id")

        def _parse_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        number = _parse_number(d.pop("number"))


        status = d.pop("status")

        def _parse_driver_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        driver_id = _parse_driver_id(d.pop("driver_id"))


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


        def _parse_place(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        place = _parse_place(d.pop("place"))


        def _parse_opens_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opens_at_type_0 = datetime.datetime.fromisoformat(data)



                return opens_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        opens_at = _parse_opens_at(d.pop("opens_at"))


        def _parse_closes_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closes_at_type_0 = datetime.datetime.fromisoformat(data)



                return closes_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closes_at = _parse_closes_at(d.pop("closes_at"))


        def _parse_timezone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        timezone = _parse_timezone(d.pop("timezone"))


        def _parse_verdict(data: object) -> None | Verdict:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                verdict_type_0 = Verdict(data)



                return verdict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Verdict, data)

        verdict = _parse_verdict(d.pop("verdict"))


        def _parse_said(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        said = _parse_said(d.pop("said"))


        def _parse_arrives_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                arrives_at_type_0 = datetime.datetime.fromisoformat(data)



                return arrives_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        arrives_at = _parse_arrives_at(d.pop("arrives_at"))


        degraded = d.pop("degraded")

        def _parse_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        version = _parse_version(d.pop("version"))


        def _parse_checked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                checked_at_type_0 = datetime.datetime.fromisoformat(data)



                return checked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        checked_at = _parse_checked_at(d.pop("checked_at"))


        load_shown = cls(
            load_id=load_id,
            number=number,
            status=status,
            driver_id=driver_id,
            driver_name=driver_name,
            hours_driver_id=hours_driver_id,
            basis=basis,
            place=place,
            opens_at=opens_at,
            closes_at=closes_at,
            timezone=timezone,
            verdict=verdict,
            said=said,
            arrives_at=arrives_at,
            degraded=degraded,
            version=version,
            checked_at=checked_at,
        )


        load_shown.additional_properties = d
        return load_shown

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
