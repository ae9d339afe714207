"""Running processes: timers, subscriptions, jobs, incidents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete

from engine.model import events as e
from engine.store import jobs
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def instance_started(uow: UnitOfWork, event: e.InstanceStarted) -> None:
    uow.insert(t.process_instance, instance_id=event.instance_id, case_id=uow.case.case_id, digest=event.digest,
               process=event.process, snapshot_enc=b"", started_at=uow.now, ended_at=None)


def process_advanced(uow: UnitOfWork, event: e.ProcessAdvanced) -> None:
    # an activity armed anew replaces all its timers: the next round of a cycle, a due time computed again
    armed_anew = {one[0] for one in event.armed} - {one[0] for one in event.entered}
    jobs.cancel(uow, {*event.disarmed, *event.cancelled, *armed_anew})
    for activity, element, due in event.armed:
        jobs.enqueue_timer(uow, event.instance_id, activity, element, due)
    for activity, element, kind, name, correlation in event.waiting:
        uow.insert(t.subscription, activity_id=activity, name=name, case_id=uow.case.case_id,
                   instance_id=event.instance_id, kind=kind, element=element, correlation=correlation)
    for activity, element, topic in event.jobs:
        jobs.enqueue_external(uow, event.instance_id, activity, element, topic)
    if event.unsubscribed:
        uow.connection.execute(delete(t.subscription).where(t.subscription.c.activity_id.in_(event.unsubscribed)))


def message_kept(uow: UnitOfWork, event: e.MessageKept) -> None:
    uow.insert(t.kept_message, message_id=event.message_id, name=event.message,
               content_enc=uow.asides.pop(event.message_id), kept_at=uow.now, delivered_at=None)


def job_finished(uow: UnitOfWork, event: e.JobFinished) -> None:
    uow.change(t.job, {"activity_id": event.activity_id}, state=jobs.DONE, finished_at=uow.now)


def instance_ended(uow: UnitOfWork, event: e.InstanceEnded) -> None:
    uow.change(t.process_instance, {"instance_id": event.instance_id}, ended_at=uow.now)


def incident_raised(uow: UnitOfWork, event: e.IncidentRaised) -> None:
    uow.insert(t.incident, incident_id=event.incident_id, case_id=uow.case.case_id, instance_id=event.instance_id,
               element=event.element, reason=event.reason, params=json.dumps(dict(event.params)),
               activity_id=event.activity_id, command=event.command, raised_at=uow.now, resolved_at=None)


def incident_resolved(uow: UnitOfWork, event: e.IncidentResolved) -> None:
    uow.change(t.incident, {"incident_id": event.incident_id}, resolved_at=uow.now)
    if event.job_id is not None:
        jobs.again(uow, event.job_id)
