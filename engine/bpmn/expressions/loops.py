"""Going through lists and ranges: for, some, every and filters. Each turn is paid for by the size of its body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.bpmn.expressions.refusals import EvaluationStopped
from engine.bpmn.expressions.runs import MAX_LIST, Run
from engine.bpmn.expressions.temporals import Date
from engine.bpmn.expressions.values import Range, is_number, taken

Frame = Any
Part = Callable[[Run, Frame], Any]


def span(run: Run, first: Any, last: Any, start_included: bool = True, end_included: bool = True) -> list[Any] | None:
    """The whole numbers or days from one to another, upwards or downwards (rule 44); null between anything else."""
    first, last = taken(first), taken(last)
    if isinstance(first, Date) and isinstance(last, Date):
        days = span(run, first.ordinal(), last.ordinal(), start_included, end_included)
        return None if days is None else [Date.from_ordinal(day) for day in days]
    if not (is_number(first) and is_number(last) and first == int(first) and last == int(last)):
        run.warn("NoRange")
        return None
    low, high = int(first), int(last)
    step = 1 if low <= high else -1
    if abs(high - low) >= MAX_LIST:
        raise EvaluationStopped("size")
    numbers = list(range(low, high + step, step))
    return numbers[0 if start_included else 1 : len(numbers) if end_included else -1]


def items_of(run: Run, domain: Any) -> list[Any] | None:
    """What a loop goes through: a list, a range, or a single value."""
    domain = taken(domain)
    if isinstance(domain, list):
        return domain
    if isinstance(domain, Range):
        return span(run, domain.start, domain.end, domain.start_included, domain.end_included)
    return None if domain is None else [domain]


def each_of(run: Run, frame: Frame, domains: list[tuple[str, Part]], weight: int) -> Iterator[Frame | None]:
    """The frame of every turn, the first domain outermost; one None if a domain is no list."""
    (name, domain), *inner = domains
    items = items_of(run, domain(run, frame))
    if items is None:
        yield None
        return
    for item in items:
        run.spend(1 + weight)
        bound = ({name: taken(item)}, frame)
        if inner:
            yield from each_of(run, bound, inner, weight)
        else:
            yield bound


def quantified(run: Run, turns: Iterator[Frame | None], condition: Part, decisive: bool) -> bool | None:
    """Some (decisive true) or every (decisive false): the or, or the and, of all turns (rule 46)."""
    result: bool | None = not decisive
    for inner in turns:
        value = None if inner is None else condition(run, inner)
        if value is decisive:
            return decisive
        if value is not (not decisive):
            result = None
    return result


def filtered(run: Run, frame: Frame, value: Any, position: Part | None, holds: Part | None, weight: int) -> Any:
    """The item at a position, or the items for which a condition holds (10.3.2.5); one value is a list of one."""
    value = taken(value)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if position is not None:
        index = position(run, frame)
        if is_number(index):
            return _at(run, items, index)
        if holds is None and index is not True:
            return [] if index is False else _no_filter(run)
    if holds is None:
        return list(items)
    kept = []
    for item in items:
        run.spend(1 + weight)
        if holds(run, ({"item": taken(item)}, frame)) is True:
            kept.append(item)
    return run.items(kept)


def _no_filter(run: Run) -> None:
    run.warn("NoFilter")


def _at(run: Run, items: list[Any], index: Any) -> Any:
    place = int(index)
    if place != index or not 1 <= abs(place) <= len(items):
        run.warn("NoSuchItem")
        return None
    return taken(items[place - 1 if place > 0 else place])
