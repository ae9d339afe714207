"""The auditor's look: every entry of a case as it was written, who viewed, and whether the chain agrees.

Names of the persons cases are about stay masked here; the auditor sees references, codes and the people who acted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, union_all

from engine.model.actors import AUDITOR, DATA_PROTECTION, Actor
from engine.model.errors import NotAllowed, NotFound
from engine.queries import cases, histories
from engine.queries.case_rows import case_row
from engine.queries.reading import Reading
from engine.queries.rows import CasePages, History, Line, Verified
from engine.store import ledger
from engine.store import tables as t

PAGE = 50
_c = t.case_file.c
_e = t.ledger_entry.c


def require_auditor(actor: Actor) -> None:
    """Refuse whoever is neither auditor nor data protection officer: they do not even learn that the page exists."""
    if not (actor.has(AUDITOR) or actor.has(DATA_PROTECTION)):
        raise NotFound


@dataclass(frozen=True)
class AuditCases:
    """All cases by number, masked, for an auditor."""

    search: str = ""
    after: str = ""

    def answer(self, reading: Reading, actor: Actor) -> CasePages:
        """A page of cases, newest number first."""
        require_auditor(actor)
        statement = select(t.case_file, t.person_key.c.wrapped).join(
            t.person_key, t.person_key.c.person_id == _c.person_id)
        if self.search.strip():
            statement = statement.where(_c.number == self.search.strip())
        if self.after:
            statement = statement.where(_c.case_id < _identifier(self.after))
        rows = list(reading.connection.execute(statement.order_by(_c.case_id.desc()).limit(PAGE + 1)))
        found = tuple(case_row(reading, one, actor, masked=True) for one in rows[:PAGE])
        reading.seen((one.case_id for one in found), "audit-list", "audit")
        columns = {one.name: one for row in found for one in row.attributes}
        return CasePages(found, rows[PAGE - 1].case_id.hex if len(rows) > PAGE else "", tuple(columns.values()))


def _identifier(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        raise NotFound from None


@dataclass(frozen=True)
class CaseHistory:
    """Every event of a case; ``verify`` recomputes the chain from its first entry."""

    case_id: UUID
    verify: bool = False

    def answer(self, reading: Reading, actor: Actor) -> History:
        """The whole history, nothing left out."""
        require_auditor(actor)
        known = reading.case(self.case_id, actor)
        rows = list(reading.connection.execute(
            select(t.ledger_entry).where(_e.stream == self.case_id).order_by(_e.sequence)))
        reading.seen([self.case_id], "history", "audit")
        return History(
            case_row(reading, known.row, actor, masked=True), known.row.release,
            histories.lines(reading, rows, known), cases.viewers(reading, known),
            self._verified(reading, known.row, rows) if self.verify else None)

    def _verified(self, reading: Reading, row: Any, rows: list[Any]) -> Verified:
        end = (row.sequence, bytes(row.head), bytes(row.seal))
        found = ledger.verify(self.case_id, rows, end, reading.vault, self.case_id)
        return Verified(found.entries, found.broken, found.reason, reading.now, bytes(row.head).hex())


@dataclass(frozen=True)
class OtherStreams:
    """Entries that belong to no case: access, administration, views of a node and day."""

    name: str
    after: int = 0

    def answer(self, reading: Reading, actor: Actor) -> tuple[Line, ...]:
        """A page of entries in order."""
        if not (actor.has(AUDITOR) or actor.has(DATA_PROTECTION)):
            raise NotAllowed(command="OtherStreams")
        rows = reading.connection.execute(
            select(t.ledger_entry).where(_e.stream == ledger.stream_id(self.name), _e.sequence > self.after)
            .order_by(_e.sequence).limit(PAGE))
        return histories.lines(reading, rows)


#: what the check of a chain compares; the program's own rows are built from more
_CHAIN = select(_e.sequence, _e.case_id, _e.at, _e.actor_id, _e.institution_id, _e.type, _e.body, _e.hash).where(
    _e.stream == bindparam("stream")).order_by(_e.sequence)


def verify_all(reading: Reading) -> list[tuple[str, ledger.Verdict]]:
    """Recompute every chain of the installation, cases first; for the operator's command line."""
    found = []
    for row in reading.connection.execute(select(_c.case_id, _c.number, _c.sequence, _c.head, _c.seal)):
        rows = reading.connection.execute(_CHAIN, {"stream": row.case_id})
        end = (row.sequence, bytes(row.head), bytes(row.seal))
        found.append((row.number, ledger.verify(row.case_id, rows, end, reading.vault, row.case_id)))
    for row in reading.connection.execute(select(t.stream_head)):
        rows = reading.connection.execute(_CHAIN, {"stream": row.stream})
        end = (row.sequence, bytes(row.head), bytes(row.seal))
        found.append((row.name, ledger.verify(row.stream, rows, end, reading.vault)))
    return found + [(one.hex, ledger.Verdict(one, 0, 1, "head")) for one in _unended(reading)]


def _unended(reading: Reading) -> list[UUID]:
    """Chains whose end is gone: deleting the row that names a chain does not take the chain out of the check."""
    ended = union_all(select(_c.case_id), select(t.stream_head.c.stream))
    return list(reading.connection.execute(
        select(_e.stream).where(_e.stream.not_in(ended)).distinct().order_by(_e.stream)).scalars())
