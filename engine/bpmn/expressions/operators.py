"""Operators, comparisons, tests and conditions of an expression, compiled (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.arithmetics import calculate, negative
from engine.bpmn.expressions.runs import Frame, Part, Run
from engine.bpmn.expressions.trees import Node, mentions, reads_names
from engine.bpmn.expressions.truths import both, compare, meets
from engine.bpmn.expressions.types import fits

if TYPE_CHECKING:
    from engine.bpmn.expressions.compiler import Compiler

_TESTED = frozenset({"?"})
_QUESTION = Node(trees.NAME, ("?",))


def chain(compiler: Compiler, first: Node, rest: tuple[tuple[str, Node], ...]) -> Part:
    """Sums, products and powers, from left to right."""
    start = compiler.compile(first)
    steps = [(operator, compiler.compile(node)) for operator, node in rest]

    def run_chain(run: Run, frame: Frame) -> Any:
        value = start(run, frame)
        for operator, part in steps:
            value = calculate(run, operator, value, part(run, frame))
        return value

    return run_chain


def negative_part(compiler: Compiler, node: Node) -> Part:
    """A value with the other sign."""
    if node.kind == trees.CONSTANT and type(node.parts[0]) is int:
        opposite = -node.parts[0]
        return lambda run, frame: opposite
    part = compiler.compile(node)
    return lambda run, frame: negative(run, part(run, frame))


def comparison(compiler: Compiler, operator: str, left: Node, right: Node) -> Part:
    """A comparison; with a constant it takes a fast way."""
    one, other = compiler.compile(left), compiler.compile(right)
    if right.kind == trees.CONSTANT and type(right.parts[0]) in _FAST:
        return _FAST[type(right.parts[0])](operator, one, right.parts[0])
    return lambda run, frame: compare(run, operator, one(run, frame), other(run, frame))


def between(compiler: Compiler, node: Node, low: Node, high: Node) -> Part:
    """Whether a value lies between two others, both included."""
    value, start, end = compiler.compile(node), compiler.compile(low), compiler.compile(high)

    def lies_between(run: Run, frame: Frame) -> bool | None:
        tested = value(run, frame)
        return both(compare(run, ">=", tested, start(run, frame)), compare(run, "<=", tested, end(run, frame)))

    return lies_between


def in_part(compiler: Compiler, node: Node, tests: tuple[Node, ...]) -> Part:
    """Whether a value meets one of some tests."""
    value = compiler.compile(node)
    holds = compiler.inside(_TESTED, Node(trees.TESTS, tests))
    return lambda run, frame: holds(run, ({"?": value(run, frame)}, frame))


def test(compiler: Compiler, operator: str, node: Node) -> Part:
    """A comparison of the value called «?»."""
    return comparison(compiler, operator, _QUESTION, node)


def any_test(compiler: Compiler, *tests: Node) -> Part:
    """Whether the value called «?» meets one of some tests."""
    parts = [one_test(compiler, test) for test in tests]
    if len(parts) == 1:
        return parts[0]

    def some_test(run: Run, frame: Frame) -> bool | None:
        result: bool | None = False
        for part in parts:
            found = part(run, frame)
            if found is True:
                return True
            result = None if found is None else result
        return result

    return some_test


def one_test(compiler: Compiler, node: Node) -> Part:
    """One test: the truth of an expression that speaks of «?» itself, else whether «?» equals or lies in it."""
    if node.kind == trees.TEST:
        return compiler.compile(node)
    if node == Node(trees.NAME, ("?",), node.position):
        return anything(compiler)  # every value equals itself
    tested = compiler.compile(_QUESTION)
    if node.kind == trees.CONSTANT and type(node.parts[0]) in _FAST:
        return _FAST[type(node.parts[0])]("=", tested, node.parts[0])
    part = compiler.compile(node)
    if whole := _whole_numbers(node):
        return _fast_range(tested, part, whole)
    speaks = mentions(node, "?")
    asks = reads_names(node)  # a truth about other variables counts as it is; one about nothing is only a value

    def holds(run: Run, frame: Frame) -> bool | None:
        result, value = part(run, frame), tested(run, frame)
        if result is None and node.kind == trees.RANGE:
            return None
        if isinstance(result, bool) and (speaks or (asks and not isinstance(value, bool | None))):
            return result
        return meets(run, value, result)

    return holds


def not_tests(compiler: Compiler, *tests: Node) -> Part:
    """Whether the value called «?» meets none of some tests."""
    holds = any_test(compiler, *tests)

    def negated(run: Run, frame: Frame) -> bool | None:
        found = holds(run, frame)
        return None if found is None else not found

    return negated


def and_part(compiler: Compiler, *nodes: Node) -> Part:
    """And, with null for what is not known."""
    return _logic([compiler.compile(node) for node in nodes], False)


def or_part(compiler: Compiler, *nodes: Node) -> Part:
    """Or, with null for what is not known."""
    return _logic([compiler.compile(node) for node in nodes], True)


def if_part(compiler: Compiler, branches: tuple[tuple[Node, Node], ...], otherwise: Node) -> Part:
    """The first branch whose condition is true, else the last."""
    parts = [(compiler.compile(condition), compiler.compile(then)) for condition, then in branches]
    last = compiler.compile(otherwise)

    def choose(run: Run, frame: Frame) -> Any:
        for condition, then in parts:
            if condition(run, frame) is True:
                return then(run, frame)
        return last(run, frame)

    return choose


def anything(compiler: Compiler) -> Part:
    """The test that every value passes, null too."""
    return lambda run, frame: True


def instance(compiler: Compiler, node: Node, type_: Any) -> Part:
    """Whether a value has a type."""
    part = compiler.compile(node)
    return lambda run, frame: fits(run, part(run, frame), type_, allowed=False)


# --- fast ways -------------------------------------------------------------------------------------------------------


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


def _whole_numbers(node: Node) -> range | None:
    """The whole numbers in a range whose ends are written as whole numbers."""
    if node.kind != trees.RANGE or any(end is None or end.kind != trees.CONSTANT for end in node.parts[:2]):
        return None
    low, high = (end.parts[0] for end in node.parts[:2])
    if type(low) is not int or type(high) is not int:
        return None
    return range(low if node.parts[2] else low + 1, high + 1 if node.parts[3] else high)


def _fast_range(tested: Part, part: Part, whole: range) -> Part:
    def test(run: Run, frame: Frame) -> bool | None:
        value = tested(run, frame)
        return value in whole if type(value) is int else meets(run, value, part(run, frame))

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
