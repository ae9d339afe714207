"""From the tree of an expression to one Python function that evaluates it.

Every part becomes a closure over its parts, ``part(run, frame)``; nothing is looked up in Python and nothing but what
stands here can be called. A frame holds the names one construct binds, and the frame outside it. Where each name is
found is settled here; what the operators and functions do stands in their own modules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.arithmetics import calculate, negative
from engine.bpmn.expressions.functions import BUILTINS
from engine.bpmn.expressions.loops import each_of, filtered, quantified, span
from engine.bpmn.expressions.properties import property_of
from engine.bpmn.expressions.refusals import EvaluationStopped, ExpressionRefused
from engine.bpmn.expressions.runs import MAX_CALLS, Run
from engine.bpmn.expressions.tests import both, compare, meets
from engine.bpmn.expressions.trees import Node
from engine.bpmn.expressions.types import fits, fitted
from engine.bpmn.expressions.values import PLAIN, Function, Range, order, taken

Frame = Any  # (bound, frame outside) | None
Part = Callable[[Run, Frame], Any]
_ITEM = frozenset({"item"})


class Compiler:
    """Compiles one text; collects the names it reads from the scope."""

    def __init__(self, text: str, declared: Callable[[str], bool], bound: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.reads: set[str] = set()
        self.perhaps: set[str] = set()
        self._declared = declared
        # Innermost last: the names of a frame, and whether it also holds the entries of a filtered item.
        self._frames: list[tuple[set[str] | frozenset[str], bool]] = [(bound, False)] if bound else []

    def compile(self, node: Node) -> Part:
        """The function of a part."""
        return _COMPILERS[node.kind](self, *node.parts, **({"position": node.position} if node.kind == trees.CALL else {}))

    def _inside(self, names: set[str] | frozenset[str], node: Node, item: bool = False) -> Part:
        self._frames.append((names, item))
        part = self.compile(node)
        self._frames.pop()
        return part

    # --- names and literals ------------------------------------------------------------------------------------------

    def _constant(self, value: Any) -> Part:
        return lambda run, frame: value

    def _name(self, name: str) -> Part:
        depth, items = self._find(name)
        if depth is None:
            (self.perhaps if items else self.reads).add(name)
        if items:
            return _searched(name, items, depth)
        return _global(name) if depth is None else _local(name, depth)

    def _find(self, name: str) -> tuple[int | None, list[int]]:
        """How many frames out a name is bound, and which frames on the way hold items that may have it as a key."""
        items: list[int] = []
        for depth, (names, item) in enumerate(reversed(self._frames)):
            if name in names:
                return depth, items
            if item:
                items.append(depth)
        return None, items

    def _list(self, *nodes: Node) -> Part:
        parts = [self.compile(node) for node in nodes]
        return lambda run, frame: run.items([part(run, frame) for part in parts])

    def _test(self, operator: str, node: Node) -> Part:
        tested, part = self._name("?"), self.compile(node)
        return lambda run, frame: compare(run, operator, tested(run, frame), part(run, frame))

    def _context(self, *entries: tuple[str, Node]) -> Part:
        names: set[str] = set()
        parts: list[tuple[str, Part]] = []
        for name, node in entries:
            visible = names | {name} if node.kind == trees.FUNCTION else set(names)  # a function may call itself
            parts.append((name, self._inside(visible, node)))
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

    def _range(self, start: Node | None, end: Node | None, start_included: bool, end_included: bool) -> Part:
        low = self.compile(start) if start else None
        high = self.compile(end) if end else None

        def build(run: Run, frame: Frame) -> Range | None:
            first = low(run, frame) if low else None
            last = high(run, frame) if high else None
            if (low and high) and (first is None or last is None or order(first, last) is None):
                run.warn("NotComparable")
                return None
            return Range(first, last, start_included and first is not None, end_included and last is not None)

        return build

    # --- operators ---------------------------------------------------------------------------------------------------

    def _chain(self, first: Node, rest: tuple[tuple[str, Node], ...]) -> Part:
        start = self.compile(first)
        steps = [(operator, self.compile(node)) for operator, node in rest]

        def run_chain(run: Run, frame: Frame) -> Any:
            value = start(run, frame)
            for operator, part in steps:
                value = calculate(run, operator, value, part(run, frame))
            return value

        return run_chain

    def _negative(self, node: Node) -> Part:
        if node.kind == trees.CONSTANT and type(node.parts[0]) in (int,):
            return self._constant(-node.parts[0])
        part = self.compile(node)
        return lambda run, frame: negative(run, part(run, frame))

    def _comparison(self, operator: str, left: Node, right: Node) -> Part:
        one, other = self.compile(left), self.compile(right)
        if right.kind == trees.CONSTANT and type(right.parts[0]) in _FAST:
            return _FAST[type(right.parts[0])](operator, one, right.parts[0])
        return lambda run, frame: compare(run, operator, one(run, frame), other(run, frame))

    def _between(self, node: Node, low: Node, high: Node) -> Part:
        value, start, end = self.compile(node), self.compile(low), self.compile(high)

        def between(run: Run, frame: Frame) -> bool | None:
            tested = value(run, frame)
            return both(compare(run, ">=", tested, start(run, frame)), compare(run, "<=", tested, end(run, frame)))

        return between

    def _in(self, node: Node, tests: tuple[Node, ...]) -> Part:
        value = self.compile(node)
        holds = self._inside(frozenset({"?"}), Node(trees.OR, ("tests", *tests)))
        return lambda run, frame: holds(run, ({"?": value(run, frame)}, frame))

    def tests(self, tests: tuple[Node, ...]) -> Part:
        """Whether the value called «?» meets one of some tests."""
        parts = [self._one_test(test) for test in tests]
        if len(parts) == 1:
            return parts[0]

        def any_test(run: Run, frame: Frame) -> bool | None:
            result: bool | None = False
            for part in parts:
                found = part(run, frame)
                if found is True:
                    return True
                result = None if found is None else result
            return result

        return any_test

    def _one_test(self, node: Node) -> Part:
        """One test: the truth of an expression that speaks of «?» itself, else whether «?» equals or lies in it."""
        if node.kind == trees.TEST:
            return self.compile(node)
        tested = self._name("?")
        part = self.compile(node)
        speaks = _mentions(node, "?")
        constant = node.kind == trees.CONSTANT

        def holds(run: Run, frame: Frame) -> bool | None:
            result, value = part(run, frame), tested(run, frame)
            if isinstance(result, bool) and not constant and (speaks or not isinstance(value, bool | None)):
                return result
            return meets(run, value, result)

        return holds

    def _not_tests(self, *tests: Node) -> Part:
        holds = self.tests(tests)

        def negated(run: Run, frame: Frame) -> bool | None:
            found = holds(run, frame)
            return None if found is None else not found

        return negated

    def _and(self, *nodes: Node) -> Part:
        return _logic([self.compile(node) for node in nodes], False)

    def _or(self, *nodes: Any) -> Part:
        if nodes[0] == "tests":
            return self.tests(nodes[1:])
        return _logic([self.compile(node) for node in nodes], True)

    def _if(self, branches: tuple[tuple[Node, Node], ...], otherwise: Node) -> Part:
        parts = [(self.compile(condition), self.compile(then)) for condition, then in branches]
        last = self.compile(otherwise)

        def choose(run: Run, frame: Frame) -> Any:
            for condition, then in parts:
                if condition(run, frame) is True:
                    return then(run, frame)
            return last(run, frame)

        return choose

    def _instance(self, node: Node, type_: Any) -> Part:
        part = self.compile(node)
        return lambda run, frame: fits(run, part(run, frame), type_)

    # --- paths, filters, loops ---------------------------------------------------------------------------------------

    def _path(self, node: Node, name: str) -> Part:
        part = self.compile(node)
        return lambda run, frame: property_of(run, part(run, frame), name)

    def _filter(self, node: Node, condition: Node) -> Part:
        part = self.compile(node)
        kind = condition.kind
        position = None if kind in _TRUTHS else self.compile(condition)
        holds = None if kind == trees.CONSTANT else self._inside(_ITEM, condition, item=True)
        weight = _size(condition)
        return lambda run, frame: filtered(run, frame, part(run, frame), position, holds, weight)

    def _for(self, loops: tuple[tuple[str, Node, Node | None], ...], body: Node) -> Part:
        domains: list[tuple[str, Part]] = []
        self._frames.append(({"partial"}, False))
        for name, start, end in loops:
            domains.append((name, self._domain(start, end)))
            self._frames.append(({name}, False))
        part = self.compile(body)
        del self._frames[-len(loops) - 1 :]
        weight = _size(body)

        def run_loops(run: Run, frame: Frame) -> list[Any] | None:
            partial: list[Any] = []
            for inner in each_of(run, ({"partial": partial}, frame), domains, weight):
                if inner is None:
                    return None
                partial.append(part(run, inner))
            return run.items(partial)

        return run_loops

    def _domain(self, start: Node, end: Node | None) -> Part:
        first = self.compile(start)
        if end is None:
            return first
        last = self.compile(end)
        return lambda run, frame: span(run, first(run, frame), last(run, frame))

    def _some(self, loops: tuple[tuple[str, Node], ...], condition: Node) -> Part:
        return self._quantified(loops, condition, True)

    def _every(self, loops: tuple[tuple[str, Node], ...], condition: Node) -> Part:
        return self._quantified(loops, condition, False)

    def _quantified(self, loops: tuple[tuple[str, Node], ...], condition: Node, decisive: bool) -> Part:
        domains: list[tuple[str, Part]] = []
        for name, domain in loops:
            domains.append((name, self.compile(domain)))
            self._frames.append(({name}, False))
        part = self.compile(condition)
        del self._frames[-len(loops) :]
        weight = _size(condition)
        return lambda run, frame: quantified(run, each_of(run, frame, domains, weight), part, decisive)

    # --- functions ---------------------------------------------------------------------------------------------------

    def _function(self, parameters: tuple[tuple[str, Any], ...], body: Node) -> Part:
        names = tuple(name for name, _ in parameters)
        types = tuple(type_ for _, type_ in parameters)
        part = self._inside(frozenset(names), body)

        def make(run: Run, frame: Frame) -> Function:
            scope = run.scope  # the function sees the variables of the place where it stands
            return closure(names, types, lambda inner, bound: inner.within(scope, part, (bound, frame)))

        return make

    def _call(self, function: Node, nodes: tuple[Node, ...], names: tuple[str, ...] | None, position: int = 0) -> Part:
        parts = [self.compile(node) for node in nodes]
        builtin = self._builtin(function, position)
        if builtin is not None:
            if names is None:
                return lambda run, frame: builtin.call(run, [part(run, frame) for part in parts])
            return lambda run, frame: builtin.call_named(run, names, [part(run, frame) for part in parts])
        called = self.compile(function)
        return lambda run, frame: invoke(run, called(run, frame), [part(run, frame) for part in parts], names)

    def _builtin(self, function: Node, position: int) -> Any:
        """The function of the language a call means, unless the model or the text itself bound its name."""
        if function.kind != trees.NAME:
            return None
        name = function.parts[0]
        depth, items = self._find(name)
        if depth is not None or self._declared(name):
            return None
        if name not in BUILTINS and not items:
            hint = similar(name)
            raise ExpressionRefused("UnknownFunction", self.text, position, name=name[:60], hint=hint)
        return BUILTINS.get(name)


def similar(name: str) -> str:
    """What a person who knows another language may have meant."""
    meant = _MEANT.get(name.lower())
    return f"; perhaps «{meant}» is meant" if meant else ""


_MEANT = {
    "len": "count", "size": "count", "length": "string length", "str": "string", "int": "number", "float": "number",
    "upper": "upper case", "lower": "lower case", "startswith": "starts with", "endswith": "ends with",
    "round": "round half up", "substr": "substring", "average": "mean", "avg": "mean", "datetime": "date and time",
    "isnull": "= null", "join": "string join", "regex": "matches", "now()": "now",
}  # fmt: skip


def closure(names: tuple[str, ...], types: tuple[Any, ...], body: Callable[[Run, dict[str, Any]], Any]) -> Function:
    """A function value made in a text or a model; its depth of calls is bounded."""

    def call(run: Run, values: list[Any]) -> Any:
        if len(values) != len(names):
            run.warn("NoSuchForm")
            return None
        bound: dict[str, Any] = {}
        for name, type_, value in zip(names, types, values, strict=True):
            bound[name] = fitted(run, value, type_)
            if bound[name] is None and value is not None:
                return None
        if run.calls >= MAX_CALLS:
            raise EvaluationStopped("depth")
        run.spend(5)
        run.calls += 1
        result = body(run, bound)
        run.calls -= 1
        return result

    return Function("", names, call, types)


def invoke(run: Run, called: Any, values: list[Any], names: tuple[str, ...] | None) -> Any:
    """The result of calling a value; null if it is no function."""
    if not isinstance(called, Function):
        run.warn("NoFunction")
        return None
    if names is None:
        return called.call(run, values)
    if hasattr(called, "call_named"):
        return called.call_named(run, names, values)
    given = dict(zip(names, values, strict=True))
    if len(given) != len(names) or not given.keys() <= set(called.parameters):
        run.warn("NoSuchForm")
        return None
    return called.call(run, [given.get(name) for name in called.parameters])


# --- names at run time -------------------------------------------------------------------------------------------------


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


# --- fast ways ---------------------------------------------------------------------------------------------------------


def _fast_number(operator: str, part: Part, constant: int) -> Part:
    """A comparison with a whole number: exact on ints at once, everything else the long way."""
    own = _INT_OPERATORS[operator]

    def test(run: Run, frame: Frame) -> bool | None:
        value = part(run, frame)
        if type(value) is int:
            return own(value, constant)
        return compare(run, operator, value, constant)

    return test


def _fast_equality(operator: str, part: Part, constant: Any) -> Part:
    own = type(constant)
    wanted = operator == "="

    def test(run: Run, frame: Frame) -> bool | None:
        value = part(run, frame)
        if type(value) is own and operator in ("=", "!="):
            return (value == constant) is wanted
        return compare(run, operator, value, constant)

    return test


_INT_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "=": int.__eq__, "!=": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__,
}  # fmt: skip
_FAST: dict[type, Callable[[str, Part, Any], Part]] = {int: _fast_number, str: _fast_equality, bool: _fast_equality}


def _logic(parts: list[Part], decisive: bool) -> Part:
    """And (decisive false) or or (decisive true) of some parts, with null for what is not known (table 50)."""

    def decide(run: Run, frame: Frame) -> bool | None:
        result: bool | None = not decisive
        for part in parts:
            value = part(run, frame)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                result = None
        return result

    return decide


def _size(node: Any) -> int:
    """How many parts a tree has: what one pass through it costs."""
    if isinstance(node, Node):
        return 1 + sum(_size(part) for part in node.parts)
    if type(node) is tuple:
        return sum(_size(part) for part in node)
    return 0


def _mentions(node: Any, name: str) -> bool:
    if isinstance(node, Node):
        return node.kind == trees.NAME and node.parts[0] == name or any(_mentions(part, name) for part in node.parts)
    return type(node) is tuple and any(_mentions(part, name) for part in node)


# Conditions of a filter that are a truth value, never a position.
_TRUTHS = frozenset({trees.COMPARISON, trees.BETWEEN, trees.IN, trees.AND, trees.OR, trees.SOME, trees.EVERY, trees.INSTANCE})
_COMPILERS: dict[str, Callable[..., Part]] = {
    trees.CONSTANT: Compiler._constant,
    trees.NAME: Compiler._name,
    trees.LIST: Compiler._list,
    trees.CONTEXT: Compiler._context,
    trees.RANGE: Compiler._range,
    trees.PATH: Compiler._path,
    trees.FILTER: Compiler._filter,
    trees.CALL: Compiler._call,
    trees.CHAIN: Compiler._chain,
    trees.NEGATIVE: Compiler._negative,
    trees.COMPARISON: Compiler._comparison,
    trees.BETWEEN: Compiler._between,
    trees.IN: Compiler._in,
    trees.TEST: Compiler._test,
    trees.AND: Compiler._and,
    trees.OR: Compiler._or,
    trees.IF: Compiler._if,
    trees.FOR: Compiler._for,
    trees.SOME: Compiler._some,
    trees.EVERY: Compiler._every,
    trees.INSTANCE: Compiler._instance,
    trees.FUNCTION: Compiler._function,
    trees.NOT_TESTS: Compiler._not_tests,
    trees.ANY: lambda self: lambda run, frame: True,
}
