"""What arrives at a running process: messages, signals, timers that came due, results from outside, retries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from engine.bpmn.failures import NotWaiting
from engine.bpmn.progress import Progress
from engine.bpmn.runner import BpmnError, deliver, due_timers, finish_job, signal
from engine.bpmn.runner import fire_timer as fire_activity
from engine.commands import steps, work_items
from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import NobodyWaits, NotFound
from engine.model.forms import Form
from engine.store.cached_cases import form_of
from engine.store.desk import Desk


def send_message(command: c.SendMessage, desk: Desk) -> Iterator[e.Event]:
    """Deliver a message to the first instance of the case that waits for it. Raises NobodyWaits, InvalidAnswers."""
    correlation = dict(command.correlation) if command.correlation else None
    form = _asked_with(command, desk)
    role = _sending_role(command, desk)
    values = (work_items.filled_with(desk, form, command.payload, {"role": role}, command.files) if form
              else dict(command.payload))
    payload = work_items.routed(desk, values) if form else values
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        try:
            step = partial(deliver, live, command.message, payload, desk.clock, correlation)
            progress = steps.tried(desk, live, step)
        except NotWaiting:
            continue
        files = [work_items.attached(desk, one, form.id) for one in command.files] if form else []
        yield from _received(command, desk, instance_id, form, role, work_items.with_files(values, files))
        yield from files
        yield from steps.run(desk, live, partial(_already, progress))
        return
    raise NobodyWaits(message=command.message)


def _asked_with(command: c.SendMessage, desk: Desk) -> Form | None:
    """The form a person fills in to send this message; what arrives from outside brings a payload of its own."""
    listed = None if desk.uow.actor.is_system else desk.version.definition.message(command.message)
    return form_of(desk.version.compiled.bundle, listed.form) if listed and listed.form else None


def _sending_role(command: c.SendMessage, desk: Desk) -> str:
    """The role in which a person sends it; "" for what comes from outside."""
    actor, listed = desk.uow.actor, desk.version.definition.message(command.message)
    if actor.is_system or listed is None:
        return ""
    return next((one.role for one in desk.uow.case.participations if one.institution_id == actor.institution_id
                 and one.role in listed.roles and actor.has(one.role)), "")


def _received(command: c.SendMessage, desk: Desk, instance_id: UUID, form: Form | None, role: str,
              values: Mapping[str, Any]) -> Iterator[e.Event]:
    if form is None:
        yield e.MessageReceived(message=command.message, instance_id=instance_id)
        return
    answer_id, commitment = desk.keep_answers(
        values, form=form.id, element=desk.element_waiting(command.message), role=role,
        institution_id=desk.uow.actor.institution_id)
    yield e.MessageReceived(message=command.message, instance_id=instance_id, form=form.id, answer_id=answer_id,
                            commitment=commitment)


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
    if command.instance_id not in desk.running() or desk.uow.case.paused_at is not None:
        return  # a timer of a paused case is set again when the case goes on
    live = desk.instance(command.instance_id)
    if command.activity_id not in due_timers(live, desk.uow.now):
        return
    yield e.TimerFired(instance_id=command.instance_id, activity_id=command.activity_id, element=command.element,
                       due=command.due)
    yield from steps.run(desk, live, partial(fire_activity, live, command.activity_id, desk.clock))


def raise_incident(command: c.RaiseIncident, desk: Desk) -> Iterator[e.Event]:
    """Say on the page of the case that a job of it has used up its attempts."""
    yield e.IncidentRaised(incident_id=desk.clock.new_id(), instance_id=None, element=command.element,
                           reason="JobFailed", params={"error": command.error, "job": command.job_id.hex},
                           command="RaiseIncident")


def retry_incident(command: c.RetryIncident, desk: Desk) -> Iterator[e.Event]:
    """Try the stuck step again; a work item that stayed open is simply finished again by its person."""
    incident = desk.incident(command.incident_id)
    if incident.reason == "JobFailed":
        job_id = UUID(hex=json.loads(incident.params)["job"])
        yield e.IncidentResolved(incident_id=command.incident_id, how="retried", job_id=job_id)
        return
    live = desk.instance(incident.instance_id) if incident.instance_id else None
    if live is not None and incident.activity_id in due_timers(live, desk.uow.now):
        yield from steps.run(desk, live, partial(fire_activity, live, incident.activity_id, desk.clock))
        yield e.IncidentResolved(incident_id=command.incident_id, how="retried")
        return
    yield e.IncidentResolved(incident_id=command.incident_id, how="acknowledged")
