from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="Quarantined")



@_attrs_define
class Quarantined:
    """ A vendor's row that could not be used.

        Attributes:
            id (UUID):
            integration_id (UUID):
            vendor (str):
            dataset (str):
            vendor_id (None | str):
            rule (str):
            path (str): The field at fault.
            reason (str):
            payload (Any): The row as sent, without secrets and personal data.
            times (int):
            first_seen_at (datetime.datetime):
            last_seen_at (datetime.datetime):
            last_run_id (UUID):
            resolved_at (datetime.datetime | None):
            resolution (None | str):
            is_kept (bool): Whether the whole row is kept, so that it can be replayed.
     """

    id: UUID
    integration_id: UUID
    vendor: str
    dataset: str
    vendor_id: None | str
    rule: str
    path: str
    reason: str
    payload: Any
    times: int
    first_seen_at: datetime.datetime
    last_seen_at: datetime.datetime
    last_run_id: UUID
    resolved_at: datetime.datetime | None
    resolution: None | str
    is_kept: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        integration_id = str(self.integration_id)

        vendor = self.vendor

        dataset = self.dataset

        vendor_id: None | str
        vendor_id = self.vendor_id

        rule = self.rule

        path = self.path

        reason = self.reason

        payload = self.payload

        times = self.times

        first_seen_at = self.first_seen_at.isoformat()

        last_seen_at = self.last_seen_at.isoformat()

        last_run_id = str(self.last_run_id)

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        resolution: None | str
        resolution = self.resolution

        is_kept = self.is_kept


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "integration_id": integration_id,
            "vendor": vendor,
            "dataset": dataset,
            "vendor_id": vendor_id,
            "rule": rule,
            "path": path,
            "reason": reason,
            "payload": payload,
            "times": times,
            "first_seen_at": first_seen_at,
            "last_seen_at": last_seen_at,
            "last_run_id": last_run_id,
            "resolved_at": resolved_at,
            "resolution": resolution,
            "is_kept": is_kept,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))




        integration_id = UUID(d.pop("integration_id"))




        vendor = d.pop("vendor")

        dataset = d.pop("dataset")

        def _parse_vendor_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vendor_id = _parse_vendor_id(d.pop("vendor_id"))


        rule = d.pop("rule")

        path = d.pop("path")

        reason = d.pop("reason")

        payload = d.pop("payload")

        times = d.pop("times")

        first_seen_at = datetime.datetime.fromisoformat(d.pop("first_seen_at"))




        last_seen_at = datetime.datetime.fromisoformat(d.pop("last_seen_at"))




        last_run_id = UUID(d.pop("last_run_id"))




        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)



                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))


        def _parse_resolution(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resolution = _parse_resolution(d.pop("resolution"))


        is_kept = d.pop("is_kept")

        quarantined = cls(
            id=id,
            integration_id=integration_id,
            vendor=vendor,
            dataset=dataset,
            vendor_id=vendor_id,
            rule=rule,
            path=path,
            reason=reason,
            payload=payload,
            times=times,
            first_seen_at=first_seen_at,
            last_seen_at=last_seen_at,
            last_run_id=last_run_id,
            resolved_at=resolved_at,
            resolution=resolution,
            is_kept=is_kept,
        )


        quarantined.additional_properties = d
        return quarantined

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
