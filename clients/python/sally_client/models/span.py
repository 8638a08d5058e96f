from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Span")



@_attrs_define
class Span:
    """ Figures of a span of time. Deferred and running syncs count in none of the rates.

        Attributes:
            total_syncs (int):
            successful_syncs (int): Those that were partial included.
            partial_syncs (int):
            failed_syncs (int): Those that crashed included.
            deferred_syncs (int):
            running_syncs (int):
            success_rate (float | None): Of those that ended well or badly; 0 to 1.
            avg_records_per_sync (float | None):
            p50_duration_ms (int | None):
            p95_duration_ms (int | None):
     """

    total_syncs: int
    successful_syncs: int
    partial_syncs: int
    failed_syncs: int
    deferred_syncs: int
    running_syncs: int
    success_rate: float | None
    avg_records_per_sync: float | None
    p50_duration_ms: int | None
    p95_duration_ms: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        total_syncs = self.total_syncs

        successful_syncs = self.successful_syncs

        partial_syncs = self.partial_syncs

        failed_syncs = self.failed_syncs

        deferred_syncs = self.deferred_syncs

        running_syncs = self.running_syncs

        success_rate: float | None
        success_rate = self.success_rate

        avg_records_per_sync: float | None
        avg_records_per_sync = self.avg_records_per_sync

        p50_duration_ms: int | None
        p50_duration_ms = self.p50_duration_ms

        p95_duration_ms: int | None
        p95_duration_ms = self.p95_duration_ms


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "total_syncs": total_syncs,
            "successful_syncs": successful_syncs,
            "partial_syncs": partial_syncs,
            "failed_syncs": failed_syncs,
            "deferred_syncs": deferred_syncs,
            "running_syncs": running_syncs,
            "success_rate": success_rate,
            "avg_records_per_sync": avg_records_per_sync,
            "p50_duration_ms": p50_duration_ms,
            "p95_duration_ms": p95_duration_ms,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        total_syncs = d.pop("total_syncs")

        successful_syncs = d.pop("successful_syncs")

        partial_syncs = d.pop("partial_syncs")

        failed_syncs = d.pop("failed_syncs")

        deferred_syncs = d.pop("deferred_syncs")

        running_syncs = d.pop("running_syncs")

        def _parse_success_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        success_rate = _parse_success_rate(d.pop("success_rate"))


        def _parse_avg_records_per_sync(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        avg_records_per_sync = _parse_avg_records_per_sync(d.pop("avg_records_per_sync"))


        def _parse_p50_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        p50_duration_ms = _parse_p50_duration_ms(d.pop("p50_duration_ms"))


        def _parse_p95_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        p95_duration_ms = _parse_p95_duration_ms(d.pop("p95_duration_ms"))


        span = cls(
            total_syncs=total_syncs,
            successful_syncs=successful_syncs,
            partial_syncs=partial_syncs,
            failed_syncs=failed_syncs,
            deferred_syncs=deferred_syncs,
            running_syncs=running_syncs,
            success_rate=success_rate,
            avg_records_per_sync=avg_records_per_sync,
            p50_duration_ms=p50_duration_ms,
            p95_duration_ms=p95_duration_ms,
        )


        span.additional_properties = d
        return span

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
