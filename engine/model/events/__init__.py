"""Every fact that can enter the ledger, in the past tense, with codes and references and never a field's value.

An event carries identifiers, codes and keyed commitments; what a person wrote stays encrypted in the answers table.
``REGISTRY`` names every type; a changed event gets a new version and an upcaster, so old ledgers replay for ever.
"""

from __future__ import annotations

from engine.model.events.access import (
    AccountAdded,
    AgreementEnded,
    AgreementSigned,
    CommandRefused,
    DefinitionPublished,
    EntryLinkMade,
    InstitutionAdded,
    IntegrityVerified,
    PasswordSet,
    PersonalDataViewed,
    RoleEnded,
    RoleGranted,
    SignedIn,
    SignedOut,
)
from engine.model.events.base import Event, plain
from engine.model.events.cases import (
    AttributesChanged,
    CaseClosed,
    CaseOpened,
    HandoverAccepted,
    HandoverDeclined,
    HandoverOffered,
    IncidentRaised,
    IncidentResolved,
    InstanceEnded,
    InstanceStarted,
    JobFinished,
    MessageKept,
    MessageReceived,
    ParticipantInvited,
    ParticipationEnded,
    ProcessAdvanced,
    SignalHeard,
    StageReached,
    TimerFired,
)
from engine.model.events.kept_messages import KeptMessageDelivered, MessageDiscarded
from engine.model.events.papers import (
    PaperPrinted,
)
from engine.model.events.registers import (
    PlaceBooked,
    PlaceReleased,
    RegisterRowPut,
    RegisterRowRetired,
)
from engine.model.events.work_items import (
    FileAttached,
    WorkItemClaimed,
    WorkItemCompleted,
    WorkItemMoved,
    WorkItemOffered,
    WorkItemReleased,
    WorkItemRescheduled,
    WorkItemWithdrawn,
)

ALL: tuple[type[Event], ...] = (
    CaseOpened, ParticipantInvited, ParticipationEnded, AttributesChanged, StageReached, CaseClosed,
    InstanceStarted, ProcessAdvanced, InstanceEnded, MessageReceived, SignalHeard, MessageKept, JobFinished,
    TimerFired, IncidentRaised, IncidentResolved, HandoverOffered, HandoverAccepted, HandoverDeclined,
    WorkItemOffered, WorkItemClaimed, WorkItemReleased, WorkItemMoved, WorkItemCompleted, WorkItemWithdrawn,
    WorkItemRescheduled, FileAttached, PaperPrinted, PersonalDataViewed, CommandRefused, IntegrityVerified,
    DefinitionPublished,
    InstitutionAdded, AccountAdded, RoleGranted, RoleEnded, AgreementSigned, AgreementEnded, EntryLinkMade,
    PasswordSet, SignedIn, SignedOut,
    RegisterRowPut, RegisterRowRetired, PlaceBooked, PlaceReleased,
)
REGISTRY: dict[str, type[Event]] = {one.__name__: one for one in ALL}
__all__ = [
    "ALL",
    "REGISTRY",
    "AccountAdded",
    "AgreementEnded",
    "AgreementSigned",
    "AttributesChanged",
    "CaseClosed",
    "CaseOpened",
    "CommandRefused",
    "DefinitionPublished",
    "EntryLinkMade",
    "Event",
    "FileAttached",
    "HandoverAccepted",
    "HandoverDeclined",
    "HandoverOffered",
    "IncidentRaised",
    "IncidentResolved",
    "InstanceEnded",
    "InstanceStarted",
    "InstitutionAdded",
    "IntegrityVerified",
    "JobFinished",
    "KeptMessageDelivered",
    "MessageDiscarded",
    "MessageKept",
    "MessageReceived",
    "PaperPrinted",
    "ParticipantInvited",
    "ParticipationEnded",
    "PasswordSet",
    "PersonalDataViewed",
    "PlaceBooked",
    "PlaceReleased",
    "ProcessAdvanced",
    "RegisterRowPut",
    "RegisterRowRetired",
    "RoleEnded",
    "RoleGranted",
    "SignalHeard",
    "SignedIn",
    "SignedOut",
    "StageReached",
    "TimerFired",
    "WorkItemClaimed",
    "WorkItemCompleted",
    "WorkItemMoved",
    "WorkItemOffered",
    "WorkItemReleased",
    "WorkItemRescheduled",
    "WorkItemWithdrawn",
    "plain",
]
