"""Clocks that can be moved, for waiting times that nobody waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from engine.assembly import SystemClock


class MovedClock(SystemClock):
    """The machine's clock, so much later or earlier."""

    def __init__(self) -> None:
        super().__init__()
        self.later = timedelta()

    def now(self) -> datetime:
        """The moved moment in UTC."""
        return super().now() + self.later


class WalkingClock:
    """A clock that is set, for telling a past; its identifiers are counted, so that the same story has the same."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)
        self._count = 0

    def now(self) -> datetime:
        """The moment the story has reached."""
        return self.at

    def new_id(self) -> UUID:
        """A version-7 identifier of that moment with a running number."""
        self._count += 1
        stamp = int(self.at.timestamp() * 1000) & (2**48 - 1)
        return UUID(int=stamp << 80 | 0x7000 << 64 | 2 << 62 | self._count)

    def walk(self, until: datetime) -> None:
        """Go on to a moment; never back."""
        self.at = max(self.at, until.astimezone(UTC))
