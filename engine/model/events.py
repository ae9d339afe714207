"""Every fact that can enter the ledger, in the past tense, with codes and references and never a field's value.

An event carries identifiers, codes and keyed commitments; what a person wrote stays encrypted in the answers table.
``REGISTRY`` names every type; a changed event gets a new version and an upcaster, so old ledgers replay for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened."""

    version: ClassVar[int] = 1

    def data(self) -> dict[str, Any]:
        """The event as plain JSON, without what is empty: the part of a ledger entry that is its own."""
        found = ((one.name, plain(getattr(self, one.name))) for one in fields(self) if one.repr)
        return {name: value for name, value in found if value not in (None, "", [], {})}


def plain(value: Any) -> Any:
    """JSON for identifiers, moments and nested tuples."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


# --- cases

@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """A case was opened and got its number."""

    number: str
    definition: str
    digest: str
    release: int
    person_id: UUID
    coordinator_id: UUID
    responsible_id: UUID
    sender_id: UUID
    notice_id: str = ""
    source: str = ""
    form: str = ""
    answer_id: UUID | None = None
    commitment: str = ""
    previous_case_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipantInvited(Event):
    """An institution began to take part in a role."""

    participation_id: UUID
    institution_id: UUID
    role: str
    agreement_id: UUID | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipationEnded(Event):
    """An institution's part in the case ended."""

    institution_id: UUID
    role: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AttributesChanged(Event):
    """Case attributes changed; commitments before and after stand for the values."""

    names: tuple[str, ...]
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    source: str = ""
    key_date: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StageReached(Event):
    """The case came into a stage of its definition."""

    stage: str


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    """Nothing more is to be done in the case."""

    outcome: str = ""


# --- process instances

@dataclass(frozen=True, kw_only=True)
class InstanceStarted(Event):
    """One run of one process of the bundle began within the case."""

    instance_id: UUID
    process: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class ProcessAdvanced(Event):
    """A step was run: what was entered, left, cancelled, which flows were taken, which decision rows applied.

    Activity instances are numbered as they are entered: ``entered`` pairs identifiers with elements. From these
    entries alone the diagram at any moment, waiting times and an event log can be rebuilt.
    """

    instance_id: UUID
    entered: tuple[tuple[UUID, str], ...] = ()
    left: tuple[UUID, ...] = ()
    cancelled: tuple[UUID, ...] = ()
    flows: tuple[str, ...] = ()
    decided: tuple[tuple[str, str, tuple[int, ...], str], ...] = ()
    assigned: tuple[tuple[str, str, str, str], ...] = ()
    armed: tuple[tuple[UUID, str, datetime], ...] = ()
    disarmed: tuple[UUID, ...] = ()
    waiting: tuple[tuple[UUID, str, str, str], ...] = ()
    unsubscribed: tuple[UUID, ...] = ()
    thrown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class InstanceEnded(Event):
    """A process instance came to its end."""

    instance_id: UUID


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Event):
    """A message found the steps that waited for it."""

    message: str
    instance_id: UUID
    answer_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TimerFired(Event):
    """A timer came due."""

    instance_id: UUID
    activity_id: UUID
    element: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class IncidentRaised(Event):
    """The engine is stuck at an element and a person must help."""

    incident_id: UUID
    instance_id: UUID | None
    element: str
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)
    activity_id: UUID | None = None
    command: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentResolved(Event):
    """What was stuck runs again."""

    incident_id: UUID
    how: str


# --- work items

@dataclass(frozen=True, kw_only=True)
class WorkItemOffered(Event):
    """Human work was offered to a team of an institution."""

    work_item_id: UUID
    instance_id: UUID
    element: str
    role: str
    institution_id: UUID
    waiting_id: UUID
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 0
    wanted_role: str = ""
    excluded_id: UUID | None = None
    item: str = ""
    previous_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class WorkItemClaimed(Event):
    """Someone took the work."""

    work_item_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkItemReleased(Event):
    """The work went back to the team."""

    work_item_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkItemCompleted(Event):
    """The work was done; the answers are kept whole, once, encrypted, and known here by their digest."""

    work_item_id: UUID
    element: str
    form: str = ""
    answer_id: UUID | None = None
    commitment: str = ""
    basis: str = ""
    days_overdue: int = 0


