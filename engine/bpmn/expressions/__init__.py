"""The one expression language of diagrams, decision tables and timers: FEEL (DMN 1.5, clause 10.3), closed and bounded.

A text is compiled once, at publication, and kept by its text; what it may reach is its scope (the case variables), the
functions of the standard and what the Environment hands in. There is no way from it to Python. At run time an error is
null, as the standard says, and counted; only an evaluation that costs too much is stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from engine.bpmn.expressions.compiler import Compiler
from engine.bpmn.expressions.functions import BUILTINS
from engine.bpmn.expressions.hints import in_feel
from engine.bpmn.expressions.json_values import from_json, from_text, to_json, to_moment
from engine.bpmn.expressions.names import KnownNames
from engine.bpmn.expressions.parser import Parser
from engine.bpmn.expressions.refusals import EvaluationStopped, ExpressionRefused
from engine.bpmn.expressions.runs import MAX_DEPTH, NOWHERE, Environment, Part, Run
from engine.bpmn.expressions.trees import Node
from engine.bpmn.expressions.types import Type

__all__ = [
    "Environment",
    "EvaluationStopped",
    "Expression",
    "ExpressionRefused",
    "UnaryTests",
    "compile_expression",
    "compile_unary_tests",
    "from_json",
    "from_text",
    "to_json",
    "to_moment",
]
_LANGUAGE = KnownNames(BUILTINS, declared=False)
_TESTED = frozenset({"?"})


class Expression:
    """A compiled expression; safe to share between threads."""

    __slots__ = ("_part", "doubts", "perhaps_reads", "reads", "text", "tree")

    def __init__(self, compiler: Compiler, tree: Node) -> None:
        self.text = compiler.text
        self.tree = tree
        self._part = compiler.compile(tree)
        self.reads = frozenset(compiler.reads | compiler.perhaps)
        """The names it reads from its scope."""
        self.perhaps_reads = frozenset(compiler.perhaps)
        """Those of them that, inside a filter, may be keys of the items instead."""
        self.doubts = tuple(compiler.doubts)
        """What is always null at run time: a function with arguments it does not take, a date that is none."""

    def evaluate(self, scope: Mapping[str, Any], environment: Environment | None = None) -> Any:
        """The value in a scope: a value of the language (see values; to_json makes JSON of it). Errors are null.

        Raises EvaluationStopped if it takes too many steps, grows too large or calls itself too deeply.
        """
        return self.run(Run(scope, environment or NOWHERE))

    def run(self, run: Run, frame: Any = None) -> Any:
        """The value in an evaluation already under way, whose budget it shares and whose warnings it adds to."""
        return bounded(self.text, self._part, run, frame)

    def evaluate_json(self, scope: Mapping[str, Any], environment: Environment | None = None) -> Any:
        """The value as JSON."""
        return to_json(self.evaluate(scope, environment))


class UnaryTests:
    """The compiled tests of one cell of a decision table; safe to share between threads."""

    __slots__ = ("_part", "doubts", "reads", "text", "tree")

    def __init__(self, compiler: Compiler, tree: Node) -> None:
        self.text = compiler.text
        self.tree = tree
        self._part = compiler.compile(tree)
        self.reads = frozenset(compiler.reads | compiler.perhaps)
        self.doubts = tuple(compiler.doubts)

    def holds(self, run: Run, frame: Any) -> bool:
        """Whether the value in a frame passes, in an evaluation whose caller bounds it."""
        return self._part(run, frame) is True

    def matches(
        self, value: Any, scope: Mapping[str, Any] | None = None, environment: Environment | None = None
    ) -> bool:
        """Whether a value passes; what cannot be compared does not."""
        return self.run(Run(scope or {}, environment or NOWHERE), value)

    def run(self, run: Run, value: Any) -> bool:
        """Whether a value passes, in an evaluation already under way."""
        return bounded(self.text, self._part, run, frame_of(value)) is True


def frame_of(value: Any) -> Any:
    """A tested value as ``UnaryTests.holds`` takes it: made once for all cells of a column."""
    return ({"?": value}, None)


def bounded(text: str, part: Part, run: Run, frame: Any) -> Any:
    """What a part gives; too deep or too dear becomes a refusal that shows the text."""
    try:
        return part(run, frame)
    except EvaluationStopped as stopped:
        raise EvaluationStopped(stopped.stop, stopped.params["text"] or text) from None
    except RecursionError:
        raise EvaluationStopped("depth", text) from None
    except MemoryError:
        raise EvaluationStopped("size", text) from None


def compile_expression(
    text: str, *, names: Iterable[str] | None = None, types: Mapping[str, Type] | None = None
) -> Expression:
    """The expression a text means, with or without a leading «=»; ``${…}`` is taken if its inside is valid.

    ``names`` are the names a model declares: they may hold blanks and signs, and functions among them may be called.
    Raises ExpressionRefused with the problem, its place, and what to write where that can be told.
    """
    if types is not None:
        return _compiled(text, frozenset(names or ()), types)
    return _kept(text, frozenset(names) if names is not None else frozenset())


def compile_unary_tests(
    text: str, *, names: Iterable[str] | None = None, types: Mapping[str, Type] | None = None
) -> UnaryTests:
    """The tests a cell holds: «-», ``<5``, ``[1..5]``, ``"a","b"``, ``not(…)`` or any expression over «?»."""
    if types is not None:
        return _compiled_tests(text, frozenset(names or ()), types)
    return _kept_tests(text, frozenset(names) if names is not None else frozenset())


@lru_cache(maxsize=4096)
def _kept(text: str, names: frozenset[str]) -> Expression:
    return _compiled(text, names, None)


@lru_cache(maxsize=4096)
def _kept_tests(text: str, names: frozenset[str]) -> UnaryTests:
    return _compiled_tests(text, names, None)


def _compiled(text: str, names: frozenset[str], types: Mapping[str, Type] | None) -> Expression:
    source, braces = _unwrapped(text)

    def compile_source(source: str) -> Expression:
        parser = _parser(source, names, types)
        tree = parser.expression_alone()
        return Expression(Compiler(parser, names.__contains__, lenient=types is not None), tree)

    return _or_hint(compile_source, source, braces)


def _compiled_tests(text: str, names: frozenset[str], types: Mapping[str, Type] | None) -> UnaryTests:
    def compile_source(source: str) -> UnaryTests:
        parser = _parser(source, names, types)
        tree = parser.unary_tests()
        return UnaryTests(Compiler(parser, names.__contains__, _TESTED, lenient=types is not None), tree)

    return _or_hint(compile_source, text.strip(), False)


def _parser(source: str, names: frozenset[str], types: Mapping[str, Type] | None) -> Parser:
    if not source:
        raise ExpressionRefused("Empty", source)
    return Parser(source, KnownNames(names, _LANGUAGE), types or {})


def _unwrapped(text: str) -> tuple[str, bool]:
    """The text without the marks other tools put around it, and whether it stood in ${…} or #{…}."""
    source = text.strip()
    if source.startswith(("${", "#{")) and source.endswith("}"):
        return source[2:-1].strip(), True
    if source.startswith("=") and not source.startswith("=="):
        source = source[1:].strip()
    return source, False


Compiled = TypeVar("Compiled")


def _or_hint(compile_source: Callable[[str], Compiled], source: str, braces: bool) -> Compiled:
    """What a text compiles to; else its refusal, or a better one: the same text as FEEL would write it, if valid."""
    try:
        return compile_source(source)
    except RecursionError:
        raise ExpressionRefused("TooDeep", source, limit=MAX_DEPTH) from None
    except ExpressionRefused as refusal:
        meant = in_feel(source) if refusal.problem not in _PLAIN else source
        if meant == source:
            raise
        try:
            compile_source(meant)
        except ExpressionRefused:
            raise refusal from None
        write = f"={meant}" if braces else meant
        raise ExpressionRefused("NoPython", source, refusal.position, write=write) from None


_PLAIN = frozenset({"TooLong", "TooDeep", "TooMany", "BadCharacter"})
