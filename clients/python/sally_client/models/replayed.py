from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.fate import Fate
from typing import cast

if TYPE_CHECKING:
  from ..models.quarantined import Quarantined





T = TypeVar("T", bound="Replayed")



@_attrs_define
class Replayed:
    """ What became of a row that was read again with today's mapping and rules.

        Attributes:
            fate (Fate): What became of an entry.
            why (str): Why it did not land, without its values; empty when it did.
            entry (Quarantined): A vendor's row that could not be used.
     """

    fate: Fate
    why: str
    entry: Quarantined
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.quarantined import Quarantined # noqa: PLC0415
        fate = self.fate.value

        why = self.why

        entry = self.entry.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "fate": fate,
            "why": why,
            "entry": entry,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quarantined import Quarantined # noqa: PLC0415
        d = dict(src_dict)
        fate = Fate(d.pop("fate"))




        why = d.pop("why")

        entry = Quarantined.from_dict(d.pop("entry"))




        replayed = cls(
            fate=fate,
            why=why,
            entry=entry,
        )


        replayed.additional_properties = d
        return replayed

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
