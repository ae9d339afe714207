"""People who work here: accounts, institutions, agreements, and the mailbox of a demo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select, true

from engine.model.actors import ADMINISTRATOR, NOBODY, Actor
from engine.model.errors import NotFound
from engine.queries.reading import Reading
from engine.queries.rows import Letter, Place, Words
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
class RoleNames:
    """The roles that the published processes name, for an administrator."""

    def answer(self, reading: Reading, actor: Actor) -> dict[str, Words]:
        """Role and its name in both languages."""
        _require_administrator(actor)
        d = t.definition.c
        live = reading.connection.execute(select(d.digest).where(d.live.is_(True)).order_by(d.name)).scalars()
        return {one.id: Words(one.name.pl, one.name.en) for digest in live for one in reading.definition(digest).roles}


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
    return _places(reading.connection.execute(
        select(_a.institution_id, _a.role, t.institution.c.short_name)
        .join(t.institution, t.institution.c.institution_id == _a.institution_id)
        .where(_a.account_id == account_id, _a.from_at <= reading.now, _a.until_at > reading.now)
        .order_by(_a.from_at, _a.appointment_id)))


def _places(rows: Iterable[Any]) -> tuple[Place, ...]:
    """One place an institution, in the order of the first appointment there."""
    held: dict[tuple[UUID, str], list[str]] = {}
    for one in rows:
        if one.role is not None:
            held.setdefault((one.institution_id, one.short_name), []).append(one.role)
    return tuple(Place(*where, tuple(dict.fromkeys(roles))) for where, roles in held.items())


@dataclass(frozen=True)
class SignedIn:
    """Who a session belongs to, and for which institutions they may act."""

    actor: Actor
    places: tuple[Place, ...]
    email: str
    opened_at: datetime
    chosen: bool


_a, _s = t.appointment.c, t.session.c
#: a session that is neither idle nor too old, with its account and one row an appointment in force
_SESSION = select(
    t.account.c.account_id, t.account.c.name, t.account.c.email, t.account.c.language, _s.opened_at,
    _s.institution_id.label("chosen_id"), _a.institution_id, _a.role, t.institution.c.short_name
).select_from(t.session).join(t.account, t.account.c.account_id == _s.account_id).outerjoin(
    t.appointment, and_(_a.account_id == _s.account_id, _a.from_at <= bindparam("now"), _a.until_at > bindparam("now"))
).outerjoin(t.institution, t.institution.c.institution_id == _a.institution_id).where(
    _s.session_hash == bindparam("session_hash"), _s.seen_at > bindparam("idle_since"),
    _s.opened_at > bindparam("oldest")).order_by(_a.from_at, _a.appointment_id)


def signed_in(reading: Reading, token: str, request_id: str = "", language: str | None = None) -> SignedIn | None:
    """The owner of a session token while it is valid; None otherwise."""
    now = reading.now
    rows = reading.connection.execute(_SESSION, {
        "session_hash": digest(token), "now": now, "idle_since": now - drafts.IDLE, "oldest": now - drafts.ABSOLUTE,
    }).all()
    if not rows:
        return None
    row, found = rows[0], _places(rows)
    here = next((one for one in found if one.institution_id == row.chosen_id), found[0] if found else None)
    return SignedIn(_actor(row, here, request_id, language), found, row.email, row.opened_at,
                    row.chosen_id is not None or len(found) < 2)


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
