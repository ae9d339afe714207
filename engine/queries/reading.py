"""What every query stands on: one consistent state, the walls around a case, and the note of what was seen.

A query is a frozen dataclass with ``answer(reading, actor)``; the actor comes first in every decision. ``seen`` notes
personal data that the page will show; the front door writes it to the ledger before the page is given out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, exists, literal_column, or_, select

from engine.bpmn.bundles import Compiled
from engine.model.actors import AUDITOR, DATA_PROTECTION, Actor
from engine.model.clock import Clock
from engine.model.deadlines import Calendar, to_warsaw
from engine.model.definitions import Definition
from engine.model.errors import NotFound
from engine.model.visibility import BASIC, SEES, Relation, sees_field, sight
from engine.queries.rows import Attribute, Person, Words
from engine.store import tables as t
from engine.store.attachments import AttachmentStore
from engine.store.cached_cases import compiled, definition_of
from engine.store.keys import Cipher, Unreadable, Vault

#: what stands where a name may not be shown
MASK = Person("•••", "•••", masked=True)


def wall(case_id: ColumnElement[Any], institution: Any, roles: Sequence[Any], now: Any, *,
         postgresql: bool) -> ColumnElement[bool]:
    """The wall: an institution takes part in that case now, in a role that the actor holds there, under an agreement in
    force or by its own right. Lists and pages stand behind the same wall; who, in which roles, when may be parameters.

    ``OFFSET 0`` keeps PostgreSQL from turning the probe into a scan of all participations of the institution.
    """
    p, a = t.participation.c, t.agreement.c
    probe: Select[Any] = select(literal_column("1")).select_from(t.participation).outerjoin(
        t.agreement, a.agreement_id == p.agreement_id
    ).where(p.case_id == case_id, p.institution_id == institution, p.role.in_(roles), p.from_at <= now,
            p.until_at > now, or_(p.agreement_id.is_(None), a.ends_at > now))
    return exists(probe.offset(literal_column("0")) if postgresql else probe)


@dataclass
class Sight:
    """Personal data that a page shows: of which cases, which part, on what ground."""

    cases: tuple[UUID, ...]
    part: str
    purpose: str


@dataclass
class Reading:
    """One look at the database."""

    connection: Connection
    clock: Clock
    vault: Vault
    files: AttachmentStore
    sights: list[Sight] = field(default_factory=list)

    @cached_property
    def now(self) -> datetime:
        """The moment of the look."""
        return self.clock.now()

    def seen(self, cases: Iterable[UUID], part: str, purpose: str = "task") -> None:
        """Note that personal data of these cases is shown."""
        found = tuple(dict.fromkeys(cases))
        if found:
            self.sights.append(Sight(found, part, purpose))

    def shared(self, case_id: ColumnElement[Any], actor: Actor) -> ColumnElement[bool]:
        """The wall as this actor meets it now; see ``wall``."""
        return wall(case_id, actor.institution_id, sorted(actor.roles), self.now, postgresql=self.is_postgresql)

    @property
    def is_postgresql(self) -> bool:
        """Whether PostgreSQL is asked."""
        return self.connection.dialect.name == "postgresql"

    def case(self, case_id: UUID, actor: Actor) -> Known:
        """A case the actor may look at; NotFound otherwise, whether or not it exists."""
        rows = self.connection.execute(
            select(t.case_file, t.person_key.c.wrapped).join(
                t.person_key, t.person_key.c.person_id == t.case_file.c.person_id
            ).where(t.case_file.c.case_id == case_id)).one_or_none()
        if rows is None:
            raise NotFound
        relation = self._relation(case_id, actor)
        if relation is Relation.OUTSIDER:
            raise NotFound
        return Known(self, actor, rows, relation)

    def own_case(self, case_id: UUID, actor: Actor) -> Known:
        """A case the actor takes part in; NotFound for everybody else, auditors too: names are shown here."""
        known = self.case(case_id, actor)
        if known.relation is not Relation.PARTICIPANT:
            raise NotFound
        return known

    def _relation(self, case_id: UUID, actor: Actor) -> Relation:
        wall = self.shared(t.case_file.c.case_id, actor)
        inside = self.connection.execute(
            select(t.case_file.c.case_id).where(t.case_file.c.case_id == case_id, wall)).first()
        if inside is not None:
            return Relation.PARTICIPANT
        if actor.has(AUDITOR):
            return Relation.AUDITOR
        return Relation.DATA_PROTECTION if actor.has(DATA_PROTECTION) else Relation.OUTSIDER

    def roles_in(self, case_id: UUID, institution_id: UUID) -> tuple[str, ...]:
        """The roles an institution now holds in a case."""
        p = t.participation.c
        return tuple(self.connection.execute(
            select(p.role).outerjoin(t.agreement, t.agreement.c.agreement_id == p.agreement_id).where(
                p.case_id == case_id, p.institution_id == institution_id, p.from_at <= self.now,
                p.until_at > self.now, or_(p.agreement_id.is_(None), t.agreement.c.ends_at > self.now))).scalars())

    def names_person(self, definition: Definition, case_id: UUID, actor: Actor) -> bool:
        """Whether someone who takes part is cleared for who the person is; others learn a first name and no more."""
        held = [role for role in definition.roles if actor.has(role.id)]
        if all(_clears(definition, [role.id]) for role in held):
            return True
        return _clears(definition, [one for one in self.roles_in(case_id, actor.institution_id) if actor.has(one)])

    def compiled(self, digest: str) -> Compiled:
        """A compiled bundle."""
        return compiled(self.connection, digest)

    def definition(self, digest: str) -> Definition:
        """The definition file of a bundle."""
        return definition_of(self.compiled(digest).bundle)

    def cipher(self, wrapped: bytes) -> Cipher:
        """The cipher of a person."""
        return self.vault.cipher(wrapped)

    def names(self, accounts: Iterable[UUID]) -> dict[UUID, str]:
        """Names of accounts by identifier."""
        wanted = set(accounts)
        if not wanted:
            return {}
        rows = self.connection.execute(select(t.account.c.account_id, t.account.c.name).where(
            t.account.c.account_id.in_(wanted)))
        return {one.account_id: one.name for one in rows}

    @cached_property
    def institutions(self) -> dict[UUID, Any]:
        """All institutions by identifier: there are tens of them, not thousands."""
        return {one.institution_id: one for one in self.connection.execute(select(t.institution))}

    def institution(self, institution_id: UUID | None) -> str:
        """The short name of an institution."""
        found = self.institutions.get(institution_id) if institution_id else None
        return found.short_name if found else ""

    def days_overdue(self, due_at: datetime | None, paused_at: datetime | None = None) -> int:
        """Whole working days past the due time; 0 while it is not past. In a pause the clock stands still."""
        now = paused_at or self.now
        if due_at is None or due_at == t.FOREVER or due_at >= now:
            return 0
        return Calendar().working_days_between(to_warsaw(due_at).date(), to_warsaw(now).date())


class Known:
    """A case as one actor may know it."""

    def __init__(self, reading: Reading, actor: Actor, row: Any, relation: Relation) -> None:
        self.reading = reading
        self.actor = actor
        self.row = row
        self.relation = relation

    @cached_property
    def definition(self) -> Definition:
        """The definition file of the version the case runs on."""
        return self.reading.definition(self.row.digest)

    @cached_property
    def compiled(self) -> Compiled:
        """The bundle the case runs on."""
        return self.reading.compiled(self.row.digest)

    @cached_property
    def cipher(self) -> Cipher:
        """The cipher of the person; Unreadable after erasure."""
        return self.reading.cipher(self.row.wrapped)

    @cached_property
    def _content(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.cipher.open_json(f"case_file|{self.row.case_id.hex}", self.row.person_enc)
        except Unreadable:
            return {"person": {}, "attributes": {}}
        return found

    @property
    def person(self) -> Person:
        """The person, or the mask."""
        if self.relation is not Relation.PARTICIPANT:
            return MASK
        return person_of(self._content, self.definition, named=self.sight(BASIC, ()) == SEES)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles that the actor holds here: those of their institution that they may act in."""
        held = self.reading.roles_in(self.row.case_id, self.actor.institution_id)
        return tuple(role for role in held if self.actor.has(role))

    def attributes(self) -> tuple[Attribute, ...]:
        """The case attributes, sensitive ones only for those who take part."""
        return attributes_of(self.definition, self._content["attributes"],
                             all_of_them=self.relation is Relation.PARTICIPANT)

    def sight(self, sensitivity: str, readers: Iterable[str]) -> str:
        """What the actor sees of a field of this class with these named readers."""
        clearances = [self.definition.clearance(role) for role in self.roles]
        return sees_field(self.relation, sensitivity, readers, self.roles, clearances)

    def role_name(self, role_id: str) -> Words:
        """The name of a role in the case's definition."""
        return role_name(self.definition, role_id)


