"""Timers of processes that have come due: each moves its case as SYSTEM."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.commands.dispatch import Also, Door, Sharing
from engine.model.actors import system
from engine.model.commands import FireTimer
from engine.model.errors import NotFound
from engine.store.jobs import Job


def fire(door: Door | Sharing, job: Job, done: Also) -> None:
    """Fire the timer and be done with its job; one that no longer waits has nothing to do."""
    if job.case_id is None:
        raise NotFound
    door.carry_out(FireTimer(
        case_id=job.case_id, instance_id=UUID(hex=job.payload["instance"]),
        activity_id=UUID(hex=job.payload["activity"]), element=job.payload["element"],
        due=datetime.fromisoformat(job.payload["due"])),
        system("timer"), done)
