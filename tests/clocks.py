"""A clock that stands still until a test moves it, and counts its identifiers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

#: Tuesday 4 May 2027, 08:00 in Warsaw; the day before was a holiday
START = datetime(2027, 5, 4, 6, 0, tzinfo=UTC)


class FrozenClock:
    """Time and identifiers for tests: nothing moves by itself."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.count = 0

    def now(self) -> datetime:
        """The moment the test has set."""
        return self.at

    def new_id(self) -> UUID:
        """A version-7 identifier from the set moment and a running number."""
        self.count += 1
        stamp = int(self.at.timestamp() * 1000) & (2**48 - 1)
        return UUID(int=stamp << 80 | 0x7000 << 64 | 2 << 62 | self.count)

    def move(self, **delta: float) -> None:
        """Let time pass: ``clock.move(days=3)``."""
        self.at += timedelta(**delta)

    def move_to(self, at: datetime) -> None:
        """Let time pass until a moment."""
        self.at = at
