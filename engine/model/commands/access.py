"""Requests about people, institutions and access."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from engine.model.commands.base import Command


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
    #: chosen by who asks, so that a repeated request makes one agreement
    agreement_id: UUID | None = None
    stream: ClassVar[str] = "access"


@dataclass(frozen=True, kw_only=True)
class ExtendAgreement(Command):
    """Let an agreement in force last until a later moment; whoever takes part under it goes on taking part."""

    agreement_id: UUID
    ends_at: datetime
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
