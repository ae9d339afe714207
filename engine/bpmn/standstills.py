"""Clocks that stood still: how a due time moves over the pauses of its case.

What counts from a moment (ten days, three working days, four hours) moves by the working time that a pause took; what
hangs on a date of the case stays where the date puts it. Pauses are kept with the token as pairs of ISO texts, so that
a due time computed anew moves over them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from engine.model.deadlines import Calendar, from_warsaw, to_warsaw

Pause = tuple[datetime, datetime]
_DAY = timedelta(days=1)


def pauses_in(kept: Iterable[list[str]]) -> list[Pause]:
    """The pauses that a token has kept."""
    return [(datetime.fromisoformat(one), datetime.fromisoformat(other)) for one, other in kept]


def moved(
    due_since: Callable[[datetime], datetime | None], since: datetime, pauses: Iterable[Pause], calendar: Calendar
) -> datetime | None:
    """The due time of what began at ``since``, moved over the pauses; ``due_since`` computes it without them."""
    due = due_since(since)
    for paused, resumed in pauses:
        began = max(paused, since)
        if due is None or due <= began or resumed <= began:
            continue  # it was late already, or had not begun yet
        if due_since(since + (resumed - began)) != due_since(since):
            due = _after(due, began, resumed, calendar) if _counts_days(due, since) else due + (resumed - began)
    return due


def _counts_days(due: datetime, since: datetime) -> bool:
    return due - since >= _DAY or to_warsaw(due).hour == 23


def _after(due: datetime, paused: datetime, resumed: datetime, calendar: Calendar) -> datetime:
    local = to_warsaw(due)
    day = calendar.due_after_pause(due, paused, resumed)
    return from_warsaw(datetime.combine(day, local.time()))
