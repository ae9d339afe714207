"""One evaluation: the variables it sees, the surroundings it may ask, and the budget that bounds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from engine.bpmn.expressions.refusals import EvaluationStopped
from engine.model.clock import Clock
from engine.model.deadlines import WARSAW, Calendar

MAX_SOURCE = 10_240
MAX_DEPTH = 48
MAX_PARTS = 5_000
MAX_STEPS = 400_000
MAX_TEXT = 200_000
MAX_LIST = 50_000
MAX_CALLS = 60
MAX_NOTES = 1_000


@dataclass(frozen=True)
class Environment:
    """What an expression may ask beside its variables; each is asked only when a function needs it."""

    clock: Clock | None = None
    calendar: Calendar = field(default_factory=Calendar)
    deadlines: Callable[[str], datetime | date | None] | None = None
    zone: tzinfo = WARSAW
    escalations: Callable[[str], datetime | date | None] | None = None


NOWHERE = Environment()
Frame = Any
"""What one construct binds and the frame outside it, (names, frame), or None."""


class Run:
    """The state of one evaluation. Handed through every compiled function; never shared between threads."""

    __slots__ = ("calls", "environment", "notes", "problems", "scope", "steps", "warnings")

    def __init__(self, scope: Mapping[str, Any], environment: Environment = NOWHERE) -> None:
        self.scope = scope
        self.environment = environment
        self.steps = MAX_STEPS
        self.calls = 0
        self.warnings = 0
        self.problems: dict[str, int] | None = None
        self.notes: list[tuple[str, tuple[int, ...]]] | None = None

    def within(self, scope: Mapping[str, Any], part: Callable[[Run, Any], Any], frame: Any = None) -> Any:
        """What a part gives with other variables, on the same budget."""
        outside, self.scope = self.scope, scope
        try:
            return part(self, frame)
        finally:
            self.scope = outside

    def spend(self, steps: int) -> None:
        """Pay for work that depends on the data; stop when the budget is used up."""
        self.steps -= steps
        if self.steps < 0:
            raise EvaluationStopped("steps")

    def warn(self, problem: str) -> None:
        """Count an error that the standard turns into null, so that a trial can show it."""
        self.warnings += 1
        if self.problems is None:
            self.problems = {}
        self.problems[problem] = self.problems.get(problem, 0) + 1

    def note(self, owner: str, rows: tuple[int, ...]) -> None:
        """Keep which rows of a table applied, in the order in which tables were decided."""
        self.spend(1)
        self.notes = self.notes or []
        if len(self.notes) < MAX_NOTES:
            self.notes.append((owner, rows))

    def text(self, value: str) -> str:
        """A text that was made, unless it is too long."""
        if len(value) > MAX_TEXT:
            raise EvaluationStopped("size")
        self.steps -= len(value) // 64
        return value

    def items(self, value: list[Any]) -> list[Any]:
        """A list that was made, unless it is too long."""
        if len(value) > MAX_LIST:
            raise EvaluationStopped("size")
        self.spend(1 + len(value) // 4)
        return value


Part = Callable[[Run, Frame], Any]
"""A compiled part of an expression."""
