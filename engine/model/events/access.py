"""What happens beside cases: looks, refusals, publications, institutions, accounts, agreements, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.model.events.base import Event


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


@dataclass(frozen=True, kw_only=True)
class DefinitionPublished(Event):
    """A bundle became the live version of its process."""

    definition: str
    release: int
    digest: str
    title: str = ""
    note: str = ""


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
class AgreementExtended(Event):
    """An agreement lasts longer."""

    agreement_id: UUID
    name: str
    before: datetime | None
    ends_at: datetime


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
