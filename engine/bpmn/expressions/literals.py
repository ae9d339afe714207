"""Names, literals, paths and filters of an expression, compiled. Where a name is found is settled here, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.functions import BUILTINS
from engine.bpmn.expressions.loops import filtered
from engine.bpmn.expressions.properties import property_of
from engine.bpmn.expressions.runs import Frame, Part, Run
from engine.bpmn.expressions.trees import Node, size_of
from engine.bpmn.expressions.values import PLAIN, Range, order, taken

if TYPE_CHECKING:
    from engine.bpmn.expressions.compiler import Compiler

_ITEM = frozenset({"item"})
# Conditions of a filter that are a truth value, never a position.
_TRUTHS = frozenset(
    {trees.COMPARISON, trees.BETWEEN, trees.IN, trees.AND, trees.OR, trees.SOME, trees.EVERY, trees.INSTANCE}
)


def constant(compiler: Compiler, value: Any) -> Part:
    """A value that is the same every time."""
    return lambda run, frame: value


def name_part(compiler: Compiler, name: str) -> Part:
    """A variable: bound by the text itself, perhaps a key of a filtered item, or of the scope."""
    depth, items = compiler.find(name)
    if depth is None:
        (compiler.perhaps if items else compiler.reads).add(name)
    if items:
        return _searched(name, items, depth) if name != "item" or depth not in items else _the_item(depth)
    return _global(name) if depth is None else _local(name, depth)


def list_part(compiler: Compiler, *nodes: Node) -> Part:
    """A list."""
    parts = [compiler.compile(node) for node in nodes]
    return lambda run, frame: run.items([part(run, frame) for part in parts])


def context(compiler: Compiler, *entries: tuple[str, Node]) -> Part:
    """A context; each entry sees those before it."""
    names: set[str] = set()
    parts: list[tuple[str, Part]] = []
    for name, node in entries:
        visible = names | {name} if node.kind == trees.FUNCTION else set(names)  # a function may call itself
        parts.append((name, compiler.inside(visible, node)))
        names.add(name)
    unique = len(names) == len(entries)

    def build(run: Run, frame: Frame) -> dict[str, Any] | None:
        if not unique:
            run.warn("DuplicateKey")
            return None
        made: dict[str, Any] = {}
        inner = (made, frame)
        for name, part in parts:
            made[name] = part(run, inner)
        return made

    return build


def range_part(
    compiler: Compiler, start: Node | None, end: Node | None, start_included: bool, end_included: bool
) -> Part:
    """A range; null if its ends have no order."""
    low = compiler.compile(start) if start else None
    high = compiler.compile(end) if end else None

    def build(run: Run, frame: Frame) -> Range | None:
        first = low(run, frame) if low else None
        last = high(run, frame) if high else None
        unknown = (low and first is None and start_included) or (high and last is None and end_included)
        unordered = first is not None and last is not None and order(first, last) is None
        if unknown or unordered or (first is None and last is None):
            run.warn("NotComparable")
            return None
        return Range(first, last, start_included and first is not None, end_included and last is not None)

    return build


def path(compiler: Compiler, node: Node, name: str) -> Part:
    """What stands after a point."""
    part = compiler.compile(node)
    return lambda run, frame: property_of(run, part(run, frame), name)


def filter_part(compiler: Compiler, node: Node, condition: Node) -> Part:
    """What stands in square brackets after a value."""
    part = compiler.compile(node)
    kind = condition.kind
    position = None if kind in _TRUTHS else compiler.compile(condition)
    holds = None if kind == trees.CONSTANT else compiler.inside(_ITEM, condition, item=True)
    weight = size_of(condition)
    return lambda run, frame: filtered(run, frame, part(run, frame), position, holds, weight)


def _global(name: str) -> Part:
    fallback = BUILTINS.get(name)

    def look(run: Run, frame: Frame) -> Any:
        value = run.scope.get(name, fallback)
        return value if type(value) in PLAIN else taken(value)

    return look


def _local(name: str, depth: int) -> Part:
    if depth == 0:
        return lambda run, frame: frame[0].get(name)

    def look(run: Run, frame: Frame) -> Any:
        for _ in range(depth):
            frame = frame[1]
        return frame[0].get(name)

    return look


def _the_item(depth: int) -> Part:
    """The item being filtered, unless it has an entry of that name itself."""

    def look(run: Run, frame: Frame) -> Any:
        for _ in range(depth):
            frame = frame[1]
        item = frame[0]["item"]
        return taken(item["item"]) if isinstance(item, dict) and "item" in item else item

    return look


def _searched(name: str, items: list[int], depth: int | None) -> Part:
    """A name that may be a key of the items being filtered, innermost first."""
    outside = _global(name) if depth is None else _local(name, depth)

    def look(run: Run, frame: Frame) -> Any:
        inner, level = frame, 0
        for at in items:
            while level < at:
                inner, level = inner[1], level + 1
            item = inner[0]["item"]
            if isinstance(item, dict) and name in item:
                return taken(item[name])
        return outside(run, frame)

    return look
