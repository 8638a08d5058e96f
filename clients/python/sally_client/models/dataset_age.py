from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.level import Level
from typing import cast
import datetime






T = TypeVar("T", bound="DatasetAge")



@_attrs_define
class DatasetAge:
    """ How old one dataset is.

        Attributes:
            dataset (str):
            title (str):
            level (Level): How old data is, by what it should be.
            last_good_at (datetime.datetime | None):
            age_s (int):
            expected_every_s (int):
     """

    dataset: str
    title: str
    level: Level
    last_good_at: datetime.datetime | None
    age_s: int
    expected_every_s: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        dataset = self.dataset

        title = self.title

        level = self.level.value

        last_good_at: None | str
        if isinstance(self.last_good_at, datetime.datetime):
            last_good_at = self.last_good_at.isoformat()
        else:
            last_good_at = self.last_good_at

        age_s = self.age_s

        expected_every_s = self.expected_every_s


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "dataset": dataset,
            "title": title,
            "level": level,
            "last_good_at": last_good_at,
            "age_s": age_s,
            "expected_every_s": expected_every_s,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dataset = d.pop("dataset")

        title = d.pop("title")

        level = Level(d.pop("level"))




        def _parse_last_good_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_good_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_good_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_good_at = _parse_last_good_at(d.pop("last_good_at"))


        age_s = d.pop("age_s")

        expected_every_s = d.pop("expected_every_s")

        dataset_age = cls(
            dataset=dataset,
            title=title,
            level=level,
            last_good_at=last_good_at,
            age_s=age_s,
            expected_every_s=expected_every_s,
        )


        dataset_age.additional_properties = d
        return dataset_age

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
