"""A case as the door sees it: its state, who takes part in which role, who is responsible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

OPEN = "open"
CLOSED = "closed"


@dataclass(frozen=True)
class Participation:
    """An institution takes part in a case, in one role, from then until then, under an agreement."""

    institution_id: UUID
    role: str
    institution: str = ""


@dataclass(frozen=True)
class Case:
    """One person's one case: the row that is locked first and everything a permission may ask about it."""

    case_id: UUID
    number: str
    definition: str
    digest: str
    version: int
    state: str
    person_id: UUID
    coordinator_id: UUID
    responsible_id: UUID
    stage: str
    key_date: datetime | None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    participations: tuple[Participation, ...] = ()
    sequence: int = 0
    revision: int = 0
    #: since when the case is paused; None while its clocks run
    paused_at: datetime | None = None

    def holders(self, role: str) -> tuple[Participation, ...]:
        """The institutions that now hold a role in this case."""
        return tuple(one for one in self.participations if one.role == role)

    def takes_part(self, institution_id: UUID) -> bool:
        """Whether the institution now takes part in any role."""
        return any(one.institution_id == institution_id for one in self.participations)

    def joined_by(self, one: Participation) -> Case:
        """The same case with one more participant."""
        return replace(self, participations=(*self.participations, one))


def case_number(year: int, serial: int) -> str:
    """The number people say on the telephone, such as 2027/0412; the serial counts per receiving institution."""
    return f"{year}/{serial:04d}"
