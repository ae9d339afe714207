"""Loops and functions of an expression, compiled: for, some, every, function values and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.functions import BUILTINS
from engine.bpmn.expressions.functions.registry import Builtin
from engine.bpmn.expressions.loops import each_of, quantified, span
from engine.bpmn.expressions.refusals import EvaluationStopped, ExpressionRefused
from engine.bpmn.expressions.runs import MAX_CALLS, Frame, Part, Run
from engine.bpmn.expressions.trees import Node, size_of
from engine.bpmn.expressions.types import fitted
from engine.bpmn.expressions.values import Function

if TYPE_CHECKING:
    from engine.bpmn.expressions.compiler import Compiler

Loops = tuple[tuple[str, Node, Node | None], ...]


def for_part(compiler: Compiler, loops: Loops, body: Node) -> Part:
    """For: the list of what the body gives each turn."""
    domains: list[tuple[str, Part]] = []
    compiler.frames.append(({"partial"}, False))
    for name, start, end in loops:
        domains.append((name, _domain(compiler, start, end)))
        compiler.frames.append(({name}, False))
    part = compiler.compile(body)
    del compiler.frames[-len(loops) - 1 :]
    weight = size_of(body)

    def run_loops(run: Run, frame: Frame) -> list[Any] | None:
        partial: list[Any] = []
        for inner in each_of(run, ({"partial": partial}, frame), domains, weight):
            if inner is None:
                return None
            partial.append(part(run, inner))
        return run.items(partial)

    return run_loops


def _domain(compiler: Compiler, start: Node, end: Node | None) -> Part:
    first = compiler.compile(start)
    if end is None:
        return first
    last = compiler.compile(end)
    return lambda run, frame: span(run, first(run, frame), last(run, frame))


def some(compiler: Compiler, loops: Loops, condition: Node) -> Part:
    """Some: whether the condition holds in one turn."""
    return _quantified(compiler, loops, condition, True)


def every(compiler: Compiler, loops: Loops, condition: Node) -> Part:
    """Every: whether the condition holds in all turns."""
    return _quantified(compiler, loops, condition, False)


def _quantified(compiler: Compiler, loops: Loops, condition: Node, decisive: bool) -> Part:
    domains: list[tuple[str, Part]] = []
    for name, start, end in loops:
        domains.append((name, _domain(compiler, start, end)))
        compiler.frames.append(({name}, False))
    part = compiler.compile(condition)
    del compiler.frames[-len(loops) :]
    weight = size_of(condition)
    return lambda run, frame: quantified(run, each_of(run, frame, domains, weight), part, decisive)


def function(compiler: Compiler, parameters: tuple[tuple[str, Any], ...], body: Node) -> Part:
    """A function value."""
    names = tuple(name for name, _ in parameters)
    types = tuple(type_ for _, type_ in parameters)
    part = compiler.inside(frozenset(names), body)

    def make(run: Run, frame: Frame) -> Function:
        scope = run.scope  # the function sees the variables of the place where it stands
        return closure(names, types, lambda inner, bound: inner.within(scope, part, (bound, frame)))

    return make


def call(
    compiler: Compiler, function: Node, nodes: tuple[Node, ...], names: tuple[str, ...] | None, position: int
) -> Part:
    """A call, of a function of the language or of a value."""
    parts = [compiler.compile(node) for node in nodes]
    builtin = _builtin(compiler, function, position)
    if builtin is not None:
        if not builtin.takes(len(parts), names):
            refusal = ExpressionRefused("NoSuchForm", compiler.text, position, name=builtin.name)
            compiler.doubts.append(refusal)
        if names is None:
            return lambda run, frame: builtin.call(run, [part(run, frame) for part in parts])
        return lambda run, frame: builtin.call_named(run, names, [part(run, frame) for part in parts])
    if function.kind == trees.CONSTANT:
        found = compiler.text[function.position : position].strip()[:40]
        compiler.doubt(ExpressionRefused("NoFunction", compiler.text, position, name=found))
    called = compiler.compile(function)
    return lambda run, frame: invoke(run, called(run, frame), [part(run, frame) for part in parts], names)


def _builtin(compiler: Compiler, function: Node, position: int) -> Builtin | None:
    """The function of the language a call means, unless the model or the text itself bound its name."""
    if function.kind != trees.NAME:
        return None
    name = function.parts[0]
    depth, items = compiler.find(name)
    if depth is not None or compiler.declared(name):
        return None
    if name not in BUILTINS and not items:
        compiler.doubt(
            ExpressionRefused("UnknownFunction", compiler.text, position, name=name[:60], hint=similar(name))
        )
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
