"""What arrives at a running process: messages, signals, timers that came due, results from outside, retries."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.bpmn.failures import NotWaiting
from engine.bpmn.progress import Progress
from engine.bpmn.runner import BpmnError, deliver, due_timers, finish_job, signal
from engine.bpmn.runner import fire_timer as fire_activity
from engine.commands import steps
from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import NobodyWaits, NotFound
from engine.store.desk import Desk


def send_message(command: c.SendMessage, desk: Desk) -> Iterator[e.Event]:
    """Deliver a message to the first instance of the case that waits for it. Raises NobodyWaits."""
    correlation = dict(command.correlation) if command.correlation else None
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        try:
            step = partial(deliver, live, command.message, dict(command.payload), desk.clock, correlation)
            progress = steps.tried(desk, live, step)
        except NotWaiting:
            continue
        yield e.MessageReceived(message=command.message, instance_id=instance_id)
        yield from steps.run(desk, live, partial(_already, progress))
        return
    raise NobodyWaits(message=command.message)


def _already(progress: Progress) -> Progress:
    return progress


def send_signal(command: c.SendSignal, desk: Desk) -> Iterator[e.Event]:
    """Let every listening instance of the case hear a signal; a case where nobody listens stays as it is."""
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        try:
            step = partial(signal, live, command.signal, dict(command.payload), desk.clock)
            progress = steps.tried(desk, live, step)
        except NotWaiting:
            continue
        yield e.SignalHeard(signal=command.signal, instance_id=instance_id)
        yield from steps.run(desk, live, partial(_already, progress))


def keep_message(command: c.KeepMessage, desk: Desk) -> Iterator[e.Event]:
    """Keep a message for which there is no receiver yet; one that began to wait meanwhile is found by the job."""
    content = {"payload": dict(command.payload), "correlation": dict(command.correlation or {})}
    desk.send_outside("kept-message", {"message": command.message})
    yield e.MessageKept(message=command.message, message_id=desk.keep_message(content))


def finish(command: c.FinishJob, desk: Desk) -> Iterator[e.Event]:
    """A program outside reports; NotFound if nothing waits for it (any more)."""
    if command.instance_id not in desk.running():
        raise NotFound
    live = desk.instance(command.instance_id)
    result = BpmnError(command.error) if command.error else dict(command.result)
    try:
        progress = steps.tried(desk, live, partial(finish_job, live, command.activity_id, result, desk.clock))
    except NotWaiting:
        raise NotFound from None
    yield e.JobFinished(instance_id=command.instance_id, activity_id=command.activity_id, error=command.error)
    yield from steps.run(desk, live, partial(_already, progress))


def start_process(command: c.StartProcess, desk: Desk) -> Iterator[e.Event]:
    """Start another process of the bundle within the case."""
    if command.process not in desk.version.compiled.processes:
        raise NotFound
    yield from steps.begin(desk, command.process, command.variables)


def fire_timer(command: c.FireTimer, desk: Desk) -> Iterator[e.Event]:
    """Let a due timer move the process; one that no longer waits has nothing to do."""
    if command.instance_id not in desk.running():
        return
    live = desk.instance(command.instance_id)
    if command.activity_id not in due_timers(live, desk.uow.now):
        return
    yield e.TimerFired(instance_id=command.instance_id, activity_id=command.activity_id, element=command.element,
                       due=command.due)
    yield from steps.run(desk, live, partial(fire_activity, live, command.activity_id, desk.clock))


def retry_incident(command: c.RetryIncident, desk: Desk) -> Iterator[e.Event]:
    """Try the stuck step again; a work item that stayed open is simply finished again by its person."""
    incident = desk.incident(command.incident_id)
    live = desk.instance(incident.instance_id) if incident.instance_id else None
    if live is not None and incident.activity_id in due_timers(live, desk.uow.now):
        yield from steps.run(desk, live, partial(fire_activity, live, incident.activity_id, desk.clock))
        yield e.IncidentResolved(incident_id=command.incident_id, how="retried")
        return
    yield e.IncidentResolved(incident_id=command.incident_id, how="acknowledged")
