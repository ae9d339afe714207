"""The messages that nobody has waited for: for administrators and for who coordinates, without what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.actors import ADMINISTRATOR, Actor
from engine.model.errors import NotFound
from engine.queries.reading import Reading
from engine.store import tables as t
from engine.store.cached_cases import definition_of

_MOST = 200


@dataclass(frozen=True)
class WaitingCase:
    """A case of the actor's that waits for a message of this name."""

    case_id: UUID
    number: str


@dataclass(frozen=True)
class KeptMessage:
    """A kept message: its name, since when, and which keys and values it has, by name only."""

    message_id: UUID
    name: str
    kept_at: datetime
    keys: tuple[str, ...]
    values: tuple[str, ...]
    cases: tuple[WaitingCase, ...]


@dataclass(frozen=True)
class KeptMessages:
    """Every kept message for an administrator; for a coordinator those for which a case of theirs waits."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[KeptMessage, ...]:
        """Oldest first; NotFound for everybody else."""
        administers = actor.has(ADMINISTRATOR) or actor.is_system
        if not administers and not actor.roles & _coordinators(reading):
            raise NotFound
        k = t.kept_message.c
        rows = reading.connection.execute(
            select(t.kept_message).where(k.delivered_at.is_(None)).order_by(k.message_id).limit(_MOST))
        found = tuple(_row(reading, actor, one) for one in rows)
        return found if administers else tuple(one for one in found if one.cases)


def _coordinators(reading: Reading) -> frozenset[str]:
    """The roles that coordinate in some live definition."""
    d = t.definition.c
    digests = reading.connection.execute(select(d.digest).where(d.live.is_(True))).scalars()
    return frozenset(definition_of(reading.compiled(one).bundle).coordinator for one in digests)


def _row(reading: Reading, actor: Actor, row: Any) -> KeptMessage:
    content = reading.vault.house.open_json(f"kept_message|{row.message_id.hex}", row.content_enc)
    s, f = t.subscription.c, t.case_file.c
    waiting = reading.connection.execute(
        select(f.case_id, f.number).join(t.subscription, s.case_id == f.case_id).where(
            s.kind == "message", s.name == row.name, f.coordinator_id == actor.institution_id,
            reading.shared(f.case_id, actor)).distinct().order_by(f.number))
    return KeptMessage(row.message_id, row.name, row.kept_at, tuple(content["correlation"]), tuple(content["payload"]),
                       tuple(WaitingCase(one.case_id, one.number) for one in waiting))
