"""Due times of the steps: the numbers stand in one decision table of the bundle, diagrams only name the step.

The table is called ``deadlines``; it reads ``element`` and case variables and gives ``days`` and ``unit`` ("working
days", "days", "days to the hour" or "hours"). Two more columns are optional: ``from``, the day or moment that is
counted from instead of now (a day before it is a negative number), and ``late``, the working days after the due date,
or ``late_hours``, at which help is called. The first day does not count (Civil Code art. 111 § 2); a day ends at
midnight in Warsaw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.expressions import Environment, to_json, to_moment
from engine.model.clock import Clock
from engine.model.deadlines import Calendar, end_of_day, from_warsaw, local_date, to_warsaw

TABLE = "deadlines"


def deadline(decisions: Mapping[str, Any], variables: Mapping[str, Any], clock: Clock, calendar: Calendar,
             element: str) -> datetime | None:
    """When a step that begins now is due; None where the table has no row for it."""
    row = _row(decisions, variables, clock, calendar, element)
    return None if row is None else _due(row, clock.now(), calendar)


def escalation(decisions: Mapping[str, Any], variables: Mapping[str, Any], clock: Clock, calendar: Calendar,
               element: str) -> datetime | None:
    """When help is called for a step that begins now and is late, by the same row; None where the row says nothing."""
    row = _row(decisions, variables, clock, calendar, element)
    due = None if row is None else _due(row, clock.now(), calendar)
    if row is None or due is None:
        return None
    if row.get("late_hours") is not None:
        return clock.now() + timedelta(hours=int(row["late_hours"]))
    return None if row.get("late") is None else _after(due, int(row["late"]), "working days", calendar)


def _row(decisions: Mapping[str, Any], variables: Mapping[str, Any], clock: Clock, calendar: Calendar,
         element: str) -> Mapping[str, Any] | None:
    table = decisions.get(TABLE)
    if table is None:
        return None
    found = table.decide({**variables, "element": element}, Environment(clock=clock, calendar=calendar)).outputs
    return found if isinstance(found, Mapping) and found.get("days") is not None else None


def _due(row: Mapping[str, Any], now: datetime, calendar: Calendar) -> datetime | None:
    start = _start(row, now)
    unit = str(row.get("unit") or "working days")
    return None if start is None else _after(start, int(row["days"]), unit, calendar)


def _start(row: Mapping[str, Any], now: datetime) -> datetime | None:
    if "from" not in row:
        return now
    given = to_json(row["from"])
    return to_moment(given) if isinstance(given, str) else None


def _after(start: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    if unit == "hours":
        return start + timedelta(hours=amount)
    if unit == "days to the hour":
        return from_warsaw(to_warsaw(start).replace(tzinfo=None) + timedelta(days=amount))
    if unit == "days":
        return end_of_day(local_date(start) + timedelta(days=amount))
    if amount == 0:
        return end_of_day(local_date(start))
    return end_of_day(calendar.working_days_after(start, amount))
