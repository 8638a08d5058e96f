from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.confidence import Confidence
from ..models.topic import Topic
from typing import cast
import datetime






T = TypeVar("T", bound="Input")



@_attrs_define
class Input:
    """ What a plan was made from.

        Attributes:
            topic (Topic): What an input is about.
            source (str):
            as_of (datetime.datetime | None):
            age_s (int | None): When the plan was made.
            confidence (Confidence): How far an input is to be trusted.
            degraded (None | str): What is wrong with it; null: nothing.
     """

    topic: Topic
    source: str
    as_of: datetime.datetime | None
    age_s: int | None
    confidence: Confidence
    degraded: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        topic = self.topic.value

        source = self.source

        as_of: None | str
        if isinstance(self.as_of, datetime.datetime):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        age_s: int | None
        age_s = self.age_s

        confidence = self.confidence.value

        degraded: None | str
        degraded = self.degraded


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "topic": topic,
            "source": source,
            "as_of": as_of,
            "age_s": age_s,
            "confidence": confidence,
            "degraded": degraded,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        topic = Topic(d.pop("topic"))




        source = d.pop("source")

        def _parse_as_of(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.datetime.fromisoformat(data)



                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        as_of = _parse_as_of(d.pop("as_of"))


        def _parse_age_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        age_s = _parse_age_s(d.pop("age_s"))


        confidence = Confidence(d.pop("confidence"))




        def _parse_degraded(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        degraded = _parse_degraded(d.pop("degraded"))


        input_ = cls(
            topic=topic,
            source=source,
            as_of=as_of,
            age_s=age_s,
            confidence=confidence,
            degraded=degraded,
        )


        input_.additional_properties = d
        return input_

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
