"""The texts of dates, times and durations (ISO 8601 and XML Schema, as DMN 1.5 takes them): read here, else nothing."""

from __future__ import annotations

import re

from engine.bpmn.expressions.temporals import (
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    Duration,
    MonthsDuration,
    OutOfCalendar,
    Temporal,
    Time,
    Zone,
    zone_info,
)

_DATE = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
# Seconds may be missing, as in what a browser's field for date and time gives.
_CLOCK = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,30}))?)?"
_ZONE = r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+/-]{0,60})?"
DATE = re.compile(_DATE)
TIME = re.compile(_CLOCK + _ZONE)
DATE_TIME = re.compile(_DATE + "T" + _CLOCK + _ZONE)
MONTHS = re.compile(r"(-)?P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
DAYS = re.compile(
    r"(-)?P(?:([0-9]{1,16})D)?(?:T(?=[0-9])(?:([0-9]{1,16})H)?(?:([0-9]{1,16})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,30}))?S)?)?"
)
_MAX_OFFSET = 18 * 3600


def read_date(text: str) -> Date | None:
    """The day a text such as 2027-05-03 names."""
    found = DATE.fullmatch(text)
    return _date(found.groups()) if found else None


def read_time(text: str) -> Time | None:
    """The time a text such as 10:30:00, 10:30:00Z or 10:30:00@Europe/Warsaw names."""
    found = TIME.fullmatch(text.removeprefix("T"))
    return _time(found.groups()) if found else None


def read_date_time(text: str) -> DateTime | None:
    """The day and time a text names; a day alone means its first moment."""
    found = DATE_TIME.fullmatch(text)
    if found is None:
        day = read_date(text)
        return DateTime(day, Time(0, 0, 0)) if day else None
    day, time = _date(found.groups()[:3]), _time(found.groups()[3:])
    return DateTime(day, time) if day and time else None


def read_duration(text: str) -> Duration | None:
    """The length a text such as P1Y2M or P3DT4H names; years and days do not mix."""
    if text.endswith(("P", "T")):
        return None
    try:
        return _months(text) or _days(text)
    except OutOfCalendar:
        return None


def read_literal(text: str) -> Temporal | Duration | None:
    """The value of an at-literal: @"…" holds any of the above (DMN 1.5 grammar rule 62)."""
    return read_date(text) or (read_date_time(text) if "T" in text else None) or read_time(text) or read_duration(text)


def read_zone(text: str) -> Zone:
    """The zone at the end of a time; OutOfCalendar where there is no such zone."""
    if text in ("Z", "z"):
        return 0
    if text.startswith("@"):
        return _named_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)
    if minutes > 59 or (seconds and seconds[0] > 59) or offset > _MAX_OFFSET:
        raise OutOfCalendar
    return -offset if text[0] == "-" else offset


def _named_zone(name: str) -> str:
    try:
        zone_info(name)
    except (KeyError, ValueError, OSError):
        raise OutOfCalendar from None
    return name


def _date(parts: tuple[str, ...]) -> Date | None:
    try:
        return Date.of(int(parts[0]), int(parts[1]), int(parts[2]))
    except OutOfCalendar:
        return None


def _time(parts: tuple[str | None, ...]) -> Time | None:
    hour, minute, second, fraction, zone = parts
    nano = int((fraction or "")[:9].ljust(9, "0"))
    try:
        where = read_zone(zone) if zone else None
        return Time.of(int(hour or 0), int(minute or 0), int(second or 0), nano, where)
    except OutOfCalendar:
        return None


def _months(text: str) -> MonthsDuration | None:
    found = MONTHS.fullmatch(text)
    if found is None:
        return None
    sign, years, months = found.groups()
    total = int(years or 0) * 12 + int(months or 0)
    return MonthsDuration.of(-total if sign else total)


def _days(text: str) -> DaysDuration | None:
    found = DAYS.fullmatch(text)
    if found is None:
        return None
    sign, days, hours, minutes, seconds, fraction = found.groups()
    total = int(days or 0) * 86_400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    nanos = total * NANOS + int((fraction or "")[:9].ljust(9, "0"))
    return DaysDuration.of(-nanos if sign else nanos)
