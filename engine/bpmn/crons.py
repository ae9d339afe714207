"""Cron texts as Camunda writes them in a repetition (`0 0 8 ? * MON-FRI`): the next time in Warsaw that they name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.bpmn.timers import ZONE, TimerTextRefused

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NICKNAMES = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_FURTHEST = 366 * 9  # days: 29 February of a leap year on a given weekday comes sooner than never


@dataclass(frozen=True, slots=True)
class Cron:
    """The allowed values of each field; days of the week count from Sunday = 0."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int] | None
    last_day: bool = False
    """Only the last day of a month: Quartz writes `L`."""
    nth: tuple[int, int] | None = None
    """Only this weekday's nth of a month, -1 its last: Quartz writes `2#1` and `6L`."""

    def after(self, moment: datetime) -> datetime | None:
        """The first matching moment later than this one, in UTC."""
        wall = moment.astimezone(ZONE)
        for ahead in range(_FURTHEST):
            day = wall.date() + timedelta(days=ahead)
            if self._matches(day):
                found = self._on(day, moment)
                if found is not None:
                    return found
        return None

    def _matches(self, day: date) -> bool:
        in_year = self.years is None or day.year in self.years
        in_week = day.isoweekday() % 7 in self.weekdays
        return in_year and day.month in self.months and day.day in self.days and in_week and self._placed(day)

    def _placed(self, day: date) -> bool:
        after = (day + timedelta(days=7)).month != day.month
        if self.last_day and (day + timedelta(days=1)).month == day.month:
            return False
        return self.nth is None or (
            day.isoweekday() % 7 == self.nth[0] and (after if self.nth[1] == -1 else (day.day + 6) // 7 == self.nth[1])
        )

    def _on(self, day: date, moment: datetime) -> datetime | None:
        for hour in self.hours:
            for minute in self.minutes:
                for second in self.seconds:
                    found = datetime.combine(day, time(hour, minute, second), tzinfo=ZONE).astimezone(UTC)
                    if found > moment:
                        return found
        return None


def parse_cron(text: str) -> Cron:
    """A cron text of five fields (minutes first) or six to seven (seconds first, Quartz); raises TimerTextRefused."""
    fields = _NICKNAMES.get(text.strip().lower(), text).upper().split()
    if len(fields) == 5:
        fields = ["0", *fields]
        first_day = 0
    elif len(fields) in (6, 7):
        first_day = 1  # Quartz: 1 = Sunday
    else:
        raise _refused(text)
    try:
        return _cron(fields, first_day)
    except (ValueError, IndexError) as error:
        raise _refused(text) from error


def _cron(fields: list[str], first_day: int) -> Cron:
    last_day = fields[3] == "L"
    nth = _nth(fields[5], first_day)
    if last_day or nth:
        fields = [*fields[:3], "*" if last_day else fields[3], fields[4], "*" if nth else fields[5], *fields[6:]]
    weekdays = {
        (value - first_day) % 7
        for value in _values(fields[5], first_day, first_day + 6 + (1 - first_day), _DAYS, first_day)
    }
    years = None if len(fields) < 7 or fields[6] == "*" else frozenset(_values(fields[6], 1970, 2199))
    return Cron(
        tuple(sorted(_values(fields[0], 0, 59))),
        tuple(sorted(_values(fields[1], 0, 59))),
        tuple(sorted(_values(fields[2], 0, 23))),
        frozenset(_values(fields[3], 1, 31)),
        frozenset(_values(fields[4], 1, 12, _MONTHS, 1)),
        frozenset(weekdays),
        years,
        last_day,
        nth,
    )


def _nth(field: str, first_day: int) -> tuple[int, int] | None:
    day, mark, count = field.partition("#")
    if not mark and len(field) > 1 and field.endswith("L"):
        day, count = field[:-1], "-1"
    if not count:
        return None
    number, nth = _number(day, _DAYS, first_day), int(count)
    if not first_day <= number <= first_day + 6 or nth not in (-1, 1, 2, 3, 4, 5):
        raise ValueError(field)
    return (number - first_day) % 7, nth


def _values(field: str, low: int, high: int, names: tuple[str, ...] = (), first: int = 0) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        start, end = _span(span, low, high, names, first, open_end=bool(step))
        width = int(step) if step else 1
        if not low <= start <= end <= high or width < 1:
            raise ValueError(part)
        found.update(range(start, end + 1, width))
    return found


def _span(span: str, low: int, high: int, names: tuple[str, ...], first: int, *, open_end: bool) -> tuple[int, int]:
    if span in ("*", "?"):
        return low, high
    start, dash, end = span.partition("-")
    begin = _number(start, names, first)
    if dash:
        return begin, _number(end, names, first)
    return begin, high if open_end else begin


def _number(text: str, names: tuple[str, ...], first: int) -> int:
    return names.index(text) + first if text in names else int(text)


def _refused(text: str) -> TimerTextRefused:
    return TimerTextRefused(text=text[:80], kind="repetition", reason="write it like R3/PT1H or 0 0 8 ? * MON-FRI")
