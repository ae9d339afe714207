"""The clock that every floor asks for time and identifiers, so that a frozen one replays a case byte for byte."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Time and identifiers, handed in by the assembly."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def new_id(self) -> UUID:
        """A new identifier, time-ordered (RFC 9562 version 7), never given twice."""
