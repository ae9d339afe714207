"""Figures: which coded answers are counted, so that practice learns from outcomes; and which counts may be shown.

A definition declares its figures; each counts the values of one question of a form, perhaps by a second code (a need,
a day of contact). Only codes that the definition lists are counted, never text. Marks carry no case and no worker:
they are counts of answers, not files of persons. What is too small to show is left to ``shown``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from engine.model.definitions import Words

#: Counts below this could point at a person (statistical confidentiality; the agreement's rule for its reports).
SMALLEST = 10
Cell = tuple[int, ...]


@dataclass(frozen=True)
class Beside:
    """A published share that a value of a figure is printed beside: per cent and source."""

    value: str
    percent: float
    source: Words


@dataclass(frozen=True)
class Group:
    """What grouped figures are also counted by, once a year: an expression over the variables and the ``person``."""

    id: str
    name: Words
    value: str
    values: Mapping[str, Words]


@dataclass(frozen=True)
class Figure:
    """What one figure counts.

    ``value`` and ``row`` are expressions over the answers of ``form`` and the variables of the process; ``each`` names
    a list of the form whose entries are counted one by one. ``grouped`` figures are also counted by the definition's
    groups, for the yearly outcomes only.
    """

    id: str
    name: Words
    form: str
    value: str
    values: Mapping[str, Words]
    each: str = ""
    row: str = ""
    rows: Mapping[str, Words] = field(default_factory=dict)
    grouped: bool = False
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True)
class Mark:
    """One answer that counts: of which figure, with which codes; ``group`` is "" in the plain count."""

    figure: str
    value: str
    row: str = ""
    group: str = ""
    group_value: str = ""


def quarter(day: date) -> int:
    """The quarter of a day as one number: 20272 is the second quarter of 2027."""
    return day.year * 10 + (day.month + 2) // 3


def shown(counts: Mapping[Cell, int], known: Set[Cell] = frozenset(),
          hidden: Set[Cell] = frozenset()) -> frozenset[Cell]:
    """The cells that may be shown, of a table with all its margins; ``known`` and ``hidden`` ones are so elsewhere.

    Keys are positions along the table's dimensions; position 0 is the sum along that dimension. A cell below
    ``SMALLEST`` is hidden; and where the rest of a line (one dimension varies, its sum included) would give away one
    hidden count, or a few that together are below ``SMALLEST``, the smallest of the others is hidden too. That nothing
    was counted is nobody's secret: zeros need no such company.
    """
    gone = {cell for cell, count in counts.items() if count < SMALLEST and cell not in known} | hidden
    while more := _exposed(counts, gone, known):
        gone |= more
    return frozenset(counts.keys() - gone)


def _exposed(counts: Mapping[Cell, int], hidden: Set[Cell], known: Set[Cell]) -> set[Cell]:
    """One more cell to hide for every line whose hidden cells could be computed, or all but."""
    more: set[Cell] = set()
    for line in _lines(counts):
        gone = [cell for cell in line if cell in hidden or cell in more]
        others = [cell for cell in line if cell not in gone and cell not in known]
        together = sum(counts[cell] for cell in gone)
        bare = len(gone) == 1 or (line[0] not in gone and together < SMALLEST)
        if together and bare and others:
            more.add(min(others, key=lambda cell: (counts[cell], cell)))
    return more


def _lines(counts: Mapping[Cell, int]) -> Iterator[list[Cell]]:
    """Every line of the table: the cells that differ in one dimension only."""
    lines: dict[tuple[int, Cell], list[Cell]] = {}
    for cell in sorted(counts):
        for dimension in range(len(cell)):
            lines.setdefault((dimension, (*cell[:dimension], *cell[dimension + 1:])), []).append(cell)
    return iter(lines.values())
