"""Mail: a word to the people of a team that work waits for them. Numbers and links, never personal data."""

from __future__ import annotations

from uuid import UUID

from engine.commands.dispatch import Also, Door, Sharing
from engine.store.jobs import Job
from engine.store.outbox import write_letters


def write(door: Door | Sharing, job: Job, done: Also) -> None:
    """Put one letter a member of the team into the outbox, and be done with the job."""
    with door.writing() as connection:
        write_letters(connection, door.clock, kind=job.payload["kind"], work_item_id=UUID(hex=job.payload["item"]),
                      institution_id=UUID(hex=job.payload["institution"]), role=job.payload["team"],
                      number=job.payload["number"])
        done(connection)
