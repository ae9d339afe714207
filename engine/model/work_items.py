"""A work item and its life cycle (WS-HumanTask 1.1, section 4.7), kept to the states our screens name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

READY = "ready"
RESERVED = "reserved"
COMPLETED = "completed"
WITHDRAWN = "withdrawn"

#: operation → (states it may start from, state it ends in). The door, the pages and the tests read this.
LIFECYCLE: dict[str, tuple[frozenset[str], str]] = {
    "offer": (frozenset(), READY),
    "claim": (frozenset({READY}), RESERVED),
    "release": (frozenset({RESERVED}), READY),
    "complete": (frozenset({READY, RESERVED}), COMPLETED),
    "withdraw": (frozenset({READY, RESERVED}), WITHDRAWN),
}

OPEN = frozenset({READY, RESERVED})


@dataclass(frozen=True)
class WorkItem:
    """Human work as the door sees it: where it belongs, who has it, in which state."""

    work_item_id: UUID
    case_id: UUID
    instance_id: UUID
    element: str
    digest: str
    role: str
    institution_id: UUID
    owner_id: UUID | None
    owner_name: str
    state: str
    due_at: datetime | None
    offered_at: datetime
    closed_at: datetime | None = None
    performer_id: UUID | None = None
    excluded_id: UUID | None = None


def allows(operation: str, state: str) -> bool:
    """Whether the life cycle lets an item in ``state`` take ``operation``."""
    return state in LIFECYCLE[operation][0]
