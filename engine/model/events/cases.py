"""What happens to a case, its process instances and its handovers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.model.events.base import Event


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
    #: name, source, element, commitment to the value, and to the value before where there was one
    assigned: tuple[tuple[str, ...], ...] = ()
    armed: tuple[tuple[UUID, str, datetime], ...] = ()
    disarmed: tuple[UUID, ...] = ()
    waiting: tuple[tuple[UUID, str, str, str, str], ...] = ()
    unsubscribed: tuple[UUID, ...] = ()
    thrown: tuple[tuple[str, str], ...] = ()
    jobs: tuple[tuple[UUID, str, str], ...] = ()


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
    form: str = ""
    commitment: str = ""


@dataclass(frozen=True, kw_only=True)
class SignalHeard(Event):
    """A signal reached the steps that listen for it."""

    signal: str
    instance_id: UUID


@dataclass(frozen=True, kw_only=True)
class MessageKept(Event):
    """A message that nobody waits for was kept."""

    message: str
    message_id: UUID


@dataclass(frozen=True, kw_only=True)
class JobFinished(Event):
    """A program outside has reported its result, or a business error."""

    instance_id: UUID
    activity_id: UUID
    error: str = ""


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
    """What was stuck runs again; ``job_id``: the job that is tried once more."""

    incident_id: UUID
    how: str
    job_id: UUID | None = None


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
