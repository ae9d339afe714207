"""Cases as read: the list of those I take part in, the case page, its diagram, and what can be started."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select, tuple_

from engine.bpmn.captions import in_english
from engine.bpmn.layout import with_layout
from engine.model.actors import PROCESS_OWNER, Actor
from engine.model.definitions import Definition
from engine.model.errors import NotAllowed, NotFound
from engine.queries import answers, attachments, handovers, histories, messages, pauses, steps, tabs, worklists
from engine.queries.case_rows import case_row
from engine.queries.reading import Known, Reading, element_name
from engine.queries.rows import (
    Attribute,
    CaseFile,
    CasePages,
    CaseRow,
    Incident,
    Line,
    Participant,
    Picture,
    Startable,
    StartForm,
    Words,
)
from engine.store import tables as t
from engine.store.cached_cases import form_of
from engine.store.registers import with_live_rows

PAGE = 25
_c = t.case_file.c
_p = t.participation.c


@dataclass(frozen=True)
class CaseList:
    """The cases the actor's institution takes part in, by key date; ``after`` is the cursor of the page before."""

    after: str = ""
    search: str = ""

    def answer(self, reading: Reading, actor: Actor) -> CasePages:
        """A page of cases."""
        count, sought = tabs.searched(reading, actor, self.search)
        known = {**tabs.asking(reading, actor), **_behind(self.after), **sought}
        rows = list(reading.connection.execute(_listed(len(actor.roles), bool(self.after), count), known))
        found = tuple(case_row(reading, one, actor) for one in rows[:PAGE])
        reading.seen((one.case_id for one in found), "case-list")
        columns: dict[str, Attribute] = {one.name: one for row in found for one in row.attributes}
        return CasePages(found, _cursor(rows[PAGE - 1]) if len(rows) > PAGE else "", tuple(columns.values()))


@lru_cache(maxsize=100)
def _listed(roles: int, after: bool, words: int) -> Select[Any]:
    """A page and one more, in the order of the copy of the key date that each participation has for this list."""
    key, now = (_p.key_date, _p.case_id), tabs.given("now")
    ids = select(*key).outerjoin(t.agreement, t.agreement.c.agreement_id == _p.agreement_id).where(
        _p.institution_id == tabs.given("institution"), _p.role.in_(tabs.given_roles(roles)), _p.from_at <= now,
        _p.until_at > now, or_(_p.agreement_id.is_(None), t.agreement.c.ends_at > now),
        *tabs.found_by(words, _p.case_id))
    if after:
        ids = ids.where(tuple_(*key) > tuple_(bindparam("after_at", type_=t.Moment()),
                                              bindparam("after_id", type_=t.Id())))
    # an institution with two roles in a case takes part once in this list
    page = ids.group_by(*key).order_by(*key).limit(PAGE + 1).subquery()
    return select(t.case_file, t.person_key.c.wrapped).join(page, page.c.case_id == _c.case_id).join(
        t.person_key, t.person_key.c.person_id == _c.person_id).order_by(page.c.key_date, _c.case_id)


def _cursor(row: Any) -> str:
    return f"{(row.key_date or t.FOREVER).isoformat()}.{row.case_id.hex}"


def _behind(after: str) -> dict[str, Any]:
    if not after:
        return {}
    stamp, _, identifier = after.rpartition(".")
    try:
        at, last = datetime.fromisoformat(stamp), UUID(hex=identifier)
    except ValueError:
        raise NotFound from None
    if at.tzinfo is None:
        raise NotFound
    return {"after_at": at, "after_id": last}


@dataclass(frozen=True)
class CasePage:
    """Everything the case page shows."""

    case_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> CaseFile:
        """The case, for who takes part in it; NotFound otherwise."""
        known = reading.own_case(self.case_id, actor)
        episodes = _episodes(known)
        reading.seen([self.case_id, *(one.case_id for one in episodes)], "case")
        return _case_file(known, episodes)


def _case_file(known: Known, episodes: tuple[CaseRow, ...]) -> CaseFile:
    reading, row = known.reading, known.row
    entries = list(reading.connection.execute(
        select(t.ledger_entry).where(t.ledger_entry.c.stream == row.case_id).order_by(t.ledger_entry.c.sequence)))
    own = {one.case_id.hex for one in episodes}
    told = tuple(_without_others(one, own) for one in
                 histories.lines(reading, entries, known))
    balls = worklists.holders(known) if row.state == "open" else ()
    # a case begins in its first stage, which no entry has to reach
    reached = {line.data.get("stage") for line in told if line.type == "StageReached"} | {
        one.id for one in known.definition.stages[:1]}
    return CaseFile(
        case_row(reading, row, known.actor), row.opened_at, row.closed_at, row.release,
        reading.institution(row.coordinator_id),
        tuple((Words(one.name.pl, one.name.en), _stage_state(one.id, row.stage, reached))
              for one in known.definition.stages),
        balls, _upcoming(known), steps.of_case(known, told, balls), tuple(reversed(told)), participants(known),
        answers.given(known), worklists.items_of_case(reading, known.actor, row.case_id),
        handovers.of_case(known), viewers(reading, known), _incidents(known), _allowed(known), episodes,
        attachments.of_case(known), _attribute_changes(told),
        messages.sendable(known) if row.state == "open" else (), pauses.of_lines(known, told))


