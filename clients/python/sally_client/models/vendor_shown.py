from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.credential_part import CredentialPart
  from ..models.dataset import Dataset





T = TypeVar("T", bound="VendorShown")



@_attrs_define
class VendorShown:
    """ A vendor that can be connected.

        Attributes:
            name (str):
            title (str):
            category (str):
            poll_seconds (int):
            credentials (list[CredentialPart]):
            datasets (list[Dataset]):
     """

    name: str
    title: str
    category: str
    poll_seconds: int
    credentials: list[CredentialPart]
    datasets: list[Dataset]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.credential_part import CredentialPart # noqa: PLC0415
        from ..models.dataset import Dataset # noqa: PLC0415
        name = self.name

        title = self.title

        category = self.category

        poll_seconds = self.poll_seconds

        credentials = []
        for credentials_item_data in self.credentials:
            credentials_item = credentials_item_data.to_dict()
            credentials.append(credentials_item)



        datasets = []
        for datasets_item_data in self.datasets:
            datasets_item = datasets_item_data.to_dict()
            datasets.append(datasets_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "title": title,
            "category": category,
            "poll_seconds": poll_seconds,
            "credentials": credentials,
            "datasets": datasets,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.credential_part import CredentialPart # noqa: PLC0415
        from ..models.dataset import Dataset # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        category = d.pop("category")

        poll_seconds = d.pop("poll_seconds")

        credentials = []
        _credentials = d.pop("credentials")
        for credentials_item_data in (_credentials):
            credentials_item = CredentialPart.from_dict(credentials_item_data)



            credentials.append(credentials_item)


        datasets = []
        _datasets = d.pop("datasets")
        for datasets_item_data in (_datasets):
            datasets_item = Dataset.from_dict(datasets_item_data)



            datasets.append(datasets_item)


        vendor_shown = cls(
            name=name,
            title=title,
            category=category,
            poll_seconds=poll_seconds,
            credentials=credentials,
            datasets=datasets,
        )


        vendor_shown.additional_properties = d
        return vendor_shown

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
