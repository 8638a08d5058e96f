from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.run_status import RunStatus
from ..models.sync_type import SyncType
from typing import cast
from uuid import UUID
import datetime

if TYPE_CHECKING:
  from ..models.told import Told





T = TypeVar("T", bound="Sync")



@_attrs_define
class Sync:
    """ One sync of the history.

        Attributes:
            id (UUID):
            integration_id (UUID):
            vendor (str):
            sync_type (SyncType): Why a run started.
            status (RunStatus): Where a run stands; all but RUNNING are final.
            started_at (datetime.datetime):
            completed_at (datetime.datetime | None):
            duration_ms (int): So far, while it runs.
            not_before (datetime.datetime | None): Deferred: when the vendor is asked again.
            attempts (int):
            datasets (list[str]):
            flow_run_id (None | str):
            records_processed (int): Rows that the vendor sent.
            records_created (int):
            records_updated (int):
            records_unchanged (int):
            records_quarantined (int):
            records_duplicate (int):
            error (None | Told):
     """

    id: UUID
    integration_id: UUID
    vendor: str
    sync_type: SyncType
    status: RunStatus
    started_at: datetime.datetime
    completed_at: datetime.datetime | None
    duration_ms: int
    not_before: datetime.datetime | None
    attempts: int
    datasets: list[str]
    flow_run_id: None | str
    records_processed: int
    records_created: int
    records_updated: int
    records_unchanged: int
    records_quarantined: int
    records_duplicate: int
    error: None | Told
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.told import Told # noqa: PLC0415
        id = str(self.id)

        integration_id = str(self.integration_id)

        vendor = self.vendor

        sync_type = self.sync_type.value

        status = self.status.value

        started_at = self.started_at.isoformat()

        completed_at: None | str
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        duration_ms = self.duration_ms

        not_before: None | str
        if isinstance(self.not_before, datetime.datetime):
            not_before = self.not_before.isoformat()
        else:
            not_before = self.not_before

        attempts = self.attempts

        datasets = self.datasets



        flow_run_id: None | str
        flow_run_id = self.flow_run_id

        records_processed = self.records_processed

        records_created = self.records_created

        records_updated = self.records_updated

        records_unchanged = self.records_unchanged

        records_quarantined = self.records_quarantined

        records_duplicate = self.records_duplicate

        error: dict[str, Any] | None
        if isinstance(self.error, Told):
            error = self.error.to_dict()
        else:
            error = self.error


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "integration_id": integration_id,
            "vendor": vendor,
            "sync_type": sync_type,
            "status": status,
            "started_at": started_at,
            "completed_at": completed_at,
            "duration_ms": duration_ms,
            "not_before": not_before,
            "attempts": attempts,
            "datasets": datasets,
            "flow_run_id": flow_run_id,
            "records_processed": records_processed,
            "records_created": records_created,
            "records_updated": records_updated,
            "records_unchanged": records_unchanged,
            "records_quarantined": records_quarantined,
            "records_duplicate": records_duplicate,
            "error": error,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.told import Told # noqa: PLC0415
        d = dict(src_dict)
        id = UUID(d.pop("id"))




        integration_id = UUID(d.pop("integration_id"))




        vendor = d.pop("vendor")

        sync_type = SyncType(d.pop("sync_type"))




        status = RunStatus(d.pop("status"))




        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))




        def _parse_completed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(data)



                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        completed_at = _parse_completed_at(d.pop("completed_at"))


        duration_ms = d.pop("duration_ms")

        def _parse_not_before(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                not_before_type_0 = datetime.datetime.fromisoformat(data)



                return not_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        not_before = _parse_not_before(d.pop("not_before"))


        attempts = d.pop("attempts")

        datasets = cast(list[str], d.pop("datasets"))


        def _parse_flow_run_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        flow_run_id = _parse_flow_run_id(d.pop("flow_run_id"))


        records_processed = d.pop("records_processed")

        records_created = d.pop("records_created")

        records_updated = d.pop("records_updated")

        records_unchanged = d.pop("records_unchanged")

        records_quarantined = d.pop("records_quarantined")

        records_duplicate = d.pop("records_duplicate")

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


        sync = cls(
            id=id,
            integration_id=integration_id,
            vendor=vendor,
            sync_type=sync_type,
            status=status,
            started_at=started_at,
            completed_at=completed_at,
            duration_ms=duration_ms,
            not_before=not_before,
            attempts=attempts,
            datasets=datasets,
            flow_run_id=flow_run_id,
            records_processed=records_processed,
            records_created=records_created,
            records_updated=records_updated,
            records_unchanged=records_unchanged,
            records_quarantined=records_quarantined,
            records_duplicate=records_duplicate,
            error=error,
        )


        sync.additional_properties = d
        return sync

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
