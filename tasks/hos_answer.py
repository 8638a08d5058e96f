"""From what is kept about a driver to the answer that a person reads. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters import registry
from core.errors import Actor, AuthRejected, HoursUnknown, Sentences
from core.hours import AgedClocks, aged, binding, gained_at_midnight_s, next_day_starts
from core.hours_override import Override, holds, in_place_of
from models.hours import DriverHours, Reading, Source, Why
from models.records import DutyStatus, HosClock
from store.hos import Case
from store.results import ErrorFields

FRESH = timedelta(minutes=5)
UNKNOWN = DutyStatus.UNKNOWN.value


def of_override(case: Case, now: datetime) -> DriverHours | None:
    """The answer of a person, if one holds; the clocks not entered are the vendor's, aged."""
    override = case.override
    if override is None or not holds(override, now):
        return None
    vendors = None
    if case.reading is not None and case.reading.as_of is not None:
        vendors = _aged(case, case.reading, case.reading.as_of, now)
    clocks = in_place_of(vendors, override, now, case.rulesets, is_exempt=case.is_exempt)
    return _answer(
        case,
        now,
        Source.OVERRIDE,
        clocks,
        as_of=override.created_at,
        status=override.duty_status or UNKNOWN,
        override=override,
    )


def fresh(case: Case, now: datetime, source: Source) -> DriverHours | None:
    """The answer of the vendor, if it is younger than five minutes and was not taken back."""
    reading = case.reading
    if reading is None or reading.as_of is None or not reading.is_confirmed:
        return None
    if now - reading.as_of >= FRESH:
        return None
    clocks = _aged(case, reading, reading.as_of, now)
    return _answer(case, now, source, clocks, as_of=reading.as_of, status=reading.status)


def stale(case: Case, now: datetime, why: Why) -> DriverHours:
    """The vendor's last word, aged; HoursUnknown when there is none whose age is known."""
    reading = case.reading
    if reading is None or reading.as_of is None:
        raise _unknown(case, why, _retry_at(case, now))
    clocks, status = _aged(case, reading, reading.as_of, now), _status(reading)
    return _answer(case, now, Source.STALE, clocks, as_of=reading.as_of, status=status, why=why)


def why_not_asked(case: Case) -> Why | None:
    """Why the vendor must not be asked now; None when it may."""
    vendor = registry.vendor(case.vendor)
    if vendor.dataset(feeds()[case.vendor]).one is None:
        return _said(
            "not_offered",
            f"{vendor.title} cannot be asked for one driver.",
            Actor.NOBODY,
            "Nothing to do: the next sync brings new hours.",
        )
    if not case.tenant_is_active:
        return _said(
            "switched_off",
            f"{case.tenant} is switched off, so its vendors are not asked.",
            Actor.US,
            "Switch the tenant on; until then its hours only age.",
        )
    if case.integration_status == "disabled":
        return _said(
            "switched_off",
            f"{case.tenant}'s connection to {vendor.title} is switched off.",
            Actor.TENANT_ADMIN,
            "Switch it on (sally integration enable); until then the hours only age.",
        )
    # A rejected key is not tried again by whoever looks: that is how accounts get locked.
    if case.integration_status == "needs_attention":
        return why_of(case.integration_error) if case.integration_error else _rejected(case)
    return why_of(case.asking.error) if case.asking.rests and case.asking.error else None


def _rejected(case: Case) -> Why:
    return _said(
        AuthRejected.kind,
        f"{registry.vendor(case.vendor).title} rejects the key of {case.tenant}.",
        AuthRejected.actor,
        AuthRejected.advice,
    )


def why_unasked(case: Case) -> Why:
    """Why the vendor was not asked by one who only reads what is kept."""
    return why_not_asked(case) or _said(
        "not_asked",
        f"{registry.vendor(case.vendor).title} was not asked: this answer reads what is kept.",
        Actor.NOBODY,
        "Nothing to do: the next sync brings new hours.",
    )


