from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.probe import Probe





T = TypeVar("T", bound="Tested")



@_attrs_define
class Tested:
    """ What the vendor says. Nothing was stored or changed.

        Attributes:
            accepted (bool): Whether anything can be read with this key.
            refused (None | str): Why not, in one sentence.
            results (list[Probe]):
     """

    accepted: bool
    refused: None | str
    results: list[Probe]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.probe import Probe # noqa: PLC0415
        accepted = self.accepted

        refused: None | str
        refused = self.refused

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "accepted": accepted,
            "refused": refused,
            "results": results,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.probe import Probe # noqa: PLC0415
        d = dict(src_dict)
        accepted = d.pop("accepted")

        def _parse_refused(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refused = _parse_refused(d.pop("refused"))


        results = []
        _results = d.pop("results")
        for results_item_data in (_results):
            results_item = Probe.from_dict(results_item_data)



            results.append(results_item)


        tested = cls(
            accepted=accepted,
            refused=refused,
            results=results,
        )


        tested.additional_properties = d
        return tested

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
