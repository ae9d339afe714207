"""Dates, times and durations as FEEL means them (DMN 1.5, 10.3.2.3.4–10.3.2.3.8): wider than Python's own.

Years run from −999,999,999 to 999,999,999, seconds have nine decimals, a time may carry an offset or a named zone or
neither. Texts are read and written by temporal_texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MAX_YEAR = 999_999_999
NANOS = 1_000_000_000
DAY_NANOS = 86_400 * NANOS
MAX_MONTHS = 2**31 * 12
MAX_DURATION_NANOS = 2**63 * NANOS
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Zone = int | str | None
"""Seconds east of Greenwich, the name of a zone, or nothing: a local time."""


def is_leap(year: int) -> bool:
    """Whether a year has 29 February, in the proleptic Gregorian calendar."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """How long a month is."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


class OutOfCalendar(ValueError):
    """The result would lie outside the years FEEL knows."""


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day."""

    year: int
    month: int
    day: int

    @staticmethod
    def of(year: int, month: int, day: int) -> Date:
        """The day with these numbers, or OutOfCalendar if there is none."""
        if not -MAX_YEAR <= year <= MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
            raise OutOfCalendar
        return Date(year, month, day)

    @staticmethod
    def from_ordinal(days: int) -> Date:
        """The day that many days after 1 January 1970."""
        days += 719_468  # days from 0000-03-01, so that leap days end the counted year
        era, day_of_era = divmod(days, 146_097)
        year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted = (5 * day_of_year + 2) // 153
        month = shifted + 3 if shifted < 10 else shifted - 9
        year = year_of_era + era * 400 + (month <= 2)
        return Date.of(year, month, day_of_year - (153 * shifted + 2) // 5 + 1)

    def ordinal(self) -> int:
        """Days since 1 January 1970, negative before."""
        year = self.year - (self.month <= 2)
        era, year_of_era = divmod(year, 400)
        shifted = self.month - 3 if self.month > 2 else self.month + 9
        day_of_year = (153 * shifted + 2) // 5 + self.day - 1
        return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468

    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.ordinal() + 3) % 7 + 1

    def plus_months(self, months: int) -> Date:
        """The same day some months later; the last of the month where there is no such day."""
        years, month = divmod(self.month - 1 + months, 12)
        year = self.year + years
        if not -MAX_YEAR <= year <= MAX_YEAR:
            raise OutOfCalendar
        return Date(year, month + 1, min(self.day, days_in_month(year, month + 1)))

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, local or in a zone."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    zone: Zone = None

    @staticmethod
    def of(hour: int, minute: int, second: int, nano: int = 0, zone: Zone = None) -> Time:
        """The time with these numbers, or OutOfCalendar if there is none."""
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nano < NANOS):
            raise OutOfCalendar
        return Time(hour, minute, second, nano, zone)

    @staticmethod
    def from_nanos(nanos: int, zone: Zone = None) -> Time:
        """The time that many nanoseconds after midnight, going round the clock."""
        seconds, nano = divmod(nanos % DAY_NANOS, NANOS)
        return Time(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, zone)

    def nanos(self) -> int:
        """Nanoseconds since midnight on the wall."""
        return (self.hour * 3600 + self.minute * 60 + self.second) * NANOS + self.nano

    def offset(self) -> int | None:
        """Seconds east of Greenwich where the zone alone tells them; a named zone needs a day, except UTC itself."""
        if isinstance(self.zone, str):
            return 0 if self.zone in _ALWAYS_UTC else None
        return self.zone

    def standard_offset(self) -> int:
        """Seconds east of Greenwich for comparing with other times: of a named zone those of its winter."""
        if isinstance(self.zone, str):
            moment = datetime(2000, 1, 1, tzinfo=zone_info(self.zone))
            return int(((moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())).total_seconds())
        return self.zone or 0

    def __str__(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{_fraction(self.nano)}{zone_text(self.zone)}"


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time of day, local or in a zone."""

    date: Date
    time: Time

    def local_nanos(self) -> int:
        """Nanoseconds since 1970 as the wall shows them."""
        return self.date.ordinal() * DAY_NANOS + self.time.nanos()

    def offset(self) -> int | None:
        """Seconds east of Greenwich at that moment, or None for a local one."""
        zone = self.time.zone
        if isinstance(zone, str):
            return _offset_on(zone, self)
        return zone

    def instant(self) -> int | None:
        """Nanoseconds since 1970 in UTC, or None for a local one."""
        offset = self.offset()
        return None if offset is None else self.local_nanos() - offset * NANOS

    def plus_nanos(self, nanos: int) -> DateTime:
        """The moment some time later; in a named zone the clock is followed over its changes."""
        zone = self.time.zone
        if isinstance(zone, str):
            instant = self.instant()
            return in_zone((instant if instant is not None else self.local_nanos()) + nanos, zone)
        return from_local_nanos(self.local_nanos() + nanos, zone)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A days and time duration: an exact length."""

    nanos: int

    @staticmethod
    def of(nanos: int) -> DaysDuration:
        """A duration of some nanoseconds, or OutOfCalendar if it is longer than any calendar."""
        if abs(nanos) > MAX_DURATION_NANOS:
            raise OutOfCalendar
        return DaysDuration(nanos)

    def parts(self) -> tuple[int, int, int, int, int]:
        """Days, hours, minutes, seconds and nanoseconds, without the sign."""
        seconds, nano = divmod(abs(self.nanos), NANOS)
        return seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, nano

    def __str__(self) -> str:
        days, hours, minutes, seconds, nano = self.parts()
        clock = "".join(
            (
                f"{hours}H" * bool(hours),
                f"{minutes}M" * bool(minutes),
                f"{seconds}{_fraction(nano)}S" * bool(seconds or nano),
            )
        )
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return ("-" if self.nanos < 0 else "") + "P" + (text or "T0S")


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A years and months duration: its length in days depends on where it starts."""

    months: int

    @staticmethod
    def of(months: int) -> MonthsDuration:
        """A duration of some months, or OutOfCalendar if it is longer than any calendar."""
        if abs(months) > MAX_MONTHS:
            raise OutOfCalendar
        return MonthsDuration(months)

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


