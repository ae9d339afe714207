"""Sums, differences, products and quotients of every kind of value (DMN 1.5, 10.3.2.13.6, tables 56–59)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions import decimals
from engine.bpmn.expressions.decimals import Number
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporals import (
    DAY_NANOS,
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    OutOfCalendar,
    Time,
)
from engine.bpmn.expressions.values import KINDS, taken

NUMBER, STRING, DATE, TIME, MOMENT = "number", "string", "date", "time", "date and time"
DAYS, MONTHS = "days and time duration", "years and months duration"


def calculate(run: Run, operator: str, left: Any, right: Any) -> Any:
    """The result of an operator; null where it is not defined for such values or has no result."""
    left, right = taken(left), taken(right)
    if left is None or right is None:
        return None
    operation = _OPERATIONS.get((operator, KINDS[type(left)], KINDS[type(right)]))
    if operation is None:
        run.warn("NotDefined")
        return None
    try:
        return operation(left, right) if operation is not _joined else run.text(left + right)
    except OutOfCalendar:
        run.warn("OutOfCalendar")
        return None


def negative(run: Run, value: Any) -> Any:
    """The value with the other sign."""
    value = taken(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    if isinstance(value, MonthsDuration):
        return MonthsDuration(-value.months)
    return calculate(run, "-", 0, value)


def _joined(left: str, right: str) -> str:
    return left + right


def _later(day: Date, duration: DaysDuration) -> Date:
    """A day some time later: the day on which that moment falls (counted from midnight)."""
    return Date.from_ordinal((day.ordinal() * DAY_NANOS + duration.nanos) // DAY_NANOS)


def _months_later(moment: DateTime, duration: MonthsDuration, sign: int = 1) -> DateTime:
    return DateTime(moment.date.plus_months(sign * duration.months), moment.time)


def _clock_later(time: Time, nanos: int) -> Time:
    return Time.from_nanos(time.nanos() + nanos, time.zone)


def _between_times(left: Time, right: Time) -> DaysDuration | None:
    one, other = left.offset(), right.offset()
    if left.zone == right.zone:
        return DaysDuration(left.nanos() - right.nanos())
    if one is None or other is None:
        return None
    return DaysDuration(left.nanos() - right.nanos() - (one - other) * NANOS)


def _between(left: DateTime, right: DateTime) -> DaysDuration | None:
    """The time between two moments; null between a local one and one with a zone."""
    one, other = left.instant(), right.instant()
    if one is None and other is None:
        return DaysDuration.of(left.local_nanos() - right.local_nanos())
    return None if one is None or other is None else DaysDuration.of(one - other)


def _midnight_like(day: Date, moment: DateTime) -> DateTime:
    """The first moment of a day: in UTC, or local beside a local moment."""
    return DateTime(day, Time(0, 0, 0, 0, None if moment.time.zone is None else 0))


def _whole(value: Number | None) -> int:
    if value is None or not -(2**100) < value < 2**100:
        raise OutOfCalendar
    return int(value)


def _times(duration: int, factor: Number) -> int:
    return _whole(decimals.multiply(duration, factor))


def _parts(duration: int, divisor: Number) -> int | None:
    quotient = decimals.divide(duration, divisor)
    return None if quotient is None else _whole(quotient)


def _days_by(left: DaysDuration, right: Number) -> DaysDuration | None:
    nanos = _parts(left.nanos, right)
    return None if nanos is None else DaysDuration.of(nanos)


def _months_by(left: MonthsDuration, right: Number) -> MonthsDuration | None:
    months = _parts(left.months, right)
    return None if months is None else MonthsDuration.of(months)


_OPERATIONS: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", NUMBER, NUMBER): decimals.add,
    ("-", NUMBER, NUMBER): decimals.subtract,
    ("*", NUMBER, NUMBER): decimals.multiply,
    ("/", NUMBER, NUMBER): decimals.divide,
    ("**", NUMBER, NUMBER): decimals.power,
    ("+", STRING, STRING): _joined,
    ("+", DATE, DAYS): _later,
    ("+", DAYS, DATE): lambda a, b: _later(b, a),
    ("-", DATE, DAYS): lambda a, b: _later(a, DaysDuration(-b.nanos)),
    ("+", DATE, MONTHS): lambda a, b: a.plus_months(b.months),
    ("+", MONTHS, DATE): lambda a, b: b.plus_months(a.months),
    ("-", DATE, MONTHS): lambda a, b: a.plus_months(-b.months),
    ("-", DATE, DATE): lambda a, b: DaysDuration.of((a.ordinal() - b.ordinal()) * DAY_NANOS),
    ("-", DATE, MOMENT): lambda a, b: _between(_midnight_like(a, b), b),
    ("-", MOMENT, DATE): lambda a, b: _between(a, _midnight_like(b, a)),
    ("-", MOMENT, MOMENT): _between,
    ("+", MOMENT, DAYS): lambda a, b: a.plus_nanos(b.nanos),
    ("+", DAYS, MOMENT): lambda a, b: b.plus_nanos(a.nanos),
    ("-", MOMENT, DAYS): lambda a, b: a.plus_nanos(-b.nanos),
    ("+", MOMENT, MONTHS): _months_later,
    ("+", MONTHS, MOMENT): lambda a, b: _months_later(b, a),
    ("-", MOMENT, MONTHS): lambda a, b: _months_later(a, b, -1),
    ("-", TIME, TIME): _between_times,
    ("+", TIME, DAYS): lambda a, b: _clock_later(a, b.nanos),
    ("+", DAYS, TIME): lambda a, b: _clock_later(b, a.nanos),
    ("-", TIME, DAYS): lambda a, b: _clock_later(a, -b.nanos),
    ("+", DAYS, DAYS): lambda a, b: DaysDuration.of(a.nanos + b.nanos),
    ("-", DAYS, DAYS): lambda a, b: DaysDuration.of(a.nanos - b.nanos),
    ("+", MONTHS, MONTHS): lambda a, b: MonthsDuration.of(a.months + b.months),
    ("-", MONTHS, MONTHS): lambda a, b: MonthsDuration.of(a.months - b.months),
    ("*", DAYS, NUMBER): lambda a, b: DaysDuration.of(_times(a.nanos, b)),
    ("*", NUMBER, DAYS): lambda a, b: DaysDuration.of(_times(b.nanos, a)),
    ("*", MONTHS, NUMBER): lambda a, b: MonthsDuration.of(_times(a.months, b)),
    ("*", NUMBER, MONTHS): lambda a, b: MonthsDuration.of(_times(b.months, a)),
    ("/", DAYS, NUMBER): _days_by,
    ("/", MONTHS, NUMBER): _months_by,
    ("/", DAYS, DAYS): lambda a, b: decimals.divide(a.nanos, b.nanos),
    ("/", MONTHS, MONTHS): lambda a, b: decimals.divide(a.months, b.months),
}
