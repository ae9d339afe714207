"""Where texts of a diagram meet a token: compiling them once, reading variables for them, keeping values plain JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from engine.bpmn.expressions import compile_expression, to_json
from engine.bpmn.expressions.hints import in_feel
from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.failures import ExpressionFailed, ValueRefused
from engine.model.errors import Refused

_NAME = re.compile(r"[^\W\d][\w.]*")
_ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.+?)\s*;?\s*")
_DEEPEST_VALUE = 60
_LONGEST_TEXT = 1_000_000
_MOST_PARTS = 200_000


class Expression(Protocol):
    """What the expression language gives us."""

    text: str
    reads: frozenset[str]

    @property
    def doubts(self) -> Sequence[Refused]:
        """What is always null in it."""

    def evaluate(self, scope: Mapping[str, Any], environment: Any) -> Any:
        """The value of the expression."""


def compile_text(text: str, names: frozenset[str] = frozenset()) -> Expression:
    """The compiled expression; `names` may hold blanks. Raises the refusal of the expression language."""
    compiled: Expression = compile_expression(text.strip(), names=names or None)
    _refuse_methods(text.strip(), compiled, names)
    return compiled


def _refuse_methods(text: str, compiled: Expression, names: frozenset[str]) -> None:
    """Case data have no methods: what other languages call on them would quietly be null, and `empty x` a name."""
    plain = _unquoted(text)
    found = None if "function" in plain else _METHOD.search(plain)
    if found is None and not any(name.startswith("empty ") and name not in names for name in compiled.reads):
        return
    inside = text[2:-1].strip() if text[:1] in "$#" else text.removeprefix("=").strip()
    write = in_feel(inside)
    if write != inside and _METHOD.search(_unquoted(write)) is None:
        compile_expression(write, names=names or None)
        raise ExpressionRefused("NoPython", text, write=f"={write}")
    raise ExpressionRefused("UnknownFunction", text, found.start() if found else 0,
                            name=found.group(1) if found else "empty", hint="")


def _unquoted(text: str) -> str:
    return _QUOTED.sub(lambda found: '"' * len(found.group()), text)


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_METHOD = re.compile(r"[^\W\d]\w*(?:\.\w+)*\.(\w+)\s*\(")


def script_lines(script: str) -> list[tuple[int, str, str, str]]:
    """Number, name, expression text and whole line of each assignment; the name is empty where a line is none."""
    rows = []
    for number, line in enumerate(script.splitlines(), 1):
        plain = line.strip()
        if not plain or plain.startswith(("//", "#")):
            continue
        found = _ASSIGNMENT.fullmatch(plain)
        rows.append((number, found.group(1), found.group(2), plain) if found else (number, "", "", plain))
    return rows


def is_name(text: str) -> bool:
    """Whether a text is a plain variable name or path."""
    return _NAME.fullmatch(text.strip()) is not None


def value_of(expression: Expression | None, element: str, lookup: Callable[[str], Any], environment: Any) -> Any:
    """The value of an expression for an element, as plain JSON, null without one; raises ExpressionFailed."""
    if expression is None:
        return None
    # A variable that does not exist is null, even where a built-in function has its name.
    found = {name: lookup(name) for name in expression.reads}
    seen = {name: None if value is MISSING else value for name, value in found.items()}
    try:
        value = to_json(expression.evaluate(seen, environment))
    except Refused as refused:
        raise ExpressionFailed(element=element, text=expression.text, reason=str(refused)) from refused
    except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError, MemoryError) as error:
        raise ExpressionFailed(element=element, text=expression.text, reason=type(error).__name__) from error
    return plain(value, element)


class _Missing:
    """A variable that does not exist, as opposed to one that is null."""


MISSING = _Missing()


def plain(value: Any, element: str) -> Any:
    """The value as JSON can keep it: dates and durations as ISO text; raises ValueRefused for anything unbounded."""
    budget = [_MOST_PARTS]
    return _plain(value, element, 0, budget)


def _plain(value: Any, element: str, depth: int, budget: list[int]) -> Any:
    budget[0] -= 1
    if depth > _DEEPEST_VALUE or budget[0] < 0:
        raise ValueRefused(element=element, reason="it is nested too deeply or too large")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, element)
    if isinstance(value, (int, float)):
        return _number(value, element)
    if isinstance(value, Mapping):
        return {_text(str(key), element): _plain(part, element, depth + 1, budget) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part, element, depth + 1, budget) for part in value]
    raise ValueRefused(element=element, reason=f"{type(value).__name__} is not a value of JSON")


def _text(value: str, element: str) -> str:
    if len(value) > _LONGEST_TEXT:
        raise ValueRefused(element=element, reason="the text is longer than a million characters")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueRefused(element=element, reason="the text holds half a character (a lone surrogate)") from error
    return value


def _number(value: float, element: str) -> int | float:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueRefused(element=element, reason="the number is not finite")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value) if abs(value) < 10**300 else _number(math.inf, element)
    return value
