"""The types a decision file declares (item definitions, DMN 1.5, 7.3.2), and values from outside made to fit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.decisions.documents import Element, child, children, text
from engine.bpmn.decisions.refusals import DecisionProblem
from engine.bpmn.expressions import ExpressionRefused, compile_unary_tests
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporal_texts import read_date, read_date_time, read_duration, read_time
from engine.bpmn.expressions.types import ANY, TYPES, Type
from engine.bpmn.expressions.values import taken

_MAX_NESTING = 30
Tell = Callable[[DecisionProblem], None]


class ItemTypes:
    """The types of one file, by name; problems are told while they are read."""

    def __init__(self, root: Element, tell: Tell, imported: Mapping[str, Type]) -> None:
        self._tell = tell
        self._elements = {element.get("name", ""): element for element in children(root, "itemDefinition")}
        own = self._elements.keys()
        self._found: dict[str, Type] = {name: type_ for name, type_ in imported.items() if name not in own}
        self._open: list[str] = []
        for name in self._elements:
            self.named(name, name)

    @property
    def all(self) -> dict[str, Type]:
        """Every declared type."""
        return self._found

    @property
    def names(self) -> set[str]:
        """The names of all components, so that paths may use those with blanks and signs."""
        names: set[str] = set()
        for element in self._elements.values():
            names.update(
                part.get("name", "") for part in element.iter() if isinstance(part.tag, str) and part.get("name")
            )
        return names

    def named(self, name: str | None, element: str = "") -> Type:
        """The type of a name; Any (and a problem) for one that does not exist."""
        if not name:
            return ANY
        if name in self._found:
            return self._found[name]
        if name in self._elements:
            return self._declared(name)
        plain = TYPES.get(name) or TYPES.get(name.rpartition(":")[2]) or TYPES.get(name.rpartition(".")[2])
        if plain is None:
            local = name.rpartition(":")[2]
            if local in self._elements and local != name:
                return self.named(local, element)
            owner = "" if element in self._elements else element  # a type belongs to the whole file
            self._tell(DecisionProblem("DecisionType", owner, params={"element": element, "type": name}))
        return plain or ANY

    def _declared(self, name: str) -> Type:
        if name in self._open or len(self._open) > _MAX_NESTING:
            return ANY  # a type inside itself is checked no further
        self._open.append(name)
        found = self._read(self._elements[name])
        self._open.pop()
        self._found[name] = found
        return found

    def _read(self, element: Element) -> Type:
        components = children(element, "itemComponent")
        if components:
            base = Type("context", None, tuple((part.get("name", ""), self._read(part)) for part in components))
        elif (function := child(element, "functionItem")) is not None:
            parameters = tuple(
                (part.get("name", ""), self.named(part.get("typeRef"), element.get("name", "")))
                for part in children(function, "parameters")
            )
            base = Type("function", self.named(function.get("outputTypeRef"), element.get("name", "")), parameters)
        else:
            base = self.named(text(element, "typeRef") or element.get("typeRef"), element.get("name", ""))
        collection = element.get("isCollection") in ("true", "1")
        allowed = self._allowed(element, "allowedValues")
        if allowed:  # in the place of those of the type it is made from
            base = Type(base.kind, base.item, base.fields, allowed)
        whole = Type("list", base) if collection else base
        constraint = self._allowed(element, "typeConstraint")
        return Type(whole.kind, whole.item, whole.fields, constraint) if constraint else whole

    def _allowed(self, element: Element, which: str) -> Callable[[Run, Any], bool] | None:
        name = element.get("name", "")
        return allowed_values(child(element, which), name, lambda problem: self._tell(replace(problem, element="")))


def allowed_values(element: Element | None, owner: str, tell: Tell) -> Callable[[Run, Any], bool] | None:
    """The test that some allowed values stand for, or None where everything is allowed."""
    source = text(element)
    if not source:
        return None
    try:
        tests = compile_unary_tests(source)
    except ExpressionRefused as refusal:
        params = {"decision": owner, "place": "allowed values", "reason": str(refusal)}
        tell(DecisionProblem("DecisionExpression", owner, params=params))
        return None
    return lambda run, value: tests.run(run, value)


_READERS: dict[str, Callable[[str], Any]] = {
    "date": lambda text: read_date(text) or getattr(read_date_time(text), "date", None),
    "time": read_time,
    "date and time": read_date_time,
    "days and time duration": read_duration,
    "years and months duration": read_duration,
}


def from_outside(value: Any, wanted: Type) -> Any:
    """A JSON value as its declared type means it: the text of a date becomes that date, in lists and contexts too."""
    value = taken(value)
    if isinstance(value, str) and wanted.kind in _READERS:
        found = _READERS[wanted.kind](value)
        return value if found is None else found
    if isinstance(value, list):
        item = wanted.item if wanted.kind == "list" and wanted.item else wanted
        return [from_outside(each, item) for each in value] if item.kind != "Any" else value
    if isinstance(value, dict) and wanted.fields:
        fields = dict(wanted.fields)
        return {key: from_outside(each, fields[key]) if key in fields else each for key, each in value.items()}
    return value
