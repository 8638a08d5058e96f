from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.changed_integration_credentials_type_0 import ChangedIntegrationCredentialsType0
  from ..models.options import Options





T = TypeVar("T", bound="ChangedIntegration")



@_attrs_define
class ChangedIntegration:
    """ What to change; what is left out stays.

        Attributes:
            credentials (ChangedIntegrationCredentialsType0 | None | Unset):
            settings (None | Options | Unset):
            poll_seconds (int | None | Unset):
            enabled (bool | None | Unset): False: sync it no more; its rows stay.
            test_first (bool | Unset): Ask the vendor before a new key is stored. Default: True.
     """

    credentials: ChangedIntegrationCredentialsType0 | None | Unset = UNSET
    settings: None | Options | Unset = UNSET
    poll_seconds: int | None | Unset = UNSET
    enabled: bool | None | Unset = UNSET
    test_first: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        from ..models.changed_integration_credentials_type_0 import ChangedIntegrationCredentialsType0 # noqa: PLC0415
        from ..models.options import Options # noqa: PLC0415
        credentials: dict[str, Any] | None | Unset
        if isinstance(self.credentials, Unset):
            credentials = UNSET
        elif isinstance(self.credentials, ChangedIntegrationCredentialsType0):
            credentials = self.credentials.to_dict()
        else:
            credentials = self.credentials

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

        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        test_first = self.test_first


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if credentials is not UNSET:
            field_dict["credentials"] = credentials
        if settings is not UNSET:
            field_dict["settings"] = settings
        if poll_seconds is not UNSET:
            field_dict["poll_seconds"] = poll_seconds
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if test_first is not UNSET:
            field_dict["test_first"] = test_first

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.changed_integration_credentials_type_0 import ChangedIntegrationCredentialsType0 # noqa: PLC0415
        from ..models.options import Options # noqa: PLC0415
        d = dict(src_dict)
        def _parse_credentials(data: object) -> ChangedIntegrationCredentialsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                credentials_type_0 = ChangedIntegrationCredentialsType0.from_dict(data)



                return credentials_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChangedIntegrationCredentialsType0 | None | Unset, data)

        credentials = _parse_credentials(d.pop("credentials", UNSET))


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


        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))


        test_first = d.pop("test_first", UNSET)

        changed_integration = cls(
            credentials=credentials,
            settings=settings,
            poll_seconds=poll_seconds,
            enabled=enabled,
            test_first=test_first,
        )

        return changed_integration

