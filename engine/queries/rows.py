"""What queries give: small frozen rows with exactly the fields a page shows. A template cannot reach back from them.

Texts of a definition come as ``Words`` in both languages; names of people come only where visibility allows, else
as the mask the reader is to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from engine.model.forms import Form


class Words(NamedTuple):
    """One text of a definition, in Polish and English."""

    pl: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in a language; the other one if it is missing."""
        return (self.en or self.pl) if language == "en" else (self.pl or self.en)


NO_WORDS = Words("", "")


@dataclass(frozen=True)
class Person:
    """How a person is shown: family name in capitals first, given names, year of birth; masked for who may not know."""

    family_name: str
    given_names: str
    birth_year: int | None = None
    identifier: str = ""
    language: str = ""
    masked: bool = False


@dataclass(frozen=True)
class Attribute:
    """A case attribute as its definition declares it; ``value`` is JSON (ISO text for dates)."""

    name: str
    label: Words
    kind: str
    value: Any
    column: bool = False
    options: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class Holder:
    """Who has the ball: institution, team, maybe a named person, a telephone, until when."""

    institution: str
    team: Words
    person: str = ""
    phone: str = ""
    due_at: datetime | None = None
    step: Words = NO_WORDS
    work_item_id: UUID | None = None
    vacant: Words | None = None


@dataclass(frozen=True)
class WorkRow:
    """One line of a worklist."""

    work_item_id: UUID
    case_id: UUID
    number: str
    definition: str
    person: Person
    title: Words
    team: Words
    institution: str
    state: str
    owner: str
    owner_is_me: bool
    due_at: datetime | None
    days_overdue: int
    offered_at: datetime
    closed_at: datetime | None
    key_date: datetime | None
    attributes: tuple[Attribute, ...] = ()
    item: str = ""


@dataclass(frozen=True)
class WorkPage:
    """A page of a worklist; counts stop at 1000 (shown as 999+)."""

    tab: str
    rows: tuple[WorkRow, ...]
    counts: Mapping[str, int]
    next: str = ""
    columns: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """What another step already answered to the same question: the value, who gave it, when."""

    value: Any
    institution: str
    step: Words
    given_at: datetime
    work_item_id: UUID | None = None


@dataclass(frozen=True)
class AnswerSet:
    """The answers of one finished step, as far as the reader may see them."""

    answer_id: UUID
    element: str
    step: Words
    institution: str
    author: str
    given_at: datetime
    form: Form
    values: Mapping[str, Any]
    hidden: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handing:
    """A handover: from whom to whom, in which state, decided when and by whom."""

    handover_id: UUID
    case_id: UUID
    number: str
    person: Person
    from_institution: str
    to_institution: str
    state: str
    offered_at: datetime
    offered_by: str
    decided_at: datetime | None
    decided_by: str
    responsible: str
    reason: str = ""
    release: int = 0
    digest: str = ""
    head: str = ""
    open_items: tuple[WorkRow, ...] = ()


@dataclass(frozen=True)
class Task:
    """Everything the task page shows."""

    row: WorkRow
    element: str
    instruction: Words
    basis: str
    screen: str
    form: Form | None
    context: Mapping[str, Any]
    values: Mapping[str, Any]
    draft_saved_at: datetime | None
    earlier: Mapping[str, tuple[Earlier, ...]]
    readers: Mapping[str, tuple[Words, ...]]
    non_readers: Mapping[str, tuple[Words, ...]]
    previous: AnswerSet | None
    answers: tuple[AnswerSet, ...]
    allowed: frozenset[str]
    release: int
    counted_days: tuple[date, ...] = ()
    handover: Handing | None = None
    excluded: str = ""
    given: AnswerSet | None = None
    vacant: Words | None = None
    people: tuple[Holder, ...] = ()


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


@dataclass(frozen=True)
class CasePages:
    """A page of the list of cases."""

    rows: tuple[CaseRow, ...]
    next: str = ""
    columns: tuple[Attribute, ...] = ()
    total: int = 0


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
    history_of: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)


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
class Letter:
    """A mail as it left, or would have left: numbers and links, no personal data."""

    mail_id: UUID
    to: str
    email: str
    kind: str
    number: str
    work_item_id: UUID | None
    written_at: datetime
    sent_at: datetime | None


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


@dataclass(frozen=True)
class Place:
    """An institution an account may act for, with the roles it holds there."""

    institution_id: UUID
    institution: str
    roles: tuple[str, ...]
