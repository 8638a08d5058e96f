from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.breaker_shown import BreakerShown
  from ..models.gate_shown import GateShown





T = TypeVar("T", bound="Breakers")



@_attrs_define
class Breakers:
    """ What may keep calls from going out.

        Attributes:
            breakers (list[BreakerShown]):
            gates (list[GateShown]):
     """

    breakers: list[BreakerShown]
    gates: list[GateShown]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.breaker_shown import BreakerShown # noqa: PLC0415
        from ..models.gate_shown import GateShown # noqa: PLC0415
        breakers = []
        for breakers_item_data in self.breakers:
            breakers_item = breakers_item_data.to_dict()
            breakers.append(breakers_item)



        gates = []
        for gates_item_data in self.gates:
            gates_item = gates_item_data.to_dict()
            gates.append(gates_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "breakers": breakers,
            "gates": gates,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.breaker_shown import BreakerShown # noqa: PLC0415
        from ..models.gate_shown import GateShown # noqa: PLC0415
        d = dict(src_dict)
        breakers = []
        _breakers = d.pop("breakers")
        for breakers_item_data in (_breakers):
            breakers_item = BreakerShown.from_dict(breakers_item_data)



            breakers.append(breakers_item)


        gates = []
        _gates = d.pop("gates")
        for gates_item_data in (_gates):
            gates_item = GateShown.from_dict(gates_item_data)



            gates.append(gates_item)


        breakers = cls(
            breakers=breakers,
            gates=gates,
        )


        breakers.additional_properties = d
        return breakers

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
