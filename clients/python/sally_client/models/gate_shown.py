from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="GateShown")



@_attrs_define
class GateShown:
    """ How a vendor's pace stands for one of the tenant's keys.

        Attributes:
            integration_id (UUID):
            tier (str): Which of the vendor's limits.
            not_before (datetime.datetime | None): No call before this.
            strikes (int): Refusals in a row.
     """

    integration_id: UUID
    tier: str
    not_before: datetime.datetime | None
    strikes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        integration_id = str(self.integration_id)

        tier = self.tier

        not_before: None | str
        if isinstance(self.not_before, datetime.datetime):
            not_before = self.not_before.isoformat()
        else:
            not_before = self.not_before

        strikes = self.strikes


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "integration_id": integration_id,
            "tier": tier,
            "not_before": not_before,
            "strikes": strikes,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        integration_id = UUID(d.pop("integration_id"))




        tier = d.pop("tier")

        def _parse_not_before(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                not_before_type_0 = datetime.datetime.fromisoformat(data)



                return not_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        not_before = _parse_not_before(d.pop("not_before"))


        strikes = d.pop("strikes")

        gate_shown = cls(
            integration_id=integration_id,
            tier=tier,
            not_before=not_before,
            strikes=strikes,
        )


        gate_shown.additional_properties = d
        return gate_shown

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
