"""What can be told of a decision table before it runs: rows that overlap, rows that never decide, inputs no row covers.

Every column is cut into the values and intervals its cells name; a cell is the set of those it takes, and rows are
compared on them. Cells that compute something cannot be cut: then nothing is told. Between two neighbouring whole
numbers nothing is missed, for counts of days and persons are whole. Null inputs are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.bpmn.decisions.grids import perhaps_common, rows_by_piece
from engine.bpmn.decisions.hit_policies import MULTIPLE
from engine.bpmn.decisions.refusals import DecisionProblem
from engine.bpmn.decisions.tables import Input, Row, Table
from engine.bpmn.expressions import EvaluationStopped, UnaryTests, trees
from engine.bpmn.expressions.literal_values import UNWRITTEN, literal_value
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.texts import text_of
from engine.bpmn.expressions.trees import Node
from engine.bpmn.expressions.values import ordered

_MOST_SHOWN = 5
_OTHER = "\u0000other"
_MOST_WORK = 200_000  # pieces looked at in the search for gaps; pairs of rows compared


@dataclass(frozen=True)
class Piece:
    """One value of a column, or all values between two neighbours that its cells name."""

    value: Any
    low: Any = None
    high: Any = None
    exact: bool = True

    def text(self, label: str) -> str:
        """The piece as part of a sentence."""
        if self.exact:
            return f"{label} = {_shown(self.value)}"
        if self.low is None and self.high is None:
            return f"{label} is any other value"
        if self.high is None:
            return f"{label} > {_shown(self.low)}"
        if self.low is None:
            return f"{label} < {_shown(self.high)}"
        return f"{_shown(self.low)} < {label} < {_shown(self.high)}"


class _Unclear(Exception):
    """A cell that computes something."""


def check_table(table: Table, element: str) -> list[DecisionProblem]:
    """What is wrong with a table as a whole: overlaps, rows that never decide, gaps, values nobody can enter."""
    try:
        columns = [_Column(column, [row.tests[at] for row in table.rows]) for at, column in enumerate(table.inputs)]
    except (_Unclear, EvaluationStopped):
        return []
    grid = _Grid(table, element, columns)
    found = [*grid.unknown_values(), *grid.overlaps(), *grid.never()]
    covers = table.policy not in MULTIPLE and all(column.default is None for column in table.outputs)
    return [*found, *grid.gaps()] if covers else found


class _Column:
    """The pieces of one column, and which of them each cell takes."""

    def __init__(self, column: Input, cells: list[UnaryTests | None]) -> None:
        self.label = column.label
        self.listed = _values_in(column.values.tree) if column.values else None
        named = [value for cell in cells if cell is not None for value in _values_in(cell.tree)]
        self.pieces = _pieces(named, self.listed, column)
        run = Run({})
        self.whole = (1 << len(self.pieces)) - 1
        self._places = {piece.value: at for at, piece in enumerate(self.pieces) if piece.exact}
        self._compared = 0
        kept: dict[str, int] = {}
        for cell in cells:
            if cell is not None and cell.text not in kept:
                kept[cell.text] = self._mask(run, cell)
        self.masks = [self.whole if cell is None else kept[cell.text] for cell in cells]

    def _mask(self, run: Run, cell: UnaryTests) -> int:
        """The pieces a cell takes: between two neighbours that it names itself, it takes all pieces or none."""
        named = sorted({self._places[value] for value in _values_in(cell.tree) if value in self._places})
        in_order = any(not piece.exact and piece.value != _OTHER for piece in self.pieces)
        if not in_order:
            return self._unordered(run, cell, named)
        taken, begin = 0, 0
        for place in (*named, len(self.pieces)):
            if begin < place and cell.run(run, self.pieces[begin].value):
                taken |= (1 << place) - (1 << begin)
            if place < len(self.pieces) and cell.run(run, self.pieces[place].value):
                taken |= 1 << place
            begin = place + 1
        return taken


    def _unordered(self, run: Run, cell: UnaryTests, named: list[int]) -> int:
        """The same for texts: those that a cell does not name it takes all or none, unless it compares them."""
        places: list[int] | range = range(len(self.pieces))
        rest = 0
        if not any(part.kind in (trees.TEST, trees.RANGE) for part in (cell.tree, *cell.tree.parts) if _is_node(part)):
            others = self.whole & ~sum(1 << at for at in named)
            first = (others & -others).bit_length() - 1
            rest = others if others and cell.run(run, self.pieces[first].value) else 0
            places = named
        self._compared += len(places)
        if self._compared > _MOST_WORK:
            raise _Unclear
        return rest | sum(1 << at for at in places if cell.run(run, self.pieces[at].value))


def _is_node(part: Any) -> bool:
    return isinstance(part, Node)


def _pieces(named: list[Any], listed: list[Any] | None, column: Input) -> list[Piece]:
    values = [value for value in named if value is not None]
    if column.values is not None and listed is not None and all(isinstance(value, str) for value in listed):
        return [Piece(value) for value in _distinct([*listed, *values])]
    if column.type.kind == "boolean" or (values and all(isinstance(value, bool) for value in values)):
        return [Piece(True), Piece(False)]
    if not values or all(isinstance(value, str) for value in values):
        return [*(Piece(value) for value in _distinct(values)), Piece(_OTHER, exact=False)]
    return _intervals(values)


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _intervals(values: list[Any]) -> list[Piece]:
    """Every named value, and what lies below, between and above them."""
    places = {value: ordered(value) for value in values}
    scales = {place[0] for place in places.values() if place is not None}
    if None in places.values() or len(scales) != 1:
        raise _Unclear
    ranked = sorted(_distinct(values), key=lambda value: (places[value] or ("", 0))[1])
    step = _STEPS.get(scales.pop())
    if step is None:
        raise _Unclear
    pieces = [Piece(step(ranked[0], None), None, ranked[0], exact=False)]
    for value, following in zip(ranked, [*ranked[1:], None], strict=True):
        pieces.append(Piece(value))
        inside = step(value, following) if following is not None else step(None, value)
        if inside is not None:
            pieces.append(Piece(inside, value, following, exact=False))
    return pieces


def _number_between(low: Any, high: Any) -> Any:
    """A number below the first, above the second, or between both; None between neighbouring whole numbers."""
    if high is None:
        return low - 1
    if low is None:
        return high + 1
    if type(low) is int and type(high) is int:
        return None if high - low < 2 else low + 1
    return (low + high) / 2


def _day_between(low: Any, high: Any) -> Any:
    kind = type(low if low is not None else high)
    first = low.ordinal() if low is not None else None
    last = high.ordinal() if high is not None else None
    number = _number_between(first, last)
    return None if number is None else kind.from_ordinal(number)


_STEPS: dict[str, Callable[[Any, Any], Any]] = {"number": _number_between, "date": _day_between}


def _values_in(node: Node) -> list[Any]:
    """The values a cell names; _Unclear for a cell that names none or computes."""
    if node.kind in (trees.TESTS, trees.NOT_TESTS):
        return [value for part in node.parts for value in _values_in(part)]
    if node.kind == trees.TEST:
        return [_literal(node.parts[1])]
    if node.kind == trees.RANGE:
        return [_literal(end) for end in node.parts[:2] if end is not None]
    if node.kind == trees.ANY:
        return []
    return [_literal(node)]


def _literal(node: Node) -> Any:
    value = literal_value(node)
    if value is UNWRITTEN:
        raise _Unclear
    return value


class _Grid:
    """Rows as products of the pieces they take."""

    def __init__(self, table: Table, element: str, columns: list[_Column]) -> None:
        self.table = table
        self.element = element
        self.columns = columns
        self.work = _MOST_WORK
        self._takers: dict[int, list[int]] = {}
        self.areas = [tuple(column.masks[at] for column in columns) for at in range(len(table.rows))]

    def _problem(self, code: str, level: str, **params: str) -> DecisionProblem:
        return DecisionProblem(code, self.element, level, {"decision": self.table.decision, **params})

    def unknown_values(self) -> Iterator[DecisionProblem]:
        """Texts in cells that are not among the values a column allows."""
        for at, column in enumerate(self.table.inputs):
            listed = self.columns[at].listed
            if listed is None or not all(isinstance(value, str) for value in listed):
                continue
            for row in self.table.rows:
                for value in _texts(row, at):
                    if value not in listed:
                        params = {"row": str(row.number), "value": _shown(value), "column": column.label}
                        yield self._problem("DecisionValueUnknown", "hint", **params)

    def overlaps(self) -> list[DecisionProblem]:
        """Rows of a UNIQUE table that apply to the same inputs, and of an ANY table if their outputs differ."""
        found: list[DecisionProblem] = []
        if self.table.policy not in ("UNIQUE", "ANY"):
            return found
        columns = [(column.masks, len(column.pieces)) for column in self.columns]
        for one, other in islice(perhaps_common(columns, len(self.areas)), _MOST_WORK):
            common = tuple(a & b for a, b in zip(self.areas[one], self.areas[other], strict=True))
            if not all(common) or (self.table.policy == "ANY" and self._same_outputs(one, other)):
                continue
            rows = f"{self.table.rows[one].number}, {self.table.rows[other].number}"
            found.append(self._problem("DecisionRowsOverlap", "house", rows=rows, example=self._example(common)))
            if len(found) == _MOST_SHOWN:
                break
        return found

    def _same_outputs(self, one: int, other: int) -> bool:
        first, second = (
            tuple(cell.text if cell else "" for cell in self.table.rows[at].outputs) for at in (one, other)
        )
        return first == second

    def never(self) -> Iterator[DecisionProblem]:
        """Rows of a FIRST table that earlier rows cover, and rows whose cells exclude all values."""
        for at, area in enumerate(self.areas):
            earlier = (1 << at) - 1 if self.table.policy == "FIRST" else 0
            if not all(area) or (earlier and self._uncovered(area, earlier) is None and self.work > 0):
                yield self._problem("DecisionRowNever", "hint", row=str(self.table.rows[at].number))

    def gaps(self) -> Iterator[DecisionProblem]:
        """Inputs to which no row applies."""
        holes: list[tuple[int, ...]] = []
        for _ in range(_MOST_SHOWN):
            hole = self._gap(holes) if self.columns else None
            if hole is None:
                return
            yield self._problem("DecisionGap", "hint", example=self._example(hole))
            holes.append(hole)

    def _gap(self, holes: list[tuple[int, ...]]) -> tuple[int, ...] | None:
        """Another hole than those known, which count as rows."""
        self._takers.clear()
        self.areas = [*self.areas[: len(self.table.rows)], *holes]
        return self._uncovered(tuple(column.whole for column in self.columns), (1 << len(self.areas)) - 1)

    def _taking(self, at: int) -> list[int]:
        """For each piece of a column the rows that take it."""
        if at not in self._takers:
            self._takers[at] = rows_by_piece([area[at] for area in self.areas], len(self.columns[at].pieces))
        return self._takers[at]

    def _uncovered(self, area: tuple[int, ...], by: int, at: int = 0) -> tuple[int, ...] | None:
        """A part of an area that none of some rows covers: column by column, pieces that behave alike together."""
        if at == len(area):
            return None if by else ()
        if not by:
            return area[at:]
        self.work -= area[at].bit_length()
        if self.work < 0:
            return None
        alike: dict[int, int] = {}
        takers = self._taking(at)
        for piece in range(area[at].bit_length()):
            if area[at] >> piece & 1:
                key = takers[piece] & by
                alike[key] = alike.get(key, 0) | 1 << piece
        for key, mask in alike.items():
            rest = self._uncovered(area, key, at + 1)
            if rest is not None:
                return (mask, *rest)
        return None

    def _example(self, area: tuple[int, ...]) -> str:
        """A place in an area, column by column; a column that is wholly in it says nothing."""
        parts = []
        for column, mask in zip(self.columns, area, strict=True):
            if mask != (1 << len(column.pieces)) - 1:
                parts.append(column.pieces[(mask & -mask).bit_length() - 1].text(column.label))
        return ", ".join(parts) or "any inputs"


def _texts(row: Row, at: int) -> list[str]:
    cell = row.tests[at]
    return [value for value in _values_in(cell.tree) if isinstance(value, str)] if cell is not None else []


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else text_of(Run({}), value)
