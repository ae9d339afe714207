"""A clock that can be moved, for waiting times that nobody waits for."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.assembly import SystemClock


class MovedClock(SystemClock):
    """The machine's clock, so much later or earlier."""

    def __init__(self) -> None:
        super().__init__()
        self.later = timedelta()

    def now(self) -> datetime:
        """The moved moment in UTC."""
        return super().now() + self.later