@dataclass(frozen=True, kw_only=True)
class WorkItemWithdrawn(Event):
    """The process no longer needs the work."""

    work_item_id: UUID
    element: str


@dataclass(frozen=True, kw_only=True)
class WorkItemRescheduled(Event):
    """The due time followed the data it reads."""

    work_item_id: UUID
    before: datetime | None = None
    due: datetime | None = None


# --- handovers

@dataclass(frozen=True, kw_only=True)
class HandoverOffered(Event):
    """Responsibility was offered; the sender keeps it until it is accepted."""

    handover_id: UUID
    from_institution_id: UUID
    to_institution_id: UUID
    work_item_id: UUID
    offer_item_id: UUID
    answer_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HandoverAccepted(Event):
    """Responsibility moved to the institution that accepted it."""

    handover_id: UUID
    institution_id: UUID
    answer_id: UUID | None = None
    with_remarks: bool = False


@dataclass(frozen=True, kw_only=True)
class HandoverDeclined(Event):
    """Responsibility was declined with a reason; the sender keeps it."""

    handover_id: UUID
    institution_id: UUID
    answer_id: UUID | None = None


# --- looking and refusing

@dataclass(frozen=True, kw_only=True)
class PersonalDataViewed(Event):
    """Personal data was shown: which page, which part, on what ground (DODO art. 36, LED art. 25)."""

    query: str
    cases: tuple[UUID, ...] = ()
    part: str = ""
    purpose: str = ""


@dataclass(frozen=True, kw_only=True)
class CommandRefused(Event):
    """A request was refused and changed nothing."""

    command: str
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)
    work_item_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class IntegrityVerified(Event):
    """A chain was recomputed from its first entry."""

    entries: int
    broken: int = 0


# --- definitions

@dataclass(frozen=True, kw_only=True)
class DefinitionPublished(Event):
    """A bundle became the live version of its process."""

    definition: str
    release: int
    digest: str
    title: str = ""
    note: str = ""


# --- people, institutions, access

@dataclass(frozen=True, kw_only=True)
class InstitutionAdded(Event):
    """An institution was entered."""

    institution_id: UUID
    name: str
    short_name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountAdded(Event):
    """A staff account was entered."""

    account_id: UUID
    email: str
    name: str
    phone: str = ""
    language: str = "pl"
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """An account may act in a role for an institution."""

    appointment_id: UUID
    account_id: UUID
    institution_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Event):
    """An account no longer acts in a role for an institution."""

    account_id: UUID
    institution_id: UUID
    role: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(Event):
    """Institutions agreed to share cases in named roles."""

    agreement_id: UUID
    name: str
    parties: tuple[tuple[UUID, str], ...]
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AgreementEnded(Event):
    """An agreement ended."""

    agreement_id: UUID
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryLinkMade(Event):
    """A one-time link was made by which an account chooses its password."""

    account_id: UUID
    link_hash: bytes = field(default=b"", repr=False)
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PasswordSet(Event):
    """A password was chosen."""

    account_id: UUID
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Someone signed in."""

    account_id: UUID
    session_hash: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """Someone signed out."""

    account_id: UUID
    session_hash: bytes = field(default=b"", repr=False)


ALL: tuple[type[Event], ...] = (
    CaseOpened, ParticipantInvited, ParticipationEnded, AttributesChanged, StageReached, CaseClosed,
    InstanceStarted, ProcessAdvanced, InstanceEnded, MessageReceived, TimerFired, IncidentRaised, IncidentResolved,
    WorkItemOffered, WorkItemClaimed, WorkItemReleased, WorkItemCompleted, WorkItemWithdrawn, WorkItemRescheduled,
    HandoverOffered, HandoverAccepted, HandoverDeclined,
    PersonalDataViewed, CommandRefused, IntegrityVerified, DefinitionPublished,
    InstitutionAdded, AccountAdded, RoleGranted, RoleEnded, AgreementSigned, AgreementEnded,
    EntryLinkMade, PasswordSet, SignedIn, SignedOut,
)
REGISTRY: dict[str, type[Event]] = {one.__name__: one for one in ALL}
