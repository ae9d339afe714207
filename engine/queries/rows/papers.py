"""Rows of the papers of a case: what a paper is made of, as far as its reader may see it, before it is put in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.model.fields import Field
from engine.model.forms import Form
from engine.model.papers import PaperText
from engine.queries.rows.cases import CaseRow, Line, Participant
from engine.queries.rows.common import NO_WORDS, Attribute, Words
from engine.queries.rows.work import AnswerSet

#: A value is there, or nobody gave it yet, or it is there but not for this reader.
THERE, MISSING, HIDDEN = "there", "missing", "hidden"


@dataclass(frozen=True)
class Kept:
    """A value as it is kept: where it was found, which question or attribute it answers, in which step it is asked."""

    state: str
    value: Any = None
    source: str = ""
    label: Words = NO_WORDS
    step: Words = NO_WORDS
    field: Field | None = None
    attribute: Attribute | None = None


@dataclass(frozen=True)
class KeptRows:
    """A list of answers with its inner questions; rows hold only what the reader may see."""

    asked: Field
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Sheet:
    """Everything one paper is made of. ``text`` is None for a form, whose questions are the paper."""

    case_id: UUID
    number: str
    paper: str
    name: Words
    languages: tuple[str, ...]
    release: int
    unreviewed: tuple[str, ...] = ()
    pages: int = 0
    text: PaperText | None = None
    layout: bytes = b""
    values: Mapping[str, Kept] = field(default_factory=dict)
    rows: Mapping[str, KeptRows] = field(default_factory=dict)
    answers: Mapping[str, tuple[AnswerSet, ...]] = field(default_factory=dict)
    participants: tuple[Participant, ...] = ()
    form: Form | None = None
    given: AnswerSet | None = None
    contexts: tuple[Mapping[str, Any], ...] = ()
    filled: bool = False


@dataclass(frozen=True)
class FormRow:
    """A form of the definition that can be printed: empty, or as it was last filled in."""

    key: str
    title: Words
    step: Words
    answered: bool


@dataclass(frozen=True)
class Shelf:
    """The papers of a case that the reader may print, its forms, and what was printed before."""

    row: CaseRow
    papers: tuple[Sheet, ...]
    forms: tuple[FormRow, ...]
    printed: tuple[Line, ...]
