"""What happens to the clocks of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.model.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CaseSuspended(Event):
    """The clocks of the case stand still from now on."""

    kind: str
    reason: str = ""
    until: datetime | None = None
    element: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseResumed(Event):
    """The case goes on; its clocks stood still since ``paused_at``."""

    paused_at: datetime
    reason: str = ""
    element: str = ""
