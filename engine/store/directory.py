"""Who is who: people known from earlier cases, institutions and their agreements, accounts and sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.model.errors import NotFound
from engine.store import keys
from engine.store import tables as t
from engine.store.unit_of_work import UnitOfWork


class Directory:
    """What a handler may ask about people and institutions, inside the door's transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow

    def known_person(self, identifier: str) -> Any | None:
        """The key row of a person known by this identifier, not erased; None if there is none."""
        token = self.uow.vault.token("identifier", identifier, 16)
        c = t.person_key.c
        return self.uow.connection.execute(
            select(t.person_key).where(c.identifier_token == token, c.destroyed_at.is_(None))
            .order_by(c.person_id).limit(1)).one_or_none()

    def cases_of(self, person_id: UUID) -> list[tuple[UUID, str, str, UUID]]:
        """The cases of a person, newest first: identifier, number, state, coordinator."""
        c = t.case_file.c
        rows = self.uow.connection.execute(
            select(c.case_id, c.number, c.state, c.coordinator_id).where(c.person_id == person_id)
            .order_by(c.opened_at.desc()))
        return [(one.case_id, one.number, one.state, one.coordinator_id) for one in rows]

    def parties(self, role: str, beside: UUID) -> list[tuple[UUID, UUID]]:
        """Who plays a role under an agreement in force that ``beside`` is a party to: (institution, agreement)."""
        own, other, a = t.agreement_party.alias(), t.agreement_party.alias(), t.agreement.c
        rows = self.uow.connection.execute(
            select(other.c.institution_id, other.c.agreement_id)
            .join(t.agreement, a.agreement_id == other.c.agreement_id)
            .join(own, own.c.agreement_id == other.c.agreement_id)
            .where(other.c.role == role, own.c.institution_id == beside, a.from_at <= self.uow.now,
                   a.ends_at > self.uow.now)
            .distinct().order_by(other.c.agreement_id, other.c.institution_id))
        return [(one.institution_id, one.agreement_id) for one in rows]

    def agreement(self, agreement_id: UUID) -> Any:
        """An agreement, its row locked; NotFound if there is none."""
        found = self.uow.connection.execute(select(t.agreement).where(
            t.agreement.c.agreement_id == agreement_id).with_for_update()).one_or_none()
        if found is None:
            raise NotFound
        return found

    def takes_part(self, case_id: UUID, institution_id: UUID) -> bool:
        """Whether an institution takes part in a case now."""
        p, a = t.participation.c, t.agreement.c
        return self.uow.connection.execute(
            select(p.role).outerjoin(t.agreement, a.agreement_id == p.agreement_id).where(
                p.case_id == case_id, p.institution_id == institution_id, p.from_at <= self.uow.now,
                p.until_at > self.uow.now, or_(p.agreement_id.is_(None), a.ends_at > self.uow.now)).limit(1)
        ).first() is not None

    def roles_of(self, institution_id: UUID) -> frozenset[str]:
        """The roles an institution plays under any agreement in force."""
        p, a = t.agreement_party.c, t.agreement.c
        return frozenset(self.uow.connection.execute(
            select(p.role).join(t.agreement, a.agreement_id == p.agreement_id)
            .where(p.institution_id == institution_id, a.ends_at > self.uow.now)).scalars())

    def name_of(self, account_id: UUID | None) -> str:
        """The name of an account."""
        found = self.uow.connection.execute(
            select(t.account.c.name).where(t.account.c.account_id == account_id)).scalar_one_or_none()
        return found or ""

    def account_by_email(self, email: str) -> Any | None:
        """The account of an e-mail address."""
        return self.uow.connection.execute(
            select(t.account).where(t.account.c.email == email.strip().lower())).one_or_none()

    def account_by_link(self, link: str) -> Any | None:
        """The account whose one-time link this is, while it is valid."""
        c = t.account.c
        return self.uow.connection.execute(select(t.account).where(
            c.link_hash == keys.digest(link), c.link_ends_at > self.uow.now)).one_or_none()

    def session_owner(self, session_hash: bytes) -> UUID | None:
        """Whose session this is."""
        c = t.session.c
        return self.uow.connection.execute(
            select(c.account_id).where(c.session_hash == session_hash)).scalar_one_or_none()

    def institution_exists(self, institution_id: UUID) -> bool:
        """Whether there is such an institution."""
        found = select(func.count()).select_from(t.institution).where(
            t.institution.c.institution_id == institution_id)
        return bool(self.uow.connection.execute(found).scalar_one())

    def house_is_empty(self) -> bool:
        """Whether no institution was entered yet."""
        return not self.uow.connection.execute(select(func.count()).select_from(t.institution)).scalar_one()
