"""Due times of the steps: the numbers stand in one decision table of the bundle, diagrams only name the step.

The table is called ``deadlines``; it reads ``element`` and case variables and gives ``days`` and ``unit`` ("working
days", "days" or "hours"). The first day does not count (Civil Code art. 111 § 2); a day ends at midnight in Warsaw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.expressions import Environment
from engine.model.clock import Clock
from engine.model.deadlines import Calendar, end_of_day, local_date

TABLE = "deadlines"


def deadline(decisions: Mapping[str, Any], variables: Mapping[str, Any], clock: Clock, calendar: Calendar,
             element: str) -> datetime | None:
    """When a step that begins now is due; None where the table has no row for it."""
    table = decisions.get(TABLE)
    if table is None:
        return None
    found = table.decide({**variables, "element": element}, Environment(clock=clock, calendar=calendar)).outputs
    if not isinstance(found, Mapping) or found.get("days") is None:
        return None
    return _after(clock.now(), int(found["days"]), str(found.get("unit") or "working days"), calendar)


def _after(now: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    if unit == "hours":
        return now + timedelta(hours=amount)
    if unit == "days":
        return end_of_day(local_date(now) + timedelta(days=amount))
    if amount == 0:
        return end_of_day(local_date(now))
    return end_of_day(calendar.working_days_after(now, amount))
