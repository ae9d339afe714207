"""Functions on the calendar (DMN 1.5, 10.3.4.8 and 10.3.4.12), and this engine's own: working days and deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from datetime import timezone as _fixed
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn.expressions.decimals import Number
from engine.bpmn.expressions.functions.registry import function
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporal_texts import read_date_time
from engine.bpmn.expressions.temporals import (
    NANOS,
    Date,
    DateTime,
    OutOfCalendar,
    from_python,
    from_python_date,
    in_zone,
)
from engine.bpmn.expressions.values import taken
from engine.model.deadlines import DeadlineRefused

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@function("day of year", "date: date|date and time")
def day_of_year(run: Run, day: Date | DateTime) -> int:
    """The number of a day in its year, from 1."""
    day = _day(day)
    return day.ordinal() - Date(day.year, 1, 1).ordinal() + 1


@function("day of week", "date: date|date and time")
def day_of_week(run: Run, day: Date | DateTime) -> str:
    """The name of a day."""
    return _DAYS[_day(day).weekday() - 1]


@function("month of year", "date: date|date and time")
def month_of_year(run: Run, day: Date | DateTime) -> str:
    """The name of the month of a day."""
    return _MONTHS[_day(day).month - 1]


@function("week of year", "date: date|date and time")
def week_of_year(run: Run, day: Date | DateTime) -> int:
    """The number of the week (ISO 8601): the week belongs to the year of its Thursday."""
    day = _day(day)
    thursday = Date.from_ordinal(day.ordinal() - day.weekday() + 4)
    return (thursday.ordinal() - Date(thursday.year, 1, 1).ordinal()) // 7 + 1


@function("now", "")
def now(run: Run) -> DateTime | None:
    """The present moment on the clock of the case's zone."""
    moment = _clock(run)
    return None if moment is None else from_python(moment)


@function("today", "")
def today(run: Run) -> Date | None:
    """The present day in the case's zone."""
    moment = _clock(run)
    return None if moment is None else from_python_date(moment)


def _clock(run: Run) -> datetime | None:
    if run.environment.clock is None:
        run.warn("NoClock")
        return None
    return run.environment.clock.now().astimezone(run.environment.zone)


_START = "date|date and time|string"


@function("working days after", f"from: {_START}, n: number")
def working_days_after(run: Run, start: Any, n: Number) -> Date | None:
    """The n-th working day after a day, which itself is not counted."""
    first = _local_day(run, start)
    if first is None or n != int(n):
        return None
    run.spend(abs(int(n)))
    try:
        return from_python_date(run.environment.calendar.working_days_after(first, int(n)))
    except DeadlineRefused:
        run.warn("OutOfCalendar")
        return None


@function("working days between", f"from: {_START}, to: {_START}")
def working_days_between(run: Run, start: Any, end: Any) -> int | None:
    """How many working days lie after one day, up to and including another."""
    first, last = _local_day(run, start), _local_day(run, end)
    return None if first is None or last is None else run.environment.calendar.working_days_between(first, last)


@function("is working day", f"date: {_START}")
def is_working_day(run: Run, day: Any) -> bool | None:
    """Whether people are at work on that day."""
    found = _local_day(run, day)
    return None if found is None else run.environment.calendar.is_working_day(found)


@function("deadline", "element: string")
def deadline(run: Run, element: str) -> Any:
    """When a step of this case is due, or null if it has no due date."""
    return _found(run, run.environment.deadlines, element)


@function("escalation", "element: string")
def escalation(run: Run, element: str) -> Any:
    """When help is called for a step of this case that is late, or null if nobody is to be called."""
    return _found(run, run.environment.escalations, element)


def _found(run: Run, find: Callable[[str], datetime | date | None] | None, element: str) -> Any:
    if find is None:
        run.warn("NoDeadlines")
        return None
    found = find(element)
    if isinstance(found, datetime) and found.tzinfo is not None:
        found = found.astimezone(run.environment.zone)
    return taken(found)


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def _local_day(run: Run, value: Any) -> date | None:
    """The day in the case's zone on which a value falls, as Python's calendar has it."""
    if isinstance(value, str):
        value = read_date_time(value)
        if value is None:
            return None
    zone = run.environment.zone
    if isinstance(value, DateTime) and (instant := value.instant()) is not None and isinstance(zone, ZoneInfo):
        value = in_zone(instant, zone.key)
    elif isinstance(value, DateTime) and instant is not None and isinstance(zone, _fixed):
        value = value.plus_nanos(int((zone.utcoffset(None)).total_seconds() - (value.offset() or 0)) * NANOS)
    day = _day(value)
    if not 1 <= day.year <= 9999:
        raise OutOfCalendar
    return date(day.year, day.month, day.day)
