"""Counting: which codes of a finished task's answers are marked for the figures of its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.expressions import Environment, EvaluationStopped, ExpressionRefused, compile_expression
from engine.model.deadlines import Calendar
from engine.model.figures import Figure, Mark
from engine.store.cached_cases import figures_of
from engine.store.desk import Desk


def marks(desk: Desk, form: str, values: Mapping[str, Any], variables: Mapping[str, Any]) -> tuple[Mark, ...]:
    """The marks that these answers leave: codes that the definition lists, and nothing else."""
    known = figures_of(desk.version.compiled.bundle)
    environment = Environment(clock=desk.clock, calendar=Calendar())
    plain = [(figure, mark) for figure in known.of_form(form)
             for mark in _counted(figure, {**variables, **values}, environment)]
    if not any(figure.grouped for figure, _ in plain):
        return tuple(mark for _, mark in plain)
    scope = {**variables, "person": desk.uow.person}
    groups = [(one, _code(_evaluated(one.value, scope, environment))) for one in known.groups]
    grouped = [Mark(mark.figure, mark.value, mark.row, group.id, code if code in group.values else "")
               for figure, mark in plain if figure.grouped for group, code in groups]
    return tuple(mark for _, mark in plain) + tuple(grouped)


def _counted(figure: Figure, scope: Mapping[str, Any], environment: Environment) -> Iterator[Mark]:
    entries = scope.get(figure.each) if figure.each else [{}]
    for entry in entries if isinstance(entries, list) else []:
        here = {**scope, **entry} if isinstance(entry, dict) else scope
        value, row = _evaluated(figure.value, here, environment), _evaluated(figure.row, here, environment)
        for code in value if isinstance(value, list) else [value]:
            if _code(code) in figure.values and (not figure.row or _code(row) in figure.rows):
                yield Mark(figure.id, _code(code), _code(row) if figure.row else "")


def _evaluated(text: str, scope: Mapping[str, Any], environment: Environment) -> Any:
    """A figure never stops a case: what cannot be worked out is not counted."""
    if not text:
        return None
    try:
        return compile_expression(text).evaluate_json(scope, environment)
    except (EvaluationStopped, ExpressionRefused):
        return None


def _code(value: Any) -> str:
    """A value as the code it is declared by: 7 and 7.0 are “7”, true is “true”."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    number = value if isinstance(value, int | float) else None
    return "" if number is None else str(int(number)) if number == int(number) else str(number)
