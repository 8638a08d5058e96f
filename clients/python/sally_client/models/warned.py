from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.place import Place





T = TypeVar("T", bound="Warned")



@_attrs_define
class Warned:
    """ High or severe weather on a stretch of the road.

        Attributes:
            from_mile (float):
            to_mile (float):
            passes_at (datetime.datetime):
            severity (str):
            said (str):
            point (Place): A point on the ground.
     """

    from_mile: float
    to_mile: float
    passes_at: datetime.datetime
    severity: str
    said: str
    point: Place
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.place import Place # noqa: PLC0415
        from_mile = self.from_mile

        to_mile = self.to_mile

        passes_at = self.passes_at.isoformat()

        severity = self.severity

        said = self.said

        point = self.point.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "from_mile": from_mile,
            "to_mile": to_mile,
            "passes_at": passes_at,
            "severity": severity,
            "said": said,
            "point": point,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.place import Place # noqa: PLC0415
        d = dict(src_dict)
        from_mile = d.pop("from_mile")

        to_mile = d.pop("to_mile")

        passes_at = datetime.datetime.fromisoformat(d.pop("passes_at"))




        severity = d.pop("severity")

        said = d.pop("said")

        point = Place.from_dict(d.pop("point"))




        warned = cls(
            from_mile=from_mile,
            to_mile=to_mile,
            passes_at=passes_at,
            severity=severity,
            said=said,
            point=point,
        )


        warned.additional_properties = d
        return warned

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