def _without_others(line: Line, own: set[str]) -> Line:
    """The line without an earlier case that is not the reader's: it would say that the person was in prison before."""
    if line.data.get("previous_case_id", "") in own | {""}:
        return line
    return replace(line, data={name: one for name, one in line.data.items() if name != "previous_case_id"})


def _stage_state(stage: str, current: str, reached: set[Any]) -> str:
    return "current" if stage == current else "reached" if stage in reached else "ahead"


def _attribute_changes(told: tuple[Line, ...]) -> dict[str, tuple[Line, ...]]:
    changes = [line for line in told if line.type == "AttributesChanged"]
    names = {name for line in changes for name in line.data.get("names", ())}
    return {name: tuple(line for line in changes if name in line.data["names"]) for name in names}


def _upcoming(known: Known) -> tuple[tuple[datetime, Words], ...]:
    """The next three moments: due work and the key date; what is overdue stands with who has the ball."""
    reading, row = known.reading, known.row
    due = [(one.due_at, one.title) for one in worklists.items_of_case(reading, known.actor, row.case_id)
           if one.due_at and one.due_at > reading.now]
    key = known.definition.key_date
    if key is not None and row.key_date is not None and row.key_date > reading.now:
        due.append((row.key_date, Words(key.name.pl, key.name.en)))
    return tuple(sorted(due, key=lambda one: one[0])[:3])


def participants(known: Known) -> tuple[Participant, ...]:
    """Who takes part in the case now, with the contact desk of each."""
    reading, row = known.reading, known.row
    rows = reading.connection.execute(
        select(t.participation).outerjoin(t.agreement, t.agreement.c.agreement_id == _p.agreement_id).where(
            _p.case_id == row.case_id, _p.from_at <= reading.now, _p.until_at > reading.now,
            or_(_p.agreement_id.is_(None), t.agreement.c.ends_at > reading.now)
        ).order_by(_p.from_at, _p.participation_id))
    return tuple(
        Participant(one.institution_id, reading.institutions[one.institution_id].name, known.role_name(one.role),
                    reading.institutions[one.institution_id].phone, reading.institutions[one.institution_id].email,
                    one.from_at, one.institution_id == row.responsible_id, one.role) for one in rows)


def viewers(reading: Reading, known: Known) -> tuple[Line, ...]:
    """Who looked at personal data of the case, newest first."""
    s, entry = t.sight.c, t.ledger_entry.c
    rows = reading.connection.execute(
        select(t.ledger_entry).join(t.sight, and_(s.stream == entry.stream, s.sequence == entry.sequence))
        .where(s.case_id == known.row.case_id).order_by(entry.at.desc(), entry.sequence.desc()).limit(200))
    return histories.lines(reading, rows, known)


def _incidents(known: Known) -> tuple[Incident, ...]:
    i = t.incident.c
    rows = known.reading.connection.execute(
        select(t.incident).where(i.case_id == known.row.case_id, i.resolved_at.is_(None)).order_by(i.raised_at))
    return tuple(Incident(one.incident_id, one.case_id, known.row.number, one.element,
                          element_name(known.compiled, one.element), one.reason, json.loads(one.params), one.raised_at)
                 for one in rows)


def _allowed(known: Known) -> frozenset[str]:
    roles = set(known.roles)
    starts = {known.definition.sender, known.definition.coordinator}
    found = {"change-attributes"} if roles & starts and known.row.state == "open" else set()
    if known.row.state == "open" and pauses.kinds(known):
        found.add("resume" if known.row.paused_at else "suspend")
    if known.definition.coordinator in roles:
        found |= {"send-message", "invite", "retry-incident"}
    return frozenset(found)


def _episodes(known: Known) -> tuple[CaseRow, ...]:
    """Other cases of the same person that the actor's institution takes part in."""
    reading = known.reading
    rows = reading.connection.execute(
        select(t.case_file, t.person_key.c.wrapped).join(t.person_key, t.person_key.c.person_id == _c.person_id).where(
            _c.person_id == known.row.person_id, _c.case_id != known.row.case_id,
            reading.shared(_c.case_id, known.actor)).order_by(_c.opened_at.desc()))
    return tuple(case_row(reading, one, known.actor) for one in rows)


