"""Sights, definitions, institutions, accounts, agreements, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from engine.model import events as e
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def viewed(uow: UnitOfWork, event: e.PersonalDataViewed) -> None:
    entry = uow.entries[-1]
    for case_id in event.cases:
        uow.insert(t.sight, case_id=case_id, stream=entry["stream"], sequence=entry["sequence"])


def definition_published(uow: UnitOfWork, event: e.DefinitionPublished) -> None:
    uow.change(t.definition, {"name": event.definition, "live": True}, live=False)
    uow.insert(t.definition, name=event.definition, release=event.release, digest=event.digest, note=event.note,
               title=event.title, published_at=uow.now, published_by=uow.actor.account_id, live=True)


def institution_added(uow: UnitOfWork, event: e.InstitutionAdded) -> None:
    uow.insert(t.institution, institution_id=event.institution_id, name=event.name, short_name=event.short_name,
               phone=event.phone, email=event.email)


def account_added(uow: UnitOfWork, event: e.AccountAdded) -> None:
    uow.insert(t.account, account_id=event.account_id, email=event.email, name=event.name, phone=event.phone,
               language=event.language, password_hash=event.password_hash, link_hash=None, link_ends_at=None)


def role_granted(uow: UnitOfWork, event: e.RoleGranted) -> None:
    uow.insert(t.appointment, appointment_id=event.appointment_id, account_id=event.account_id,
               institution_id=event.institution_id, role=event.role, from_at=uow.now, until_at=t.FOREVER)


def role_ended(uow: UnitOfWork, event: e.RoleEnded) -> None:
    uow.change(t.appointment, {"account_id": event.account_id, "institution_id": event.institution_id,
                               "role": event.role, "until_at": t.FOREVER}, until_at=uow.now)


def agreement_signed(uow: UnitOfWork, event: e.AgreementSigned) -> None:
    uow.insert(t.agreement, agreement_id=event.agreement_id, name=event.name, from_at=uow.now,
               ends_at=event.ends_at or t.FOREVER)
    for institution_id, role in event.parties:
        uow.insert(t.agreement_party, agreement_id=event.agreement_id, institution_id=institution_id, role=role)


def agreement_extended(uow: UnitOfWork, event: e.AgreementExtended) -> None:
    uow.change(t.agreement, {"agreement_id": event.agreement_id}, ends_at=event.ends_at)


def agreement_ended(uow: UnitOfWork, event: e.AgreementEnded) -> None:
    uow.change(t.agreement, {"agreement_id": event.agreement_id}, ends_at=uow.now)


def entry_link_made(uow: UnitOfWork, event: e.EntryLinkMade) -> None:
    uow.change(t.account, {"account_id": event.account_id}, link_hash=event.link_hash, link_ends_at=event.ends_at)


def password_set(uow: UnitOfWork, event: e.PasswordSet) -> None:
    uow.change(t.account, {"account_id": event.account_id}, password_hash=event.password_hash, link_hash=None,
               link_ends_at=None)
    uow.connection.execute(delete(t.session).where(t.session.c.account_id == event.account_id))


def signed_in(uow: UnitOfWork, event: e.SignedIn) -> None:
    uow.insert(t.session, session_hash=event.session_hash, account_id=event.account_id, institution_id=None,
               opened_at=uow.now, seen_at=uow.now)


def signed_out(uow: UnitOfWork, event: e.SignedOut) -> None:
    uow.connection.execute(delete(t.session).where(t.session.c.session_hash == event.session_hash))
