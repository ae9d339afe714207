"""Every request that may change something, in the imperative. A row in PERMISSIONS says who may make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from engine.model.attachments import Upload


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request; ``token`` makes it once-only: the second time the first receipt is given again."""

    token: str = ""
    stream: ClassVar[str] = "admin"


@dataclass(frozen=True, kw_only=True)
class CaseCommand(Command):
    """A request about one case; its row is locked before anything is read."""

    case_id: UUID
    stream: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class ItemCommand(CaseCommand):
    """A request about one work item of a case."""

    work_item_id: UUID


# --- cases

@dataclass(frozen=True, kw_only=True)
class OpenCase(Command):
    """Open a case from the answers of the start form (for reentry: a release notice)."""

    definition: str
    answers: Mapping[str, Any]
    receiver_id: UUID | None = None
    sender_id: UUID | None = None
    notice_id: str = ""
    files: tuple[Upload, ...] = ()
    same_person_confirmed: bool = False
    source: str = "form"
    #: which process and start event happened, where it is not the definition's own start (a message from outside)
    process: str = ""
    start_element: str = ""
    stream: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class ChangeAttributes(CaseCommand):
    """Set case attributes such as the release date, with the reason; deadlines that read them follow."""

    values: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, kw_only=True)
class SendMessage(CaseCommand):
    """Deliver a message to the steps of this case that wait for it."""

    message: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class SendSignal(CaseCommand):
    """Let the steps of this case that listen hear a signal."""

    signal: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class KeepMessage(Command):
    """Keep a message that nobody waits for yet, so that it can be shown and delivered later."""

    message: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FinishJob(CaseCommand):
    """Report the result of work done by a program outside, or the code of a business error."""

    instance_id: UUID
    activity_id: UUID
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class StartProcess(CaseCommand):
    """Start another process of the case's bundle within the case."""

    process: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class InviteParticipant(CaseCommand):
    """Let an institution take part in the case in a role."""

    institution_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class EndParticipation(CaseCommand):
    """End an institution's part in the case; it sees nothing of it from now on."""

    institution_id: UUID
    role: str
    reason: str


# --- work items

@dataclass(frozen=True, kw_only=True)
class ClaimWorkItem(ItemCommand):
    """Take a work item of one's team."""


@dataclass(frozen=True, kw_only=True)
class ReleaseWorkItem(ItemCommand):
    """Give a work item back to the team; the draft stays."""


@dataclass(frozen=True, kw_only=True)
class CompleteWorkItem(ItemCommand):
    """Hand in the answers and let the process go on."""

    answers: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AttachFile(ItemCommand):
    """Keep a file that answers a question of an open task."""

    file: Upload


@dataclass(frozen=True, kw_only=True)
class OfferHandover(CompleteWorkItem):
    """Offer responsibility to the institution whose acceptance the process asks for next."""


@dataclass(frozen=True, kw_only=True)
class AcceptHandover(CompleteWorkItem):
    """Accept responsibility for the case, with or without remarks."""


@dataclass(frozen=True, kw_only=True)
class DeclineHandover(CompleteWorkItem):
    """Decline responsibility with a reason; the sender stays responsible."""


# --- what the clock and the operator ask for

@dataclass(frozen=True, kw_only=True)
class FireTimer(CaseCommand):
    """A timer of the process has come due."""

    instance_id: UUID
    activity_id: UUID
    element: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class RetryIncident(CaseCommand):
    """Try again what got stuck."""

    incident_id: UUID


# --- definitions

@dataclass(frozen=True, kw_only=True)
class PublishDefinition(Command):
    """Make a bundle of diagrams, tables and forms the live version; running cases stay on theirs.

    ``standard_only`` leaves out the house's own rules (roles, languages, bases): for trials with fictional people.
    """

    bundle: bytes
    note: str = ""
    standard_only: bool = False


# --- people, institutions, access

@dataclass(frozen=True, kw_only=True)
class AddInstitution(Command):
    """Enter an institution: its name, short name and contact desk."""

    name: str
    short_name: str
    phone: str = ""
    email: str = ""
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class AddAccount(Command):
    """Enter a staff account; without a password a one-time link opens it."""

    email: str
    name: str
    phone: str = ""
    password: str = ""
    language: str = "pl"
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class GrantRole(Command):
    """Let an account act in a role for an institution."""

    account_id: UUID
    institution_id: UUID
    role: str
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class EndRole(Command):
    """End an account's role for an institution."""

    account_id: UUID
    institution_id: UUID
    role: str
    reason: str
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class SignAgreement(Command):
    """Record an agreement: which institutions share cases, in which roles, until when."""

    name: str
    parties: tuple[tuple[UUID, str], ...]
    ends_at: datetime | None = None
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class EndAgreement(Command):
    """End an agreement: what was shared under it is no longer seen."""

    agreement_id: UUID
    reason: str
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class SetUpInstallation(Command):
    """Make the first institution and its administrator, who enters by a one-time link."""

    institution: str
    short_name: str
    email: str
    name: str
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class SignIn(Command):
    """Open a session with e-mail and password."""

    email: str
    password: str = field(repr=False)
    #: set by the door alone, which proves the password before it takes a writer's turn
    proved: UUID | None = field(default=None, repr=False)
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class SignOut(Command):
    """End a session."""

    session: bytes = field(repr=False)
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class SetPassword(Command):
    """Choose a password by a one-time link."""

    link: str = field(repr=False)
    password: str = field(repr=False)
    stream: ClassVar[str] = "access"


ALL: tuple[type[Command], ...] = (
    OpenCase, ChangeAttributes, SendMessage, SendSignal, KeepMessage, FinishJob, StartProcess,
    InviteParticipant, EndParticipation,
    ClaimWorkItem, ReleaseWorkItem, AttachFile, CompleteWorkItem, OfferHandover, AcceptHandover, DeclineHandover,
    FireTimer, RetryIncident, PublishDefinition,
    AddInstitution, AddAccount, GrantRole, EndRole, SignAgreement, EndAgreement, SetUpInstallation,
    SignIn, SignOut, SetPassword,
)