@dataclass(frozen=True)
class CasePicture:
    """The diagram of a case with its marks."""

    case_id: UUID
    file: str = ""

    def answer(self, reading: Reading, actor: Actor) -> Picture:
        """The author's XML, with a drawing if the author made none, and which elements are current or done."""
        known = reading.case(self.case_id, actor)
        reading.seen([self.case_id], "diagram")
        entries = reading.connection.execute(select(t.ledger_entry).where(
            t.ledger_entry.c.stream == self.case_id,
            t.ledger_entry.c.type == "ProcessAdvanced").order_by(t.ledger_entry.c.sequence))
        told = histories.lines(reading, entries, known)
        main = known.compiled.processes[known.definition.main].file
        name = self.file if self.file in known.compiled.bundle.files else main
        drawn = with_layout(name, known.compiled.xml(name))
        return Picture(in_english(name, drawn) if actor.language == "en" else drawn, steps.marks(told), name)


@dataclass(frozen=True)
class Startables:
    """The live process definitions, and which of them the actor may start."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[Startable, ...]:
        """One row a definition."""
        d = t.definition.c
        rows = list(reading.connection.execute(
            select(t.definition, t.account.c.name.label("publisher")).outerjoin(
                t.account, t.account.c.account_id == d.published_by).where(d.live.is_(True)).order_by(d.title)))
        return tuple(self._row(reading, actor, one) for one in rows)

    def _row(self, reading: Reading, actor: Actor, row: Any) -> Startable:
        definition = reading.definition(row.digest)
        counts = actor.is_system or actor.has(PROCESS_OWNER)
        running = 0 if not counts else reading.connection.execute(
            select(func.count()).select_from(t.case_file).where(_c.definition == row.name, _c.state == "open")
        ).scalar_one()
        return Startable(row.name, Words(definition.name.pl, definition.name.en), row.release, row.published_at,
                         row.publisher or "", running, bool(_ways(definition, actor)), row.digest, row.note,
                         _ways(definition, actor))


def _ways(definition: Definition, actor: Actor) -> tuple[tuple[str, Words], ...]:
    """The ways in which the actor may open a case: "" is the definition's own, by its form."""
    own = (("", Words(definition.name.pl, definition.name.en)),) if definition.start_form else ()
    further = tuple((one.id, Words(one.name.pl, one.name.en)) for one in definition.starts)
    return tuple(one for one in (*own, *further) if definition.start_roles(one[0]) & actor.roles)


@dataclass(frozen=True)
class MayStart:
    """Whether the actor may open a case of any process, for the navigation."""

    def answer(self, reading: Reading, actor: Actor) -> bool:
        """True as soon as one live definition lets them."""
        d = t.definition.c
        digests = reading.connection.execute(select(d.digest).where(d.live.is_(True))).scalars()
        return any(_ways(reading.definition(one), actor) for one in digests)


@dataclass(frozen=True)
class StartPage:
    """The page to open a case of a process, by its own start or a further one."""

    definition: str
    start: str = ""

    def answer(self, reading: Reading, actor: Actor) -> StartForm:
        """The start form and who may receive the case; NotAllowed for who may not start it."""
        d = t.definition.c
        row = reading.connection.execute(
            select(t.definition).where(d.name == self.definition, d.live.is_(True))).one_or_none()
        if row is None:
            raise NotFound
        definition = reading.definition(row.digest)
        further = definition.start(self.start)
        if self.start and further is None:
            raise NotFound
        if not definition.start_roles(self.start) & actor.roles and not actor.is_system:
            raise NotAllowed(command="OpenCase")
        form = form_of(reading.compiled(row.digest).bundle, further.form if further else definition.start_form)
        if form is None:
            raise NotFound
        form = with_live_rows(reading.connection, form, reading.now)
        readers, others = answers.readers_in(definition, form)
        name = further.name if further else definition.name
        return StartForm(row.name, Words(name.pl, name.en), row.release, form,
                         self._receivers(reading, actor, definition.coordinator), readers, others, self.start)

    def _receivers(self, reading: Reading, actor: Actor, coordinator: str) -> tuple[tuple[UUID, str], ...]:
        own, other, a = t.agreement_party.alias(), t.agreement_party.alias(), t.agreement.c
        found = reading.connection.execute(
            select(other.c.institution_id).join(own, own.c.agreement_id == other.c.agreement_id)
            .join(t.agreement, a.agreement_id == own.c.agreement_id)
            .where(own.c.institution_id == actor.institution_id, other.c.role == coordinator,
                   a.ends_at > reading.now).distinct()).scalars()
        return tuple((one, reading.institutions[one].name) for one in found)

