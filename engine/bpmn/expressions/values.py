"""Values of the language: their kinds, when two are equal, which comes first (DMN 1.5, 10.3.2.3 and 10.3.2.13).

A number is an int where it is whole and a Decimal else; a float that came in from JSON counts as the decimal it prints
as. Contexts are dicts with text keys, lists are lists. None is null and also the third truth value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from engine.bpmn.expressions.decimals import from_float
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporals import (
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    from_python,
    from_python_date,
)


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end that is None is open without bound."""

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True


class Function:
    """A function value: called with its arguments in order."""

    __slots__ = ("call", "name", "parameters", "types")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        call: Callable[[Run, list[Any]], Any],
        types: tuple[Any, ...] = (),
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.call = call
        self.types = types


KINDS: dict[type, str] = {
    int: "number",
    Decimal: "number",
    float: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    MonthsDuration: "years and months duration",
    Range: "range",
    Function: "function",
    type(None): "null",
}
# Values that are taken from a scope as they are.
PLAIN = frozenset({int, str, bool, type(None), list, dict, Decimal})


def kind(value: Any) -> str:
    """The kind of a value: the name of its FEEL type without what is inside."""
    return KINDS[type(value)]


def taken(value: Any) -> Any:
    """A value from outside as the language sees it; what it cannot hold becomes null."""
    if type(value) in PLAIN or (type(value) in KINDS and type(value) is not float):
        return value
    for outside, convert in _OUTSIDE:
        if isinstance(value, outside):
            return convert(value)
    return None


_OUTSIDE: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (float, from_float),
    (bool, bool),
    (int, int),
    (str, str),
    (datetime, from_python),
    (date, from_python_date),
    (timedelta, lambda value: DaysDuration(round(value.total_seconds() * 10**6) * 1000)),
    (UUID, str),
    (Mapping, dict),
    (Sequence, list),
    (Set, list),
)


def is_number(value: Any) -> bool:
    """Whether a value is a number (a boolean is not)."""
    return type(value) is int or type(value) is Decimal


def equal(run: Run, left: Any, right: Any) -> bool | None:
    """Whether two values are equal; null where they are of different kinds, except that null equals only null."""
    if left is None or right is None:
        return left is right
    left, right = taken(left), taken(right)
    one, other = type(left), type(right)
    if one is other and one in _COMPARED_AS_THEY_ARE:
        return bool(left == right)
    if one is not other and kind(left) != kind(right):
        return _equal_moments(run, left, right) if {one, other} == _DAY_AND_MOMENT else None
    return _EQUALITIES.get(one, _same)(run, left, right)


def same(run: Run, left: Any, right: Any) -> bool:
    """Whether two values are surely equal."""
    return equal(run, left, right) is True


_DAY_AND_MOMENT = {Date, DateTime}
_COMPARED_AS_THEY_ARE = frozenset({int, str, bool, Decimal, Date, DaysDuration, MonthsDuration})


def _same(_run: Run, left: Any, right: Any) -> bool:
    return bool(left == right)


def _equal_lists(run: Run, left: list[Any], right: list[Any]) -> bool:
    run.spend(1 + min(len(left), len(right)))
    return len(left) == len(right) and all(same(run, a, b) for a, b in zip(left, right, strict=True))


def _equal_contexts(run: Run, left: dict[str, Any], right: dict[str, Any]) -> bool:
    run.spend(1 + min(len(left), len(right)))
    return left.keys() == right.keys() and all(same(run, value, right[key]) for key, value in left.items())


def _equal_times(_run: Run, left: Time, right: Time) -> bool:
    return _time_place(left) == _time_place(right)


def _equal_moments(_run: Run, left: Date | DateTime, right: Date | DateTime) -> bool:
    return _moment_place(left) == _moment_place(right)


def _equal_ranges(run: Run, left: Range, right: Range) -> bool:
    flags = (left.start_included, left.end_included) == (right.start_included, right.end_included)
    return flags and same(run, left.start, right.start) and same(run, left.end, right.end)


_EQUALITIES: dict[type, Callable[[Run, Any, Any], bool]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Time: _equal_times,
    DateTime: _equal_moments,
    Range: _equal_ranges,
    Function: lambda _run, left, right: left is right,
}


def order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 as one value comes before, with or after another; None where they have no order."""
    left, right = taken(left), taken(right)
    one, other = ordered(left), ordered(right)
    if {type(left), type(right)} == _DAY_AND_MOMENT:
        one, other = _moment_place(left), _moment_place(right)
    if one is None or other is None or one[0] != other[0]:
        return None
    return int(one[1] > other[1]) - int(one[1] < other[1])


def ordered(value: Any) -> tuple[str, Any] | None:
    """The scale a value lies on and its place there, or None for a value that has no order (a boolean, a list)."""
    place = _PLACES.get(type(value))
    return place(value) if place else None


_PLACES: dict[type, Callable[[Any], tuple[str, Any]]] = {
    int: lambda value: ("number", value),
    Decimal: lambda value: ("number", value),
    str: lambda value: ("string", value),
    Date: lambda value: ("date", (value.year, value.month, value.day)),
    Time: lambda value: _time_place(value),
    DateTime: lambda value: _moment_place(value),
    DaysDuration: lambda value: ("days", value.nanos),
    MonthsDuration: lambda value: ("months", value.months),
}


def _time_place(value: Time) -> tuple[str, Any]:
    """Times compare by whole seconds (10.3.2.3.4), those with a zone on the clock of Greenwich."""
    seconds = value.nanos() // NANOS
    return ("local time", seconds) if value.zone is None else ("time", seconds - value.standard_offset())


def _moment_place(value: Date | DateTime) -> tuple[str, Any]:
    """Moments compare by whole seconds (10.3.2.3.5); a day beside a moment is its midnight in UTC (10.3.2.3.6)."""
    if isinstance(value, Date):
        return "moment", value.ordinal() * 86_400
    instant = value.instant()
    return ("local moment", value.local_nanos() // NANOS) if instant is None else ("moment", instant // NANOS)
