"""Working days, Polish holidays and the zone of the office: when something is due and by how much it is late.

Days are calendar days in Europe/Warsaw; moments come and go as aware datetimes in UTC. A working day is Monday to
Friday outside the statutory days off and the institution's own closing days: Saturday counts as a day off (Code of
Administrative Procedure, Art. 57 § 4), and the day of the event itself is not counted (Art. 57 § 1). What is due and
who is told stays with the definitions and the jobs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.model.errors import Refused

WARSAW = ZoneInfo("Europe/Warsaw")
MAX_WORKING_DAYS = 10_000
_DAY = timedelta(days=1)
_SATURDAY = 5

# Act of 18 January 1951 on days off (Dz.U. 2025 poz. 296): month, day, code, first year it was a day off.
# Epiphany came back in 2011, Christmas Eve was added from 2025.
_FIXED = (
    (1, 1, "new_year", 0),
    (1, 6, "epiphany", 2011),
    (5, 1, "labour_day", 0),
    (5, 3, "constitution_day", 1990),
    (8, 15, "assumption", 1989),
    (11, 1, "all_saints", 0),
    (11, 11, "independence_day", 1989),
    (12, 24, "christmas_eve", 2025),
    (12, 25, "christmas_day", 0),
    (12, 26, "second_christmas_day", 0),
)
# Days after Easter Sunday.
_MOVABLE = ((0, "easter_sunday"), (1, "easter_monday"), (49, "pentecost"), (60, "corpus_christi"))
# Days off given once, by an act of their own: Dz.U. 2018 poz. 2117, the centenary of independence.
_ONCE = {date(2018, 11, 12): "independence_centenary"}


class DeadlineRefused(Refused):
    """A deadline cannot be counted: {reason}."""

    status = 422


def easter(year: int) -> date:
    """Easter Sunday of a year in the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=512)
def _holidays(year: int) -> dict[date, str]:
    days = {date(year, month, day): code for month, day, code, since in _FIXED if year >= since}
    sunday = easter(year)
    days |= {sunday + after * _DAY: code for after, code in _MOVABLE}
    days |= {day: code for day, code in _ONCE.items() if day.year == year}
    return dict(sorted(days.items()))


def polish_holidays(year: int) -> dict[date, str]:
    """The statutory days off of a year with their codes, in order: 14 of them since 2025."""
    return dict(_holidays(year))


def local_date(moment: date | datetime) -> date:
    """The calendar day in Warsaw on which an aware moment falls; a plain date is that day already."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise DeadlineRefused(reason=f"the moment {moment.isoformat()} has no time zone")
    try:
        return moment.astimezone(WARSAW).date()
    except OverflowError:
        return moment.date()


def to_warsaw(moment: datetime) -> datetime:
    """The same moment on the clock of Warsaw."""
    if moment.tzinfo is None:
        raise DeadlineRefused(reason=f"the moment {moment.isoformat()} has no time zone")
    return moment.astimezone(WARSAW)


def from_warsaw(local: datetime) -> datetime:
    """The moment, in UTC, that a clock in Warsaw without a zone shows; an aware one keeps its own zone.

    On the last Sunday of March 02:00–03:00 does not exist: the time is read as if the clock had not been moved yet,
    so 02:30 becomes 03:30. On the last Sunday of October 02:00–03:00 comes twice: the earlier one is meant.
    """
    aware = local if local.tzinfo is not None else local.replace(tzinfo=WARSAW, fold=0)
    return aware.astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The moment, in UTC, at which a day begins in Warsaw."""
    return from_warsaw(datetime.combine(day, time()))


def end_of_day(day: date) -> datetime:
    """The last second, in UTC, of a day in Warsaw: something due on that day is late after it."""
    return from_warsaw(datetime.combine(day, time(23, 59, 59)))


@dataclass(frozen=True)
class Calendar:
    """The working days of an institution: Polish working days without its own closing days."""

    closing_days: frozenset[date] = frozenset()

    @classmethod
    def with_closing_days(cls, days: Iterable[date]) -> Calendar:
        """A calendar from any collection of closing days."""
        return cls(frozenset(days))

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on that day."""
        return day.weekday() < _SATURDAY and day not in _holidays(day.year) and day not in self.closing_days

    def on_or_after(self, day: date | datetime) -> date:
        """The day itself if it is a working day, else the next one: where a term ends that would end on a day off."""
        return self._walk(local_date(day), _DAY)

    def on_or_before(self, day: date | datetime) -> date:
        """The day itself if it is a working day, else the one before.

        A release that falls on a day off takes place on the last working day before (Executive Penal Code, Art. 168).
        """
        return self._walk(local_date(day), -_DAY)

    def working_days_after(self, start: date | datetime, n: int) -> date:
        """The n-th working day after a day, which itself is not counted; a negative n counts backwards.

        The answer is always a working day: for n = 0 the day itself, or the next working day if it is a day off.
        """
        if n == 0:
            return self.on_or_after(start)
        return self.counted_days(start, n)[-1]

    def counted_days(self, start: date | datetime, n: int) -> tuple[date, ...]:
        """The working days that make up a term of n working days, in the order in which they are counted."""
        if not -MAX_WORKING_DAYS <= n <= MAX_WORKING_DAYS:
            raise DeadlineRefused(reason=f"{n} working days are more than {MAX_WORKING_DAYS}")
        step = _DAY if n > 0 else -_DAY
        day = local_date(start)
        days: list[date] = []
        while len(days) < abs(n):
            day = self._walk(_moved(day, step), step)
            days.append(day)
        return tuple(days)

    def working_days_between(self, start: date | datetime, end: date | datetime) -> int:
        """How many working days lie after the first day, up to and including the second; negative backwards."""
        first, last = local_date(start), local_date(end)
        if last < first:
            return -self.working_days_between(last, first)
        weeks, rest = divmod((last - first).days, 7)
        count = 5 * weeks + sum((first.weekday() + ahead) % 7 < _SATURDAY for ahead in range(1, rest + 1))
        return count - sum(first < day <= last and day.weekday() < _SATURDAY for day in self._days_off(first, last))

    def overdue_working_days(self, due: date | datetime, now: date | datetime) -> int:
        """How many working days something is late: 0 on the due day and before it."""
        return max(0, self.working_days_between(due, now))

    def due_after_pause(self, due: date | datetime, paused: date | datetime, resumed: date | datetime) -> date:
        """The new due day of something whose clock stood still between two days."""
        lost = max(0, self.working_days_between(paused, resumed))
        return self.working_days_after(due, lost) if lost else local_date(due)

    def _days_off(self, first: date, last: date) -> set[date]:
        off = {day for day in self.closing_days if first < day <= last}
        for year in range(first.year, last.year + 1):
            off.update(_holidays(year))
        return off

    def _walk(self, day: date, step: timedelta) -> date:
        while not self.is_working_day(day):
            day = _moved(day, step)
        return day


def _moved(day: date, step: timedelta) -> date:
    try:
        return day + step
    except OverflowError:
        raise DeadlineRefused(reason="it would leave the calendar") from None
