"""Figures as read: counts of coded answers by period and institution, small ones hidden; where handovers waited.

Nothing here leads to a case, a person or a worker, so no sight is noted. They are for the partners who made them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from engine.model.actors import AUDITOR, DATA_PROTECTION, LEADER, PROCESS_OWNER, Actor
from engine.model.deadlines import WARSAW, Calendar, to_warsaw
from engine.model.errors import NotAllowed, NotFound
from engine.model.figures import SMALLEST, Cell, Figure, shown
from engine.queries.reading import Reading
from engine.queries.rows import Words
from engine.store import tables as t
from engine.store.cached_cases import definition_of, figures_of

_READERS = (LEADER, PROCESS_OWNER, AUDITOR, DATA_PROTECTION)
_m = t.figure_mark.c


@dataclass(frozen=True)
class Row:
    """One row of a table: what it counts, a number or None (hidden) for each value, and their sum."""

    name: Words
    counts: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True)
class Share:
    """Our share of a value beside a published one, in per cent; None where it is hidden."""

    value: Words
    ours: float | None
    published: float
    source: Words


@dataclass(frozen=True)
class Table:
    """One figure: the names of its values, its rows, the shares it is printed beside."""

    id: str
    name: Words
    values: tuple[Words, ...]
    rows: tuple[Row, ...]
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Waited:
    """How long the offers to an institution waited for an answer: median working days; None where they are few."""

    institution: str
    answered: int | None
    working_days: float | None


@dataclass(frozen=True)
class Board:
    """What practice can learn from, for one definition and one period."""

    definition: str
    title: Words
    definitions: tuple[tuple[str, Words], ...]
    year: int
    years: tuple[int, ...]
    quarter: int
    institutions: tuple[tuple[UUID, str], ...]
    institution_id: UUID | None
    tables: tuple[Table, ...]
    groups: tuple[tuple[Words, tuple[Table, ...]], ...]
    waited: tuple[Waited, ...]


@dataclass(frozen=True)
class FigureBoard:
    """The figures of a definition for a year or one of its quarters (1 to 4; 0 is the whole year)."""

    definition: str = ""
    year: int = 0
    quarter: int = 0
    institution_id: UUID | None = None

    def answer(self, reading: Reading, actor: Actor) -> Board:
        """The board; NotAllowed for who works for no partner of an agreement, NotFound for an unknown definition."""
        if not _is_partner(reading, actor):
            raise NotAllowed(command="FigureBoard")
        live = {one.name: one.digest for one in reading.connection.execute(
            select(t.definition.c.name, t.definition.c.digest).where(t.definition.c.live.is_(True))
            .order_by(t.definition.c.name))}
        counted = {name: digest for name, digest in live.items() if figures_of(reading.compiled(digest).bundle).figures}
        name = self.definition or next(iter(counted), "")
        if name not in counted or self.quarter not in range(5):
            raise NotFound
        year = self.year or to_warsaw(reading.now).year
        return _board(reading, replace(self, definition=name, year=year), counted)


def _is_partner(reading: Reading, actor: Actor) -> bool:
    """Someone in a role of the house, or in a role that their institution has under an agreement in force."""
    if actor.is_system or any(actor.has(one) for one in _READERS):
        return True
    a, p = t.agreement.c, t.agreement_party.c
    found = select(p.role).join(t.agreement, a.agreement_id == p.agreement_id).where(
        p.institution_id == actor.institution_id, p.role.in_(sorted(actor.roles)), a.from_at <= reading.now,
        a.ends_at > reading.now).limit(1)
    return reading.connection.execute(found).first() is not None


def _board(reading: Reading, asked: FigureBoard, allowed: Mapping[str, str]) -> Board:
    bundle = reading.compiled(allowed[asked.definition]).bundle
    known, definition = figures_of(bundle), definition_of(bundle)
    marks = _marks(reading, asked)
    cubes = {one.id: _Cube(one, marks[one.id, ""]) for one in known.figures}
    groups = []
    for group in known.groups:
        found = tuple(_grouped(one, cubes[one.id], marks[one.id, group.id], group.values)
                      for one in known.figures if one.grouped)
        groups.append((_words(group.name), found))
    names = {one: reading.institution(one) for one in {mark.institution_id for several in marks.values()
                                                        for mark in several}}
    return Board(
        asked.definition, _words(definition.name),
        tuple((name, _words(definition_of(reading.compiled(digest).bundle).name)) for name, digest in allowed.items()),
        asked.year, _years(reading, asked), asked.quarter,
        tuple(sorted(names.items(), key=lambda one: one[1])), asked.institution_id,
        tuple(cubes[one.id].table(asked) for one in known.figures),
        tuple(groups) if not asked.quarter and asked.institution_id is None else (), _waited(reading, asked))


def _marks(reading: Reading, asked: FigureBoard) -> dict[tuple[str, str], list[Any]]:
    """The counts of the whole year, by figure and group: what is hidden depends on all that could be shown."""
    rows = reading.connection.execute(
        select(_m.figure, _m.quarter, _m.institution_id, _m.value, _m.row_value, _m.group_name, _m.group_value,
               func.count().label("marks"))
        .where(_m.definition == asked.definition, _m.quarter.between(asked.year * 10 + 1, asked.year * 10 + 4))
        .group_by(_m.figure, _m.quarter, _m.institution_id, _m.value, _m.row_value, _m.group_name, _m.group_value))
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.figure, row.group_name].append(row)
    return found


class _Cube:
    """One figure's counts of a year by quarter, institution, row and value, with every margin."""

    def __init__(self, figure: Figure, marks: Iterable[Any]) -> None:
        self.figure = figure
        self.values, self.rows = list(figure.values), list(figure.rows)
        marks = list(marks)
        self.institutions = sorted({one.institution_id for one in marks}, key=str)
        self.counts = self._counted(marks)
        self.seen = shown(self.counts)

    def _counted(self, marks: Iterable[Any]) -> dict[Cell, int]:
        sizes = (4, len(self.institutions), len(self.rows), len(self.values))
        counts = {cell: 0 for cell in _cells(sizes)}
        for mark in marks:
            if mark.value not in self.values or (self.rows and mark.row_value not in self.rows):
                continue  # a code that a later version no longer counts
            at = (mark.quarter % 10, self.institutions.index(mark.institution_id) + 1,
                  self.rows.index(mark.row_value) + 1 if self.rows else 0, self.values.index(mark.value) + 1)
            for cell in _margins(at):
                counts[cell] += mark.marks
        return counts

    def count(self, *cell: int) -> int | None:
        """A count, or None where it is hidden."""
        return self.counts[cell] if cell in self.seen else None

    def table(self, asked: FigureBoard) -> Table:
        """The table of one period and one institution, or of all of them."""
        if asked.institution_id is not None and asked.institution_id not in self.institutions:
            return Table(self.figure.id, _words(self.figure.name), _value_names(self.figure), ())
        who = self.institutions.index(asked.institution_id) + 1 if asked.institution_id else 0
        names = [_words(one) for one in self.figure.rows.values()] or [Words("", "")]
        places = range(1, len(self.rows) + 1) if self.rows else range(1)
        rows = tuple(Row(name, tuple(self.count(asked.quarter, who, place, value + 1)
                                     for value in range(len(self.values))), self.count(asked.quarter, who, place, 0))
                     for name, place in zip(names, places, strict=True))
        return Table(self.figure.id, _words(self.figure.name), _value_names(self.figure), rows,
                     tuple(self._shares(asked.quarter, who)))

    def _shares(self, at: int, who: int) -> Iterable[Share]:
        total = self.count(at, who, 0, 0)
        for one in self.figure.beside:
            part = self.count(at, who, 0, self.values.index(one.value) + 1) if one.value in self.values else None
            ours = 100 * part / total if part is not None and total else None
            yield Share(_words(self.figure.values.get(one.value, one.source)), ours, one.percent, _words(one.source))


