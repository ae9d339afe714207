"""What several pages show alike: texts in two languages, a person, an attribute, a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


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
    """How a person is shown: family name in capitals first, given names, year of birth; masked for who may not know.

    A case about an institution has its title here instead.
    """

    family_name: str
    given_names: str
    birth_year: int | None = None
    identifier: str = ""
    language: str = ""
    masked: bool = False
    #: what a case is called that is about no person
    title: str = ""


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
class PaperLink:
    """A paper that a step offers."""

    paper: str
    name: Words
    languages: tuple[str, ...]


@dataclass(frozen=True)
class FileRow:
    """A file that is attached: its name, kind, media type and size in bytes."""

    attachment_id: UUID
    field: str
    name: str
    kind: str
    media_type: str
    size: int
    attached_at: datetime
