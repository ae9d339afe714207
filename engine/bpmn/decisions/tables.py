"""Decision tables (DMN 1.5, clause 8): inputs against cells, the rows that apply, the outputs of the hit policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.bpmn.decisions.hit_policies import MULTIPLE, POLICIES, RANKED, Hit, Ranking, aggregate
from engine.bpmn.decisions.item_types import from_outside
from engine.bpmn.decisions.refusals import DecisionFailed
from engine.bpmn.expressions import Expression, UnaryTests, bounded, frame_of, to_json
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.types import Type, fitted
from engine.bpmn.expressions.values import same


@dataclass(frozen=True)
class Input:
    """A column that is tested."""

    id: str
    label: str
    label_en: str
    expression: Expression
    type: Type
    allowed: Callable[[Run, Any], bool] | None
    values: UnaryTests | None


@dataclass(frozen=True)
class Output:
    """A column that is given."""

    id: str
    name: str
    label: str
    label_en: str
    type: Type
    values: tuple[Expression, ...]
    """The output values in order of priority."""
    allowed: Callable[[Run, Any], bool] | None
    default: Expression | None


@dataclass(frozen=True)
class Row:
    """A rule: its cells and what its author wrote beside it."""

    number: int
    id: str
    tests: tuple[UnaryTests | None, ...]
    outputs: tuple[Expression | None, ...]
    annotation: str = ""
    annotation_en: str = ""
    types: tuple[Type, ...] = ()
    """What the output cells themselves are declared to give, beside what their columns are; mostly nothing."""


@dataclass
class Trace:
    """What a table did: the rows that applied (those behind the result), what the inputs were, one result a row."""

    rows: tuple[int, ...] = ()
    inputs: dict[str, Any] | None = None
    results: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Table:
    """A compiled decision table."""

    decision: str
    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]

    def decide(self, run: Run, trace: Trace) -> Any:
        """The value of the table in the run's scope; the trace keeps how it came about."""
        values = [self._input(run, column) for column in self.inputs]
        trace.inputs = {column.label: to_json(value) for column, value in zip(self.inputs, values, strict=True)}
        applying = bounded(self.decision, self._applying, run, [frame_of(value) for value in values])
        hits = [Hit(row.number, self._outputs(run, row)) for row in applying]
        if not hits:
            return self._default(run)
        chosen = POLICIES[self.policy](
            run, hits, Ranking(self.decision, lambda hit: self._priority(run, hit), self.policy)
        )
        trace.rows = tuple(hit.row for hit in chosen)
        trace.results = tuple(
            {column.name: to_json(v) for column, v in zip(self.outputs, hit.values, strict=True)} for hit in chosen
        )
        return self._value(run, chosen)

    def _applying(self, run: Run, frames: list[Any]) -> list[Row]:
        """The rows whose cells all take the inputs; under FIRST the first of them is enough."""
        found = []
        for row in self.rows:
            run.spend(len(frames))
            if all(test is None or test.holds(run, frame) for test, frame in zip(row.tests, frames, strict=True)):
                found.append(row)
                if self.policy == "FIRST":
                    break
        return found

    def _input(self, run: Run, column: Input) -> Any:
        """What a column tests; null, as the standard says, where that is none of its allowed values."""
        return _allowed(run, from_outside(column.expression.run(run), column.type), column)

    def _outputs(self, run: Run, row: Row) -> tuple[Any, ...]:
        values = []
        for at, (column, cell) in enumerate(zip(self.outputs, row.outputs, strict=True)):
            value = None if cell is None else fitted(run, from_outside(cell.run(run), column.type), column.type)
            if row.types:
                value = fitted(run, value, row.types[at])
            values.append(_allowed(run, value, column))
        return tuple(values)

    def _value(self, run: Run, hits: list[Hit]) -> Any:
        if self.policy not in MULTIPLE:
            return self._one(hits[0].values)
        if self.policy == "COLLECT" and self.aggregation:
            columns = [[hit.values[at] for hit in hits] for at in range(len(self.outputs))]
            return self._one(tuple(aggregate(run, self.aggregation, values) for values in columns))
        return [self._one(hit.values) for hit in hits]

    def _default(self, run: Run) -> Any:
        if any(column.default is not None for column in self.outputs):
            return self._one(tuple(c.default.run(run) if c.default is not None else None for c in self.outputs))
        if self.policy in MULTIPLE:
            return {"": [], "COUNT": 0}.get(self.aggregation)
        return None

    def _one(self, values: tuple[Any, ...]) -> Any:
        if len(values) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self.outputs, values, strict=True)}

    def _priority(self, run: Run, hit: Hit) -> tuple[int, ...]:
        """Where each value stands in the list of its column, the first column first."""
        places = []
        for column, value in zip(self.outputs, hit.values, strict=True):
            ranks = [place for place, known in enumerate(column.values) if same(run, known.run(run), value)]
            if not ranks and self.policy in RANKED and not column.values and len(self.outputs) == 1:
                raise DecisionFailed("NoPriorities", self.decision, output=column.label, policy=self.policy)
            places.append(ranks[0] if ranks else len(column.values))
        return tuple(places)


def _allowed(run: Run, value: Any, column: Input | Output) -> Any:
    """A value, or null (and a warning) where its column does not allow it."""
    if value is None or column.allowed is None or column.allowed(run, value):
        return value
    run.warn("NotAllowed")
    return None
