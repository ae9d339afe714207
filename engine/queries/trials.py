"""What a trial may ask: everything that happened in its database, whatever the case. Only SYSTEM asks this."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.bpmn.failures import StepFailed
from engine.bpmn.snapshots import restore
from engine.model.actors import Actor
from engine.model.errors import JobFailed, MessageStorm, NotAllowed, Refused, UncaughtError
from engine.queries.reading import Reading
from engine.store import tables as t


@dataclass(frozen=True)
class OpenTask:
    """A human task that waits; `name` is its name in the diagram, its id where it has none."""

    case_id: UUID
    work_item_id: UUID
    element: str
    name: str


@dataclass(frozen=True)
class Incident:
    """Where something got stuck, and why in words."""

    element: str
    reason: str


@dataclass(frozen=True)
class OpenJob:
    """Work for a program outside that waits for its result."""

    case_id: UUID
    instance_id: UUID
    activity_id: UUID
    element: str
    topic: str


@dataclass(frozen=True)
class Happened:
    """The state of everything in one database."""

    open: tuple[OpenTask, ...] = ()
    jobs: tuple[OpenJob, ...] = ()
    ran: dict[str, int] = field(default_factory=dict)
    decided: dict[str, list[int]] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    instances: int = 0
    running: int = 0

    @property
    def ended(self) -> bool:
        """Whether something ran and all of it is over."""
        return self.instances > 0 and self.running == 0


@dataclass(frozen=True)
class WhatHappened:
    """Every open task, completion, decision and incident of a database made for one trial."""

    def answer(self, reading: Reading, actor: Actor) -> Happened:
        """The state now; NotAllowed for persons, who see cases and not databases."""
        if not actor.is_system:
            raise NotAllowed(command="WhatHappened")
        steps = list(_steps(reading))
        instances = _begun(reading, steps)
        return Happened(
            open=tuple(_open(reading)), jobs=tuple(_jobs(steps)), ran=_ran(steps), decided=_decided(steps),
            variables=_variables(reading, instances[0]) if instances else {}, incidents=tuple(_incidents(reading)),
            instances=len(instances), running=sum(1 for one in instances if one.ended_at is None))


def _open(reading: Reading) -> Iterator[OpenTask]:
    w = t.work_item.c
    rows = reading.connection.execute(select(t.work_item).where(w.closed_at.is_(None)).order_by(
        w.offered_at, w.work_item_id))
    for row in rows:
        info = reading.compiled(row.digest).elements.get(row.element)
        yield OpenTask(row.case_id, row.work_item_id, row.element, one_line(info.name if info else "") or row.element)


def one_line(name: str) -> str:
    """A name without the line breaks with which it was made to fit its box."""
    return " ".join(name.split())


def _begun(reading: Reading, steps: list[tuple[UUID, dict[str, Any]]]) -> list[Any]:
    """The instances in order of their beginning; one that only waits for its start event has not begun."""
    order = {data["instance_id"]: number for number, (_, data) in reversed(list(enumerate(steps))) if "entered" in data}
    rows = reading.connection.execute(
        select(t.process_instance).order_by(t.process_instance.c.started_at, t.process_instance.c.instance_id))
    found = [one for one in rows if one.instance_id.hex in order or one.ended_at is not None]
    return sorted(found, key=lambda one: order.get(one.instance_id.hex, -1))


def _steps(reading: Reading) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """Case and content of each entry that moved a process or finished a job, in order."""
    entry = t.ledger_entry.c
    rows = reading.connection.execute(select(entry.case_id, entry.body).where(
        entry.type.in_(["ProcessAdvanced", "JobFinished"])).order_by(entry.at, entry.case_id, entry.sequence))
    return ((row.case_id, json.loads(row.body)["d"]) for row in rows)


def _ran(steps: list[tuple[UUID, dict[str, Any]]]) -> dict[str, int]:
    element_of: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for _, data in steps:
        element_of.update({activity: element for activity, element in data.get("entered", ())})
        counts.update(element_of[activity] for activity in data.get("left", ()) if activity in element_of)
    return dict(sorted(counts.items()))


def _decided(steps: list[tuple[UUID, dict[str, Any]]]) -> dict[str, list[int]]:
    return {decision: list(rows) for _, data in steps for _, decision, rows, _ in data.get("decided", ())}


def _jobs(steps: list[tuple[UUID, dict[str, Any]]]) -> Iterator[OpenJob]:
    done = {activity for _, data in steps for activity in (*data.get("left", ()), *data.get("cancelled", ()))}
    done |= {data["activity_id"] for _, data in steps if "activity_id" in data}
    for case_id, data in steps:
        for activity, element, topic in data.get("jobs", ()):
            if activity not in done:
                yield OpenJob(case_id, UUID(data["instance_id"]), UUID(activity), element, topic)


def _incidents(reading: Reading) -> Iterator[Incident]:
    i = t.incident.c
    rows = reading.connection.execute(select(i.element, i.reason, i.params).where(i.resolved_at.is_(None)).order_by(
        i.raised_at, i.incident_id))
    return (Incident(row.element, said(row.element, row.reason, json.loads(row.params))) for row in rows)


def said(element: str, reason: str, params: Mapping[str, Any]) -> str:
    """Why a step got stuck, in words; the code itself where no sentence belongs to it."""
    causes: tuple[type[Refused], ...] = (UncaughtError, MessageStorm, JobFailed, *StepFailed.__subclasses__())
    known = {one.__name__: one for one in causes}
    return str(known[reason](**{**params, "element": element or "the process"})) if reason in known else reason


def _variables(reading: Reading, row: Any) -> dict[str, Any]:
    """The variables of an instance, from its snapshot."""
    wrapped = reading.connection.execute(select(t.person_key.c.wrapped).join(
        t.case_file, t.case_file.c.person_id == t.person_key.c.person_id).where(
            t.case_file.c.case_id == row.case_id)).scalar_one()
    data = reading.cipher(wrapped).open(f"process_instance|{row.instance_id.hex}", row.snapshot_enc)
    return dict(restore(data, reading.compiled(row.digest), reading.clock).variables)
