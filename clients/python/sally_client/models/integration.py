from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.integration_status import IntegrationStatus
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.breaker_state import BreakerState
  from ..models.credential import Credential
  from ..models.freshness import Freshness
  from ..models.integration_settings import IntegrationSettings
  from ..models.told import Told





T = TypeVar("T", bound="Integration")



@_attrs_define
class Integration:
    """ A tenant's connection to a vendor.

        Attributes:
            id (UUID):
            vendor (str):
            vendor_title (str):
            category (str): hours of service, TMS, fuel or weather.
            status (IntegrationStatus):
            credential (Credential): What is known of a stored credential; it is never shown.
            settings (IntegrationSettings):
            poll_seconds (int): Seconds between syncs.
            next_sync_at (datetime.datetime | None): Null while disabled.
            running_run_id (None | UUID): The sync that is going on.
            last_started_at (datetime.datetime | None):
            last_success_at (datetime.datetime | None):
            last_run_status (None | str):
            consecutive_failures (int):
            error (None | Told): What was wrong with the last sync.
            freshness (Freshness): How old the data is.
            breaker (BreakerState): The less willing of the integration's breaker and the vendor's.
            created_at (datetime.datetime):
            updated_at (datetime.datetime):
     """

    id: UUID
    vendor: str
    vendor_title: str
    category: str
    status: IntegrationStatus
    credential: Credential
    settings: IntegrationSettings
    poll_seconds: int
    next_sync_at: datetime.datetime | None
    running_run_id: None | UUID
    last_started_at: datetime.datetime | None
    last_success_at: datetime.datetime | None
    last_run_status: None | str
    consecutive_failures: int
    error: None | Told
    freshness: Freshness
    breaker: BreakerState
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.breaker_state import BreakerState # noqa: PLC0415
        from ..models.credential import Credential # noqa: PLC0415
        from ..models.freshness import Freshness # noqa: PLC0415
        from ..models.integration_settings import IntegrationSettings # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        id = str(self.id)

        vendor = self.vendor

        vendor_title = self.vendor_title

        category = self.category

        status = self.status.value

        credential = self.credential.to_dict()

        settings = self.settings.to_dict()

        poll_seconds = self.poll_seconds

        next_sync_at: None | str
        if isinstance(self.next_sync_at, datetime.datetime):
            next_sync_at = self.next_sync_at.isoformat()
        else:
            next_sync_at = self.next_sync_at

        running_run_id: None | str
        if isinstance(self.running_run_id, UUID):
            running_run_id = str(self.running_run_id)
        else:
            running_run_id = self.running_run_id

        last_started_at: None | str
        if isinstance(self.last_started_at, datetime.datetime):
            last_started_at = self.last_started_at.isoformat()
        else:
            last_started_at = self.last_started_at

        last_success_at: None | str
        if isinstance(self.last_success_at, datetime.datetime):
            last_success_at = self.last_success_at.isoformat()
        else:
            last_success_at = self.last_success_at

        last_run_status: None | str
        last_run_status = self.last_run_status

        consecutive_failures = self.consecutive_failures

        error: dict[str, Any] | None
        if isinstance(self.error, Told):
            error = self.error.to_dict()
        else:
            error = self.error

        freshness = self.freshness.to_dict()

        breaker = self.breaker.to_dict()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "vendor": vendor,
            "vendor_title": vendor_title,
            "category": category,
            "status": status,
            "credential": credential,
            "settings": settings,
            "poll_seconds": poll_seconds,
            "next_sync_at": next_sync_at,
            "running_run_id": running_run_id,
            "last_started_at": last_started_at,
            "last_success_at": last_success_at,
            "last_run_status": last_run_status,
            "consecutive_failures": consecutive_failures,
            "error": error,
            "freshness": freshness,
            "breaker": breaker,
            "created_at": created_at,
            "updated_at": updated_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.breaker_state import BreakerState # noqa: PLC0415
        from ..models.credential import Credential # noqa: PLC0415
        from ..models.freshness import Freshness # noqa: PLC0415
        from ..models.integration_settings import IntegrationSettings # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        d = dict(src_dict)
        id = UUID(d.pop("id"))




        vendor = d.pop("vendor")

        vendor_title = d.pop("vendor_title")

        category = d.pop("category")

        status = IntegrationStatus(d.pop("status"))




        credential = Credential.from_dict(d.pop("credential"))




        settings = IntegrationSettings.from_dict(d.pop("settings"))




        poll_seconds = d.pop("poll_seconds")

        def _parse_next_sync_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_sync_at_type_0 = datetime.datetime.fromisoformat(data)



                return next_sync_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_sync_at = _parse_next_sync_at(d.pop("next_sync_at"))


        def _parse_running_run_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                running_run_id_type_0 = UUID(data)



                return running_run_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        running_run_id = _parse_running_run_id(d.pop("running_run_id"))


        def _parse_last_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_started_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_started_at = _parse_last_started_at(d.pop("last_started_at"))


        def _parse_last_success_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_success_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_success_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_success_at = _parse_last_success_at(d.pop("last_success_at"))


        def _parse_last_run_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_run_status = _parse_last_run_status(d.pop("last_run_status"))


        consecutive_failures = d.pop("consecutive_failures")

        def _parse_error(data: object) -> None | Told:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = Told.from_dict(data)



                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Told, data)

        error = _parse_error(d.pop("error"))


        freshness = Freshness.from_dict(d.pop("freshness"))




        breaker = BreakerState.from_dict(d.pop("breaker"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))




        integration = cls(
            id=id,
            vendor=vendor,
            vendor_title=vendor_title,
            category=category,
            status=status,
            credential=credential,
            settings=settings,
            poll_seconds=poll_seconds,
            next_sync_at=next_sync_at,
            running_run_id=running_run_id,
            last_started_at=last_started_at,
            last_success_at=last_success_at,
            last_run_status=last_run_status,
            consecutive_failures=consecutive_failures,
            error=error,
            freshness=freshness,
            breaker=breaker,
            created_at=created_at,
            updated_at=updated_at,
        )


        integration.additional_properties = d
        return integration

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
