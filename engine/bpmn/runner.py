"""Start, complete, deliver, fire, finish: each call takes a live process instance one step on and says what changed.

An exception leaves the instance half-done: it must be given up, and the stored snapshot is the truth.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.bundles import Compiled
from engine.bpmn.evaluations import plain, value_of
from engine.bpmn.event_definitions import Error, Thrown
from engine.bpmn.failures import NotWaiting
from engine.bpmn.progress import Progress, Work
from engine.bpmn.specs.routing import broadcast
from engine.bpmn.tokens import Token
from engine.bpmn.workflow import CaseWorkflow
from engine.model.clock import Clock

# At their default level Spiff's loggers walk the whole instance for every record, even when nobody listens.
for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class BpmnError(str):
    """The code of a business error that an external job reports."""


class ScriptEngine:
    """What Spiff asks for values: our expressions over the variables a token sees."""

    def evaluate(self, task: Token, expression: Any, external_context: Any = None) -> Any:
        """The value of a compiled expression."""
        return value_of(expression, task.element, task.lookup, task.top.environment)


class Live:
    """One process instance in memory. Not thread-safe: the lock of the case guards it."""

    def __init__(self, compiled: Compiled, process_id: str, instance_id: UUID, clock: Clock) -> None:
        self.compiled = compiled
        self.process_id = process_id
        self.instance_id = instance_id
        self.workflow = new_workflow(compiled, process_id, clock)

    @property
    def digest(self) -> str:
        """The digest of the bundle this instance runs."""
        return self.compiled.digest

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process instance itself."""
        return self.workflow.data

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.workflow.completed

    @property
    def open_work(self) -> tuple[Work, ...]:
        """The human tasks that are open now, in order of creation."""
        return tuple(token.task_spec.work(token) for token in self.workflow.offers.values())

    def work(self, activity_id: UUID) -> Work | None:
        """One open human task; None if it is not open."""
        token = self.workflow.offers.get(activity_id)
        return None if token is None else token.task_spec.work(token)

    @property
    def open_ids(self) -> tuple[UUID, ...]:
        """The activities of the open human tasks, in order of creation."""
        return tuple(self.workflow.offers)


def new_workflow(compiled: Compiled, process_id: str, clock: Clock) -> CaseWorkflow:
    """An empty workflow of a process, ready to begin or to be restored into."""
    workflow = CaseWorkflow(compiled.specs[process_id], compiled.specs, ScriptEngine(), clock)
    workflow.decisions = compiled.decisions
    workflow.callable = compiled.processes
    return workflow


def start(
    compiled: Compiled,
    process_id: str,
    *,
    instance_id: UUID,
    variables: dict[str, Any],
    clock: Clock,
    start_element: str | None = None,
    payload: dict[str, Any] | None = None,
    rounds: dict[str, Any] | None = None,
) -> tuple[Live, Progress]:
    """A new instance, run until it waits. `start_element` is the start event that happened.

    `rounds` come from ``Progress.again``: the instance waits for the next round of its start timer.
    """
    live = Live(compiled, process_id, instance_id, clock)
    workflow = live.workflow
    for name, value in variables.items():
        workflow.root_assign(name, plain(value, start_element or process_id), "start", start_element or "")
    chosen = _spec_name(compiled, process_id, start_element)
    given = plain(payload or {}, start_element or process_id)
    for definition in workflow.spec.task_specs[chosen].definitions if chosen else ():
        if definition.kind == "message":
            definition.learn(given, start_element or "", workflow)
    workflow.begin(chosen, given)
    workflow.root.internal_data["rounds"] = rounds or {}
    return live, _run(live)


def _spec_name(compiled: Compiled, process_id: str, element: str | None) -> str | None:
    if not element:
        return None
    specs = compiled.specs[process_id].task_specs
    for name, spec in specs.items():
        if getattr(spec, "element", "") == element and not name.endswith((" [child]", ".listener")):
            return str(name)
    raise NotWaiting(what=element)


def complete(live: Live, activity_id: UUID, answers: dict[str, Any], clock: Clock) -> Progress:
    """A person has done an open task; the answers become variables where they exist, else of the process instance."""
    workflow = _ready(live, clock)
    token = workflow.offers.get(activity_id)
    if token is None:
        raise NotWaiting(what=str(activity_id))
    _assign(token, answers, "answers")
    token.run()
    return _run(live)


