from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.role import Role
from uuid import UUID






T = TypeVar("T", bound="Self")



@_attrs_define
class Self:
    """ Who one is, and for which tenant one acts.

        Attributes:
            id (UUID):
            email (str):
            name (str):
            role (Role): What a person may do in the console.
            tenant (str): The tenant acted for, by its short name.
            tenant_name (str):
            is_sandbox (bool): Whether that tenant's vendors are the sandbox.
            own_tenant (str): The person's own tenant.
     """

    id: UUID
    email: str
    name: str
    role: Role
    tenant: str
    tenant_name: str
    is_sandbox: bool
    own_tenant: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        email = self.email

        name = self.name

        role = self.role.value

        tenant = self.tenant

        tenant_name = self.tenant_name

        is_sandbox = self.is_sandbox

        own_tenant = self.own_tenant


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "email": email,
            "name": name,
            "role": role,
            "tenant": tenant,
            "tenant_name": tenant_name,
            "is_sandbox": is_sandbox,
            "own_tenant": own_tenant,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))




        email = d.pop("email")

        name = d.pop("name")

        role = Role(d.pop("role"))




        tenant = d.pop("tenant")

        tenant_name = d.pop("tenant_name")

        is_sandbox = d.pop("is_sandbox")

        own_tenant = d.pop("own_tenant")

        self_ = cls(
            id=id,
            email=email,
            name=name,
            role=role,
            tenant=tenant,
            tenant_name=tenant_name,
            is_sandbox=is_sandbox,
            own_tenant=own_tenant,
        )


        self_.additional_properties = d
        return self_

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
