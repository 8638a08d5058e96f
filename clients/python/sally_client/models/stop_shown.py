from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind
from ..models.which import Which
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.input_ import Input





T = TypeVar("T", bound="StopShown")



@_attrs_define
class StopShown:
    """ One stop of a plan.

        Attributes:
            kind (Kind): What happens at a stop; the words of ``fleet.route_plan_stop``.
            name (str):
            place_id (None | str):
            latitude (float | None):
            longitude (float | None):
            mile (float): From the start.
            arrives_at (datetime.datetime):
            departs_at (datetime.datetime):
            timezone (None | str):
            why (str):
            clock (None | Which): Which clock forced it.
            drive_s (int):
            wait_s (int):
            late_s (int): Seconds after its appointment closed.
            is_break (bool):
            opens_at (datetime.datetime | None):
            closes_at (datetime.datetime | None):
            gallons (float | None):
            price (float | None): Diesel, USD a gallon, as posted.
            inputs (list[Input]):
     """

    kind: Kind
    name: str
    place_id: None | str
    latitude: float | None
    longitude: float | None
    mile: float
    arrives_at: datetime.datetime
    departs_at: datetime.datetime
    timezone: None | str
    why: str
    clock: None | Which
    drive_s: int
    wait_s: int
    late_s: int
    is_break: bool
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    gallons: float | None
    price: float | None
    inputs: list[Input]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.input_ import Input # noqa: PLC0415
        kind = self.kind.value

        name = self.name

        place_id: None | str
        place_id = self.place_id

        latitude: float | None
        latitude = self.latitude

        longitude: float | None
        longitude = self.longitude

        mile = self.mile

        arrives_at = self.arrives_at.isoformat()

        departs_at = self.departs_at.isoformat()

        timezone: None | str
        timezone = self.timezone

        why = self.why

        clock: None | str
        if isinstance(self.clock, Which):
            clock = self.clock.value
        else:
            clock = self.clock

        drive_s = self.drive_s

        wait_s = self.wait_s

        late_s = self.late_s

        is_break = self.is_break

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

        gallons: float | None
        gallons = self.gallons

        price: float | None
        price = self.price

        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = inputs_item_data.to_dict()
            inputs.append(inputs_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "name": name,
            "place_id": place_id,
            "latitude": latitude,
            "longitude": longitude,
            "mile": mile,
            "arrives_at": arrives_at,
            "departs_at": departs_at,
            "timezone": timezone,
            "why": why,
            "clock": clock,
            "drive_s": drive_s,
            "wait_s": wait_s,
            "late_s": late_s,
            "is_break": is_break,
            "opens_at": opens_at,
            "closes_at": closes_at,
            "gallons": gallons,
            "price": price,
            "inputs": inputs,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.input_ import Input # noqa: PLC0415
        d = dict(src_dict)
        kind = Kind(d.pop("kind"))




        name = d.pop("name")

        def _parse_place_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        place_id = _parse_place_id(d.pop("place_id"))


        def _parse_latitude(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        latitude = _parse_latitude(d.pop("latitude"))


        def _parse_longitude(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        longitude = _parse_longitude(d.pop("longitude"))


        mile = d.pop("mile")

        arrives_at = datetime.datetime.fromisoformat(d.pop("arrives_at"))




        departs_at = datetime.datetime.fromisoformat(d.pop("departs_at"))




        def _parse_timezone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        timezone = _parse_timezone(d.pop("timezone"))


        why = d.pop("why")

        def _parse_clock(data: object) -> None | Which:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                clock_type_0 = Which(data)



                return clock_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Which, data)

        clock = _parse_clock(d.pop("clock"))


        drive_s = d.pop("drive_s")

        wait_s = d.pop("wait_s")

        late_s = d.pop("late_s")

        is_break = d.pop("is_break")

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


        def _parse_gallons(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        gallons = _parse_gallons(d.pop("gallons"))


        def _parse_price(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        price = _parse_price(d.pop("price"))


        inputs = []
        _inputs = d.pop("inputs")
        for inputs_item_data in (_inputs):
            inputs_item = Input.from_dict(inputs_item_data)



            inputs.append(inputs_item)


        stop_shown = cls(
            kind=kind,
            name=name,
            place_id=place_id,
            latitude=latitude,
            longitude=longitude,
            mile=mile,
            arrives_at=arrives_at,
            departs_at=departs_at,
            timezone=timezone,
            why=why,
            clock=clock,
            drive_s=drive_s,
            wait_s=wait_s,
            late_s=late_s,
            is_break=is_break,
            opens_at=opens_at,
            closes_at=closes_at,
            gallons=gallons,
            price=price,
            inputs=inputs,
        )


        stop_shown.additional_properties = d
        return stop_shown

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
