"""Tables at rest, schema ``ops``: who is connected to whom, and what happened.

Every table and every column carries a comment that PostgreSQL shows to whoever looks. Words that
come from a list are text with a CHECK. A row that belongs to a tenant can only point at rows of
the same tenant, because the tenant is part of every foreign key; landed rows (schema ``fleet``)
have a trigger in place of that key.
"""

from models.ops.breakers import SCOPE, Breaker, BreakerEvent, BreakerPolicy, RateGate, VendorOutcome
from models.ops.columns import (
    NAMES,
    Table,
    bigint,
    binary,
    boolean,
    column,
    day,
    decimal,
    identity,
    instant,
    integer,
    jsonb,
    new_id,
    of_tenant,
    one_of,
    real,
    table,
    text,
    uuid,
    within_tenant,
    words,
)
from models.ops.console import ConsoleSession, SignInAttempt
from models.ops.freshness import Freshness, Pulse
from models.ops.held import HeldDeletion, HoldStatus
from models.ops.incidents import AlertDelivery, AlertEvent, Incident, TenantChannel
from models.ops.integrations import DatasetState, Integration, IntegrationStatus
from models.ops.live import HosAnswerDaily, HosLive
from models.ops.people import AuditLog, HosOverride
from models.ops.quality import QualityProfile, QualityResult, SchemaDrift, SchemaFields
from models.ops.runs import (
    ADDS_UP,
    COUNTS,
    NOT_NEGATIVE,
    Counts,
    DatasetStatus,
    Quarantine,
    RunStart,
    RunStatus,
    SyncRun,
    SyncRunDataset,
    SyncType,
)
from models.ops.tenants import AnalystAccess, AppUser, Role, Tenant

__all__ = [
    "ADDS_UP",
    "COUNTS",
    "NAMES",
    "NOT_NEGATIVE",
    "SCOPE",
    "AlertDelivery",
    "AlertEvent",
    "AnalystAccess",
    "AppUser",
    "AuditLog",
    "Breaker",
    "BreakerEvent",
    "BreakerPolicy",
    "ConsoleSession",
    "Counts",
    "DatasetState",
    "DatasetStatus",
    "Freshness",
    "HeldDeletion",
    "HoldStatus",
    "HosAnswerDaily",
    "HosLive",
    "HosOverride",
    "Incident",
    "Integration",
    "IntegrationStatus",
    "Pulse",
    "QualityProfile",
    "QualityResult",
    "Quarantine",
    "RateGate",
    "Role",
    "RunStart",
    "RunStatus",
    "SchemaDrift",
    "SchemaFields",
    "SignInAttempt",
    "SyncRun",
    "SyncRunDataset",
    "SyncType",
    "Table",
    "Tenant",
    "TenantChannel",
    "VendorOutcome",
    "bigint",
    "binary",
    "boolean",
    "column",
    "day",
    "decimal",
    "identity",
    "instant",
    "integer",
    "jsonb",
    "new_id",
    "of_tenant",
    "one_of",
    "real",
    "table",
    "text",
    "uuid",
    "within_tenant",
    "words",
]
