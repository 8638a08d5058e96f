from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.breaker_shown_state import BreakerShownState
from typing import cast
from uuid import UUID
import datetime






T = TypeVar("T", bound="BreakerShown")



@_attrs_define
class BreakerShown:
    """ A circuit breaker: of the vendor (for all its customers), or of the tenant's integration.

        Attributes:
            vendor (str):
            integration_id (None | UUID): Null: the vendor's own.
            state (BreakerShownState):
            reason (None | str):
            changed_at (datetime.datetime):
            opened_at (datetime.datetime | None):
            retry_at (datetime.datetime | None): When one call may probe it.
     """

    vendor: str
    integration_id: None | UUID
    state: BreakerShownState
    reason: None | str
    changed_at: datetime.datetime
    opened_at: datetime.datetime | None
    retry_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        vendor = self.vendor

        integration_id: None | str
        if isinstance(self.integration_id, UUID):
            integration_id = str(self.integration_id)
        else:
            integration_id = self.integration_id

        state = self.state.value

        reason: None | str
        reason = self.reason

        changed_at = self.changed_at.isoformat()

        opened_at: None | str
        if isinstance(self.opened_at, datetime.datetime):
            opened_at = self.opened_at.isoformat()
        else:
            opened_at = self.opened_at

        retry_at: None | str
        if isinstance(self.retry_at, datetime.datetime):
            retry_at = self.retry_at.isoformat()
        else:
            retry_at = self.retry_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "vendor": vendor,
            "integration_id": integration_id,
            "state": state,
            "reason": reason,
            "changed_at": changed_at,
            "opened_at": opened_at,
            "retry_at": retry_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vendor = d.pop("vendor")

        def _parse_integration_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                integration_id_type_0 = UUID(data)



                return integration_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        integration_id = _parse_integration_id(d.pop("integration_id"))


        state = BreakerShownState(d.pop("state"))




        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))




        def _parse_opened_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_at_type_0 = datetime.datetime.fromisoformat(data)



                return opened_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        opened_at = _parse_opened_at(d.pop("opened_at"))


        def _parse_retry_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                retry_at_type_0 = datetime.datetime.fromisoformat(data)



                return retry_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        retry_at = _parse_retry_at(d.pop("retry_at"))


        breaker_shown = cls(
            vendor=vendor,
            integration_id=integration_id,
            state=state,
            reason=reason,
            changed_at=changed_at,
            opened_at=opened_at,
            retry_at=retry_at,
        )


        breaker_shown.additional_properties = d
        return breaker_shown

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
