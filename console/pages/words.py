"""The words that people read for names that programs use."""

from __future__ import annotations

CATEGORIES = {
    "telematics": "Hours of service",
    "tms": "Transport management (TMS)",
    "fuel": "Fuel",
    "weather": "Weather",
}
# A run's status: tone, icon, word.
RUN = {
    "running": ("info", "sync", "Running"),
    "success": ("good", "check", "Success"),
    "partial": ("warn", "part", "Partial"),
    "failed": ("bad", "cross", "Failed"),
    "deferred": ("calm", "clock", "Deferred"),
    "crashed": ("bad", "cross", "Crashed"),
}
OUTCOMES = {
    "ok": ("good", "check", "Works"),
    "bad_credentials": ("bad", "cross", "Key rejected"),
    "missing_scope": ("bad", "lock", "Permission missing"),
    "rate_limited": ("warn", "clock", "Limited for now"),
    "unreachable": ("warn", "cut", "No answer"),
    "unreadable": ("warn", "warn", "Unreadable answer"),
    "rejected": ("bad", "cross", "Refused"),
}
FRESHNESS = {
    "fresh": ("good", "check", "Fresh"),
    "warning": ("warn", "clock", "Getting old"),
    "critical": ("bad", "warn", "Old"),
}
BREAKERS = {
    "CLOSED": ("good", "check", "Closed: calls go through"),
    "OPEN": ("bad", "pause", "Open: calls are paused"),
    "HALF_OPEN": ("warn", "part", "Half open: trying a call"),
}
# A route plan's verdict; none: there is no plan yet.
PLANS = {
    "on_time": ("good", "check", "On time"),
    "late": ("bad", "cross", "Late"),
    "unverified": ("warn", "warn", "Not verified"),
    "impossible": ("bad", "cut", "No plan"),
    "none": ("calm", "clock", "Not planned yet"),
}
# The clock that forced a stop.
CLOCKS = {
    "drive": "driving clock",
    "shift": "shift clock",
    "break": "break clock",
    "cycle": "cycle clock",
}
CONFIDENCE = {
    "high": ("good", "check", "High confidence"),
    "medium": ("warn", "clock", "Medium confidence"),
    "low": ("warn", "warn", "Low confidence"),
    "assumed": ("calm", "info", "Assumed"),
    "missing": ("bad", "cross", "Missing"),
}
# What a link of drivers rests on; none: linked to nobody.
BASES = {
    "confirmed": ("good", "check", "Confirmed"),
    "external_id": ("good", "check", "By external id"),
    "licence": ("good", "check", "By licence"),
    "name": ("warn", "warn", "Same name: a guess"),
    "none": ("bad", "cut", "Not linked"),
}
SEVERITIES = {
    "INFO": ("calm", "info", "Info"),
    "WARNING": ("warn", "warn", "Warning"),
    "ERROR": ("bad", "warn", "Error"),
    "CRITICAL": ("bad", "cross", "Critical"),
}
# What happens on an integration's timeline beside its syncs: icon, words.
EVENTS = {
    "connected": ("plus", "Connected"),
    "credential_changed": ("key", "Key replaced"),
    "settings_changed": ("gear", "Settings changed"),
    "enabled": ("check", "Switched on"),
    "disabled": ("pause", "Switched off"),
    "disconnected": ("cross", "Disconnected"),
    "sync_asked": ("sync", "Sync asked for"),
    "tested": ("check", "Connection tested"),
    "breaker_open": ("pause", "Breaker opened"),
    "breaker_half_open": ("part", "Breaker tries a call"),
    "breaker_closed": ("check", "Breaker closed"),
    "alert_sent": ("mail", "Alert sent"),
}
WORDS = {
    "scheduled": "Scheduled",
    "manual": "By hand",
    "initial": "First",
    "account": "Account",
    "failing": "Syncs fail",
    "key_rejected": "Key rejected",
    "vendor_down": "Vendor is down",
    "stale": "Old data",
    "flow_crashed": "Sync crashed",
    "scheduler_silent": "Scheduler is silent",
    "test": "Test",
    "route_at_risk": "A load is late",
    "email": "E-mail",
    "slack": "Slack",
}
