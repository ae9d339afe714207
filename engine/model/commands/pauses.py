"""Requests to pause a case and to let it go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.model.commands.base import CaseCommand


@dataclass(frozen=True, kw_only=True)
class SuspendCase(CaseCommand):
    """Let the clocks of a case stand still, for a kind of reason the definition knows ("other" is always one).

    ``until`` is when it is expected to go on; only a person lets it.
    """

    reason: str
    kind: str = "other"
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ResumeCase(CaseCommand):
    """Let a paused case go on; due times and timers move by the working time of the pause."""

    reason: str = ""
