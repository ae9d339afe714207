"""What one step did, in the author's ids and in order: the only thing the floors above learn from a running process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """One open human task. `group` is the evaluated candidateGroups, None when the lane counts."""

    activity_id: UUID
    element: str
    item: Any = None
    loop_index: int | None = None
    group: str | None = None
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that waits for `due`."""

    activity_id: UUID
    element: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A message or signal that is waited for; every key of `correlation` must match."""

    activity_id: UUID
    element: str
    kind: str
    name: str
    correlation: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work for a program outside."""

    activity_id: UUID
    element: str
    topic: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """A message thrown; who delivers it to whom is decided above."""

    element: str
    name: str
    payload: dict[str, Any] = field(default_factory=dict)
    correlation: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision made, with the rows that applied (from 1) and what they looked at."""

    element: str
    decision: str
    rows: tuple[int, ...]
    inputs: dict[str, Any]
    outputs: Any


@dataclass(frozen=True, slots=True)
class Assigned:
    """A variable written, by "answers", "script", "decision", "message", "mapping", "job" or "start".

    `before` holds the value it had, and nothing where it did not exist.
    """

    name: str
    value: Any
    source: str
    element: str
    before: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """The next instance of a process whose start timer repeats: what it starts with, and the rounds already done."""

    variables: dict[str, Any]
    rounds: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything one call of the runner changed."""

    entered: tuple[tuple[UUID, str], ...] = ()
    left: tuple[UUID, ...] = ()
    cancelled: tuple[UUID, ...] = ()
    flows: tuple[str, ...] = ()
    offered: tuple[Work, ...] = ()
    withdrawn: tuple[UUID, ...] = ()
    rescheduled: tuple[tuple[UUID, datetime | None], ...] = ()
    armed: tuple[Timer, ...] = ()
    disarmed: tuple[UUID, ...] = ()
    waiting: tuple[Subscription, ...] = ()
    unsubscribed: tuple[UUID, ...] = ()
    jobs: tuple[Job, ...] = ()
    thrown: tuple[Message, ...] = ()
    signals: tuple[tuple[str, dict[str, Any]], ...] = ()
    decided: tuple[Decided, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    ended: bool = False
    uncaught: tuple[tuple[str, str], ...] = ()
    steps: int = 0
    again: Again | None = None


class Recorder:
    """Collects one step's changes; what began and ended within it shows only in `entered`, `left`, `cancelled`."""

    def __init__(self) -> None:
        self.entered: list[tuple[UUID, str]] = []
        self.left: list[UUID] = []
        self.cancelled: list[UUID] = []
        self.flows: list[str] = []
        self.rescheduled: dict[UUID, datetime | None] = {}
        self.thrown: list[Message] = []
        self.signals: list[tuple[str, dict[str, Any]]] = []
        self.decided: list[Decided] = []
        self.assigned: list[Assigned] = []
        self.uncaught: list[tuple[str, str]] = []
        self.steps = 0
        self.again: Again | None = None
        self.offers: Opened[Work] = Opened()
        self.timers: Opened[Timer] = Opened()
        self.subscriptions: Opened[Subscription] = Opened()
        self.jobs: Opened[Job] = Opened()

    def progress(self, ended: bool) -> Progress:
        """The step as a value."""
        rescheduled = tuple((key, due) for key, due in self.rescheduled.items() if key not in self.offers.opened)
        return Progress(
            entered=tuple(self.entered),
            left=tuple(self.left),
            cancelled=tuple(self.cancelled),
            flows=tuple(self.flows),
            offered=self.offers.values(),
            withdrawn=tuple(self.offers.closed),
            rescheduled=rescheduled,
            armed=self.timers.values(),
            disarmed=tuple(self.timers.closed),
            waiting=self.subscriptions.values(),
            unsubscribed=tuple(self.subscriptions.closed),
            jobs=self.jobs.values(),
            thrown=tuple(self.thrown),
            signals=tuple(self.signals),
            decided=tuple(self.decided),
            assigned=tuple(self.assigned),
            ended=ended,
            uncaught=tuple(self.uncaught),
            steps=self.steps,
            again=self.again,
        )


class Opened(Generic[T]):
    """Things opened and closed by activity id; one opened and closed in the same step was never there for others."""

    def __init__(self) -> None:
        self.opened: dict[UUID, list[T]] = {}
        self.closed: dict[UUID, None] = {}

    def open(self, key: UUID, thing: T) -> None:
        """Another thing of this activity is open now; closed and opened again counts as replaced."""
        self.closed.pop(key, None)
        self.opened.setdefault(key, []).append(thing)

    def replace(self, key: UUID, thing: T) -> None:
        """The thing of this activity is now this one."""
        self.opened[key] = [thing]

    def close(self, key: UUID, known: bool = True) -> None:
        """Everything of this activity is closed; `known`: others may have heard of it in an earlier step."""
        if self.opened.pop(key, None) is None and known:
            self.closed[key] = None

    def values(self) -> tuple[T, ...]:
        """What is newly open, in order."""
        return tuple(thing for things in self.opened.values() for thing in things)
