"""Rows of the pauses of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.queries.rows.common import NO_WORDS, Words


@dataclass(frozen=True)
class Pause:
    """A pause of a case: of what kind, why, set by whom, from when, expected and real end."""

    kind: str
    name: Words
    basis: str
    reason: str
    by: str
    institution: str
    from_at: datetime
    until: datetime | None = None
    ended_at: datetime | None = None
    element: Words = NO_WORDS
