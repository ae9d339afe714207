"""When a value meets a test or lies in a range, and how many truths make one (DMN 1.5, 10.3.2.2.4 and tables 50–55)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.values import Range, equal, order, taken

ORDERINGS: dict[str, Callable[[int], bool]] = {
    "<": lambda place: place < 0,
    "<=": lambda place: place <= 0,
    ">": lambda place: place > 0,
    ">=": lambda place: place >= 0,
}


def compare(run: Run, operator: str, left: Any, right: Any) -> bool | None:
    """The truth of a comparison; null where the two cannot be compared."""
    if operator == "=":
        return equal(run, left, right)
    if operator == "!=":
        result = equal(run, left, right)
        return None if result is None else not result
    place = order(left, right)
    if place is None:
        run.warn("NotComparable")
        return None
    return ORDERINGS[operator](place)


def both(left: bool | None, right: bool | None) -> bool | None:
    """And, with null for what is not known."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def lies_in(run: Run, value: Any, whole: Range) -> bool | None:
    """Whether a value lies in a range; null where it cannot be compared with an end."""
    low: bool | None = True
    if whole.start is not None:
        low = compare(run, ">=" if whole.start_included else ">", value, whole.start)
    if whole.end is None or low is False:
        return low
    return both(low, compare(run, "<=" if whole.end_included else "<", value, whole.end))


def meets(run: Run, value: Any, test: Any) -> bool | None:
    """Whether a value equals what a test gives, lies in it, or is one of its items."""
    test = taken(test)
    if isinstance(test, Range):
        return lies_in(run, value, test) if value is not None else None
    if isinstance(test, list):
        return _is_among(run, value, test)
    return equal(run, value, test)


def _is_among(run: Run, value: Any, items: list[Any]) -> bool | None:
    run.spend(1 + len(items))
    if isinstance(value, list) and equal(run, value, items):
        return True
    for item in items:
        if isinstance(item, Range) and not isinstance(value, Range):
            if value is not None and lies_in(run, value, item):
                return True
        elif equal(run, value, item):
            return True
    return False
