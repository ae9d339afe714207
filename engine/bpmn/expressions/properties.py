"""What stands after a point: entries of contexts, of every context in a list, and the parts of dates, times, durations
and ranges (DMN 1.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions.decimals import add, divide
from engine.bpmn.expressions.runs import Run
from engine.bpmn.expressions.temporals import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time
from engine.bpmn.expressions.values import Range, taken


def property_of(run: Run, value: Any, name: str) -> Any:
    """The property of a value, or null."""
    value = taken(value)
    if isinstance(value, dict):
        if name not in value:
            run.warn("NoSuchKey")
        return taken(value.get(name))
    if isinstance(value, list):
        run.spend(1 + len(value))
        return [property_of(run, item, name) for item in value]
    read = _PROPERTIES.get(type(value), {}).get(name)
    if read is None:
        if value is not None:
            run.warn("NoSuchProperty")
        return None
    return read(value)


def _offset(zoned: Time | DateTime) -> DaysDuration | None:
    offset = zoned.offset()
    return None if offset is None else DaysDuration(offset * NANOS)


def _zone_name(time: Time) -> str | None:
    return time.zone if isinstance(time.zone, str) else None


def _seconds(time: Time) -> Any:
    return add(time.second, divide(time.nano, NANOS) or 0)


def _of_date(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda moment: read(moment.date)


def _of_time(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda moment: read(moment.time)


_DATE: dict[str, Callable[[Any], Any]] = {
    "year": lambda d: d.year,
    "month": lambda d: d.month,
    "day": lambda d: d.day,
    "weekday": lambda d: d.weekday(),
    "value": lambda d: d.ordinal() * 86_400,
}
_TIME: dict[str, Callable[[Any], Any]] = {
    "hour": lambda t: t.hour,
    "minute": lambda t: t.minute,
    "second": _seconds,
    "time offset": _offset,
    "timezone": _zone_name,
    "value": lambda t: divide(t.nanos(), NANOS),
}
_MOMENT: dict[str, Callable[[Any], Any]] = {
    **{name: _of_date(read) for name, read in _DATE.items()},
    **{name: _of_time(read) for name, read in _TIME.items()},
    "time offset": _offset,
    "value": lambda m: divide(m.local_nanos() if m.instant() is None else m.instant(), NANOS),
}
_DAYS: dict[str, Callable[[Any], Any]] = {
    name: (lambda d, index=index: d.parts()[index] * (-1 if d.nanos < 0 else 1))
    for index, name in enumerate(("days", "hours", "minutes"))
} | {
    "seconds": lambda d: divide((d.parts()[3] * NANOS + d.parts()[4]) * (-1 if d.nanos < 0 else 1), NANOS),
    "value": lambda d: divide(d.nanos, NANOS),
}
_MONTHS: dict[str, Callable[[Any], Any]] = {
    "years": lambda d: abs(d.months) // 12 * (-1 if d.months < 0 else 1),
    "months": lambda d: abs(d.months) % 12 * (-1 if d.months < 0 else 1),
    "value": lambda d: d.months,
}
_RANGE: dict[str, Callable[[Any], Any]] = {
    "start": lambda r: r.start,
    "end": lambda r: r.end,
    "start included": lambda r: r.start_included,
    "end included": lambda r: r.end_included,
}
_PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: _MOMENT,
    DaysDuration: _DAYS,
    MonthsDuration: _MONTHS,
    Range: _RANGE,
}
