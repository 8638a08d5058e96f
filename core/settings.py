"""Every setting, read once from the environment and `.env`. Nothing else reads either."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import AnyHttpUrl, Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent
_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)
_RATE = re.compile(r"(?P<calls>\d{1,9}(?:\.\d{1,3})?) ?/ ?(?P<per>s|min|h)")
_PER = {"s": 1.0, "min": 60.0, "h": 3600.0}
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """What can be set from outside; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: SecretStr | None = None
    prefect_api_url: AnyHttpUrl | None = None
    prefect_api_auth_string: SecretStr | None = None
    prefect_api_key: SecretStr | None = None
    credentials_encryption_key: SecretStr | None = None

    smtp_host: str | None = None
    smtp_port: Port = 587
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    alert_from_email: str | None = None
    alert_operator_email: str | None = None
    slack_webhook_url: SecretStr | None = None
    slack_shared: bool = False
    app_url: AnyHttpUrl | None = None

    console_jwt_key: SecretStr | None = None
    console_jwks_url: AnyHttpUrl | None = None
    console_jwt_issuer: str | None = None
    console_jwt_audience: str | None = None
    console_metrics_token: SecretStr | None = None
    console_token_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    console_session_hours: Annotated[int, Field(ge=1, le=7 * 24)] = 12

    sally_data: Path | None = None
    sally_prefect_port: Port = 4200
    sally_sandbox_port: Port = 4210
    sally_postgres_port: Port = 0
    sally_console_port: Port = 4230
    sally_sandbox_url: AnyHttpUrl | None = None
    sally_quarantine_rows: Annotated[int, Field(gt=0)] = 1000
    sally_quarantine_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    sally_batch_seconds: Annotated[float, Field(gt=0)] = 600
    sally_run_seconds: Annotated[float, Field(gt=0)] = 120
    sally_most_runs: Annotated[int, Field(ge=1)] = 4
    # What plans assume of a truck: docs/plans.md says why.
    sally_plan_mph: Annotated[float, Field(gt=10, le=75)] = 50
    sally_plan_tank_gallons: Annotated[float, Field(gt=0)] = 200
    sally_plan_reserve_gallons: Annotated[float, Field(ge=0)] = 30
    sally_plan_start_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    sally_plan_mpg: Annotated[float, Field(gt=1)] = 6.5
    sally_plan_service_minutes: Annotated[int, Field(ge=0)] = 60
    sally_plan_fuel_minutes: Annotated[int, Field(ge=0)] = 30
    sally_plan_stop_cost_usd: Annotated[float, Field(ge=0)] = 15
    sally_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    sally_log_format: Literal["text", "json"] = "text"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. A value that cannot be used is one clear sentence."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(
            f"{name} in the environment or .env cannot be used: {first['msg']}. "
            "See .env.example for what it takes."
        ) from None


def apply(variables: Mapping[str, str]) -> None:
    """Set variables for this process and those it starts, and read the settings anew."""
    os.environ.update(variables)
    settings.cache_clear()


def vendor_url(vendor: str) -> str | None:
    """The base URL that `<VENDOR>_API_URL` puts in place of the vendor's own, if any."""
    name = f"{vendor.upper()}_API_URL"
    value = variable(name)
    if value is None:
        return None
    try:
        return str(_URL.validate_python(value)).rstrip("/")
    except ValidationError:
        raise ConfigurationError(
            f"{name} is not a web address. It should look like https://api.example.com"
        ) from None


def vendor_rate(vendor: str, limit: str) -> tuple[float, float] | None:
    """(calls, seconds) of `<VENDOR>_RATE_LIMIT` or `<VENDOR>_RATE_LIMIT_<LIMIT>`, if set.

    Written as 60/min, 5/s or 1000/h.
    """
    for name in (f"{vendor}_rate_limit_{limit}".upper(), f"{vendor}_rate_limit".upper()):
        value = variable(name)
        if value is None:
            continue
        read = _RATE.fullmatch(value.strip())
        if read is None or float(read["calls"]) <= 0:
            raise ConfigurationError(f"{name} is not a rate. It should look like 60/min or 5/s.")
        return float(read["calls"]), _PER[read["per"]]
    return None


def export(prefix: str) -> None:
    """Put what `.env` alone sets of other people's variables where their libraries look."""
    for name, value in dotenv_values(PROJECT / ".env").items():
        if name.startswith(prefix) and value and not os.environ.get(name):
            os.environ[name] = value


def variable(name: str) -> str | None:
    """One variable by name, the environment before `.env`; empty counts as unset."""
    return os.environ.get(name) or dotenv_values(PROJECT / ".env").get(name) or None
