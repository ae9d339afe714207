"""Functions on numbers and booleans (DMN 1.5, 10.3.4.2 and 10.3.4.5)."""

from __future__ import annotations

import decimal

from engine.bpmn.expressions import decimals
from engine.bpmn.expressions.decimals import Number
from engine.bpmn.expressions.functions.registry import Body, function
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporals import DaysDuration, Duration, MonthsDuration


@function("not", "negand: boolean?")
def negated(run: Run, negand: bool | None) -> bool | None:
    """The other truth; null of null."""
    return None if negand is None else not negand


def _rounding(name: str, signature: str, how: str) -> None:
    def rounded(run: Run, n: Number, scale: Number | None = 0) -> Number | None:
        return None if scale is None else decimals.to_scale(n, scale, how)

    function(name, signature)(rounded)


for _name, _signature, _how in (
    ("decimal", "n: number, scale: number", decimal.ROUND_HALF_EVEN),
    ("floor", "n: number, scale?: number", decimal.ROUND_FLOOR),
    ("ceiling", "n: number, scale?: number", decimal.ROUND_CEILING),
    ("round up", "n: number, scale: number", decimal.ROUND_UP),
    ("round down", "n: number, scale: number", decimal.ROUND_DOWN),
    ("round half up", "n: number, scale: number", decimal.ROUND_HALF_UP),
    ("round half down", "n: number, scale: number", decimal.ROUND_HALF_DOWN),
):
    _rounding(_name, _signature, _how)


@function("abs", "n: number")
@function("abs", "number: number")
def absolute(run: Run, n: Number) -> Number:
    """The number without its sign."""
    return -n if n < 0 else n


@function("abs", "n: days and time duration|years and months duration")
def absolute_duration(run: Run, n: Duration) -> Duration:
    """The duration without its sign."""
    return DaysDuration(abs(n.nanos)) if isinstance(n, DaysDuration) else MonthsDuration(abs(n.months))


@function("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Number, divisor: Number) -> Number | None:
    """The rest of a division, with the sign of the divisor."""
    return decimals.modulo(dividend, divisor)


def _plain(name: str, body: Body) -> None:
    function(name, "number: number")(lambda run, number: body(number))


_plain("sqrt", decimals.square_root)
_plain("log", decimals.logarithm)
_plain("exp", decimals.exponential)
_plain("odd", lambda number: decimals.modulo(number, 2) == 1)
_plain("even", lambda number: decimals.modulo(number, 2) == 0)
