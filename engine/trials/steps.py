"""The steps of a trial: one function a kind, in the table PLAYS. Each lets the trial go on or raises Failed.

What may stand in a step is said by ``files.STEPS``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.bpmn.expressions import Environment
from engine.bpmn.timers import parse_duration
from engine.model.actors import system
from engine.model.commands import CompleteWorkItem, FinishJob
from engine.model.deadlines import Calendar
from engine.model.errors import InvalidAnswers
from engine.queries.trials import one_line
from engine.trials.files import kind_of
from engine.trials.plays import QUEUES, Failed, Play

Step = Mapping[str, Any]
_LONGEST, _MOST_LISTED = 80, 30     # of what a sentence lists
_ACTOR = system("trial")


def take(play: Play, step: Step) -> None:
    """Play one step, and what is due because of it. Raises Failed."""
    PLAYS[kind_of(step)](play, step)
    play.settle()


def open_tasks(play: Play, step: Step) -> None:
    """The open human tasks are exactly these."""
    opened = play.happened.open
    ids = {one.element: one.name for one in opened}
    names = {one.name for one in opened}
    # an id stands for its name, unless another task bears it as its name
    wanted = Counter(one if one in names else ids.get(one, one) for one in map(one_line, step["open"]))
    if Counter(one.name for one in opened) != wanted:
        raise Failed(f"open are {_list(one.name for one in opened)}")


def complete(play: Play, step: Step) -> None:
    """Finish an open task with these answers."""
    wanted, index = one_line(step["complete"]), step.get("index", 0)
    opened = play.happened.open
    tasks = [one for one in opened if wanted in (one.name, one.element)]
    if not tasks:
        raise Failed(f"no task {wanted} is open; open are {_list(one.name for one in opened)}")
    if not 0 <= index < len(tasks):
        raise Failed(f"of the task {wanted} {len(tasks)} are open, index {index} is none of them; open are "
                     f"{_list(one.name for one in opened)}")
    task = tasks[index]
    try:
        play.do(CompleteWorkItem(case_id=task.case_id, work_item_id=task.work_item_id,
                                  answers=step.get("answers", {})))
    except InvalidAnswers as refused:
        problems = "; ".join(f"{one.key}: {one.code}" for one in refused.params["problems"])
        raise Failed(f"the answers of {wanted} need correcting: {problems}") from refused


def advance(play: Play, step: Step) -> None:
    """Walk the clock from due time to due time."""
    end = parse_duration(step["advance"]).after(play.clock.at)
    play.settle()
    while True:
        due = play.engine.next_due(QUEUES)
        if due is None or due > end:
            break
        play.clock.at = max(play.clock.at, due)
        before = play.rounds
        play.settle()
        if play.rounds == before:
            break
    play.clock.at = end


def message(play: Play, step: Step) -> None:
    """Deliver a message, as from outside."""
    with play.sticking():
        play.engine.deliver(step["message"], step.get("payload", {}), _ACTOR, step.get("correlation"), play.sender)


def signal(play: Play, step: Step) -> None:
    """Broadcast a signal."""
    with play.sticking():
        play.engine.broadcast(step["signal"], step.get("payload", {}), _ACTOR, play.sender)


def start_another(play: Play, step: Step) -> None:
    """Start another process in a case of its own."""
    play.start(step["start"], step.get("variables", {}))


def job(play: Play, step: Step) -> None:
    """Report the result of a job, or a business error."""
    jobs = [one for one in play.happened.jobs if one.topic == step["job"]]
    if not jobs:
        raise Failed(f"no job {step['job']} waits; there are {_list(one.topic for one in play.happened.jobs)}")
    play.do(FinishJob(case_id=jobs[0].case_id, instance_id=jobs[0].instance_id, activity_id=jobs[0].activity_id,
                       result=step.get("result") or {}, error=step.get("error", "")))


def variables(play: Play, step: Step) -> None:
    """These variables of the first process instance hold."""
    found = play.happened.variables
    for name, value in step["variables"].items():
        if name not in found or not same(found[name], value):
            raise Failed(f"{name} is {_json(found[name]) if name in found else 'not set'}, not {_json(value)}")


def ran(play: Play, step: Step) -> None:
    """These elements were completed so many times."""
    found, known = play.happened.ran, play.compiled.elements
    for element, times in step["ran"].items():
        if element not in known and element not in found:
            raise Failed(f"there is no element {element}")
        if found.get(element, 0) != times:
            raise Failed(f"{element} ran {found.get(element, 0)} times, not {times}")


def decide(play: Play, step: Step) -> None:
    """A decision alone gives this; its inputs are the variables that its logic reads."""
    decision = _decision(play.decisions, step["decide"])
    found = decision.decide(step["inputs"], Environment(clock=play.clock, calendar=Calendar())).outputs
    if not same(found, step["outputs"]):
        raise Failed(f"{step['decide']} gave {_json(found)}, not {_json(step['outputs'])}")


def _decision(known: Mapping[str, Any], wanted: str) -> Any:
    """The decision of this id, else the only one of this name."""
    if wanted in known:
        return known[wanted]
    named = [one for one in known.values() if wanted in (one.name, one.name_en)]
    if len(named) == 1:
        return named[0]
    if named:
        raise Failed(f"{len(named)} decisions have the name {wanted}; name one by its id: "
                     f"{_list(one.id for one in named)}")
    raise Failed(f"there is no decision {wanted}; there are "
                 f"{_list(key if one.name in ('', key) else f'{key} ({one.name})' for key, one in known.items())}")


def decided(play: Play, step: Step) -> None:
    """The last time, these rows of a table applied."""
    found = play.happened.decided
    for decision, rows in step["decided"].items():
        if found.get(decision) != rows:
            raise Failed(f"{decision} took the rows {_json(found.get(decision, []))}, not {_json(rows)}")


def incident(play: Play, step: Step) -> None:
    """An incident is open there, or anywhere."""
    elements, wanted = [one.element for one in play.incidents], step["incident"]
    if wanted is False:
        raise Failed("“incident” is the id of an element, or true")
    if (wanted is True and not elements) or (wanted is not True and wanted not in elements):
        raise Failed(f"the open incidents are {_list(elements)}")
    play.any_named = play.any_named or wanted is True
    play.named[str(wanted)] += 1


def ended(play: Play, step: Step) -> None:
    """All process instances are over, or not all."""
    happened = play.happened
    if happened.ended is not step["ended"]:
        raise Failed(f"{happened.running} of {happened.instances} instances are running; open are "
                     f"{_list(one.name for one in happened.open)}")


PLAYS: dict[str, Callable[[Play, Step], None]] = {
    "open": open_tasks, "complete": complete, "advance": advance, "message": message, "signal": signal,
    "start": start_another, "job": job, "variables": variables, "ran": ran, "decide": decide, "decided": decided,
    "incident": incident, "ended": ended,
}  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, numbers by value; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return Decimal(str(one)) == Decimal(str(other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:200]


def _list(names: Iterable[str]) -> str:
    found = sorted(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in names)
    more = f" and {len(found) - _MOST_LISTED} more" if len(found) > _MOST_LISTED else ""
    return ", ".join(found[:_MOST_LISTED]) + more if found else "none"
