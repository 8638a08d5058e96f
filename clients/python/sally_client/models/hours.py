from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.band import Band
from ..models.source import Source
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.binding_clock import BindingClock
  from ..models.clocks import Clocks
  from ..models.override_shown import OverrideShown
  from ..models.told import Told





T = TypeVar("T", bound="Hours")



@_attrs_define
class Hours:
    """ One driver's hours, now.

        Attributes:
            driver_id (str):
            name (None | str):
            is_active (bool | None):
            is_available (bool): Surely time to drive: the only yes to plan with.
            status (str): The duty status at as_of; unknown is never available.
            vehicle (None | str):
            vendor (str):
            home_timezone (None | str):
            source (Source): Where an answer comes from.
            now (datetime.datetime):
            as_of (datetime.datetime):
            age_s (int):
            is_exempt (bool):
            exempt_reason (None | str):
            clocks (Clocks): The four clocks.
            worst_band (Band | None):
            binding (BindingClock | None):
            gained_s (int | None): Cycle that comes back at next_day_at.
            next_day_at (datetime.datetime | None):
            override (None | OverrideShown):
            degraded (bool): Not as fresh as it should be; why says so.
            why (None | Told):
            retry_at (datetime.datetime | None): From when on the vendor is asked again.
     """

    driver_id: str
    name: None | str
    is_active: bool | None
    is_available: bool
    status: str
    vehicle: None | str
    vendor: str
    home_timezone: None | str
    source: Source
    now: datetime.datetime
    as_of: datetime.datetime
    age_s: int
    is_exempt: bool
    exempt_reason: None | str
    clocks: Clocks
    worst_band: Band | None
    binding: BindingClock | None
    gained_s: int | None
    next_day_at: datetime.datetime | None
    override: None | OverrideShown
    degraded: bool
    why: None | Told
    retry_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.binding_clock import BindingClock # noqa: PLC0415
        from ..models.clocks import Clocks # noqa: PLC0415
        from ..models.override_shown import OverrideShown # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        driver_id = self.driver_id

        name: None | str
        name = self.name

        is_active: bool | None
        is_active = self.is_active

        is_available = self.is_available

        status = self.status

        vehicle: None | str
        vehicle = self.vehicle

        vendor = self.vendor

        home_timezone: None | str
        home_timezone = self.home_timezone

        source = self.source.value

        now = self.now.isoformat()

        as_of = self.as_of.isoformat()

        age_s = self.age_s

        is_exempt = self.is_exempt

        exempt_reason: None | str
        exempt_reason = self.exempt_reason

        clocks = self.clocks.to_dict()

        worst_band: None | str
        if isinstance(self.worst_band, Band):
            worst_band = self.worst_band.value
        else:
            worst_band = self.worst_band

        binding: dict[str, Any] | None
        if isinstance(self.binding, BindingClock):
            binding = self.binding.to_dict()
        else:
            binding = self.binding

        gained_s: int | None
        gained_s = self.gained_s

        next_day_at: None | str
        if isinstance(self.next_day_at, datetime.datetime):
            next_day_at = self.next_day_at.isoformat()
        else:
            next_day_at = self.next_day_at

        override: dict[str, Any] | None
        if isinstance(self.override, OverrideShown):
            override = self.override.to_dict()
        else:
            override = self.override

        degraded = self.degraded

        why: dict[str, Any] | None
        if isinstance(self.why, Told):
            why = self.why.to_dict()
        else:
            why = self.why

        retry_at: None | str
        if isinstance(self.retry_at, datetime.datetime):
            retry_at = self.retry_at.isoformat()
        else:
            retry_at = self.retry_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "driver_id": driver_id,
            "name": name,
            "is_active": is_active,
            "is_available": is_available,
            "status": status,
            "vehicle": vehicle,
            "vendor": vendor,
            "home_timezone": home_timezone,
            "source": source,
            "now": now,
            "as_of": as_of,
            "age_s": age_s,
            "is_exempt": is_exempt,
            "exempt_reason": exempt_reason,
            "clocks": clocks,
            "worst_band": worst_band,
            "binding": binding,
            "gained_s": gained_s,
            "next_day_at": next_day_at,
            "override": override,
            "degraded": degraded,
            "why": why,
            "retry_at": retry_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.binding_clock import BindingClock # noqa: PLC0415
        from ..models.clocks import Clocks # noqa: PLC0415
        from ..models.override_shown import OverrideShown # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        d = dict(src_dict)
        driver_id = d.pop("driver_id")

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))


        def _parse_is_active(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_active = _parse_is_active(d.pop("is_active"))


        is_available = d.pop("is_available")

        status = d.pop("status")

        def _parse_vehicle(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vehicle = _parse_vehicle(d.pop("vehicle"))


        vendor = d.pop("vendor")

        def _parse_home_timezone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        home_timezone = _parse_home_timezone(d.pop("home_timezone"))


        source = Source(d.pop("source"))




        now = datetime.datetime.fromisoformat(d.pop("now"))




        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))




        age_s = d.pop("age_s")

        is_exempt = d.pop("is_exempt")

        def _parse_exempt_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        exempt_reason = _parse_exempt_reason(d.pop("exempt_reason"))


        clocks = Clocks.from_dict(d.pop("clocks"))




        def _parse_worst_band(data: object) -> Band | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                worst_band_type_0 = Band(data)



                return worst_band_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Band | None, data)

        worst_band = _parse_worst_band(d.pop("worst_band"))


        def _parse_binding(data: object) -> BindingClock | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                binding_type_0 = BindingClock.from_dict(data)



                return binding_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BindingClock | None, data)

        binding = _parse_binding(d.pop("binding"))


        def _parse_gained_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        gained_s = _parse_gained_s(d.pop("gained_s"))


        def _parse_next_day_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_day_at_type_0 = datetime.datetime.fromisoformat(data)



                return next_day_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_day_at = _parse_next_day_at(d.pop("next_day_at"))


        def _parse_override(data: object) -> None | OverrideShown:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                override_type_0 = OverrideShown.from_dict(data)



                return override_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OverrideShown, data)

        override = _parse_override(d.pop("override"))


        degraded = d.pop("degraded")

        def _parse_why(data: object) -> None | Told:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                why_type_0 = Told.from_dict(data)



                return why_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Told, data)

        why = _parse_why(d.pop("why"))


        def _parse_retry_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                retry_at_type_0 = datetime.datetime.fromisoformat(data)



                return retry_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        retry_at = _parse_retry_at(d.pop("retry_at"))


        hours = cls(
            driver_id=driver_id,
            name=name,
            is_active=is_active,
            is_available=is_available,
            status=status,
            vehicle=vehicle,
            vendor=vendor,
            home_timezone=home_timezone,
            source=source,
            now=now,
            as_of=as_of,
            age_s=age_s,
            is_exempt=is_exempt,
            exempt_reason=exempt_reason,
            clocks=clocks,
            worst_band=worst_band,
            binding=binding,
            gained_s=gained_s,
            next_day_at=next_day_at,
            override=override,
            degraded=degraded,
            why=why,
            retry_at=retry_at,
        )


        hours.additional_properties = d
        return hours

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
