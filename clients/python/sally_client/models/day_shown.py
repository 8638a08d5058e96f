from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="DayShown")



@_attrs_define
class DayShown:
    """ One day of the chart.

        Attributes:
            day (str): As YYYY-MM-DD in the time zone asked for.
            succeeded (int):
            partial (int):
            failed (int):
            deferred (int):
            median_ms (int | None):
     """

    day: str
    succeeded: int
    partial: int
    failed: int
    deferred: int
    median_ms: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        day = self.day

        succeeded = self.succeeded

        partial = self.partial

        failed = self.failed

        deferred = self.deferred

        median_ms: int | None
        median_ms = self.median_ms


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "day": day,
            "succeeded": succeeded,
            "partial": partial,
            "failed": failed,
            "deferred": deferred,
            "median_ms": median_ms,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        day = d.pop("day")

        succeeded = d.pop("succeeded")

        partial = d.pop("partial")

        failed = d.pop("failed")

        deferred = d.pop("deferred")

        def _parse_median_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        median_ms = _parse_median_ms(d.pop("median_ms"))


        day_shown = cls(
            day=day,
            succeeded=succeeded,
            partial=partial,
            failed=failed,
            deferred=deferred,
            median_ms=median_ms,
        )


        day_shown.additional_properties = d
        return day_shown

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
