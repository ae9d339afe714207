"""How points and ranges lie to each other (DMN 1.5, 10.3.4.9, table 78). An open end lies beyond all values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions.decimals import read_number
from engine.bpmn.expressions.functions.registry import function
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporal_texts import (
    read_date,
    read_date_time,
    read_duration,
    read_literal,
    read_time,
)
from engine.bpmn.expressions.truths import lies_in
from engine.bpmn.expressions.values import Range, order

Rule = Callable[[Range, Range], bool]


class _NoOrder(Exception):
    """Two ends cannot be compared."""


def _ends(one: Range, one_is_end: bool, other: Range, other_is_end: bool) -> int:
    """-1, 0 or 1 as an end of one range lies below, at or above an end of another."""
    left = one.end if one_is_end else one.start
    right = other.end if other_is_end else other.start
    if left is None or right is None:
        place = (0 if left is not None else 1 if one_is_end else -1) - (
            0 if right is not None else 1 if other_is_end else -1
        )
        return (place > 0) - (place < 0)
    compared = order(left, right)
    if compared is None:
        raise _NoOrder
    return compared


def _before(a: Range, b: Range) -> bool:
    place = _ends(a, True, b, False)
    return place < 0 or (place == 0 and not (a.end_included and b.start_included))


def _meets(a: Range, b: Range) -> bool:
    return a.end_included and b.start_included and _ends(a, True, b, False) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_no_later(a: Range, b: Range) -> bool:
    place = _ends(a, False, b, False)
    return place < 0 or (place == 0 and (a.start_included or not b.start_included))


def _ends_no_later(a: Range, b: Range) -> bool:
    place = _ends(a, True, b, True)
    return place < 0 or (place == 0 and (b.end_included or not a.end_included))


def _same_start(a: Range, b: Range) -> bool:
    return a.start_included == b.start_included and _ends(a, False, b, False) == 0


def _same_end(a: Range, b: Range) -> bool:
    return a.end_included == b.end_included and _ends(a, True, b, True) == 0


def _overlaps_before(a: Range, b: Range) -> bool:
    place = _ends(a, False, b, False)
    earlier = place < 0 or (place == 0 and a.start_included and not b.start_included)
    return earlier and not _before(a, b) and _ends_no_later(a, b)


def _includes(a: Range, b: Range) -> bool:
    return _starts_no_later(a, b) and _ends_no_later(b, a)


def _finishes(a: Range, b: Range) -> bool:
    return _same_end(a, b) and _starts_no_later(b, a)


def _starts(a: Range, b: Range) -> bool:
    return _same_start(a, b) and _ends_no_later(a, b)


def _coincides(a: Range, b: Range) -> bool:
    return _same_start(a, b) and _same_end(a, b)


def _swapped(rule: Rule) -> Rule:
    return lambda a, b: rule(b, a)


_POINTS, _POINT_FIRST, _POINT_SECOND = "point1, point2", "point, range", "range, point"
_RANGES = "range1, range2"
_TABLE: tuple[tuple[str, Rule, tuple[str, ...]], ...] = (
    ("before", _before, (_POINTS, _POINT_FIRST, _POINT_SECOND, _RANGES)),
    ("after", _swapped(_before), (_POINTS, _POINT_FIRST, _POINT_SECOND, _RANGES)),
    ("meets", _meets, (_RANGES,)),
    ("met by", _swapped(_meets), (_RANGES,)),
    ("overlaps", _overlaps, (_RANGES,)),
    ("overlaps before", _overlaps_before, (_RANGES,)),
    ("overlaps after", _swapped(_overlaps_before), (_RANGES,)),
    ("finishes", _finishes, (_POINT_FIRST, _RANGES)),
    ("finished by", _swapped(_finishes), (_POINT_SECOND, _RANGES)),
    ("includes", _includes, (_POINT_SECOND, _RANGES)),
    ("during", _swapped(_includes), (_POINT_FIRST, _RANGES)),
    ("starts", _starts, (_POINT_FIRST, _RANGES)),
    ("started by", _swapped(_starts), (_POINT_SECOND, _RANGES)),
    ("coincides", _coincides, (_POINTS, _RANGES)),
)
# Whether a point ends, or starts, a range: the range must include that end (table 78, rows finishes and starts).
_AT_END = {"finishes": (1, True), "finished by": (0, True), "starts": (1, False), "started by": (0, False)}


def _register(name: str, rule: Rule, form: str) -> None:
    names = form.split(", ")
    kinds = ["range" if each.startswith("range") else _POINT for each in names]
    signature = ", ".join(f"{each}: {kind}" for each, kind in zip(names, kinds, strict=True))

    def related(run: Run, one: Any, other: Any) -> bool | None:
        try:
            if name in _AT_END and form != _RANGES:
                return _touches(*_AT_END[name], (one, other))
            return rule(_as_range(one), _as_range(other))
        except _NoOrder:
            run.warn("NotComparable")
            return None

    function(name, signature)(related)


def _touches(which: int, at_end: bool, values: tuple[Any, Any]) -> bool:
    whole, point = values[which], _as_range(values[1 - which])
    included = whole.end_included if at_end else whole.start_included
    return included and _ends(whole, at_end, point, at_end) == 0


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


_POINT = "number|string|date|time|date and time|days and time duration|years and months duration"
for _name, _rule, _forms in _TABLE:
    for _form in _forms:
        _register(_name, _rule, _form)


@function("range", "from: string")
def range_from(run: Run, text: str) -> Range | None:
    """The range a text such as [1..10] or (@"2027-01-01"..) writes, with literal ends (DMN 1.5, 10.3.4.1)."""
    text = text.strip()
    start, dots, end = text[1:-1].partition("..")
    if len(text) < 4 or not dots or text[0] not in "[](" or text[-1] not in "[])":
        return None
    low, high = _literal(start.strip()), _literal(end.strip())
    if (low is None and text[0] == "[") or (high is None and text[-1] == "]"):
        return None
    if (low is None and high is None) or (start.strip() and low is None) or (end.strip() and high is None):
        return None
    whole = Range(low, high, text[0] == "[" and low is not None, text[-1] == "]" and high is not None)
    if low is not None and high is not None and (order(low, high) or 0) > 0:
        return None
    return whole if low is None or high is None or lies_in(run, low, Range(low, high)) is not None else None


def _literal(text: str) -> Any:
    """The value of an end of a range as a text: a number, a text, or a date, time or duration written as one."""
    if found := _TEMPORAL.fullmatch(text):
        return _READERS[found[1] or "@"](found[2])
    if found := _TEXT.fullmatch(text):
        return found[1]
    return read_number(text) if _NUMBER.fullmatch(text) else None


_TEMPORAL = re.compile(r'(?:@\s*|(date and time|date|time|duration)\s*\(\s*)"([^"]*)"\s*\)?')
_TEXT = re.compile(r'"([^"\\]*)"')
_NUMBER = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{1,40})?|\.[0-9]{1,40})")
_READERS: dict[str, Callable[[str], Any]] = {
    "@": read_literal,
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "duration": read_duration,
}
