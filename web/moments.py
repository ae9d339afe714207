"""Dates and times in words: "śr. 12.05.2027, 10:00 · za 5 dni roboczych", always on the clock of Warsaw.

A day without a time shows no time, never 00:00; what is due by the end of a day is due on that day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from engine.model.deadlines import Calendar, local_date, to_warsaw
from web.languages import N_, _, ngettext

_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_CALENDAR = Calendar()
_END_OF_DAY = time(23, 59)


def parsed(value: Any) -> date | datetime | None:
    """The date or moment in ISO text (or given as such); None where there is none."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def day(value: date | datetime) -> str:
    """A day: "śr. 12.05.2027"."""
    found = local_date(value)
    return f"{_(_WEEKDAYS[found.weekday()])} {found:%d.%m.%Y}"


def moment(value: Any) -> str:
    """A moment: "śr. 12.05.2027, 10:00"; just the day where no time was meant."""
    found = parsed(value)
    if found is None:
        return "" if value is None else str(value)
    if not isinstance(found, datetime):
        return day(found)
    wall = to_warsaw(found) if found.tzinfo else found
    if wall.time().replace(second=0, microsecond=0) in (time(), _END_OF_DAY):
        return day(wall)
    return f"{day(wall)}, {wall:%H:%M}"


def exactly(value: datetime) -> str:
    """A moment to the second, for histories."""
    return f"{day(value)}, {to_warsaw(value):%H:%M:%S}"


def clock_time(value: datetime) -> str:
    """Only the time of day: "14:32"."""
    return f"{to_warsaw(value):%H:%M}"


def distance(value: date | datetime, now: datetime) -> str:
    """How far a day is, in working days: "za 5 dni roboczych", "dziś", "2 dni robocze temu"."""
    there, here = local_date(value), local_date(now)
    if there == here:
        return _("today")
    if there == here + timedelta(days=1):
        return _("tomorrow")
    n = _CALENDAR.working_days_between(here, there)
    if there > here:
        return ngettext("in {n} working day", "in {n} working days", n) if n else _("before the next working day")
    return ngettext("{n} working day ago", "{n} working days ago", -n) if n else _("on the last day off")


def with_distance(value: Any, now: datetime) -> str:
    """A moment and how far it is."""
    found = parsed(value)
    return moment(value) if found is None else f"{moment(found)} · {distance(found, now)}"


def due(value: datetime | None, days_overdue: int, now: datetime, finished: bool = False) -> str:
    """When something is due, in words: late, today, or in how many working days."""
    if value is None:
        return _("No due date")
    if finished:
        return moment(value)
    if days_overdue > 0:
        return ngettext("{n} working day overdue", "{n} working days overdue", days_overdue) + f" ({moment(value)})"
    if value < now:
        return _("Overdue since {moment}", moment=moment(value))
    return with_distance(value, now)


def urgency(value: datetime | None, days_overdue: int, now: datetime, finished: bool = False) -> str:
    """The class of a due text: overdue, soon or nothing. The words say it too."""
    if value is None or finished:
        return ""
    if days_overdue > 0 or value < now:
        return "overdue"
    return "soon" if local_date(value) <= local_date(now) + timedelta(days=1) else ""
