"""Pauses of a case as read: those that were, the one that is, and the page on which one is set or ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.actors import Actor
from engine.model.errors import CaseNotOpen, NotAllowed
from engine.queries import histories
from engine.queries.case_rows import case_row
from engine.queries.reading import Known, Reading, element_name
from engine.queries.rows import CaseRow, Line, Words
from engine.queries.rows.common import NO_WORDS
from engine.queries.rows.pauses import Pause
from engine.store import tables as t

OTHER = "other"
_TYPES = ("CaseSuspended", "CaseResumed", "CaseClosed")


def of_lines(known: Known, told: Iterable[Line]) -> tuple[Pause, ...]:
    """The pauses told by the entries of a case, oldest first."""
    found: list[Pause] = []
    for line in sorted((one for one in told if one.type in _TYPES), key=lambda one: one.sequence):
        if line.type == "CaseSuspended":
            found.append(_begun(known, line))
        elif found and found[-1].ended_at is None:
            found[-1] = Pause(**{**vars(found[-1]), "ended_at": line.at})
    return tuple(found)


def current(known: Known) -> Pause | None:
    """The pause that the case is in; None while its clocks run."""
    if known.row.paused_at is None:
        return None
    entry = t.ledger_entry.c
    rows = known.reading.connection.execute(select(t.ledger_entry).where(
        entry.stream == known.row.case_id, entry.type.in_(_TYPES)).order_by(entry.sequence))
    return of_lines(known, histories.lines(known.reading, rows, known))[-1]


def _begun(known: Known, line: Line) -> Pause:
    kind, element, until = line.data.get("kind", OTHER), line.data.get("element", ""), line.data.get("until")
    declared = next((one for one in known.definition.pauses if one.id == kind), None)
    return Pause(
        kind, Words(declared.name.pl, declared.name.en) if declared else NO_WORDS, declared.basis if declared else "",
        line.data.get("reason", ""), line.actor if line.kind == "person" else "", line.institution, line.at,
        datetime.fromisoformat(until) if until else None, None,
        element_name(known.compiled, element) if element else NO_WORDS)


def kinds(known: Known) -> tuple[tuple[str, Words, str], ...]:
    """The kinds of pauses that the reader may set: identifier, name, basis; "other" is for who coordinates."""
    coordinates = known.definition.coordinator in known.roles
    named = tuple((one.id, Words(one.name.pl, one.name.en), one.basis) for one in known.definition.pauses
                  if coordinates or set(one.roles) & set(known.roles))
    return (*named, (OTHER, NO_WORDS, "")) if coordinates else named


@dataclass(frozen=True)
class PauseForm:
    """What the page of a pause needs: the pause to end, or the kinds that may be set."""

    row: CaseRow
    paused: Pause | None
    kinds: tuple[tuple[str, Words, str], ...]


@dataclass(frozen=True)
class PausePage:
    """The page on which a case is paused, or goes on."""

    case_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> PauseForm:
        """The pause or the kinds of one; NotAllowed for who may do neither, CaseNotOpen for a closed case."""
        known: Any = reading.own_case(self.case_id, actor)
        found = kinds(known)
        if not found:
            raise NotAllowed(command="SuspendCase")
        if known.row.state != "open":
            raise CaseNotOpen(number=known.row.number, state=known.row.state)
        reading.seen([self.case_id], "pause")
        return PauseForm(case_row(reading, known.row, actor), current(known), found)
