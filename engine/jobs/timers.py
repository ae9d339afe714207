"""Timers of processes that have come due: each moves its case as SYSTEM."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.commands.dispatch import Door
from engine.model.actors import system
from engine.model.commands import FireTimer
from engine.store.jobs import Job


def fire(door: Door, job: Job) -> None:
    """Fire the timer; one that no longer waits has nothing to do, so doing it twice is harmless."""
    if job.case_id is None:
        return
    door.carry_out(FireTimer(
        case_id=job.case_id, instance_id=UUID(hex=job.payload["instance"]),
        activity_id=UUID(hex=job.payload["activity"]), element=job.payload["element"],
        due=datetime.fromisoformat(job.payload["due"])),
        system("timer"))
