"""Counting and recording what the program sends to its database: statements, commits, and the writes for replay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

#: one statement as the driver got it: its text, its parameters, whether there were many sets of them
Write = tuple[str, Any, bool]
_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass
class Tally:
    """What was sent while it was listening."""

    statements: int = 0
    commits: int = 0
    writes: list[Write] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def note(self, statement: str, parameters: Any, many: bool) -> None:
        """One statement; BEGIN is the driver's affair and not counted."""
        word = statement.split(None, 1)[0].upper()
        if word in ("BEGIN", "PRAGMA"):
            return
        self.statements += 1
        self.texts.append(statement)
        if word in _WRITES:
            self.writes.append((statement, parameters, many))

    def forget(self) -> None:
        """Begin to count anew."""
        self.statements = self.commits = 0
        self.writes.clear()
        self.texts.clear()


@contextmanager
def listening(engine: Engine) -> Iterator[Tally]:
    """The tally of everything sent meanwhile."""
    tally = Tally()

    def sent(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        tally.note(statement, parameters, many)

    def committed(_: Any) -> None:
        tally.commits += 1

    event.listen(engine, "before_cursor_execute", sent)
    event.listen(engine, "commit", committed)
    try:
        yield tally
    finally:
        event.remove(engine, "before_cursor_execute", sent)
        event.remove(engine, "commit", committed)
