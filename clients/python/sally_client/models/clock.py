from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.band import Band
from typing import cast






T = TypeVar("T", bound="Clock")



@_attrs_define
class Clock:
    """ One clock.

        Attributes:
            left_s (int | None): Seconds that are at least left; null: nobody knows.
            said_s (int | None): What the vendor said, at as_of.
            band (Band | None): How urgent it is; null: nobody knows.
     """

    left_s: int | None
    said_s: int | None
    band: Band | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        left_s: int | None
        left_s = self.left_s

        said_s: int | None
        said_s = self.said_s

        band: None | str
        if isinstance(self.band, Band):
            band = self.band.value
        else:
            band = self.band


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "left_s": left_s,
            "said_s": said_s,
            "band": band,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_left_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        left_s = _parse_left_s(d.pop("left_s"))


        def _parse_said_s(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        said_s = _parse_said_s(d.pop("said_s"))


        def _parse_band(data: object) -> Band | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                band_type_0 = Band(data)



                return band_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Band | None, data)

        band = _parse_band(d.pop("band"))


        clock = cls(
            left_s=left_s,
            said_s=said_s,
            band=band,
        )


        clock.additional_properties = d
        return clock

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
