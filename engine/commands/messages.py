"""What arrives at a running process: messages, timers that came due, retries of what got stuck."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.bpmn.failures import NotWaiting
from engine.bpmn.progress import Progress
from engine.bpmn.runner import deliver, due_timers
from engine.bpmn.runner import fire_timer as fire_activity
from engine.commands import steps
from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import NobodyWaits
from engine.store.desk import Desk


def send_message(command: c.SendMessage, desk: Desk) -> Iterator[e.Event]:
    """Deliver a message to the first instance of the case that waits for it. Raises NobodyWaits."""
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        try:
            progress = deliver(live, command.message, dict(command.payload), desk.clock)
        except NotWaiting:
            continue
        yield e.MessageReceived(message=command.message, instance_id=instance_id)
        yield from steps.run(desk, live, partial(_already, progress))
        return
    raise NobodyWaits(message=command.message)


def _already(progress: Progress) -> Progress:
    return progress


def fire_timer(command: c.FireTimer, desk: Desk) -> Iterator[e.Event]:
    """Let a due timer move the process; one that no longer waits has nothing to do."""
    if command.instance_id not in desk.running():
        return
    live = desk.instance(command.instance_id)
    if command.activity_id not in due_timers(live, desk.uow.now):
        return
    yield e.TimerFired(instance_id=command.instance_id, activity_id=command.activity_id, element=command.element,
                       due=command.due)
    yield from steps.run(desk, live, lambda: fire_activity(live, command.activity_id, desk.clock))


def retry_incident(command: c.RetryIncident, desk: Desk) -> Iterator[e.Event]:
    """Try the stuck step again; a work item that stayed open is simply finished again by its person."""
    incident = desk.incident(command.incident_id)
    live = desk.instance(incident.instance_id) if incident.instance_id else None
    if live is not None and incident.activity_id in due_timers(live, desk.uow.now):
        yield from steps.run(desk, live, lambda: fire_activity(live, incident.activity_id, desk.clock))
        yield e.IncidentResolved(incident_id=command.incident_id, how="retried")
        return
    yield e.IncidentResolved(incident_id=command.incident_id, how="acknowledged")
