"""Operands of an expression: literals, names, and what stands in brackets (DMN 1.5, rules 19–36 and 56–66)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.bpmn.expressions import trees
from engine.bpmn.expressions.decimals import read_number
from engine.bpmn.expressions.forms import FORMS
from engine.bpmn.expressions.names import FOREIGN, RESERVED, KnownNames, name_before, unknown_name
from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.expressions.temporal_texts import read_literal
from engine.bpmn.expressions.tokens import AT, NUMBER, TEXT, WORD, Token, unquoted
from engine.bpmn.expressions.trees import Node

if TYPE_CHECKING:
    from engine.bpmn.expressions.parser import Parser


def operand(parser: Parser) -> Node:
    """A literal, a name, something in brackets, or one of the forms that begin with a word."""
    token = parser.token
    if read := _BY_KIND.get(token.kind):
        return read(parser, token)
    if read := _BY_SIGN.get(token.text):
        return read(parser, token)
    return parser.unexpected()


def _number(parser: Parser, token: Token) -> Node:
    parser.at += 1
    value = read_number(token.text)
    if value is None:
        raise ExpressionRefused("BadNumber", parser.text, token.position, found=token.text[:40])
    return Node(trees.CONSTANT, (value,), token.position)


def _quoted(parser: Parser, token: Token) -> Node:
    parser.at += 1
    return Node(trees.CONSTANT, (unquoted(token.text, parser.text, token.position),), token.position)


def _at_literal(parser: Parser, token: Token) -> Node:
    parser.at += 1
    body = unquoted(token.text[1:].lstrip(), parser.text, token.position)
    value = read_literal(body)
    if value is None:
        parser.doubts.append(ExpressionRefused("BadLiteral", parser.text, token.position, found=body[:40]))
    return Node(trees.CONSTANT, (value,), token.position)


def _word(parser: Parser, token: Token) -> Node:
    known = parser.known.longest(parser.tokens, parser.at)
    if token.text == "not" and parser.tokens[parser.at + 1].text != "(":
        parser.unexpected()
    if token.text in RESERVED and (known is None or known[1] == 1):
        form = FORMS.get(token.text)
        return form(parser, token) if form else parser.unexpected()
    if known is None and (token.text[0].isdigit() or token.text in FOREIGN):
        parser.unexpected()
    name, length = _best_name(parser, known)
    parser.at += length
    return Node(trees.NAME, (name,), token.position)


def _best_name(parser: Parser, known: tuple[str, int] | None) -> tuple[str, int]:
    """A known name, unless it is only the first word of an unknown one, as «date» is of «date of birth»."""
    if known and parser.known.is_declared(known[0]):
        return known
    unknown = unknown_name(parser.tokens, parser.at)
    return known if known and known[1] >= unknown[1] else unknown


def _tested_value(parser: Parser, token: Token) -> Node:
    parser.at += 1
    return Node(trees.NAME, ("?",), token.position)


def _parenthesis(parser: Parser, token: Token) -> Node:
    parser.at += 1
    if parser.at_comparison():
        whole = half_range(parser)
        parser.expect(")")
        return whole
    node = parser.expression()
    if parser.accept(".."):
        return _range_end(parser, node, token, False)
    parser.expect(")")
    return node


def half_range(parser: Parser) -> Node:
    """A comparison without a left side is a range with one end, as a value: (< 5) (rule 66)."""
    sign = parser.token
    if sign.text == "!=":
        parser.unexpected()
    parser.at += 1
    end = parser.arithmetic()
    low = end if sign.text in (">", ">=", "=") else None
    high = end if sign.text in ("<", "<=", "=") else None
    return Node(trees.RANGE, (low, high, sign.text in (">=", "="), sign.text in ("<=", "=")), sign.position)


def _square(parser: Parser, token: Token) -> Node:
    parser.at += 1
    nodes: list[Node] = []
    while not parser.accept("]"):
        if nodes:
            parser.expect(",")
        nodes.append(half_range(parser) if parser.at_comparison() else parser.expression())
        if len(nodes) == 1 and parser.accept(".."):
            return _range_end(parser, nodes[0], token, True)
    return Node(trees.LIST, tuple(nodes), token.position)


def _open_range(parser: Parser, token: Token) -> Node:
    parser.at += 1
    start = parser.arithmetic()
    parser.expect("..")
    return _range_end(parser, start, token, False)


def _range_end(parser: Parser, start: Node, token: Token, included: bool) -> Node:
    end = parser.arithmetic()
    closed = parser.token.text == "]"
    if not closed and parser.token.text not in (")", "["):
        parser.unexpected("; a range ends with «]», «)» or «[»")
    parser.at += 1
    return Node(trees.RANGE, (start, end, included, closed), token.position)


def _braces(parser: Parser, token: Token) -> Node:
    parser.at += 1
    outer, parser.known = parser.known, KnownNames((), parser.known)
    entries: list[tuple[str, Node]] = []
    while not parser.accept("}"):
        if entries:
            parser.expect(",")
        name = _key(parser)
        entries.append((name, parser.expression()))
        parser.known.add(name)
    parser.known = outer
    return Node(trees.CONTEXT, tuple(entries), token.position)


def _key(parser: Parser) -> str:
    token = parser.token
    if token.kind == TEXT:
        parser.at += 1
        parser.expect(":")
        return unquoted(token.text, parser.text, token.position)
    named = name_before(parser.tokens, parser.at, ":")
    if named is None:
        parser.unexpected("; a key and «:» are missing")
    parser.at += named[1] + 1
    return named[0]


_BY_KIND: dict[str, Callable[[Parser, Token], Node]] = {
    NUMBER: _number,
    TEXT: _quoted,
    AT: _at_literal,
    WORD: _word,
}
_BY_SIGN: dict[str, Callable[[Parser, Token], Node]] = {
    "?": _tested_value,
    "(": _parenthesis,
    "[": _square,
    "]": _open_range,
    "{": _braces,
}