def _grouped(figure: Figure, whole: _Cube, marks: Iterable[Any], choices: Mapping[str, Any]) -> Table:
    """A figure of the year by a group; its sums are those of the plain table and are hidden where those are."""
    codes = sorted(choices)
    values = list(figure.values)
    counts = {cell: 0 for cell in _cells((len(codes) + 1, len(values)))}
    for mark in marks:
        if mark.value in values:
            at = (codes.index(mark.group_value) + 1 if mark.group_value in codes else len(codes) + 1,
                  values.index(mark.value) + 1)
            for cell in _margins(at):
                counts[cell] += mark.marks
    sums = {(0, value): (0, 0, 0, value) in whole.seen for value in range(len(values) + 1)}
    seen = shown(counts, known={cell for cell, open_ in sums.items() if open_},
                 hidden={cell for cell, open_ in sums.items() if not open_})
    names = [*(_words(choices[code]) for code in codes), Words("nie ustalono", "not established")]
    rows = tuple(Row(name, tuple(counts[at, value] if (at, value) in seen else None
                                 for value in range(1, len(values) + 1)),
                     counts[at, 0] if (at, 0) in seen else None) for at, name in enumerate(names, 1))
    return Table(figure.id, _words(figure.name), _value_names(figure), rows)


def _waited(reading: Reading, asked: FigureBoard) -> tuple[Waited, ...]:
    h, c = t.handover.c, t.case_file.c
    first = asked.quarter * 3 - 2 if asked.quarter else 1
    begin = datetime(asked.year, first, 1, tzinfo=WARSAW)
    after = first + (3 if asked.quarter else 12)
    end = datetime(asked.year + (after > 12), after - 12 if after > 12 else after, 1, tzinfo=WARSAW)
    rows = reading.connection.execute(
        select(h.to_institution_id, h.offered_at, h.decided_at).join(
            t.case_file, and_(c.case_id == h.case_id, c.definition == asked.definition))
        .where(h.decided_at.is_not(None), h.decided_at >= begin, h.decided_at < end))
    days: dict[UUID, list[int]] = defaultdict(list)
    for row in rows:
        days[row.to_institution_id].append(Calendar().working_days_between(
            to_warsaw(row.offered_at).date(), to_warsaw(row.decided_at).date()))
    return tuple(sorted((Waited(reading.institution(one), len(found), float(median(found)))
                         if len(found) >= SMALLEST else Waited(reading.institution(one), None, None)
                         for one, found in days.items()), key=lambda one: one.institution))


def _years(reading: Reading, asked: FigureBoard) -> tuple[int, ...]:
    first = reading.connection.execute(
        select(func.min(_m.quarter)).where(_m.definition == asked.definition)).scalar_one_or_none()
    now = to_warsaw(reading.now).year
    return tuple(range(now, min(now, first // 10 if first else now, asked.year) - 1, -1))


def _cells(sizes: tuple[int, ...]) -> list[Cell]:
    found: list[Cell] = [()]
    for size in sizes:
        found = [(*cell, at) for cell in found for at in range(size + 1)]
    return found


def _margins(cell: Cell) -> set[Cell]:
    """The cell and every sum it is part of."""
    found: set[Cell] = {()}
    for at in cell:
        found = {(*one, here) for one in found for here in {0, at}}
    return found


def _value_names(figure: Figure) -> tuple[Words, ...]:
    return tuple(_words(one) for one in figure.values.values())


def _words(name: Any) -> Words:
    return Words(name.pl, name.en)
