from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.hours_basis import HoursBasis
from ..models.verdict import Verdict
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.input_ import Input
  from ..models.missed_shown import MissedShown
  from ..models.place import Place
  from ..models.stop_shown import StopShown
  from ..models.warned import Warned





T = TypeVar("T", bound="RoutePlan")



@_attrs_define
class RoutePlan:
    """ A plan, whole.

        Attributes:
            id (UUID):
            load_id (str):
            load_number (None | str):
            driver_id (None | str):
            hours_driver_id (None | str):
            vehicle_id (None | str):
            version (int):
            status (str):
            created_at (datetime.datetime):
            checked_at (datetime.datetime): When it was last found to hold.
            created_by (None | str):
            verdict (Verdict): Whether the load can be delivered on time and legally.
            said (str):
            is_legal (bool | None): Null: nobody can say.
            hours (HoursBasis): What is known of the driver's hours.
            departs_at (datetime.datetime | None):
            arrives_at (datetime.datetime | None):
            miles (float | None):
            drive_s (int | None):
            fuel_cost (float | None): USD; null: a price is not known.
            stops (list[StopShown]):
            inputs (list[Input]):
            degraded (list[str]): What is missing or old, and what is done instead.
            warnings (list[Warned]):
            missed (MissedShown | None):
            changes (list[str]): The smallest changes that would help.
            road (list[Place]):
     """

    id: UUID
    load_id: str
    load_number: None | str
    driver_id: None | str
    hours_driver_id: None | str
    vehicle_id: None | str
    version: int
    status: str
    created_at: datetime.datetime
    checked_at: datetime.datetime
    created_by: None | str
    verdict: Verdict
    said: str
    is_legal: bool | None
    hours: HoursBasis
    departs_at: datetime.datetime | None
    arrives_at: datetime.datetime | None
    miles: float | None
    drive_s: int | None
    fuel_cost: float | None
    stops: list[StopShown]
    inputs: list[Input]
    degraded: list[str]
    warnings: list[Warned]
    missed: MissedShown | None
    changes: list[str]
    road: list[Place]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.input_ import Input # noqa: PLC0415
        from ..models.missed_shown import MissedShown # noqa: PLC0415
        from ..models.place import Place # noqa: PLC0415
        from ..models.stop_shown import StopShown # noqa: PLC0415
        from ..models.warned import Warned # noqa: PLC0415
        id = str(self.id)

        load_id = self.load_id

        load_number: None | str
        load_number = self.load_number

        driver_id: None | str
        driver_id = self.driver_id

        hours_driver_id: None | str
        hours_driver_id = self.hours_driver_id

        vehicle_id: None | str
        vehicle_id = self.vehicle_id

        version = self.version

        status = self.status

        created_at = self.created_at.isoformat()

        checked_at = self.checked_at.isoformat()

        created_by: None | str
        created_by = self.created_by

        verdict = self.verdict.value

        said = self.said

        is_legal: bool | None
        is_legal = self.is_legal

        hours = self.hours.value

        departs_at: None | str
        if isinstance(self.departs_at, datetime.datetime):
            departs_at = self.departs_at.isoformat()
        else:
            departs_at = self.departs_at

        arrives_at: None | str
        if isinstance(self.arrives_at, datetime.datetime):
            arrives_at = self.arrives_at.isoformat()
        else:
            arrives_at = self.arrives_at

        miles: float | None
        miles = self.miles

        drive_s: int | None
        drive_s = self.drive_s

        fuel_cost: float | None
        fuel_cost = self.fuel_cost

        stops = []
        for stops_item_data in self.stops:
            stops_item = stops_item_data.to_dict()
            stops.append(stops_item)



        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = inputs_item_data.to_dict()
            inputs.append(inputs_item)



        degraded = self.degraded



        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)



        missed: dict[str, Any] | None
        if isinstance(self.missed, MissedShown):
            missed = self.missed.to_dict()
        else:
            missed = self.missed

        changes = self.changes



        road = []
        for road_item_data in self.road:
            road_item = road_item_data.to_dict()
            road.append(road_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "load_id": load_id,
            "load_number": load_number,
            "driver_id": driver_id,
            "hours_driver_id": hours_driver_id,
            "vehicle_id": vehicle_id,
            "version": version,
            "status": status,
            "created_at": created_at,
            "checked_at": checked_at,
            "created_by": created_by,
            "verdict": verdict,
            "said": said,
            "is_legal": is_legal,
            "hours": hours,
            "departs_at": departs_at,
            "arrives_at": arrives_at,
            "miles": miles,
            "drive_s": drive_s,
            "fuel_cost": fuel_cost,
            "stops": stops,
            "inputs": inputs,
            "degraded": degraded,
            "warnings": warnings,
            "missed": missed,
            "changes": changes,
            "road": road,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.input_ import Input # noqa: PLC0415
        from ..models.missed_shown import MissedShown # noqa: PLC0415
        from ..models.place import Place # noqa: PLC0415
        from ..models.stop_shown import StopShown # noqa: PLC0415
        from ..models.warned import Warned # noqa: PLC0415
        d = dict(src_dict)
        id = UUID(d.pop("id"))




        load_id = d.pop("load_id")

        def _parse_load_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        load_number = _parse_load_number(d.pop("load_number"))


        def _parse_driver_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        driver_id = _parse_driver_id(d.pop("driver_id"))


        def _parse_hours_driver_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hours_driver_id = _parse_hours_driver_id(d.pop("hours_driver_id"))


        def _parse_vehicle_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vehicle_id = _parse_vehicle_id(d.pop("vehicle_id"))


        version = d.pop("version")

        status = d.pop("status")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        checked_at = datetime.datetime.fromisoformat(d.pop("checked_at"))




        def _parse_created_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created_by = _parse_created_by(d.pop("created_by"))


        verdict = Verdict(d.pop("verdict"))




        said = d.pop("said")

        def _parse_is_legal(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_legal = _parse_is_legal(d.pop("is_legal"))


        hours = HoursBasis(d.pop("hours"))




        def _parse_departs_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                departs_at_type_0 = datetime.datetime.fromisoformat(data)



                return departs_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        departs_at = _parse_departs_at(d.pop("departs_at"))


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


        def _parse_miles(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        miles = _parse_miles(d.pop("miles"))


        def _parse_drive_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        drive_s = _parse_drive_s(d.pop("drive_s"))


        def _parse_fuel_cost(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        fuel_cost = _parse_fuel_cost(d.pop("fuel_cost"))


        stops = []
        _stops = d.pop("stops")
        for stops_item_data in (_stops):
            stops_item = StopShown.from_dict(stops_item_data)



            stops.append(stops_item)


        inputs = []
        _inputs = d.pop("inputs")
        for inputs_item_data in (_inputs):
            inputs_item = Input.from_dict(inputs_item_data)



            inputs.append(inputs_item)


        degraded = cast(list[str], d.pop("degraded"))


        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in (_warnings):
            warnings_item = Warned.from_dict(warnings_item_data)



            warnings.append(warnings_item)


        def _parse_missed(data: object) -> MissedShown | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                missed_type_0 = MissedShown.from_dict(data)



                return missed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MissedShown | None, data)

        missed = _parse_missed(d.pop("missed"))


        changes = cast(list[str], d.pop("changes"))


        road = []
        _road = d.pop("road")
        for road_item_data in (_road):
            road_item = Place.from_dict(road_item_data)



            road.append(road_item)


        route_plan = cls(
            id=id,
            load_id=load_id,
            load_number=load_number,
            driver_id=driver_id,
            hours_driver_id=hours_driver_id,
            vehicle_id=vehicle_id,
            version=version,
            status=status,
            created_at=created_at,
            checked_at=checked_at,
            created_by=created_by,
            verdict=verdict,
            said=said,
            is_legal=is_legal,
            hours=hours,
            departs_at=departs_at,
            arrives_at=arrives_at,
            miles=miles,
            drive_s=drive_s,
            fuel_cost=fuel_cost,
            stops=stops,
            inputs=inputs,
            degraded=degraded,
            warnings=warnings,
            missed=missed,
            changes=changes,
            road=road,
        )


        route_plan.additional_properties = d
        return route_plan

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
