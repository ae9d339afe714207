"""Who was responsible for a case after every entry of its ledger: exactly one institution, always.

Asked by drills and tests; it reads the entries alone, so that what it finds does not lean on the tables beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.model.actors import Actor
from engine.model.errors import NotFound
from engine.queries.reading import Reading
from engine.store import tables as t

#: which entries change who is responsible, and where they say to whom
_CHANGES = {"CaseOpened": "responsible_id", "HandoverAccepted": "institution_id"}


@dataclass(frozen=True)
class Responsible:
    """The institution after each entry, in order, and what the case's own row says.

    ``open_steps`` and ``next_due`` (UTC, the first job that waits for its time) say whether a case can go on at all.
    """

    after_each: tuple[UUID | None, ...]
    now: UUID
    takes_part: bool
    closed: bool
    paused: bool = False
    open_steps: int = 0
    next_due: datetime | None = None
    #: in which roles somebody takes part now
    roles: frozenset[str] = frozenset()

    @property
    def holds(self) -> bool:
        """Whether one institution was responsible after every entry, and the one that the case names takes part."""
        agreed = bool(self.after_each) and None not in self.after_each and self.after_each[-1] == self.now
        return agreed and (self.takes_part or self.closed)

    @property
    def goes_on(self) -> bool:
        """Whether somebody can do something, or time will bring something; always so of a case that is closed."""
        return self.closed or self.paused or self.open_steps > 0 or self.next_due is not None


@dataclass(frozen=True)
class ResponsibleFor:
    """The line of responsibility of a case, for the system alone."""

    case_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> Responsible:
        """Who was responsible after every entry; NotFound for everybody but the system."""
        c, entry, item, job = t.case_file.c, t.ledger_entry.c, t.work_item.c, t.job.c
        case = reading.connection.execute(
            select(c.responsible_id, c.closed_at, c.paused_at).where(c.case_id == self.case_id)).one_or_none()
        if case is None or not actor.is_system:
            raise NotFound
        holder: UUID | None = None
        holders = []
        for row in reading.connection.execute(
                select(entry.type, entry.body).where(entry.stream == self.case_id).order_by(entry.sequence)):
            if row.type in _CHANGES:
                holder = UUID(json.loads(row.body)["d"][_CHANGES[row.type]])
            holders.append(holder)
        p = t.participation.c
        roles = select(p.role).where(p.case_id == self.case_id, p.from_at <= reading.now, p.until_at > reading.now)
        open_steps = select(func.count()).where(item.case_id == self.case_id, item.closed_at.is_(None))
        next_due = select(func.min(job.run_at)).where(job.case_id == self.case_id, job.state == "queued")
        return Responsible(
            tuple(holders), case.responsible_id, bool(reading.roles_in(self.case_id, case.responsible_id)),
            case.closed_at is not None, case.paused_at is not None,
            reading.connection.execute(open_steps).scalar_one(), reading.connection.execute(next_due).scalar_one(),
            frozenset(reading.connection.execute(roles).scalars()))
