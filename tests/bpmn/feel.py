"""Tables of expressions for the tests of the expression language: one case a line, ``expression ⇒ JSON``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine.bpmn.expressions import compile_expression, to_json


@dataclass(frozen=True)
class Case:
    """An expression and the JSON of its value."""

    expression: str
    value: Any

    def __str__(self) -> str:
        return self.expression


def cases(table: str) -> list[Case]:
    """The cases of a table; a long value stands on a line of its own."""
    lines = table.strip("\n").replace("\n    ⇒ ", " ⇒ ").split("\n")
    return [Case(expression, json.loads(value)) for expression, _, value in (line.partition(" ⇒ ") for line in lines)]


def evaluated(expression: str, **variables: Any) -> Any:
    """The value as JSON; a truth is no number."""
    return _told_apart(to_json(compile_expression(expression).evaluate(variables)))


def _told_apart(value: Any) -> Any:
    """1 and true are equal in Python, but not here; floats are compared as they print."""
    if isinstance(value, bool):
        return Truth(value)
    if isinstance(value, list):
        return [_told_apart(item) for item in value]
    if isinstance(value, dict):
        return {key: _told_apart(item) for key, item in value.items()}
    return value


class Truth:
    """A truth value that equals only another truth value."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, bool) and other is self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return repr(self.value)
