"""People who work here: accounts, institutions, agreements, and the mailbox of a demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, true

from engine.model.actors import ADMINISTRATOR, NOBODY, Actor
from engine.model.errors import NotFound
from engine.queries.reading import Reading
from engine.queries.rows import Letter, Place
from engine.store import drafts, installations
from engine.store import tables as t
from engine.store.keys import digest


@dataclass(frozen=True)
class AccountRow:
    """A staff account with the roles it holds."""

    account_id: UUID
    email: str
    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class InstitutionRow:
    """An institution and its contact desk."""

    institution_id: UUID
    name: str
    short_name: str
    phone: str
    email: str


@dataclass(frozen=True)
class AgreementRow:
    """An agreement: who shares cases in which role, until when (None: open end)."""

    agreement_id: UUID
    name: str
    ends_at: datetime | None
    parties: tuple[tuple[str, str], ...]


def _require_administrator(actor: Actor) -> None:
    if not actor.has(ADMINISTRATOR) and not actor.is_system:
        raise NotFound


@dataclass(frozen=True)
class Accounts:
    """All staff accounts, for an administrator."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[AccountRow, ...]:
        """One row an account, by name."""
        _require_administrator(actor)
        rows = reading.connection.execute(select(t.account).order_by(t.account.c.name))
        return tuple(AccountRow(one.account_id, one.email, one.name, places(reading, one.account_id)) for one in rows)


@dataclass(frozen=True)
class Institutions:
    """All institutions, for an administrator."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[InstitutionRow, ...]:
        """One row an institution, by name."""
        _require_administrator(actor)
        rows = sorted(reading.institutions.values(), key=lambda one: one.name)
        return tuple(InstitutionRow(one.institution_id, one.name, one.short_name, one.phone, one.email)
                     for one in rows)


@dataclass(frozen=True)
class Agreements:
    """All agreements, for an administrator."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[AgreementRow, ...]:
        """One row an agreement, newest first."""
        _require_administrator(actor)
        rows = reading.connection.execute(select(t.agreement).order_by(t.agreement.c.from_at.desc()))
        return tuple(AgreementRow(one.agreement_id, one.name, None if one.ends_at == t.FOREVER else one.ends_at,
                                  self._parties(reading, one.agreement_id)) for one in rows)

    def _parties(self, reading: Reading, agreement_id: UUID) -> tuple[tuple[str, str], ...]:
        p = t.agreement_party.c
        rows = reading.connection.execute(select(t.agreement_party).where(p.agreement_id == agreement_id))
        return tuple(sorted((reading.institution(one.institution_id), one.role) for one in rows))


@dataclass(frozen=True)
class Mailbox:
    """What was, or would have been, mailed: a demo shows all of it, real work only one's own."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[Letter, ...]:
        """The newest hundred letters."""
        if actor.account_id == NOBODY:
            raise NotFound
        m = t.mail.c
        demo = installations.is_demo(reading.connection)
        rows = reading.connection.execute(
            select(t.mail, t.account.c.name, t.account.c.email).join(t.account, t.account.c.account_id == m.account_id)
            .where(true() if demo else m.account_id == actor.account_id)
            .order_by(m.written_at.desc(), m.mail_id.desc()).limit(100))
        return tuple(Letter(one.mail_id, one.name, one.email, one.kind, one.number, one.work_item_id, one.written_at,
                            one.sent_at) for one in rows)


def places(reading: Reading, account_id: UUID) -> tuple[Place, ...]:
    """The institutions an account may act for now, with its roles there."""
    a = t.appointment.c
    rows = reading.connection.execute(
        select(t.appointment).where(a.account_id == account_id, a.from_at <= reading.now, a.until_at > reading.now)
        .order_by(a.from_at, a.appointment_id))
    held: dict[UUID, list[str]] = {}
    for one in rows:
        held.setdefault(one.institution_id, []).append(one.role)
    return tuple(Place(one, reading.institution(one), tuple(dict.fromkeys(roles))) for one, roles in held.items())


@dataclass(frozen=True)
class SignedIn:
    """Who a session belongs to, and for which institutions they may act."""

    actor: Actor
    places: tuple[Place, ...]
    email: str
    opened_at: datetime
    chosen: bool


def signed_in(reading: Reading, token: str, request_id: str = "", language: str | None = None) -> SignedIn | None:
    """The owner of a session token while it is valid; None otherwise."""
    row = drafts.find_session(reading.connection, reading.clock, digest(token))
    if row is None:
        return None
    account = reading.connection.execute(
        select(t.account).where(t.account.c.account_id == row.account_id)).one()
    found = places(reading, row.account_id)
    here = next((one for one in found if one.institution_id == row.institution_id), found[0] if found else None)
    return SignedIn(_actor(account, here, request_id, language), found, account.email, row.opened_at,
                    row.institution_id is not None or len(found) < 2)


def _actor(account: Any, here: Place | None, request_id: str, language: str | None) -> Actor:
    return Actor(account.account_id, account.name, here.institution_id if here else NOBODY,
                 here.institution if here else "", frozenset(here.roles if here else ()),
                 language=language or account.language, request_id=request_id)


def actor_by_email(reading: Reading, email: str) -> Actor | None:
    """The account behind an address, acting for its first institution; for the command line's ``--as``."""
    account = reading.connection.execute(
        select(t.account).where(or_(t.account.c.email == email.strip().lower()))).one_or_none()
    if account is None:
        return None
    found = places(reading, account.account_id)
    return _actor(account, found[0] if found else None, "", None)
