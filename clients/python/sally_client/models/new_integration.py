from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_integration_vendor import NewIntegrationVendor
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.new_integration_credentials import NewIntegrationCredentials
  from ..models.options import Options





T = TypeVar("T", bound="NewIntegration")



@_attrs_define
class NewIntegration:
    """ A vendor to connect.

        Attributes:
            vendor (NewIntegrationVendor):
            credentials (NewIntegrationCredentials): The vendor's fields, as GET /vendors names them. Never shown again.
                Example: {'api_key': '…'}.
            settings (None | Options | Unset):
            poll_seconds (int | None | Unset):
            test_first (bool | Unset): Ask the vendor first, and store no key that it does not accept. Default: True.
     """

    vendor: NewIntegrationVendor
    credentials: NewIntegrationCredentials
    settings: None | Options | Unset = UNSET
    poll_seconds: int | None | Unset = UNSET
    test_first: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_integration_credentials import NewIntegrationCredentials # noqa: PLC0415
        from ..models.options import Options # noqa: PLC0415
        vendor = self.vendor.value

        credentials = self.credentials.to_dict()

        settings: dict[str, Any] | None | Unset
        if isinstance(self.settings, Unset):
            settings = UNSET
        elif isinstance(self.settings, Options):
            settings = self.settings.to_dict()
        else:
            settings = self.settings

        poll_seconds: int | None | Unset
        if isinstance(self.poll_seconds, Unset):
            poll_seconds = UNSET
        else:
            poll_seconds = self.poll_seconds

        test_first = self.test_first


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "vendor": vendor,
            "credentials": credentials,
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if poll_seconds is not UNSET:
            field_dict["poll_seconds"] = poll_seconds
        if test_first is not UNSET:
            field_dict["test_first"] = test_first

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_integration_credentials import NewIntegrationCredentials # noqa: PLC0415
        from ..models.options import Options # noqa: PLC0415
        d = dict(src_dict)
        vendor = NewIntegrationVendor(d.pop("vendor"))




        credentials = NewIntegrationCredentials.from_dict(d.pop("credentials"))




        def _parse_settings(data: object) -> None | Options | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settings_type_0 = Options.from_dict(data)



                return settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Options | Unset, data)

        settings = _parse_settings(d.pop("settings", UNSET))


        def _parse_poll_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        poll_seconds = _parse_poll_seconds(d.pop("poll_seconds", UNSET))


        test_first = d.pop("test_first", UNSET)

        new_integration = cls(
            vendor=vendor,
            credentials=credentials,
            settings=settings,
            poll_seconds=poll_seconds,
            test_first=test_first,
        )

        return new_integration

