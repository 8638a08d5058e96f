from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.day_shown import DayShown
  from ..models.span import Span





T = TypeVar("T", bound="Stats")



@_attrs_define
class Stats:
    """ The last day, week and month, and the last seven days one by one.

        Attributes:
            last_24h (Span): Figures of a span of time. Deferred and running syncs count in none of the rates.
            last_7d (Span): Figures of a span of time. Deferred and running syncs count in none of the rates.
            last_30d (Span): Figures of a span of time. Deferred and running syncs count in none of the rates.
            days (list[DayShown]):
     """

    last_24h: Span
    last_7d: Span
    last_30d: Span
    days: list[DayShown]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.day_shown import DayShown # noqa: PLC0415
        from ..models.span import Span # noqa: PLC0415
        last_24h = self.last_24h.to_dict()

        last_7d = self.last_7d.to_dict()

        last_30d = self.last_30d.to_dict()

        days = []
        for days_item_data in self.days:
            days_item = days_item_data.to_dict()
            days.append(days_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "last_24h": last_24h,
            "last_7d": last_7d,
            "last_30d": last_30d,
            "days": days,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.day_shown import DayShown # noqa: PLC0415
        from ..models.span import Span # noqa: PLC0415
        d = dict(src_dict)
        last_24h = Span.from_dict(d.pop("last_24h"))




        last_7d = Span.from_dict(d.pop("last_7d"))




        last_30d = Span.from_dict(d.pop("last_30d"))




        days = []
        _days = d.pop("days")
        for days_item_data in (_days):
            days_item = DayShown.from_dict(days_item_data)



            days.append(days_item)


        stats = cls(
            last_24h=last_24h,
            last_7d=last_7d,
            last_30d=last_30d,
            days=days,
        )


        stats.additional_properties = d
        return stats

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
