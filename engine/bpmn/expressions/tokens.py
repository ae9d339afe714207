"""The words and signs of an expression's text (DMN 1.5, 10.3.1.2 rules 27–38), and whether a blank stood before."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.expressions.runs import MAX_PARTS, MAX_SOURCE

NUMBER, TEXT, AT, WORD, SIGN, END = "number", "text", "at", "word", "sign", "end"

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_BLANK = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_TOKEN = re.compile(
    rf"(?P<blank>[{_BLANK}]+|//[^\n\r]*|/\*.*?\*/)"
    rf"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|(?<!\.)\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![{_PART}]))"
    r'|(?P<at>@\s*"(?:[^"\\]|\\.)*")'
    r'|(?P<text>"(?:[^"\\]|\\.)*")'
    rf"|(?P<word>[{_START}][{_PART}]*|[0-9]+[{_PART}]*)"
    r"|(?P<sign>\*\*|\.\.|<=|>=|!=|->|==|&&|\|\||.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|[\"'\\nrt])")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_UNPAIRED = re.compile("[\ud800-\udfff]")


class Token(NamedTuple):
    """One word or sign."""

    kind: str
    text: str
    position: int
    apart: bool
    """Whether a blank or a comment stood before it."""


def read_tokens(text: str) -> list[Token]:
    """All words and signs of a text, closed by an END; refuses what can be no part of one."""
    if len(text) > MAX_SOURCE:
        raise ExpressionRefused("TooLong", text, limit=MAX_SOURCE)
    if found := _UNPAIRED.search(text) or re.search("[\x00-\x08\x0e-\x1f]", text):
        raise ExpressionRefused("BadCharacter", text, found.start())
    tokens: list[Token] = []
    apart = False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or SIGN
        if kind == "blank":
            apart = True
            continue
        _refuse_unclosed(text, match)
        tokens.append(Token(kind, match.group(), match.start(), apart))
        apart = False
    if len(tokens) > MAX_PARTS:
        raise ExpressionRefused("TooMany", text, tokens[MAX_PARTS].position, limit=MAX_PARTS)
    tokens.append(Token(END, "", len(text), True))
    return tokens


def _refuse_unclosed(text: str, match: re.Match[str]) -> None:
    if match.group() == '"':
        raise ExpressionRefused("UnclosedText", text, match.start())
    if match.group() == "/" and text.startswith("/*", match.start()):
        raise ExpressionRefused("UnclosedComment", text, match.start())


def unquoted(text: str, source: str, position: int) -> str:
    """What a text in quotation marks says; an escape that FEEL does not know stays as it is written."""
    body = _ESCAPE.sub(_unescaped, text[1:-1])
    if _UNPAIRED.search(body):
        body = body.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "\ufffd" in body:
            raise ExpressionRefused("BadCharacter", source, position)
    return body


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "uU":
        value = int(code[1:], 16)
        return chr(value) if value <= 0x10FFFF else match.group()
    return _PLAIN_ESCAPES.get(code, code)


def name_tokens(name: str) -> tuple[Token, ...]:
    """A known name as the words and signs an expression would show it with."""
    try:
        return tuple(read_tokens(name)[:-1])
    except ExpressionRefused:
        return ()
