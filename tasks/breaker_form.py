"""The form in which an operator edits a vendor's circuit breaker, and the policies it stands for.

The block `CircuitBreaker` is this form in Prefect. It is a class of its own because commands and
pages read such documents too, and importing Prefect takes seconds. Plain numbers with their unit
in the title, and no field that may be null: so Prefect draws one simple input for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, WithJsonSchema, model_validator

from core.breaker import Mode, Policy
from core.errors import ConfigurationError
from core.policies import Policies

SLUG = "circuit-breaker"  # what Prefect calls this form in its addresses
USUAL = Policies().vendor
DAY_S = 86_400
REFUSED = "The circuit breaker's policy cannot be used."
# As one kind of value, not as “a date or null”, which Prefect shows as two tabs.
Instant = Annotated[datetime | None, WithJsonSchema({"type": "string", "format": "date-time"})]


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _percent(share: float | None) -> int:
    return round((share or 0) * 100)


class BreakerForm(BaseModel):
    """What an operator may set; an empty field has its usual value.

    What cannot be used is a ConfigurationError of one sentence, however it is made.
    """

    mode: Literal["auto", "forced_open", "disabled"] = Field(
        USUAL.mode.value,
        title="Mode",
        description="auto: it opens and closes by itself. forced_open: no call goes to the vendor. "
        "disabled: every call goes, and failures are not counted. "
        "The last two need who and why, and end at the time below.",
    )
    why: str = Field(
        "",
        max_length=500,
        title="Why",
        description="Why the mode is not auto, for those who wonder later.",
    )
    who: str = Field(
        "", max_length=200, title="Who", description="Who decided that: a name to ask."
    )
    until: Instant = Field(
        None,
        title="Until",
        description="When forced_open or disabled ends by itself, and auto holds again. "
        "Empty: when somebody ends it.",
    )
    failure_threshold: int = Field(
        USUAL.failure_threshold,
        ge=1,
        le=1000,
        title="Failures that open it (in a row)",
        description="So many failed calls without a good one between them. Timeouts, "
        "no answer and 5xx count; 429, 401, 403 and other 4xx do not. "
        f"1 to 1000, usually {USUAL.failure_threshold}.",
    )
    success_threshold: int = Field(
        USUAL.success_threshold,
        ge=1,
        le=100,
        title="Good probes that close it (in a row)",
        description="While half open one call at a time goes as a probe. One that fails opens it "
        f"again at once. 1 to 100, usually {USUAL.success_threshold}.",
    )
    recovery_timeout_s: int = Field(
        _seconds(USUAL.recovery_timeout),
        ge=1,
        le=DAY_S,
        title="Rest until the first probe (seconds)",
        description="It doubles with each opening in a row, up to the longest rest below. "
        f"1 to {DAY_S}, usually {_seconds(USUAL.recovery_timeout)}.",
    )
    recovery_cap_s: int = Field(
        _seconds(USUAL.recovery_cap),
        ge=1,
        le=DAY_S,
        title="Longest rest (seconds)",
        description="No rest grows beyond it. At least the rest until the first probe. "
        f"1 to {DAY_S}, usually {_seconds(USUAL.recovery_cap)}.",
    )
    jitter_percent: int = Field(
        _percent(USUAL.jitter_share),
        ge=0,
        le=99,
        title="Jitter (percent)",
        description="Each rest varies by so much of itself, longer or shorter, so that breakers "
        f"do not probe together. 0 to 99, usually {_percent(USUAL.jitter_share)}.",
    )
    failure_rate_percent: int = Field(
        _percent(USUAL.failure_rate),
        ge=0,
        le=100,
        title="Failure rate that opens it (percent)",
        description="Also opens when so many of the calls in the window failed, in a row or not. "
        f"0 turns this rule off. 0 to 100, usually {_percent(USUAL.failure_rate)}.",
    )
    minimum_calls: int = Field(
        USUAL.minimum_calls,
        ge=1,
        le=100_000,
        title="Calls before the rate counts",
        description="With fewer calls in the window the failure rate says nothing. "
        f"1 to 100000, usually {USUAL.minimum_calls}.",
    )
    window_s: int = Field(
        _seconds(USUAL.window),
        ge=1,
        le=DAY_S,
        title="Window (seconds)",
        description="How far back calls and tenants are counted. "
        f"1 to {DAY_S}, usually {_seconds(USUAL.window)}.",
    )
    minimum_tenants: int = Field(
        USUAL.minimum_tenants,
        ge=1,
        le=1000,
        title="Tenants that must have failed",
        description="The vendor's own breaker, which stops every tenant, opens only when so many "
        "tenants had failures in the window. Each tenant's own breaker needs no other. "
        f"1 to 1000, usually {USUAL.minimum_tenants}.",
    )
    probe_lease_s: int = Field(
        _seconds(USUAL.probe_lease),
        ge=1,
        le=3600,
        title="Time for a probe (seconds)",
        description="A probe without an outcome is given to another call after so long. Longer "
        f"than the longest call. 1 to 3600, usually {_seconds(USUAL.probe_lease)}.",
    )

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise ConfigurationError(_sentence(type(self), error)) from None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_usual(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: value for name, value in given.items() if value not in (None, "")}

    @model_validator(mode="after")
    def _can_be_used(self) -> BreakerForm:
        if self.recovery_timeout_s > self.recovery_cap_s:
            raise ConfigurationError(
                f"{REFUSED} The rest until the first probe ({self.recovery_timeout_s} s) is longer "
                f"than the longest rest ({self.recovery_cap_s} s)."
            )
        self.policies()
        return self

    def policies(self) -> Policies:
        """What is wanted of each integration's breaker, and of the vendor's own."""
        return Policies.both(
            Policy(
                failure_threshold=self.failure_threshold,
                success_threshold=self.success_threshold,
                recovery_timeout=timedelta(seconds=self.recovery_timeout_s),
                recovery_cap=timedelta(seconds=self.recovery_cap_s),
                jitter_share=self.jitter_percent / 100,
                failure_rate=self.failure_rate_percent / 100 or None,
                minimum_calls=self.minimum_calls,
                window=timedelta(seconds=self.window_s),
                minimum_tenants=self.minimum_tenants,
                probe_lease=timedelta(seconds=self.probe_lease_s),
                mode=Mode(self.mode),
                who=self.who.strip() or None,
                why=self.why.strip() or None,
                until=self.until,
            )
        )


def _sentence(form: type[BaseModel], error: ValidationError) -> str:
    """What is wrong with the first field that is wrong, by the name that the form shows."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    field = form.model_fields.get(name)
    title = field.title if field is not None and field.title else name
    said = first["msg"]
    return f"{REFUSED} {title}: {said[:1].lower()}{said[1:]}."
