"""Rows of case lists, the case page, its diagram and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.model.forms import Form
from engine.queries.rows.common import Attribute, FileRow, Person, Words
from engine.queries.rows.pauses import Pause
from engine.queries.rows.work import AnswerSet, Handing, Holder, WorkRow


@dataclass(frozen=True)
class Line:
    """One line of a history: an event with who, for whom, when, on which version; words make a sentence of it."""

    sequence: int
    stream: str
    at: datetime
    type: str
    actor: str
    kind: str
    roles: tuple[Words, ...]
    institution: str
    covering_for: str
    command: str
    release: int
    data: Mapping[str, Any]
    names: Mapping[str, Words] = field(default_factory=dict)
    hash: str = ""
    request_id: str = ""
    case_id: UUID | None = None
    number: str = ""


@dataclass(frozen=True)
class Step:
    """One element of the diagram with what happened there: the list twin of the picture."""

    element: str
    name: Words
    kind: str
    state: str
    role: Words
    entered: int
    at: datetime | None = None
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True)
class Participant:
    """An institution that takes part in the case."""

    institution_id: UUID
    institution: str
    role: Words
    phone: str
    email: str
    since: datetime
    responsible: bool = False
    role_id: str = ""


@dataclass(frozen=True)
class CaseRow:
    """One line of the list of cases."""

    case_id: UUID
    number: str
    definition: Words
    person: Person
    stage: Words
    state: str
    key_date: datetime | None
    responsible: str
    attributes: tuple[Attribute, ...] = ()
    paused_at: datetime | None = None


@dataclass(frozen=True)
class CasePages:
    """A page of the list of cases."""

    rows: tuple[CaseRow, ...]
    next: str = ""
    columns: tuple[Attribute, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class Incident:
    """Where the engine is stuck and why, as code and parameters."""

    incident_id: UUID
    case_id: UUID
    number: str
    element: str
    step: Words
    reason: str
    params: Mapping[str, str]
    raised_at: datetime


@dataclass(frozen=True)
class Verified:
    """What recomputing a chain found; ``broken`` is the number of the first entry that does not agree, 0 if all do."""

    entries: int
    broken: int
    reason: str
    at: datetime
    head: str = ""

    @property
    def agrees(self) -> bool:
        """Whether nothing was changed, cut off or added."""
        return not self.reason


@dataclass(frozen=True)
class Sendable:
    """A message the case now waits for and the reader may send: what its button says and what happens then."""

    message: str
    name: Words
    explains: Words
    has_form: bool = False
    confirm: bool = False


@dataclass(frozen=True)
class CaseFile:
    """Everything the case page shows."""

    row: CaseRow
    opened_at: datetime
    closed_at: datetime | None
    release: int
    coordinator: str
    stages: tuple[tuple[Words, str], ...]
    balls: tuple[Holder, ...]
    upcoming: tuple[tuple[datetime, Words], ...]
    steps: tuple[Step, ...]
    timeline: tuple[Line, ...]
    participants: tuple[Participant, ...]
    answers: tuple[AnswerSet, ...]
    work: tuple[WorkRow, ...]
    handovers: tuple[Handing, ...]
    viewers: tuple[Line, ...]
    incidents: tuple[Incident, ...]
    allowed: frozenset[str]
    episodes: tuple[CaseRow, ...] = ()
    files: tuple[FileRow, ...] = ()
    history_of: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    messages: tuple[Sendable, ...] = ()
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Picture:
    """The diagram of a case: the author's XML and what to mark."""

    xml: bytes
    marks: Mapping[str, str]
    file: str = ""


@dataclass(frozen=True)
class History:
    """The auditor's page of one case: every entry, who viewed, and whether the chain agrees."""

    row: CaseRow
    release: int
    lines: tuple[Line, ...]
    views: tuple[Line, ...]
    verified: Verified | None = None


@dataclass(frozen=True)
class StartForm:
    """What the page needs to open a case of a process."""

    definition: str
    title: Words
    release: int
    form: Form
    receivers: tuple[tuple[UUID, str], ...]
    readers: Mapping[str, tuple[Words, ...]]
    non_readers: Mapping[str, tuple[Words, ...]]
    start: str = ""


@dataclass(frozen=True)
class Startable:
    """A process the actor may start."""

    definition: str
    title: Words
    release: int
    published_at: datetime
    published_by: str
    running: int = 0
    may_start: bool = False
    digest: str = ""
    note: str = ""
    ways: tuple[tuple[str, Words], ...] = ()
