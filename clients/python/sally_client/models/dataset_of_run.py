from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.dataset_of_run_status import DatasetOfRunStatus
from typing import cast

if TYPE_CHECKING:
  from ..models.told import Told





T = TypeVar("T", bound="DatasetOfRun")



@_attrs_define
class DatasetOfRun:
    """ What became of one dataset in a run.

        Attributes:
            dataset (str):
            status (DatasetOfRunStatus):
            attempts (int):
            pages (int):
            requests (int):
            duration_ms (int):
            is_complete (bool):
            records_processed (int):
            records_created (int):
            records_updated (int):
            records_unchanged (int):
            records_quarantined (int):
            records_duplicate (int):
            http_status (int | None):
            vendor_request_id (None | str): What to tell the vendor's support.
            error (None | Told):
     """

    dataset: str
    status: DatasetOfRunStatus
    attempts: int
    pages: int
    requests: int
    duration_ms: int
    is_complete: bool
    records_processed: int
    records_created: int
    records_updated: int
    records_unchanged: int
    records_quarantined: int
    records_duplicate: int
    http_status: int | None
    vendor_request_id: None | str
    error: None | Told
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.told import Told # noqa: PLC0415
        dataset = self.dataset

        status = self.status.value

        attempts = self.attempts

        pages = self.pages

        requests = self.requests

        duration_ms = self.duration_ms

        is_complete = self.is_complete

        records_processed = self.records_processed

        records_created = self.records_created

        records_updated = self.records_updated

        records_unchanged = self.records_unchanged

        records_quarantined = self.records_quarantined

        records_duplicate = self.records_duplicate

        http_status: int | None
        http_status = self.http_status

        vendor_request_id: None | str
        vendor_request_id = self.vendor_request_id

        error: dict[str, Any] | None
        if isinstance(self.error, Told):
            error = self.error.to_dict()
        else:
            error = self.error


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "dataset": dataset,
            "status": status,
            "attempts": attempts,
            "pages": pages,
            "requests": requests,
            "duration_ms": duration_ms,
            "is_complete": is_complete,
            "records_processed": records_processed,
            "records_created": records_created,
            "records_updated": records_updated,
            "records_unchanged": records_unchanged,
            "records_quarantined": records_quarantined,
            "records_duplicate": records_duplicate,
            "http_status": http_status,
            "vendor_request_id": vendor_request_id,
            "error": error,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.told import Told # noqa: PLC0415
        d = dict(src_dict)
        dataset = d.pop("dataset")

        status = DatasetOfRunStatus(d.pop("status"))




        attempts = d.pop("attempts")

        pages = d.pop("pages")

        requests = d.pop("requests")

        duration_ms = d.pop("duration_ms")

        is_complete = d.pop("is_complete")

        records_processed = d.pop("records_processed")

        records_created = d.pop("records_created")

        records_updated = d.pop("records_updated")

        records_unchanged = d.pop("records_unchanged")

        records_quarantined = d.pop("records_quarantined")

        records_duplicate = d.pop("records_duplicate")

        def _parse_http_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        http_status = _parse_http_status(d.pop("http_status"))


        def _parse_vendor_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vendor_request_id = _parse_vendor_request_id(d.pop("vendor_request_id"))


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


        dataset_of_run = cls(
            dataset=dataset,
            status=status,
            attempts=attempts,
            pages=pages,
            requests=requests,
            duration_ms=duration_ms,
            is_complete=is_complete,
            records_processed=records_processed,
            records_created=records_created,
            records_updated=records_updated,
            records_unchanged=records_unchanged,
            records_quarantined=records_quarantined,
            records_duplicate=records_duplicate,
            http_status=http_status,
            vendor_request_id=vendor_request_id,
            error=error,
        )


        dataset_of_run.additional_properties = d
        return dataset_of_run

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
