"""The one job table: what must happen later or outside, enqueued in the transaction of its cause.

At least once, fenced: a worker leases a job and marks it done only while the lease is still its own; what a job does is
made so that doing it twice changes nothing. A job's payload holds identifiers, never personal data in clear.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, literal_column, select, update

from engine.model.clock import Clock
from engine.model.events import WorkItemOffered
from engine.store import tables as t
from engine.store.writes import update_row

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork

QUEUED, RUNNING, DONE, CANCELLED, DEAD = "queued", "running", "done", "cancelled", "incident"
LEASE = timedelta(seconds=60)
#: the words of the partial indexes, written literally: with a parameter neither SQLite nor a prepared plan uses them
_QUEUED: ColumnElement[bool] = literal_column("job.state='queued'")
_RUNNING: ColumnElement[bool] = literal_column("job.state='running'")


class LeaseLost(Exception):
    """The job took longer than its lease and belongs to another worker."""


@dataclass(frozen=True)
class Job:
    """A leased job."""

    job_id: UUID
    kind: str
    case_id: UUID | None
    payload: dict[str, Any]
    attempts: int
    lease_token: UUID
    run_at: datetime


def enqueue(uow: UnitOfWork, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None,
            case_id: UUID | None = None, activity_id: UUID | None = None, queue: str = "general",
            dedup: str | None = None, attempts: int = 8) -> None:
    """Put a job in the table with the cause's own transaction."""
    uow.insert(t.job, job_id=uow.clock.new_id(), queue=queue, kind=kind, case_id=case_id, activity_id=activity_id,
               payload=json.dumps(payload), dedup_key=dedup, priority=0, run_at=run_at or uow.now,
               state=QUEUED, attempts=0, max_attempts=attempts,
               lease_until=None, lease_token=None, error="", created_at=uow.now, finished_at=None)


def enqueue_timer(uow: UnitOfWork, instance_id: UUID, activity_id: UUID, element: str, due: datetime) -> None:
    """A timer of the process waits for its time."""
    payload = {"instance": instance_id.hex, "activity": activity_id.hex, "element": element, "due": due.isoformat()}
    enqueue(uow, "timer", payload, run_at=due, case_id=uow.case.case_id, activity_id=activity_id)


def enqueue_external(uow: UnitOfWork, instance_id: UUID, activity_id: UUID, element: str, topic: str) -> None:
    """Work for a program outside waits under its topic until it is fetched."""
    payload = {"instance": instance_id.hex, "activity": activity_id.hex, "element": element, "topic": topic}
    enqueue(uow, "external", payload, case_id=uow.case.case_id, activity_id=activity_id, queue=f"external:{topic}")


def cancel(uow: UnitOfWork, activities: Iterable[UUID]) -> None:
    """Timers and outside work that are no longer wanted."""
    gone = [{"activity_id": one, "state": QUEUED} for one in activities]
    if gone:
        uow.change_each(t.job, gone, state=CANCELLED, finished_at=uow.now)


def cancel_timers(uow: UnitOfWork) -> None:
    """The timers of a case that is paused; they are set again when it goes on."""
    uow.change(t.job, {"case_id": uow.case.case_id, "kind": "timer", "state": QUEUED}, state=CANCELLED,
               finished_at=uow.now)


def enqueue_mail(uow: UnitOfWork, kind: str, event: WorkItemOffered) -> None:
    """A word to the team that work waits for it: numbers and links, no personal data."""
    payload = {"kind": kind, "item": event.work_item_id.hex, "institution": event.institution_id.hex,
               "team": event.role, "number": uow.case.number}
    enqueue(uow, "mail", payload, case_id=uow.case.case_id, queue="mail")


def claim(connection: Connection, clock: Clock, queues: tuple[str, ...], kinds: tuple[str, ...],
          limit: int = 10) -> list[Job]:
    """Lease due jobs of kinds this worker knows; another worker gets others. Expired leases are taken back first."""
    now = clock.now()
    c = t.job.c
    connection.execute(update(t.job).where(_RUNNING, c.lease_until < now, c.attempts < c.max_attempts).values(
        state=QUEUED))
    due = (select(c.job_id).where(_QUEUED, c.queue.in_(queues), c.kind.in_(kinds), c.run_at <= now)
           .order_by(c.run_at).limit(limit).with_for_update(skip_locked=True))
    token = clock.new_id()
    rows = connection.execute(
        update(t.job).where(c.job_id.in_(due)).values(state=RUNNING, attempts=c.attempts + 1, lease_until=now + LEASE,
                                                      lease_token=token).returning(t.job))
    return sorted(map(_job, rows), key=lambda one: (one.run_at, one.job_id))


def finish(connection: Connection, clock: Clock, job: Job) -> None:
    """Mark a job done in the transaction of its effects; LeaseLost if it is another worker's now, then roll back."""
    held = {"job_id": job.job_id, "lease_token": job.lease_token, "state": RUNNING}
    if not update_row(connection, t.job, held, {"state": DONE, "finished_at": clock.now()}):
        raise LeaseLost


def fail(connection: Connection, clock: Clock, job: Job, error: str, max_attempts: int = 8) -> bool:
    """Try again later with growing pauses, or give up after the last attempt; whether it was given up."""
    last = job.attempts >= max_attempts
    # jitter from the lease's own identifier: two nodes that failed together do not come back together
    pause = min(3600.0, 2.0**job.attempts) * (0.5 + (job.lease_token.int % 1000) / 1000)
    connection.execute(
        update(t.job).where(t.job.c.job_id == job.job_id, t.job.c.lease_token == job.lease_token)
        .values(state=DEAD if last else QUEUED, run_at=clock.now() + timedelta(seconds=pause), error=error,
                lease_until=None))
    return last


def again(uow: UnitOfWork, job_id: UUID) -> None:
    """Begin anew with a job that was given up."""
    uow.change(t.job, {"job_id": job_id, "state": DEAD}, state=QUEUED, attempts=0, run_at=uow.now)


def give_up(connection: Connection, clock: Clock) -> list[Job]:
    """The jobs that killed their last worker: they are not tried any more."""
    c = t.job.c
    rows = connection.execute(update(t.job).where(
        _RUNNING, c.lease_until < clock.now(), c.attempts >= c.max_attempts
    ).values(state=DEAD, error="LeaseLost").returning(t.job))
    return [_job(one) for one in rows]


def _job(row: Row[Any]) -> Job:
    return Job(row.job_id, row.kind, row.case_id, json.loads(row.payload), row.attempts, row.lease_token, row.run_at)


def next_due(connection: Connection, queues: tuple[str, ...]) -> datetime | None:
    """When the next job comes due, to know how long one may wait."""
    c = t.job.c
    found = select(c.run_at).where(_QUEUED, c.queue.in_(queues)).order_by(c.run_at).limit(1)
    return connection.execute(found).scalar_one_or_none()