Duration = DaysDuration | MonthsDuration
Temporal = Date | Time | DateTime
_ALWAYS_UTC = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT", "Greenwich"})


def from_local_nanos(nanos: int, zone: Zone) -> DateTime:
    """The day and time a wall shows that many nanoseconds after 1970 began on it."""
    days, rest = divmod(nanos, DAY_NANOS)
    return DateTime(Date.from_ordinal(days), Time.from_nanos(rest, zone))


def in_zone(instant: int, zone: str) -> DateTime:
    """The moment as the wall clock of a named zone shows it."""
    guess = from_local_nanos(instant, "UTC")
    moment = datetime(_year_like(guess.date.year), guess.date.month, guess.date.day, guess.time.hour, guess.time.minute,
                      guess.time.second, tzinfo=UTC)  # fmt: skip
    offset = moment.astimezone(zone_info(zone)).utcoffset() or timedelta()
    return from_local_nanos(instant + int(offset.total_seconds()) * NANOS, zone)


@lru_cache(maxsize=128)
def zone_info(name: str) -> ZoneInfo:
    """The rules of a named zone; ValueError, KeyError or OSError where there is none."""
    return ZoneInfo(name)


def from_python(moment: datetime) -> DateTime:
    """A moment of Python's clock; one in a named zone keeps the name."""
    day = Date(moment.year, moment.month, moment.day)
    zone: Zone = None
    if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key:
        zone = moment.tzinfo.key
    elif (offset := moment.utcoffset()) is not None:
        zone = int(offset.total_seconds())
    return DateTime(day, Time(moment.hour, moment.minute, moment.second, moment.microsecond * 1000, zone))


def from_python_date(day: date) -> Date:
    """A day of Python's calendar."""
    return Date(day.year, day.month, day.day)


def zone_text(zone: Zone) -> str:
    """A zone as it stands at the end of a time: nothing, Z, +01:00 or @Europe/Warsaw."""
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    minutes, seconds = divmod(abs(zone), 60)
    text = f"{'-' if zone < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return text + (f":{seconds:02d}" if seconds else "")


def _offset_on(zone: str, moment: DateTime) -> int:
    day, time = moment.date, moment.time
    local = datetime(
        _year_like(day.year), day.month, day.day, time.hour, time.minute, time.second, tzinfo=zone_info(zone)
    )
    return int((local.utcoffset() or timedelta()).total_seconds())


def _year_like(year: int) -> int:
    """A year Python knows with the same days: the calendar repeats every 400 years."""
    if 2 <= year <= 9998:
        return year
    return 2000 + year % 400 if year > 0 else 400 + year % 400


def _fraction(nano: int) -> str:
    return "." + f"{nano:09d}".rstrip("0") if nano else ""
