"""What is open in a case, without the person: planning a story or a trial life is no look at anybody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from engine.model.actors import Actor
from engine.queries.reading import Reading
from engine.queries.worklists import items_of_case, row_of


class Offered(NamedTuple):
    """A step that somebody may do now."""

    work_item_id: UUID
    element: str
    item: str
    institution_id: UUID
    team: str
    owner_id: UUID | None
    excluded_id: UUID | None
    offered_at: datetime


@dataclass(frozen=True)
class OfferedIn:
    """The open steps of a case."""

    case_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> tuple[Offered, ...]:
        """What is open, soonest due first."""
        rows = (row_of(reading, one.work_item_id) for one in items_of_case(reading, actor, self.case_id))
        return tuple(Offered(one.work_item_id, one.element, one.wanted_role or one.team, one.institution_id, one.team,
                             one.owner_id, one.excluded_id, one.offered_at) for one in rows)
