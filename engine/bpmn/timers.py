"""Moments and repetitions from ISO 8601 text, in the case's zone; when to look at them is the job table's business.

Dates without zone count in Europe/Warsaw. A duration's years, months, weeks and days are calendar steps there (so "P1D"
over a change of clocks keeps the wall-clock time), its hours, minutes and seconds are exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.model.errors import Refused

ZONE = ZoneInfo("Europe/Warsaw")

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?P<time>T(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?",
    re.I,
)
_FURTHEST_YEAR = 9000
_MOST_ROUNDS = 1_000_000_000


class TimerTextRefused(Refused):
    """{text} is not an ISO 8601 {kind}: {reason}."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A calendar part and an exact part, as ISO 8601 writes them."""

    months: int = 0
    days: int = 0
    seconds: float = 0

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """The moment this long after another one, in UTC; `times` durations later."""
        months = self.months * times + moment.astimezone(ZONE).month - 1
        wall = moment.astimezone(ZONE)
        if self.months or self.days:
            year = wall.year + months // 12 if self.months else wall.year
            month = months % 12 + 1 if self.months else wall.month
            first = date(year, month, 1)
            day = min(wall.day, _days_in(year, month))
            moved = first + timedelta(days=day - 1 + self.days * times)
            # A wall-clock time that the change of clocks skips moves on by the gap (zoneinfo's fold=0 rule).
            wall = datetime.combine(moved, wall.time(), tzinfo=ZONE)
        return wall.astimezone(UTC) + timedelta(seconds=self.seconds * times)

    @property
    def positive(self) -> bool:
        """Whether any time passes at all."""
        return bool(self.months or self.days or self.seconds > 0)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: `rounds` firings (None: for ever), every `step`, the first at `first` or one step after arming."""

    rounds: int | None
    step: Duration
    first: datetime | None = None
    last: datetime | None = None

    def due(self, armed: datetime, fired: int) -> datetime | None:
        """When the next firing is due after `fired` of them, None when there is none."""
        if self.rounds is not None and fired >= self.rounds:
            return None
        # Counted from the fixed point, not from round to round: 31 January, 28 February, and 31 March again.
        moment = self.step.after(armed, fired + 1) if self.first is None else self.step.after(self.first, fired)
        return None if self.last is not None and moment > self.last else moment

    def next_round(self, armed: datetime, fired: int, now: datetime) -> int:
        """How many firings count as done at `now`: missed rounds collapse into the one that fires now."""
        low, high = fired + 1, fired + 2
        while self._due_by(armed, high, now):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._due_by(armed, middle, now) else (low, middle)
        return low if not self._due_by(armed, low, now) else high

    def _due_by(self, armed: datetime, fired: int, now: datetime) -> bool:
        try:
            due = self.due(armed, fired)
        except (OverflowError, ValueError):
            return False
        return due is not None and due <= now


def parse_duration(text: str) -> Duration:
    """A duration such as P14D, P1Y2M, PT36H or P2W; raises TimerTextRefused."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.group(name) for name in _PARTS) or (found.group("time") or "").upper() == "T":
        raise _refused(text, "duration", "write it like P14D or PT36H")
    part = {name: float((found.group(name) or "0").replace(",", ".")) for name in _PARTS}
    months = int(part["years"] * 12 + part["months"])
    days = int(part["weeks"] * 7 + part["days"])
    seconds = part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"]
    if months > 12 * 1000 or days > 366 * 1000 or seconds > 3.2e10:
        raise _refused(text, "duration", "it is longer than a thousand years")
    return Duration(months, days, seconds)


_PARTS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


def parse_moment(text: str) -> datetime:
    """A date or date-time as an aware moment in UTC; without zone it counts in Warsaw; raises TimerTextRefused."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            moment = datetime.combine(date.fromisoformat(text.strip()), time(), tzinfo=ZONE)
        else:
            moment = datetime.fromisoformat(re.sub(r"\[.*\]$", "", text.strip()))
            named = re.search(r"\[(.+)\]$|@(.+)$", text.strip())
            zone = ZoneInfo(named.group(1) or named.group(2)) if named else ZONE
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if not 1900 <= moment.year <= _FURTHEST_YEAR:
            raise _refused(text, "date", "the year is out of range")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, LookupError, OSError) as error:
        raise _refused(text, "date", "write it like 2027-05-04T08:00:00+02:00") from error


def parse_cycle(text: str) -> Cycle:
    """A repetition R[n]/duration, R[n]/start/duration or R[n]/duration/end; raises TimerTextRefused."""
    parts = text.strip().split("/")
    found = re.fullmatch(r"R(\d*)", parts[0], re.I)
    if found is None or not 2 <= len(parts) <= 3:
        raise _refused(text, "repetition", "write it like R3/PT1H")
    rounds = int(found.group(1)) if found.group(1) else None
    if rounds is not None and rounds > _MOST_ROUNDS:
        raise _refused(text, "repetition", "too many rounds")
    cycle = _interval(rounds, parts[1:])
    if not cycle.step.positive:
        raise _refused(text, "repetition", "no time passes between its rounds")
    return cycle


def _interval(rounds: int | None, parts: list[str]) -> Cycle:
    if len(parts) == 1:
        return Cycle(rounds, parse_duration(parts[0]))
    if parts[0].upper().startswith("P"):
        return Cycle(rounds, parse_duration(parts[0]), None, parse_moment(parts[1]))
    first = parse_moment(parts[0])
    if parts[1].upper().startswith("P"):
        return Cycle(rounds, parse_duration(parts[1]), first)
    gap = parse_moment(parts[1]) - first  # R/start/end: the interval between two moments repeats
    return Cycle(rounds, Duration(seconds=gap.total_seconds()), first)


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _refused(text: str, kind: str, reason: str) -> TimerTextRefused:
    return TimerTextRefused(text=text[:80], kind=kind, reason=reason)
