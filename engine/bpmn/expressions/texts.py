"""The text of every value: what string() gives (DMN 1.5, 10.3.4.1) and what a person may read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.bpmn.expressions.decimals import number_text
from engine.bpmn.expressions.names import RESERVED
from engine.bpmn.expressions.refusals import EvaluationStopped
from engine.bpmn.expressions.runs import MAX_DEPTH, Run
from engine.bpmn.expressions.values import Function, Range, taken


def text_of(run: Run, value: Any) -> str:
    """The text of a value; a text is its own."""
    value = taken(value)
    return value if isinstance(value, str) else run.text(_inner(run, value, 0))


def _inner(run: Run, value: Any, depth: int) -> str:
    value = taken(value)
    run.spend(1)
    if depth > MAX_DEPTH:
        raise EvaluationStopped("depth")
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return number_text(value)
    if isinstance(value, list):
        return run.text("[" + ", ".join(_inner(run, item, depth + 1) for item in value) + "]")
    if isinstance(value, dict):
        entries = (f"{_key(key)}: {_inner(run, item, depth + 1)}" for key, item in value.items())
        return run.text("{" + ", ".join(entries) + "}")
    if isinstance(value, Range):
        return _range(run, value, depth)
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return "null" if value is None else str(value)


def quoted(text: str) -> str:
    """A text as an expression would write it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(key: str) -> str:
    words = key.split(" ")
    plain = all(word.isidentifier() and word not in RESERVED for word in words)
    return key if plain else quoted(key)


def _range(run: Run, value: Range, depth: int) -> str:
    start = "" if value.start is None else _inner(run, value.start, depth + 1)
    end = "" if value.end is None else _inner(run, value.end, depth + 1)
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"
