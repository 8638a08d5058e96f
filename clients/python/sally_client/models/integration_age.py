from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.level import Level
from typing import cast
from uuid import UUID

if TYPE_CHECKING:
  from ..models.dataset_age import DatasetAge





T = TypeVar("T", bound="IntegrationAge")



@_attrs_define
class IntegrationAge:
    """ How old an integration's data is: its worst dataset's level.

        Attributes:
            integration_id (UUID):
            vendor (str):
            level (Level): How old data is, by what it should be.
            said (None | str):
            datasets (list[DatasetAge]):
     """

    integration_id: UUID
    vendor: str
    level: Level
    said: None | str
    datasets: list[DatasetAge]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.dataset_age import DatasetAge # noqa: PLC0415
        integration_id = str(self.integration_id)

        vendor = self.vendor

        level = self.level.value

        said: None | str
        said = self.said

        datasets = []
        for datasets_item_data in self.datasets:
            datasets_item = datasets_item_data.to_dict()
            datasets.append(datasets_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "integration_id": integration_id,
            "vendor": vendor,
            "level": level,
            "said": said,
            "datasets": datasets,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_age import DatasetAge # noqa: PLC0415
        d = dict(src_dict)
        integration_id = UUID(d.pop("integration_id"))




        vendor = d.pop("vendor")

        level = Level(d.pop("level"))




        def _parse_said(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        said = _parse_said(d.pop("said"))


        datasets = []
        _datasets = d.pop("datasets")
        for datasets_item_data in (_datasets):
            datasets_item = DatasetAge.from_dict(datasets_item_data)



            datasets.append(datasets_item)


        integration_age = cls(
            integration_id=integration_id,
            vendor=vendor,
            level=level,
            said=said,
            datasets=datasets,
        )


        integration_age.additional_properties = d
        return integration_age

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
