"""Rows of worklists, the task page and handovers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.model.forms import Form
from engine.queries.rows.common import NO_WORDS, Attribute, FileRow, PaperLink, Person, Words
from engine.queries.rows.pauses import Pause


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
    paused_at: datetime | None = None


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
    files: tuple[FileRow, ...] = ()
    pause: Pause | None = None
    papers: tuple[PaperLink, ...] = ()
