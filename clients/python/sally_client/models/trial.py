from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.trial_vendor import TrialVendor
from typing import cast

if TYPE_CHECKING:
  from ..models.trial_credentials import TrialCredentials





T = TypeVar("T", bound="Trial")



@_attrs_define
class Trial:
    """ A credential to try without storing it.

        Attributes:
            vendor (TrialVendor):
            credentials (TrialCredentials): The vendor's fields, as GET /vendors names them. Never shown again. Example:
                {'api_key': '…'}.
     """

    vendor: TrialVendor
    credentials: TrialCredentials





    def to_dict(self) -> dict[str, Any]:
        from ..models.trial_credentials import TrialCredentials # noqa: PLC0415
        vendor = self.vendor.value

        credentials = self.credentials.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "vendor": vendor,
            "credentials": credentials,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.trial_credentials import TrialCredentials # noqa: PLC0415
        d = dict(src_dict)
        vendor = TrialVendor(d.pop("vendor"))




        credentials = TrialCredentials.from_dict(d.pop("credentials"))




        trial = cls(
            vendor=vendor,
            credentials=credentials,
        )

        return trial