def _clears(definition: Definition, roles: Iterable[str]) -> bool:
    return sight(Relation.PARTICIPANT, BASIC, [definition.clearance(one) for one in roles]) == SEES


def person_of(content: dict[str, Any], definition: Definition, *, named: bool = True) -> Person:
    """The person of an opened case row, only the first name for who is not cleared for more; or what the case is about.
    """
    known = content["person"]
    if definition.title:
        title = content["attributes"].get(definition.title) or known.get("title")
        return Person("", "", title=str(title or ""))
    if not named:
        return Person("", str(known.get("given_names") or "").partition(" ")[0])
    born = str(known.get("birth_date") or "")
    return Person(str(known.get("family_name") or "").upper(), str(known.get("given_names") or ""),
                  int(born[:4]) if born[:4].isdigit() else None, str(known.get("identifier") or ""),
                  str(known.get("language") or ""))


def attributes_of(definition: Definition, values: dict[str, Any], *, all_of_them: bool) -> tuple[Attribute, ...]:
    """The attributes in the order the definition declares them."""
    return tuple(
        Attribute(one.id, Words(one.name.pl, one.name.en), one.type, values.get(one.id), one.column,
                  {key: Words(words.pl, words.en) for key, words in (one.choices or {}).items()})
        for one in definition.attributes if all_of_them or not one.sensitive)


def role_name(definition: Definition, role_id: str) -> Words:
    """The name of a role; its id if the definition does not know it."""
    role = definition.role(role_id)
    return Words(role.name.pl, role.name.en) if role else Words(role_id, role_id)


def element_name(known: Compiled, element: str) -> Words:
    """The name of an element of the diagram; its id if it has none."""
    found = known.elements.get(element)
    if found is None:
        return Words(element, element)
    return Words(found.name or element, found.name_en or found.name or element)
