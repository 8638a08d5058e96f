""" Contains all the data models used in inputs/outputs """

from .ages import Ages
from .alert_test import AlertTest
from .band import Band
from .basis import Basis
from .binding_clock import BindingClock
from .breaker_shown import BreakerShown
from .breaker_shown_state import BreakerShownState
from .breaker_state import BreakerState
from .breaker_state_state import BreakerStateState
from .breakers import Breakers
from .changed_integration import ChangedIntegration
from .changed_integration_credentials_type_0 import ChangedIntegrationCredentialsType0
from .clock import Clock
from .clocks import Clocks
from .confidence import Confidence
from .credential import Credential
from .credential_part import CredentialPart
from .dataset import Dataset
from .dataset_age import DatasetAge
from .dataset_of_run import DatasetOfRun
from .dataset_of_run_status import DatasetOfRunStatus
from .day_shown import DayShown
from .driver import Driver
from .driver_link_shown import DriverLinkShown
from .driver_links import DriverLinks
from .drivers import Drivers
from .event_shown import EventShown
from .events import Events
from .fate import Fate
from .freshness import Freshness
from .freshness_level import FreshnessLevel
from .gate_shown import GateShown
from .history import History
from .hours import Hours
from .hours_basis import HoursBasis
from .incident_shown import IncidentShown
from .incidents import Incidents
from .input_ import Input
from .integration import Integration
from .integration_age import IntegrationAge
from .integration_settings import IntegrationSettings
from .integration_status import IntegrationStatus
from .integrations import Integrations
from .kind import Kind
from .level import Level
from .load_shown import LoadShown
from .loads import Loads
from .login import Login
from .message import Message
from .message_status import MessageStatus
from .missed_shown import MissedShown
from .mute import Mute
from .new_integration import NewIntegration
from .new_integration_credentials import NewIntegrationCredentials
from .new_integration_vendor import NewIntegrationVendor
from .new_link import NewLink
from .new_override import NewOverride
from .new_override_duty_status_type_0 import NewOverrideDutyStatusType0
from .options import Options
from .outcome import Outcome
from .override_shown import OverrideShown
from .place import Place
from .planning import Planning
from .probe import Probe
from .problem import Problem
from .quarantine import Quarantine
from .quarantined import Quarantined
from .replayed import Replayed
from .role import Role
from .route_plan import RoutePlan
from .run import Run
from .run_status import RunStatus
from .self_ import Self
from .severity import Severity
from .source import Source
from .span import Span
from .state import State
from .stats import Stats
from .stop_shown import StopShown
from .sync import Sync
from .sync_type import SyncType
from .syncing import Syncing
from .tested import Tested
from .token import Token
from .told import Told
from .topic import Topic
from .trial import Trial
from .trial_credentials import TrialCredentials
from .trial_vendor import TrialVendor
from .vendor_shown import VendorShown
from .vendors import Vendors
from .verdict import Verdict
from .warned import Warned
from .which import Which
from .wrong import Wrong

__all__ = (
    "Ages",
    "AlertTest",
    "Band",
    "Basis",
    "BindingClock",
    "Breakers",
    "BreakerShown",
    "BreakerShownState",
    "BreakerState",
    "BreakerStateState",
    "ChangedIntegration",
    "ChangedIntegrationCredentialsType0",
    "Clock",
    "Clocks",
    "Confidence",
    "Credential",
    "CredentialPart",
    "Dataset",
    "DatasetAge",
    "DatasetOfRun",
    "DatasetOfRunStatus",
    "DayShown",
    "Driver",
    "DriverLinks",
    "DriverLinkShown",
    "Drivers",
    "Events",
    "EventShown",
    "Fate",
    "Freshness",
    "FreshnessLevel",
    "GateShown",
    "History",
    "Hours",
    "HoursBasis",
    "Incidents",
    "IncidentShown",
    "Input",
    "Integration",
    "IntegrationAge",
    "Integrations",
    "IntegrationSettings",
    "IntegrationStatus",
    "Kind",
    "Level",
    "Loads",
    "LoadShown",
    "Login",
    "Message",
    "MessageStatus",
    "MissedShown",
    "Mute",
    "NewIntegration",
    "NewIntegrationCredentials",
    "NewIntegrationVendor",
    "NewLink",
    "NewOverride",
    "NewOverrideDutyStatusType0",
    "Options",
    "Outcome",
    "OverrideShown",
    "Place",
    "Planning",
    "Probe",
    "Problem",
    "Quarantine",
    "Quarantined",
    "Replayed",
    "Role",
    "RoutePlan",
    "Run",
    "RunStatus",
    "Self",
    "Severity",
    "Source",
    "Span",
    "State",
    "Stats",
    "StopShown",
    "Sync",
    "Syncing",
    "SyncType",
    "Tested",
    "Token",
    "Told",
    "Topic",
    "Trial",
    "TrialCredentials",
    "TrialVendor",
    "Vendors",
    "VendorShown",
    "Verdict",
    "Warned",
    "Which",
    "Wrong",
)
