"""The table of built-in functions: their names, what they take, and how arguments are made to fit.

A function may have several forms; the first whose parameters fit is called. What fits none is null, as the standard
says (DMN 1.5, 10.3.4), and counted as a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporals import Date, DateTime, OutOfCalendar, Time
from engine.bpmn.expressions.values import KINDS, Function, taken

Body = Callable[..., Any]


class Parameter(NamedTuple):
    """One parameter of one form of a function."""

    name: str
    kinds: frozenset[str]
    optional: bool
    nullable: bool


class Form:
    """One way to call a function."""

    def __init__(self, signature: str, body: Body) -> None:
        parts = [part.strip() for part in signature.split(",")] if signature else []
        self.variadic = bool(parts) and parts[-1].split(":")[0].endswith(("*", "+"))
        self.parameters = tuple(_parameter(part) for part in parts)
        self.names = tuple(parameter.name for parameter in self.parameters)
        self.least = sum(not parameter.optional for parameter in self.parameters)
        self.body = body

    def in_order(self, names: Sequence[str], values: Sequence[Any]) -> list[Any] | None:
        """Named arguments in the order of the parameters, or None if a name does not belong here."""
        given = dict(zip(names, values, strict=True))
        if len(given) != len(names) or not given.keys() <= set(self.names):
            return None
        if any(not p.optional and p.name not in given for p in self.parameters):
            return None
        return [given.get(name, MISSING) for name in self.names]

    def fit(self, values: Sequence[Any]) -> list[Any] | None:
        """The arguments made to fit the parameters, or None if they do not."""
        if len(values) < self.least or (len(values) > len(self.parameters) and not self.variadic):
            return None
        fitted: list[Any] = []
        for index, value in enumerate(values):
            value = _fit(value, self.parameters[min(index, len(self.parameters) - 1)])
            if value is _UNFIT:
                return None
            fitted.append(value)
        while fitted and fitted[-1] is MISSING:
            fitted.pop()
        return [None if value is MISSING else value for value in fitted]


class _Sign:
    """A mark that is no value of the language."""


MISSING = _Sign()
_UNFIT = _Sign()


class Builtin(Function):
    """A function of the language."""

    __slots__ = ("forms",)

    def __init__(self, name: str) -> None:
        super().__init__(name, (), self._positional)
        self.forms: list[Form] = []

    def takes(self, number: int, names: Sequence[str] | None) -> bool:
        """Whether some form takes so many arguments, with these names if they are named."""
        if names is not None:
            return any(form.in_order(names, [None] * len(names)) is not None for form in self.forms)
        return any(form.least <= number and (form.variadic or number <= len(form.parameters)) for form in self.forms)

    def _positional(self, run: Run, values: list[Any]) -> Any:
        for form in self.forms:
            arguments = form.fit(values)
            if arguments is not None:
                return called(run, form.body, arguments)
        run.warn("NoSuchForm")
        return None

    def call_named(self, run: Run, names: Sequence[str], values: list[Any]) -> Any:
        """Call with named arguments."""
        for form in self.forms:
            ordered = form.in_order(names, values)
            arguments = form.fit(ordered) if ordered is not None else None
            if arguments is not None:
                return called(run, form.body, arguments)
        run.warn("NoSuchForm")
        return None


KINDS[Builtin] = "function"
BUILTINS: dict[str, Builtin] = {}


def function(name: str, signature: str) -> Callable[[Body], Body]:
    """Register one form of a function.

    Signature: «name: kind, other?: kind|kind, rest*: any, some+: any»; «kind?» takes null too.
    """

    def register(body: Body) -> Body:
        BUILTINS.setdefault(name, Builtin(name)).forms.append(Form(signature, body))
        return body

    return register


def called(run: Run, body: Body, arguments: list[Any]) -> Any:
    """What a function gives; null where the result would lie outside the calendar."""
    try:
        return body(run, *arguments)
    except OutOfCalendar:
        run.warn("OutOfCalendar")
        return None


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(":")
    kinds = kinds.strip()
    nullable = kinds.endswith("?") or kinds == "any"
    name = name.strip()
    return Parameter(
        name.rstrip("?*+"),
        frozenset(part.strip() for part in kinds.rstrip("?").split("|")),
        name.endswith(("?", "*")),
        nullable,
    )


def _fit(value: Any, parameter: Parameter) -> Any:
    """A value as a parameter takes it: one value for a list of one and back, a day as its first moment."""
    if value is MISSING:
        return value
    value = taken(value)
    kinds = parameter.kinds
    if value is None:
        return None if parameter.nullable else _UNFIT
    own = KINDS[type(value)]
    if own in kinds or "any" in kinds:
        return value
    if own == "list" and len(value) == 1:
        return _fit(value[0], parameter)
    if "list" in kinds:
        return [value]
    if own == "date" and "date and time" in kinds:
        return _first_moment(value)
    return _UNFIT


def _first_moment(day: Date) -> DateTime:
    return DateTime(day, Time(0, 0, 0, 0, 0))
