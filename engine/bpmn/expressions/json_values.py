"""Values that leave the language: JSON for case variables, moments for timers and due dates.

Dates, times and durations become their ISO 8601 text; a moment in a named zone is written with its offset, so that any
reader understands it. A number stays a number: whole ones up to 64 bits an int, all others the nearest float, which
comes back as the decimal it prints as (15 digits survive the round trip). Inside the language a text stays a text: an
expression says date(x) or date and time(x) where it means a day or a moment.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.bpmn.expressions.refusals import EvaluationStopped
from engine.bpmn.expressions.runs import MAX_DEPTH, MAX_STEPS, Run
from engine.bpmn.expressions.temporal_texts import read_date, read_date_time
from engine.bpmn.expressions.temporals import NANOS, Date, DateTime, Temporal, zone_text
from engine.bpmn.expressions.texts import text_of
from engine.bpmn.expressions.values import Function, Range, taken
from engine.model.deadlines import WARSAW, end_of_day

_LARGEST_INT = 2**63 - 1
JSON = None | bool | int | float | str | list[Any] | dict[str, Any]


def to_json(value: Any) -> JSON:
    """A value as JSON; EvaluationStopped if it is too large to be one."""
    return _Writer().json(value, 0)


class _Writer:
    def __init__(self) -> None:
        self.steps = MAX_STEPS // 2

    def json(self, value: Any, depth: int) -> JSON:
        self.steps -= 1
        if self.steps < 0 or depth > 2 * MAX_DEPTH:
            raise EvaluationStopped("size")
        value = taken(value)
        if isinstance(value, list):
            return [self.json(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {str(key): self.json(item, depth + 1) for key, item in value.items()}
        if isinstance(value, str):
            self.steps -= len(value) // 16
            return value
        return _plain(value)


def _plain(value: Any) -> JSON:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_INT:
        return value
    if isinstance(value, int | Decimal):
        return _float(value)
    if isinstance(value, DateTime) and isinstance(value.time.zone, str):
        return f"{value.date}T{value.time.from_nanos(value.time.nanos())}{zone_text(value.offset())}"
    if isinstance(value, Function | Range):
        return text_of(Run({}), value)
    return str(value)


def _float(value: int | Decimal) -> float:
    try:
        number = float(value)
    except OverflowError:
        raise EvaluationStopped("size") from None
    if number in (float("inf"), float("-inf")):
        raise EvaluationStopped("size")
    return number


def from_json(value: Any, depth: int = 0) -> Any:
    """A JSON value as the language sees it: floats become decimals; EvaluationStopped if nested too deeply."""
    value = taken(value)
    if depth > 2 * MAX_DEPTH:
        raise EvaluationStopped("size")
    if isinstance(value, list):
        return [from_json(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: from_json(item, depth + 1) for key, item in value.items()}
    return value


def from_text(text: str) -> Temporal | str:
    """The day or moment an ISO text names, or the text itself: for variables declared as dates."""
    return read_date(text) or read_date_time(text) or text


def to_moment(value: Any, zone: tzinfo = WARSAW) -> datetime | None:
    """The moment, aware and in UTC, that a date, a date and time or an ISO text names; None for anything else.

    A local time is read in the zone given; a day means its last second, because what is due on a day is late after it.
    """
    value = taken(value)
    if isinstance(value, str):
        value = from_text(value.strip().replace(" ", "T", 1))
    try:
        if isinstance(value, Date):
            return _end_of(date(value.year, value.month, value.day), zone)
        if isinstance(value, DateTime):
            return _moment(value, zone)
    except (ValueError, OverflowError):
        return None
    return None


def _end_of(day: date, zone: tzinfo) -> datetime:
    if zone is WARSAW:
        return end_of_day(day)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone).astimezone(UTC)


def _moment(value: DateTime, zone: tzinfo) -> datetime:
    instant = value.instant()
    if instant is not None:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant // 1000)
    day, time = value.date, value.time
    local = datetime(day.year, day.month, day.day, time.hour, time.minute, time.second, time.nano * 1000 // NANOS, zone)
    return local.astimezone(UTC)
