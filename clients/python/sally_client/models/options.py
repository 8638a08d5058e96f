from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Options")



@_attrs_define
class Options:
    """ An integration's own options.

        Attributes:
            places (list[list[float]] | None | Unset): Places that are always asked about, in degrees.
            radius_miles (int | None | Unset): Fuel Finder: how far around a place.
     """

    places: list[list[float]] | None | Unset = UNSET
    radius_miles: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        places: list[list[float]] | None | Unset
        if isinstance(self.places, Unset):
            places = UNSET
        elif isinstance(self.places, list):
            places = []
            for places_type_0_item_data in self.places:
                places_type_0_item = []
                for places_type_0_item_item_data in places_type_0_item_data:
                    places_type_0_item_item: float
                    places_type_0_item_item = places_type_0_item_item_data
                    places_type_0_item.append(places_type_0_item_item)


                places.append(places_type_0_item)


        else:
            places = self.places

        radius_miles: int | None | Unset
        if isinstance(self.radius_miles, Unset):
            radius_miles = UNSET
        else:
            radius_miles = self.radius_miles


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if places is not UNSET:
            field_dict["places"] = places
        if radius_miles is not UNSET:
            field_dict["radius_miles"] = radius_miles

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_places(data: object) -> list[list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                places_type_0 = []
                _places_type_0 = data
                for places_type_0_item_data in (_places_type_0):
                    places_type_0_item = []
                    _places_type_0_item = places_type_0_item_data
                    for places_type_0_item_item_data in (_places_type_0_item):
                        def _parse_places_type_0_item_item(data: object) -> float:
                            return cast(float, data)

                        places_type_0_item_item = _parse_places_type_0_item_item(places_type_0_item_item_data)

                        places_type_0_item.append(places_type_0_item_item)

                    places_type_0.append(places_type_0_item)

                return places_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None | Unset, data)

        places = _parse_places(d.pop("places", UNSET))


        def _parse_radius_miles(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        radius_miles = _parse_radius_miles(d.pop("radius_miles", UNSET))


        options = cls(
            places=places,
            radius_miles=radius_miles,
        )

        return options

