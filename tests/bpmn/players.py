"""A player of small diagrams: names instead of ids, a frozen clock, and a save and load after every single step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.bpmn import runner
from engine.bpmn.bundles import Bundle, Compiled, compile_bundle
from engine.bpmn.progress import Progress
from engine.bpmn.snapshots import dump, restore

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  targetNamespace="test">
"""
ROOTS = """
<message id="message1" name="M1"/><message id="message2" name="M2"/>
<signal id="signal1" name="S1"/><signal id="signal2" name="S2"/>
<error id="error1" name="E1" errorCode="E1"/><error id="error2" name="E2" errorCode="E2"/>
<escalation id="escalation1" name="C1" escalationCode="C1"/><escalation id="escalation2" name="C2" escalationCode="C2"/>
"""


class Clock:
    """A clock that stands until it is moved, and counts its ids."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
        self.count = 0

    def now(self) -> datetime:
        return self.moment

    def new_id(self) -> UUID:
        self.count += 1
        return UUID(int=self.count)


def flows(*pairs: str) -> str:
    """`a>b` is a flow; `a>b:=x > 1` one with a condition; the id is f_a_b."""
    rows = []
    for pair in pairs:
        ends, _, condition = pair.partition(":")
        source, _, target = ends.partition(">")
        inside = (
            (f'<conditionExpression xsi:type="bpmn:tFormalExpression"><![CDATA[{condition}]]></conditionExpression>')
            if condition
            else ""
        )
        rows.append(
            f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )
    return "".join(rows)


def diagram(body: str, roots: str = ROOTS, process: str = "p") -> bytes:
    """One process with this inside, beside the messages, signals and codes of the tests."""
    inside = f'<process id="{process}" isExecutable="true">{body}</process>' if "<process" not in body else body
    return (HEAD + roots + inside + "</definitions>").encode()


def compiled(*bodies: str | bytes, **files: bytes) -> Compiled:
    """The compiled bundle of one or several diagrams."""
    content = {
        f"{number}.bpmn": body if isinstance(body, bytes) else diagram(body) for number, body in enumerate(bodies)
    }
    return compile_bundle(Bundle({**content, **{name.replace("_dmn", ".dmn"): data for name, data in files.items()}}))


class Player:
    """One instance, saved and loaded after every step."""

    def __init__(
        self,
        definition: Compiled,
        process: str = "p",
        variables: dict[str, Any] | None = None,
        *,
        start: str | None = None,
        payload: dict[str, Any] | None = None,
        reload: bool = True,
    ) -> None:
        self.definition, self.clock, self.reload = definition, Clock(), reload
        self.names: dict[UUID, str] = {}
        self.ran: Counter[str] = Counter()
        self.log: list[Progress] = []
        self.timers: dict[UUID, list[Any]] = {}
        self.jobs: dict[UUID, Any] = {}
        self.offered: dict[UUID, str] = {}
        self.subscriptions: dict[UUID, list[Any]] = {}
        self.live, progress = runner.start(
            definition,
            process,
            instance_id=UUID(int=7),
            variables=variables or {},
            clock=self.clock,
            start_element=start,
            payload=payload,
        )
        self._note(progress)

    def _note(self, progress: Progress) -> Progress:
        self.log.append(progress)
        self.names.update(progress.entered)
        self.ran.update(self.names[key] for key in progress.left)
        for key in progress.disarmed:
            self.timers.pop(key, None)
        for key in progress.unsubscribed:
            self.subscriptions.pop(key, None)
        for key in [timer.activity_id for timer in progress.armed]:
            self.timers[key] = []
        for timer in progress.armed:
            self.timers[timer.activity_id].append(timer)
        for row in progress.waiting:
            self.subscriptions.setdefault(row.activity_id, []).append(row)
        self.jobs.update((job.activity_id, job) for job in progress.jobs)
        for key in (*progress.left, *progress.cancelled):
            self.jobs.pop(key, None)
        self.save()
        self._agree(progress)
        return progress

    def _agree(self, progress: Progress) -> None:
        """What the steps told must add up to what the instance now holds: the floors above know only what was told."""
        for work in progress.offered:
            self.offered[work.activity_id] = work.element
        for key in (*progress.withdrawn, *progress.left):
            self.offered.pop(key, None)
        waiting = self.live.workflow.event_manager.tasks.values()
        kinds = {token.id: {definition.kind for definition in token.task_spec.definitions} for token in waiting}
        due = {
            token.id
            for token in waiting
            if any(row.get("due") for row in token.internal_data.get("slots", {}).values())
        }
        assert set(self.offered) == {work.activity_id for work in self.live.open_work}
        assert {key for key, rows in self.timers.items() if rows} <= due <= set(self.timers)
        assert set(self.subscriptions) == {key for key, found in kinds.items() if found & {"message", "signal"}}
        assert not (self.live.ended and (waiting or self.live.open_work))
        entered = {key for key, _ in progress.entered}
        assert len(entered) == len(progress.entered)
        assert set(progress.left) | set(progress.cancelled) <= set(self.names)
        assert not set(progress.left) & set(progress.cancelled)

    def save(self) -> None:
        if self.reload:
            self.live = restore(dump(self.live), self.definition, self.clock)

    @property
    def open(self) -> list[str]:
        """The open human tasks, sorted."""
        return sorted(work.element for work in self.live.open_work)

    @property
    def ended(self) -> bool:
        return self.live.ended

    @property
    def variables(self) -> dict[str, Any]:
        return self.live.variables

    @property
    def waits(self) -> list[str]:
        """What is waited for: messages and signals by name, timers by element."""
        names = [row.name for rows in self.subscriptions.values() for row in rows]
        return sorted(names + [timer.element for rows in self.timers.values() for timer in rows])

    def complete(self, element: str, index: int = 0, **answers: Any) -> Progress:
        return self.answer(element, answers, index)

    def answer(self, element: str, answers: dict[str, Any], index: int = 0) -> Progress:
        found = [work for work in self.live.open_work if work.element == element]
        return self._note(runner.complete(self.live, found[index].activity_id, answers, self.clock))

    def message(self, name: str, correlation: dict[str, Any] | None = None, **payload: Any) -> Progress:
        return self._note(runner.deliver(self.live, name, payload, self.clock, correlation))

    def signal(self, name: str, **payload: Any) -> Progress:
        return self._note(runner.signal(self.live, name, payload, self.clock))

    def job(self, topic: str, result: Any = None) -> Progress:
        key = next(key for key, job in self.jobs.items() if job.topic == topic)
        outcome = runner.BpmnError(result) if isinstance(result, str) else result or {}
        return self._note(runner.finish_job(self.live, key, outcome, self.clock))

    def set(self, **values: Any) -> Progress:
        return self._note(runner.set_variables(self.live, values, self.clock))

    def due(self) -> Iterator[Any]:
        rows = sorted(
            (timer.due, number, timer)
            for number, timer in enumerate(timer for rows in self.timers.values() for timer in rows)
        )
        return (timer for _, _, timer in rows)

    def advance(self, **time: float) -> None:
        """Walk the clock from due time to due time."""
        end = self.clock.moment + timedelta(**time)
        for _ in range(1000):
            timer = next((timer for timer in self.due() if timer.due <= end), None)
            if timer is None:
                break
            self.clock.moment = max(timer.due, self.clock.moment)
            rows = self.timers.get(timer.activity_id, [])
            if timer in rows:
                rows.remove(timer)
            self._note(runner.fire_timer(self.live, timer.activity_id, self.clock))
        self.clock.moment = end

    def standstill(self, **time: float) -> None:
        """Time passes while nobody looks; then every due timer is fired once."""
        self.clock.moment += timedelta(**time)
        for timer in list(self.due()):
            if timer.due <= self.clock.moment and timer in self.timers.get(timer.activity_id, []):
                self.timers[timer.activity_id].remove(timer)
                self._note(runner.fire_timer(self.live, timer.activity_id, self.clock))


def play(body: str, variables: dict[str, Any] | None = None, **more: Any) -> Player:
    """A player of one small process."""
    return Player(compiled(body), "p", variables, **more)
