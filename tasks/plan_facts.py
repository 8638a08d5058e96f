"""What each input of a plan is worth: whose it is, as of when, and what is done without it."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters import registry
from core.route.facts import Confidence, Fact, Topic, measured, missing
from core.route.request import Hours, HoursBasis
from models.hours import DriverHours, Source
from models.records import FuelStation, Load, VehiclePosition, WeatherObservation
from store.planning import Feed, Ground, Position

# By topic: the record whose feed tells it, and what a plan does while that feed is silent.
FEEDS = {
    Topic.LOAD: (Load, "Appointments may have changed since."),
    Topic.FUEL: (FuelStation, "Prices older than 72 h are left out."),
    Topic.WEATHER: (WeatherObservation, "The weather may have changed since."),
}
# Hours of that age say too little of what is left now: their status may have changed.
TOO_OLD = timedelta(minutes=60)


def feed_fact(topic: Topic, ground: Ground) -> Fact:
    """What a vendor's feed is worth as a whole."""
    record, instead = FEEDS[topic]
    title, held = feed_of(record, ground)
    if held is None:
        return missing(topic, title, f"{title} is not connected: the plan does without {topic}.")
    if held.confirmed_at is None:
        return missing(topic, title, f"{title} has told nothing yet: there is no {topic} data.")
    fact = measured(topic, title, held.confirmed_at, ground.now)
    if fact.confidence is Confidence.HIGH and held.status == "active":
        return fact
    said = f"{title}'s {topic} data is as of {held.confirmed_at:%a %H:%M} UTC"
    if held.status != "active":
        said += f" ({title} is {held.status.replace('_', ' ')})"
    return measured(topic, title, held.confirmed_at, ground.now, f"{said}. {instead}")


def feed_of(record: type[object], ground: Ground) -> tuple[str, Feed | None]:
    """The title of the vendor that tells these records, and its feed of this tenant, if any."""
    title = "A vendor"
    for vendor in registry.VENDORS:
        for dataset in vendor.datasets:
            if dataset.record is not record:
                continue
            title = vendor.title
            mine = [feed for feed in ground.feeds if feed.vendor == vendor.name]
            if mine:
                named = [feed for feed in mine if feed.dataset == dataset.name]
                never = Feed(vendor.name, mine[0].status, dataset.name, None, mine[0].error)
                return title, named[0] if named else never
    return title, None


def position_fact(position: Position | None, ground: Ground, instead: str) -> Fact:
    """Where the truck is: from the vehicle's own position, or what is taken instead."""
    title, _ = feed_of(VehiclePosition, ground)
    if position is None:
        return missing(Topic.POSITION, title, f"Where the truck is, is not known. {instead}")
    fact = measured(Topic.POSITION, title, position.taken_at, ground.now)
    if fact.confidence is not Confidence.LOW:
        return fact
    when = f"{position.taken_at:%a %H:%M} UTC" if position.taken_at else "an unknown time"
    said = f"The truck's position is of {when}: it may have moved on since."
    return measured(Topic.POSITION, title, position.taken_at, ground.now, said)


def hours_fact(told: DriverHours | None, hours: Hours, now: datetime) -> Fact:
    """Where the driver's hours come from."""
    if told is None:
        why = hours.why or "nobody knows this driver's hours"
        said = f"Hours: {why}. A full rest is reckoned before the start, and the cycle is unknown."
        return missing(Topic.HOURS, "hours of service", said)
    source = told.vendor_title
    if told.source is Source.OVERRIDE and told.override is not None:
        source = f"override by {told.override.author}"
    said_of = {
        HoursBasis.KNOWN: None,
        HoursBasis.STALE: f"Hours: {hours.why}. The least that can be left is reckoned with.",
        HoursBasis.UNKNOWN: f"Hours: {hours.why}. A full rest is reckoned before the start.",
        HoursBasis.EXEMPT: f"Hours: {hours.why}. A full rest is reckoned before the start.",
    }
    return measured(Topic.HOURS, source, told.as_of, now, said_of[hours.basis])
