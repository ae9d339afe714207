"""Functions on lists (DMN 1.5, 10.3.4.4) and sort (10.3.4.10). Positions count from 1; negative ones from the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key, reduce
from typing import Any

from engine.bpmn.expressions import decimals
from engine.bpmn.expressions.arithmetics import calculate
from engine.bpmn.expressions.functions.registry import function
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.values import Function, is_number, order, same, taken


@function("list contains", "list: list, element: any")
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    """Whether some item equals the element."""
    run.spend(len(items))
    return any(same(run, item, element) for item in items)


@function("count", "list: list")
def count(run: Run, items: list[Any]) -> int:
    """How many items there are."""
    return len(items)


def _extreme(name: str, wanted: int) -> None:
    def extreme(run: Run, *items: Any) -> Any:
        values = [taken(item) for item in _listed(items)]
        run.spend(len(values))
        if not values or order(values[0], values[0]) is None:
            return None
        best = values[0]
        for value in values[1:]:
            place = order(value, best)
            if place is None:
                return None
            best = value if place == wanted else best
        return best

    function(name, "item+: any")(function(name, "list: list")(extreme))


_extreme("min", -1)
_extreme("max", 1)


def _numbers(run: Run, items: tuple[Any, ...]) -> list[Any] | None:
    """The numbers of a list, or None if it is empty or holds anything else."""
    values = [taken(item) for item in _listed(items)]
    run.spend(len(values))
    return values if values and all(is_number(value) for value in values) else None


def _folding(name: str, fold: Callable[[Run, list[Any]], Any]) -> None:
    def folded(run: Run, *items: Any) -> Any:
        values = _numbers(run, items)
        return None if values is None else fold(run, values)

    function(name, "n+: any")(function(name, "list: list")(folded))


def _total(run: Run, values: list[Any]) -> Any:
    return reduce(lambda a, b: calculate(run, "+", a, b), values)


def _mean(run: Run, values: list[Any]) -> Any:
    return calculate(run, "/", _total(run, values), len(values))


def _product(run: Run, values: list[Any]) -> Any:
    return reduce(lambda a, b: calculate(run, "*", a, b), values)


def _median(run: Run, values: list[Any]) -> Any:
    ranked = sorted(values)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else _mean(run, ranked[middle - 1 : middle + 1])


def _deviation(run: Run, values: list[Any]) -> Any:
    """The standard deviation of a sample."""
    if len(values) < 2:
        return None
    mean = _mean(run, values)
    squares = [calculate(run, "**", calculate(run, "-", value, mean), 2) for value in values]
    variance = calculate(run, "/", _total(run, squares), len(values) - 1)
    return None if variance is None else decimals.square_root(variance)


_folding("sum", _total)
_folding("mean", _mean)
_folding("product", _product)
_folding("median", _median)
_folding("stddev", _deviation)


@function("mode", "list: list")
@function("mode", "n+: any")
def mode(run: Run, *items: Any) -> list[Any] | None:
    """The numbers that occur most often, in order; empty for an empty list."""
    if not _listed(items):
        return []
    values = _numbers(run, items)
    if values is None:
        return None
    counts: dict[Any, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values())
    return sorted(value for value, number in counts.items() if number == most)


def _truth(name: str, decisive: bool) -> None:
    def truth(run: Run, *items: Any) -> bool | None:
        values = _listed(items)
        run.spend(len(values))
        if any(value is decisive for value in values):
            return decisive
        return (not decisive) if all(value is not decisive and isinstance(value, bool) for value in values) else None

    function(name, "b+: any")(function(name, "list: list")(truth))


_truth("all", False)
_truth("any", True)


def _listed(items: tuple[Any, ...]) -> list[Any]:
    return items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)


def _place(items: list[Any], position: Any, room: int = 0) -> int | None:
    """Where a position lies, from 0, or None if there is no such item."""
    place = int(position)
    if place != position or place == 0 or abs(place) > len(items) + room:
        return None
    return place - 1 if place > 0 else len(items) + room + place


@function("sublist", "list: list, start position: number, length?: number?")
def sublist(run: Run, items: list[Any], start: Any, length: Any = None) -> list[Any] | None:
    """So many items from a position on; null if they are not all there."""
    first = _place(items, start)
    if first is None:
        return None
    if length is None:
        return run.items(items[first:])
    if length < 0 or first + length > len(items):
        return None
    return run.items(items[first : first + int(length)])


@function("append", "list: list, item*: any")
def append(run: Run, items: list[Any], *more: Any) -> list[Any]:
    """The list with items added at its end."""
    return run.items([*items, *more])


@function("concatenate", "list+: list")
def concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    """One list of the items of all."""
    run.spend(sum(len(each) for each in lists))
    return run.items([item for each in lists for item in each])


@function("insert before", "list: list, position: number, newItem: any")
def insert_before(run: Run, items: list[Any], position: Any, item: Any) -> list[Any] | None:
    """The list with an item put before a position."""
    place = _place(items, position)
    return None if place is None else run.items([*items[:place], item, *items[place:]])


@function("remove", "list: list, position: number")
def remove(run: Run, items: list[Any], position: Any) -> list[Any] | None:
    """The list without the item at a position."""
    place = _place(items, position)
    return None if place is None else run.items([*items[:place], *items[place + 1 :]])


@function("list replace", "list: list, position: number, newItem: any")
def list_replace(run: Run, items: list[Any], position: Any, item: Any) -> list[Any] | None:
    """The list with another item at a position."""
    place = _place(items, position)
    return None if place is None else run.items([*items[:place], item, *items[place + 1 :]])


@function("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(run: Run, items: list[Any], match: Function, item: Any) -> list[Any] | None:
    """The list with another item wherever a function of the old and the new item is true; null if it gives no truth."""
    replaced = []
    for old in items:
        run.spend(5)
        found = match.call(run, [old, item])
        if not isinstance(found, bool):
            run.warn("NotOfType")
            return None
        replaced.append(item if found else old)
    return run.items(replaced)


@function("reverse", "list: list")
def reverse(run: Run, items: list[Any]) -> list[Any]:
    """The list from its end."""
    return run.items(items[::-1])


@function("index of", "list: list, match: any")
def index_of(run: Run, items: list[Any], match: Any) -> list[int]:
    """The positions of all items that equal a value."""
    run.spend(len(items))
    return [place for place, item in enumerate(items, 1) if same(run, item, match)]


@function("distinct values", "list: list")
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    """The list without repetitions."""
    kept: list[Any] = []
    for item in items:
        run.spend(1 + len(kept))
        if not any(same(run, item, other) for other in kept):
            kept.append(item)
    return run.items(kept)


@function("union", "list+: list")
def union(run: Run, *lists: list[Any]) -> list[Any]:
    """The items of all lists without repetitions."""
    return distinct_values(run, concatenate(run, *lists))


@function("duplicate values", "list: list")
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """The values that occur more than once, each once."""
    return [item for item in distinct_values(run, items) if len(index_of(run, items, item)) > 1]


@function("flatten", "list: list")
def flatten(run: Run, items: list[Any]) -> list[Any]:
    """One list of the items of all lists inside a list, however deep."""
    flat: list[Any] = []
    open_lists = [iter(items)]
    while open_lists:
        run.spend(1)
        item = next(open_lists[-1], _END)
        if item is _END:
            open_lists.pop()
        elif isinstance(item, list):
            open_lists.append(iter(item))
        else:
            flat.append(item)
    return run.items(flat)


_END = object()


@function("sort", "list: list, precedes: function")
def sort(run: Run, items: list[Any], precedes: Function) -> list[Any] | None:
    """The list in the order a function gives: true where its first argument comes first. Equal items keep theirs."""

    def compared(left: Any, right: Any) -> int:
        run.spend(5)
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return run.items(sorted(items, key=cmp_to_key(compared)))


@function("sort", "list: list")
def sort_plainly(run: Run, items: list[Any]) -> list[Any] | None:
    """The list in the natural order of its items; null if they have none."""
    run.spend(5 * len(items))
    if any(order(items[0], item) is None for item in items):
        return None
    return run.items(sorted(items, key=cmp_to_key(lambda a, b: order(a, b) or 0)))