def deliver(
    live: Live,
    message: str,
    payload: dict[str, Any],
    clock: Clock,
    correlation: dict[str, Any] | None = None,
    *,
    anyway: bool = False,
) -> Progress:
    """A message arrives: the one that has waited longest for it, with all its keys matching, gets it.

    `anyway`: a person has chosen this instance, whatever the keys say.
    """
    workflow = _ready(live, clock)
    plain_payload = plain(payload, message)
    for token in workflow.event_manager.of("message", message):
        for index, definition in token.task_spec.slots("message"):
            fits = anyway or _takes(token, index, definition, plain_payload, correlation)
            if definition.name == message and fits:
                definition.learn(plain_payload, token.element, workflow)
                token.task_spec.happened(token, plain_payload, index)
                return _run(live)
    raise NotWaiting(what=message)


def _takes(
    token: Token, index: int, definition: Any, payload: dict[str, Any], correlation: dict[str, Any] | None
) -> bool:
    state = token.internal_data.get("slots", {}).get(str(index), {})
    keys = {**definition.keys(payload, token.element, token.top), **(correlation or {})}
    return index not in token.internal_data.get("seen", ()) and definition.accepts(state, keys)


def signal(live: Live, name: str, payload: dict[str, Any], clock: Clock) -> Progress:
    """A signal is broadcast: everybody in this instance who listens hears it; raises NotWaiting when nobody does."""
    workflow = _ready(live, clock)
    if not broadcast(workflow, name, plain(payload, "")):
        raise NotWaiting(what=name)
    return _run(live)


def fire_timer(live: Live, activity_id: UUID, clock: Clock) -> Progress:
    """A timer came due; raises NotWaiting if it is gone or not due yet by the clock."""
    workflow = _ready(live, clock)
    token = workflow.event_manager.tasks.get(activity_id)
    now = clock.now()
    due = [] if token is None else token.task_spec.due_slots(token, now)
    if token is None or not due:
        raise NotWaiting(what=str(activity_id))
    token.task_spec.timer_due(token, due[0], now)
    return _run(live)


def finish_job(live: Live, activity_id: UUID, result: dict[str, Any] | BpmnError, clock: Clock) -> Progress:
    """An external job reports its result, or the code of a business error."""
    workflow = _ready(live, clock)
    token = workflow.tokens.get(activity_id)
    if token is None or not token.has_state(TaskState.STARTED) or not hasattr(token.task_spec, "topic"):
        raise NotWaiting(what=str(activity_id))
    if isinstance(result, str):
        event = Thrown(Error("", str(result)), token, code=str(result))
        event.from_job = True
        workflow.catch(event)
    else:
        _assign(token, result, "job")
        token.complete()
    return _run(live)


def job_inputs(live: Live, activity_id: UUID) -> tuple[str, dict[str, Any]]:
    """The element of a job that waits, and its input parameters; raises NotWaiting if it does not wait (any more)."""
    token = live.workflow.tokens.get(activity_id)
    if token is None or not token.has_state(TaskState.STARTED) or not hasattr(token.task_spec, "topic"):
        raise NotWaiting(what=str(activity_id))
    return token.element, dict(token.data)


def set_variables(live: Live, values: dict[str, Any], clock: Clock) -> Progress:
    """Case data changed from outside; conditions and due times that read it follow."""
    workflow = _ready(live, clock)
    for name, value in values.items():
        workflow.root_assign(name, plain(value, ""), "answers", "")
    return _run(live)


def stood_still(live: Live, paused: datetime, resumed: datetime, clock: Clock) -> Progress:
    """The case was paused between two moments: due times and timers move on, and every timer is armed again."""
    workflow = _ready(live, clock)
    workflow.stood_still(paused, resumed)
    return _run(live)


def variables_at(live: Live, activity_id: UUID) -> dict[str, Any]:
    """The variables that an open activity sees, the nearest winning; those of the instance when it is gone."""
    token = live.workflow.tokens.get(activity_id)
    found: dict[str, Any] = dict(live.variables)
    if token is not None:
        for variables in reversed(list(token.dicts())):
            found |= variables
    return found


def cancel(live: Live, clock: Clock) -> Progress:
    """End the instance; everything open is cancelled, nothing is compensated."""
    workflow = _ready(live, clock)
    workflow.cancel_all()
    workflow.completed = True
    return _run(live)


def due_timers(live: Live, now: datetime) -> tuple[UUID, ...]:
    """The activities whose timer is due."""
    return tuple(token.id for token in live.workflow.due_tokens(now))


def _assign(token: Token, values: dict[str, Any], source: str) -> None:
    for name, value in values.items():
        token.assign(name, plain(value, token.element), source)


def _ready(live: Live, clock: Clock) -> CaseWorkflow:
    workflow = live.workflow
    workflow.begin_step(clock)
    return workflow


def _run(live: Live) -> Progress:
    live.workflow.do_engine_steps()
    return live.workflow.recorder.progress(live.ended)
