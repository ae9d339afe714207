"""The forms of an expression that begin with a word: if, for, some, every, function, and the three constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.names import KnownNames, name_before, unknown_name
from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.expressions.tokens import WORD, Token
from engine.bpmn.expressions.trees import Node
from engine.bpmn.expressions.types import ANY, Type

if TYPE_CHECKING:
    from engine.bpmn.expressions.parser import Parser


def _if(parser: Parser, token: Token) -> Node:
    """If c then a else if d then b else e: a ladder of any length (rule 43)."""
    branches: list[tuple[Node, Node]] = []
    while parser.accept("if"):
        condition = parser.expression()
        parser.expect("then")
        branches.append((condition, parser.expression()))
        parser.expect("else")
    return Node(trees.IF, (tuple(branches), parser.expression()), token.position)


def _for(parser: Parser, token: Token) -> Node:
    """For name in list or first..last, … return body (rule 44); the results so far are called «partial»."""
    parser.at += 1
    outer = parser.known
    parser.known = KnownNames(("partial",), outer)
    loops: list[tuple[str, Node, Node | None]] = []
    while not loops or parser.accept(","):
        name = _loop_name(parser)
        domain = parser.expression()
        loops.append((name, domain, parser.expression() if parser.accept("..") else None))
        parser.known = KnownNames((name,), parser.known)
    parser.expect("return")
    body = parser.expression()
    parser.known = outer
    return Node(trees.FOR, (tuple(loops), body), token.position)


def _quantified(parser: Parser, token: Token) -> Node:
    """Some or every name in list, … satisfies condition (rule 46)."""
    parser.at += 1
    outer = parser.known
    loops: list[tuple[str, Node, Node | None]] = []
    while not loops or parser.accept(","):
        name = _loop_name(parser)
        domain = parser.expression()
        loops.append((name, domain, parser.expression() if parser.accept("..") else None))
        parser.known = KnownNames((name,), parser.known)
    parser.expect("satisfies")
    condition = parser.expression()
    parser.known = outer
    return Node(token.text, (tuple(loops), condition), token.position)


def _loop_name(parser: Parser) -> str:
    if parser.token.kind != WORD:
        parser.unexpected("; a name is missing")
    name, length = unknown_name(parser.tokens, parser.at)
    parser.at += length
    parser.expect("in")
    return name


def _function(parser: Parser, token: Token) -> Node:
    """Function(parameter: type, …) body (rule 55). A body in another language is refused."""
    if parser.tokens[parser.at + 1].text != "(":
        parser.unexpected()
    parser.at += 2
    parameters: list[tuple[str, Type]] = []
    while not parser.accept(")"):
        if parameters:
            parser.expect(",")
        found = name_before(parser.tokens, parser.at, ":,)")
        if found is None:
            parser.unexpected("; a name is missing")
        parser.at += found[1]
        parameters.append((found[0], parser.types.type() if parser.accept(":") else ANY))
    if parser.token.text == "external":
        raise ExpressionRefused("External", parser.text, parser.token.position)
    outer = parser.known
    parser.known = KnownNames((name for name, _ in parameters), outer)
    body = parser.expression()
    parser.known = outer
    return Node(trees.FUNCTION, (tuple(parameters), body), token.position)


def _constant(value: Any) -> Callable[[Parser, Token], Node]:
    def read(parser: Parser, token: Token) -> Node:
        parser.at += 1
        return Node(trees.CONSTANT, (value,), token.position)

    return read


FORMS: dict[str, Callable[[Parser, Token], Node]] = {
    "if": _if,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
    "function": _function,
    "null": _constant(None),
    "true": _constant(True),
    "false": _constant(False),
}
