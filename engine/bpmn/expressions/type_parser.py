"""The types an expression may name after «instance of» and in a function's parameters (DMN 1.5, rules 48 and 49)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.bpmn.expressions.names import KnownNames, name_before, unknown_name
from engine.bpmn.expressions.refusals import ExpressionRefused
from engine.bpmn.expressions.tokens import WORD
from engine.bpmn.expressions.types import ANY, TYPES, Type

if TYPE_CHECKING:
    from engine.bpmn.expressions.parser import Parser

_STANDARD = KnownNames(TYPES)


class TypeParser:
    """Reads types where the parser of expressions meets one."""

    def __init__(self, parser: Parser, types: Mapping[str, Type]) -> None:
        self._parser = parser
        self._types = types
        self._known = KnownNames(types, _STANDARD) if types else _STANDARD

    def type(self) -> Type:
        """One type."""
        self._parser.deeper()
        found = _GENERIC[self._parser.token.text](self) if self._is_generic() else self._named()
        self._parser.depth -= 1
        return found

    def _is_generic(self) -> bool:
        parser = self._parser
        return parser.token.text in _GENERIC and parser.tokens[parser.at + 1].text == "<"

    def _named(self) -> Type:
        parser = self._parser
        if parser.token.kind != WORD:
            parser.unexpected("; a type is missing")
        start = parser.token.position
        name, length = self._known.longest(parser.tokens, parser.at) or unknown_name(parser.tokens, parser.at)
        parser.at += length
        while parser.token.text == "." and parser.tokens[parser.at + 1].kind == WORD:
            parser.at += 1
            part, length = unknown_name(parser.tokens, parser.at)
            parser.at += length
            name = f"{name}.{part}"
        found = self._types.get(name) or TYPES.get(name) or self._member(name)
        if found is None:
            raise ExpressionRefused("UnknownType", parser.text, start, name=name)
        return found

    def _member(self, name: str) -> Type | None:
        """The type of a component, as in tPerson.address."""
        first, *rest = name.split(".")
        found = self._types.get(first)
        for part in rest:
            found = dict(found.fields).get(part) if found else None
        return found

    def _list(self) -> Type:
        return Type("list", self._one())

    def _range(self) -> Type:
        return Type("range", self._one())

    def _one(self) -> Type:
        self._parser.at += 2
        item = self.type()
        self._parser.expect(">")
        return item

    def _context(self) -> Type:
        parser = self._parser
        parser.at += 2
        fields: list[tuple[str, Type]] = []
        while not parser.accept(">"):
            if fields:
                parser.expect(",")
            found = name_before(parser.tokens, parser.at, ":")
            if found is None:
                parser.unexpected("; a name is missing")
            parser.at += found[1] + 1
            fields.append((found[0], self.type()))
        return Type("context", None, tuple(fields))

    def _function(self) -> Type:
        parser = self._parser
        parser.at += 2
        parameters: list[tuple[str, Type]] = []
        while not parser.accept(">"):
            if parameters:
                parser.expect(",")
            parameters.append((str(len(parameters)), self.type()))
        parser.expect("->")
        return Type("function", self.type() or ANY, tuple(parameters))


_GENERIC = {
    "list": TypeParser._list,
    "range": TypeParser._range,
    "context": TypeParser._context,
    "function": TypeParser._function,
}
