"""Service tasks of the engine's own topics, each carried out as SYSTEM in its case."""

from __future__ import annotations

from uuid import UUID

from engine.commands.dispatch import Door
from engine.model.actors import system
from engine.model.commands import CarryOutService
from engine.model.services import TOPICS
from engine.store.jobs import Job

#: the queues in which these jobs wait; jobs of other topics wait in others, for programs outside
QUEUES = tuple(f"external:{topic}" for topic in TOPICS)


def carry_out(door: Door, job: Job) -> None:
    """Do it; a step that no longer waits has nothing to do, so doing it twice is harmless."""
    if job.case_id is None:
        return
    door.carry_out(CarryOutService(
        case_id=job.case_id, instance_id=UUID(hex=job.payload["instance"]),
        activity_id=UUID(hex=job.payload["activity"]), topic=job.payload["topic"]), system("service"))
