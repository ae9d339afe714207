"""What happens to registers and to the places that cases book in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from engine.model.events.base import Event


@dataclass(frozen=True, kw_only=True)
class RegisterRowPut(Event):
    """A row of a register was entered or changed; every version stays readable."""

    row_id: UUID
    register: str
    revision: int
    name: str
    digest: str
    institution_id: UUID | None = None
    places: int | None = None
    content: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class RegisterRowRetired(Event):
    """A row of a register can no longer be chosen; who chose it still sees it."""

    row_id: UUID
    register: str
    name: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceBooked(Event):
    """A case took one of the places of a row; ``told`` says whether its owner may know who comes, with consent."""

    booking_id: UUID
    row_id: UUID
    register: str
    name: str
    element: str = ""
    told: bool = False


@dataclass(frozen=True, kw_only=True)
class PlaceReleased(Event):
    """A case gave its place back; what the row's owner was told is told no longer."""

    booking_id: UUID
    row_id: UUID
    name: str
    reason: str = ""
