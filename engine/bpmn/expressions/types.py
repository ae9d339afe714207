"""The types of the language (DMN 1.5, 10.3.2.2 and 10.3.2.9): whether a value has one, and the value made to fit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporals import Date, DateTime, Time
from engine.bpmn.expressions.values import Function, Range, kind, taken


@dataclass(frozen=True)
class Type:
    """A type: its kind, what a list or range holds, what fields a context has, what values are allowed."""

    kind: str
    item: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    allowed: Callable[[Run, Any], bool] | None = None


ANY = Type("Any")
NULL = Type("Null")
_SIMPLE = (
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
TYPES: dict[str, Type] = {name: Type(name) for name in _SIMPLE} | {
    "Any": ANY,
    "Null": NULL,
    "null": NULL,
    "any": ANY,
    "list": Type("list", ANY),
    "context": Type("context"),
    "range": Type("range", ANY),
    "function": Type("function"),
    # spellings of DMN 1.1 and of XML Schema that modellers still write
    "dateTime": Type("date and time"),
    "dateAndTime": Type("date and time"),
    "dayTimeDuration": Type("days and time duration"),
    "yearMonthDuration": Type("years and months duration"),
    "days and time duration": Type("days and time duration"),
    "integer": Type("number"),
    "long": Type("number"),
    "double": Type("number"),
    "decimal": Type("number"),
}


def fits(run: Run, value: Any, wanted: Type, nested: bool = False, allowed: bool = True) -> bool:
    """Whether a value is an instance of a type; null is one of Any and Null, and of every type inside another.

    «instance of» does not look at the allowed values of a type; making a value fit it does.
    """
    value = taken(value)
    if wanted.kind == "Any":
        return True
    if value is None:
        return nested or wanted.kind == "Null"
    if kind(value) != wanted.kind:
        return False
    inside = _INSIDE.get(wanted.kind)
    if inside is not None and not inside(run, value, wanted, allowed):
        return False
    return not allowed or wanted.allowed is None or wanted.allowed(run, value)


def _list_fits(run: Run, value: list[Any], wanted: Type, allowed: bool) -> bool:
    item = wanted.item or ANY
    if item.kind == "Any":
        return True
    run.spend(1 + len(value))
    return all(fits(run, each, item, nested=True, allowed=allowed) for each in value)


def _range_fits(run: Run, value: Range, wanted: Type, allowed: bool) -> bool:
    item = wanted.item or ANY
    return all(fits(run, end, item, nested=True, allowed=allowed) for end in (value.start, value.end))


def _context_fits(run: Run, value: dict[str, Any], wanted: Type, allowed: bool) -> bool:
    run.spend(1 + len(wanted.fields))
    have = all(name in value for name, _ in wanted.fields)
    return have and all(fits(run, value[name], type_, True, allowed) for name, type_ in wanted.fields)


def _function_fits(run: Run, value: Function, wanted: Type, allowed: bool) -> bool:
    """A function fits when it takes as many arguments and none of them is of another type than it was declared with."""
    if not wanted.fields and wanted.item is None:
        return True
    if len(value.parameters) != len(wanted.fields):
        return False
    declared = value.types or (ANY,) * len(value.parameters)
    return all(conforms(type_, taken_) for taken_, (_, type_) in zip(declared, wanted.fields, strict=False))


_INSIDE: dict[str, Callable[[Run, Any, Type, bool], bool]] = {
    "list": _list_fits,
    "range": _range_fits,
    "context": _context_fits,
    "function": _function_fits,
}


def conforms(one: Type, other: Type) -> bool:
    """Whether every value of one type is a value of another (DMN 1.5, 10.3.2.9.1)."""
    if other.kind == "Any" or one.kind == "Null":
        return True
    if one.kind != other.kind:
        return False
    if one.kind in ("list", "range"):
        return conforms(one.item or ANY, other.item or ANY)
    if one.kind == "context":
        have = dict(one.fields)
        return all(name in have and conforms(have[name], type_) for name, type_ in other.fields)
    return True


def fitted(run: Run, value: Any, wanted: Type) -> Any:
    """A value made to fit a type by the conversions of 10.3.2.9.4, or null where it cannot be.

    A function fitted to a function type fits its arguments and its result to the types that names.
    """
    value = taken(value)
    if value is None:
        return None
    if isinstance(value, Function) and wanted.kind == "function" and (wanted.fields or wanted.item):
        return _bound(value, wanted) if _compatible(value, wanted) else _unfit(run)
    if fits(run, value, wanted):
        return value
    if isinstance(value, list) and len(value) == 1 and wanted.kind != "list":
        return fitted(run, value[0], wanted)
    if wanted.kind == "list" and not isinstance(value, list):
        return [value] if fits(run, value, wanted.item or ANY) else _unfit(run)
    if wanted.kind == "date and time" and isinstance(value, Date):
        return DateTime(value, Time(0, 0, 0, 0, 0))
    return _unfit(run)


def declared_function(value: Function, wanted: Type) -> Function:
    """A function as its model declares it: by a function type, or (as older files do) by the type of its result."""
    if wanted.kind == "Any":
        return value
    return _bound(value, wanted if wanted.kind == "function" else Type("function", wanted))


def _compatible(value: Function, wanted: Type) -> bool:
    """Whether a function takes as many arguments as a function type says, and none of quite another type."""
    if not value.types:
        return True
    declared = zip(value.types, (type_ for _, type_ in wanted.fields), strict=False)
    return len(value.types) == len(wanted.fields) and all(
        conforms(given, own) or conforms(own, given) for own, given in declared
    )


def _bound(value: Function, wanted: Type) -> Function:
    """A function whose arguments and result are made to fit a function type; its parameters are found by name first."""
    named = dict(wanted.fields)
    if named.keys() == set(value.parameters):
        types = [named[name] for name in value.parameters]
    else:
        types = [type_ for _, type_ in wanted.fields]

    def call(run: Run, values: list[Any]) -> Any:
        if len(types) == len(values):
            values = [fitted(run, each, type_) for each, type_ in zip(values, types, strict=True)]
        return fitted(run, value.call(run, values), wanted.item or ANY)

    return Function(value.name, value.parameters, call, value.types)


def _unfit(run: Run) -> None:
    run.warn("NotOfType")
