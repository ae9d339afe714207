"""Functions that make one kind of value of another (DMN 1.5, 10.3.4.1), and is (10.3.4.8)."""

from __future__ import annotations

import re
from typing import Any

from engine.bpmn.expressions.decimals import NANOS_PLACES, Number, read_number, to_scale
from engine.bpmn.expressions.functions.registry import function
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporal_texts import read_date, read_date_time, read_duration, read_time, read_zone
from engine.bpmn.expressions.temporals import (
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    Duration,
    MonthsDuration,
    OutOfCalendar,
    Time,
    Zone,
)
from engine.bpmn.expressions.texts import text_of
from engine.bpmn.expressions.values import kind, same

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")


@function("string", "from: any")
def string(run: Run, value: Any) -> str | None:
    """The text of a value; null of null."""
    return None if value is None else text_of(run, value)


@function("number", "from: string, grouping separator: string?, decimal separator: string?")
@function("number", "from: string")
def number(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Number | None:
    """The number a text stands for, with the separators it is written with."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and point == grouping):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.replace(".", "x").replace(",", ".")
    return read_number(text) if len(text) < 500 and _NUMBER.fullmatch(text) else None


@function("number", "from: number")
def number_itself(run: Run, value: Number) -> Number:
    """A number is one already."""
    return value


@function("date", "from: string")
def date_from_text(run: Run, text: str) -> Date | None:
    """The day a text names."""
    return read_date(text)


@function("date", "from: date")
def date_itself(run: Run, day: Date) -> Date:
    """A day is one already."""
    return day


@function("date", "from: date and time")
def date_from_moment(run: Run, moment: DateTime) -> Date:
    """The day of a moment."""
    return moment.date


@function("date", "year: number, month: number, day: number")
def date_from_numbers(run: Run, year: Number, month: Number, day: Number) -> Date:
    """The day with these numbers."""
    return Date.of(_whole(year), _whole(month), _whole(day))


@function("date and time", "from: string")
def moment_from_text(run: Run, text: str) -> DateTime | None:
    """The moment a text names; a day alone means its first one."""
    return read_date_time(text)


@function("date and time", "from: date and time")
def moment_itself(run: Run, moment: DateTime) -> DateTime:
    """A moment is one already."""
    return moment


@function("date and time", "date: date|date and time, time: time")
def moment_from_parts(run: Run, date: Date | DateTime, time: Time) -> DateTime:
    """A day and a time of day."""
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


@function("date and time", "date: date and time, timezone: string")
def moment_in_zone(run: Run, moment: DateTime, timezone: str) -> DateTime:
    """The same wall clock in a zone."""
    return DateTime(moment.date, Time.from_nanos(moment.time.nanos(), _zone(timezone)))


_NUMBERS = "year: number, month: number, day: number, hour: number, minute: number, second: number"


@function("date and time", _NUMBERS)
@function("date and time", _NUMBERS + ", offset: days and time duration?")
def moment_from_numbers(run: Run, *numbers: Any) -> DateTime:
    """The moment with these numbers."""
    return DateTime(date_from_numbers(run, *numbers[:3]), time_from_numbers(run, *numbers[3:]))


@function("time", "from: string")
def time_from_text(run: Run, text: str) -> Time | None:
    """The time a text names."""
    return read_time(text)


@function("time", "from: time")
def time_itself(run: Run, time: Time) -> Time:
    """A time is one already."""
    return time


@function("time", "from: date")
def time_from_date(run: Run, day: Date) -> Time:
    """A day begins at midnight in UTC."""
    return Time(0, 0, 0, 0, 0)


@function("time", "from: date and time")
def time_from_moment(run: Run, moment: DateTime) -> Time:
    """The time of day of a moment."""
    return moment.time


@function("time", "hour: number, minute: number, second: number, offset?: days and time duration?")
def time_from_numbers(
    run: Run, hour: Number, minute: Number, second: Number, offset: DaysDuration | None = None
) -> Time:
    """The time with these numbers; a second may have a fraction."""
    nanos = to_scale(second, NANOS_PLACES, "ROUND_DOWN")
    whole, fraction = divmod(int((nanos or 0) * NANOS), NANOS)
    zone = None if offset is None else offset.nanos // NANOS
    if zone is not None and abs(zone) > 18 * 3600:
        raise OutOfCalendar
    return Time.of(_whole(hour), _whole(minute), whole, fraction, zone)


@function("duration", "from: string")
def duration(run: Run, text: str) -> Duration | None:
    """The length a text names."""
    return read_duration(text)


@function("duration", "from: days and time duration|years and months duration")
def duration_itself(run: Run, length: Duration) -> Duration:
    """A duration is one already."""
    return length


@function("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months(run: Run, start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    """The whole months between two days."""
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration.of(months)


@function("is", "value1: any, value2: any")
def is_same(run: Run, one: Any, other: Any) -> bool:
    """Whether two values are the same element of the language: of one kind, and times with the same zone or none."""
    if kind(one) != kind(other):
        return False
    times = [value.time if isinstance(value, DateTime) else value for value in (one, other)]
    if isinstance(times[0], Time) and isinstance(times[1], Time) and (times[0].zone is None) != (times[1].zone is None):
        return False
    return same(run, one, other)


def _zone(name: str) -> Zone:
    return read_zone(name if name in ("Z", "z") or name[:1] in ("+", "-", "@") else f"@{name}")


def _whole(value: Number) -> int:
    if not -(10**12) < value < 10**12:
        raise OutOfCalendar
    return int(value)
