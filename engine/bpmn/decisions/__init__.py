"""Decision tables and decision graphs (DMN 1.1 to 1.5): compiled at publication, decided at run time.

What a decision gives comes with its basis: the rows that applied, what its inputs were, and what stood beside the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.decisions.documents import english, label, read_document, text
from engine.bpmn.decisions.libraries import Library
from engine.bpmn.decisions.models import Evaluation, Model, Part
from engine.bpmn.decisions.refusals import DecisionFailed, DecisionFileRefused, DecisionProblem
from engine.bpmn.decisions.tables import Row, Table, Trace
from engine.bpmn.expressions import Environment, to_json
from engine.bpmn.expressions.runs import NOWHERE, Run

__all__ = [
    "Decision",
    "DecisionFailed",
    "DecisionFileRefused",
    "DecisionProblem",
    "Library",
    "Outcome",
    "parse_decisions",
    "read_library",
]


@dataclass(frozen=True)
class Outcome:
    """What a decision gave, as JSON, and why."""

    outputs: Any
    """The value the standard gives: one value, a context of several outputs, or a list of either."""
    rows: tuple[int, ...]
    """The numbers, from 1, of the rows behind the result; empty for other logic and for a default."""
    inputs: dict[str, Any]
    """What each input was, by its label."""
    results: tuple[dict[str, Any], ...]
    """One context of output names and values for each of these rows."""
    annotations: tuple[str, ...] = ()
    annotations_en: tuple[str, ...] = ()
    required: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """The tables of other decisions and of functions it needed, by id, with their rows, in order; then the rest."""
    warnings: int = 0
    """How many errors the standard turned into null on the way."""


class Decision:
    """One decision of a file; safe to share between threads."""

    def __init__(self, model: Model, part: Part) -> None:
        self._part = part
        self.model = model
        self.id = part.id
        self.name = label(part.element)
        self.name_en = english(part.element, "name")
        self.question = text(part.element, "question")
        self.file = model.file
        self.table: Table | None = part.tables[0] if part.tables and len(part.tables) == 1 else None
        self.problems = tuple(p for p in model.problems if p.element in (part.id, ""))
        self.open = any(problem.code == "DecisionOpen" for problem in self.problems)
        """Whether it has no logic, so that a person must take it."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of its table; none for other logic."""
        return self.table.rows if self.table else ()

    @property
    def reads(self) -> frozenset[str]:
        """The variables of the case it may read, itself or through what it requires."""
        return _reads(self._part, set())

    def decide(self, scope: Mapping[str, Any], environment: Environment | None = None) -> Outcome:
        """The result for some variables.

        Raises DecisionFailed where the table gives no one answer, EvaluationStopped where it costs too much.
        """
        run = Run(scope, environment or NOWHERE)
        evaluation = Evaluation(run, scope)
        try:
            outputs = to_json(self._value(evaluation))
        except RecursionError:
            raise DecisionFailed("TooDeep", self.name) from None
        trace = evaluation.traces.get(self.id) or Trace()
        applied = [row for row in self.rows if row.number in trace.rows]
        noted = [note for note in run.notes or () if note[0] != self.id]
        told = {id_ for id_, _ in noted}
        others = [(id_, other.rows) for id_, other in evaluation.traces.items() if id_ not in told | {self.id}]
        return Outcome(
            outputs,
            trace.rows,
            {name: to_json(value) for name, value in (trace.inputs or {}).items()},
            trace.results,
            tuple(row.annotation for row in applied),
            tuple(row.annotation_en or row.annotation for row in applied),
            (*noted, *others),
            run.warnings,
        )

    def _value(self, evaluation: Evaluation) -> Any:
        value = evaluation.value(self._part)
        if self._part.kind != "decisionService":
            return value
        return value.call(evaluation.run, [_given(evaluation.given, name) for name in value.parameters])


def _given(scope: Mapping[str, Any], name: str) -> Any:
    """What was given under a name; for one of an imported model also inside what was given for that model."""
    prefix, _, own = name.partition(".")
    inside = scope.get(prefix)
    return inside.get(own) if name not in scope and own and isinstance(inside, Mapping) else scope.get(name)


def _reads(part: Part, seen: set[int]) -> frozenset[str]:
    seen.add(id(part))
    names: set[str] = {part.name} if part.kind == "inputData" else set(part.reads)
    needed = [required for _, required in part.requires if required.kind != "inputData"]
    own = {required.name for required in needed}.union(*(required.other_names for required in needed))
    for _, required in part.requires:
        if id(required) not in seen:
            names |= _reads(required, seen)
    return frozenset(names - own)


def parse_decisions(xml: bytes, file: str, imports: Iterable[Model] = ()) -> dict[str, Decision]:
    """The decisions and decision services of a file by id; a file that is no DMN is refused.

    Problems of their logic stand in ``problems`` of each, and deciding one that has any is refused.

    ``imports`` are the models (``decision.model``) of the files it imports.
    """
    known = {key: model for model in imports for key in (model.namespace, model.file)}
    root = read_document(xml, file)
    try:
        model = Model(root, file, known)
    except RecursionError:
        raise DecisionFileRefused(file=file, reason="its boxes are nested too deeply") from None
    return _decisions_of(model)


def read_library(files: Mapping[str, bytes]) -> tuple[dict[str, Decision], Library]:
    """The decisions and decision services of some files by id, and what those files hold beside them."""
    library = Library.of(files)
    found = {key: one for model in library.models for key, one in _decisions_of(model).items()}
    return {key: one for key, one in found.items() if key not in library.doubles}, library


def _decisions_of(model: Model) -> dict[str, Decision]:
    return {part.id: Decision(model, part) for part in model.parts.values() if part.kind in _DECIDABLE}


_DECIDABLE = frozenset({"decision", "decisionService"})