def why_in_vain(case: Case) -> Why:
    """Why the vendor was asked and nothing fresh is kept."""
    if case.asking.error is not None:
        return why_of(case.asking.error)
    title = registry.vendor(case.vendor).title
    return _said(
        "no_answer_yet",
        f"{title} was asked for this driver, and no new hours came in time.",
        Actor.NOBODY,
        "Look again in a moment.",
    )


def not_asked(case: Case) -> Why:
    """Why something old is shown where many are: nobody was asked for it."""
    title = registry.vendor(case.vendor).title
    return _said(
        "not_asked",
        f"{title} was not asked for this list, and its last word is some minutes old.",
        Actor.NOBODY,
        "Open the driver to ask now; the next sync brings all.",
    )


def why_of(error: ErrorFields) -> Why:
    """An error as the reason."""
    return Why(error.kind, Sentences(error.happened, error.who, error.next_step))


def feeds() -> dict[str, str]:
    """The vendors that know hours, and the name of their dataset of clocks."""
    return {
        vendor.name: dataset.name
        for vendor in registry.VENDORS
        for dataset in vendor.datasets
        if dataset.record is HosClock
    }


def _aged(case: Case, reading: Reading, as_of: datetime, now: datetime) -> AgedClocks:
    return aged(reading.clocks, _status(reading), as_of, now, is_exempt=case.is_exempt)


def _status(reading: Reading) -> str:
    """What nobody confirms may have changed in any way: its status is not taken for known."""
    return reading.status if reading.is_confirmed else UNKNOWN


def _answer(
    case: Case,
    now: datetime,
    source: Source,
    clocks: AgedClocks,
    *,
    as_of: datetime,
    status: str,
    override: Override | None = None,
    why: Why | None = None,
) -> DriverHours:
    return DriverHours(
        tenant=case.tenant,
        vendor=case.vendor,
        vendor_title=registry.vendor(case.vendor).title,
        driver_id=case.driver_id,
        driver_name=case.name,
        is_active=case.is_active,
        exempt_reason=case.exempt_reason,
        home_timezone=case.home_timezone,
        source=source,
        now=now,
        as_of=as_of,
        status=status,
        reading=case.reading,
        clocks=clocks,
        binding=binding(clocks, now, case.home_timezone),
        gained_s=None if override and override.cycle_s is not None else _gained_s(case, now),
        next_day_at=_next_day(case, now),
        override=override,
        why=why,
        breaker=case.breaker,
        retry_at=None if why is None else _retry_at(case, now),
    )


def _next_day(case: Case, at: datetime) -> datetime | None:
    return next_day_starts(at, case.home_timezone, case.day_start_hour)


def _gained_s(case: Case, now: datetime) -> int | None:
    """What the next day gives back; a reading of an earlier day speaks of a day that has begun."""
    reading, starts = case.reading, _next_day(case, now)
    if reading is None or reading.as_of is None or case.is_exempt or starts is None:
        return None
    if _next_day(case, reading.as_of) != starts:
        return None
    return gained_at_midnight_s(reading.clocks)


def _retry_at(case: Case, now: datetime) -> datetime | None:
    """When the vendor may be asked again, as far as it is known and still to come."""
    breaker = case.breaker
    paused_until = breaker.retry_at if breaker is not None and breaker.state == "OPEN" else None
    known = [at for at in (case.asking.not_before, paused_until) if at is not None and at > now]
    return max(known, default=None)


def _unknown(case: Case, why: Why, retry_at: datetime | None) -> HoursUnknown:
    who = f"{case.name} ({case.driver_id})" if case.name else case.driver_id
    happened = f"Nothing is known of the hours of {who}. {why.sentences.happened}"
    return HoursUnknown(Sentences(happened, why.sentences.who, why.sentences.next_step), retry_at)


def _said(kind: str, happened: str, who: Actor, next_step: str) -> Why:
    return Why(kind, Sentences(happened, f"Who must act: {who}.", next_step))
