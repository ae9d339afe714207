"""What happens to the human work of a case and the files handed in with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.model.events.base import Event


@dataclass(frozen=True, kw_only=True)
class WorkItemOffered(Event):
    """Human work was offered to a team of an institution."""

    work_item_id: UUID
    instance_id: UUID
    element: str
    role: str
    institution_id: UUID
    waiting_id: UUID
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 0
    wanted_role: str = ""
    excluded_id: UUID | None = None
    item: str = ""
    previous_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class WorkItemClaimed(Event):
    """Someone took the work."""

    work_item_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkItemReleased(Event):
    """The work went back to the team."""

    work_item_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkItemMoved(Event):
    """The work went to another team, because who had it takes part no longer."""

    work_item_id: UUID
    element: str
    institution_id: UUID
    role: str
    wanted_role: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkItemCompleted(Event):
    """The work was done; the answers are kept whole, once, encrypted, and known here by their digest."""

    work_item_id: UUID
    element: str
    form: str = ""
    answer_id: UUID | None = None
    commitment: str = ""
    basis: str = ""
    days_overdue: int = 0


@dataclass(frozen=True, kw_only=True)
class WorkItemWithdrawn(Event):
    """The process no longer needs the work."""

    work_item_id: UUID
    element: str


@dataclass(frozen=True, kw_only=True)
class WorkItemRescheduled(Event):
    """The due time followed the data it reads."""

    work_item_id: UUID
    before: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class FileAttached(Event):
    """A file was handed in; its content is sealed, a commitment to it stands here."""

    attachment_id: UUID
    field: str
    form: str
    kind: str
    size: int
    commitment: str
    work_item_id: UUID | None = None
