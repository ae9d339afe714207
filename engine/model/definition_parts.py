"""The parts of a definition: roles, attributes, stages, papers, messages, ways to begin, kinds of pauses.

Reading them from the file and how they hang together is left to ``definitions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A name in both languages."""

    pl: str
    en: str = ""

    def said_in(self, language: str) -> str:
        """The words in ``pl`` or ``en``; Polish where no English is given."""
        return self.en if language == "en" and self.en else self.pl


@dataclass(frozen=True)
class Role:
    """A part that an institution plays in a case, and what it may see: class → full, flag or none."""

    id: str
    name: Words
    clearance: Mapping[str, str]
    coordinates: bool = False
    #: the data consent under which this role takes part at all; "" for one with a basis of its own
    consent: str = ""


@dataclass(frozen=True)
class Attribute:
    """A fact about a case that lists, filters and searches read; ``source`` is the variable or answer it comes from."""

    id: str
    name: Words
    type: str
    source: str
    column: bool = False
    searchable: bool = False
    sensitive: bool = False
    key_date: bool = False
    choices: Mapping[str, Words] | None = None


@dataclass(frozen=True)
class Stage:
    """Where a case stands, opened when the process enters one of these elements."""

    id: str
    name: Words
    opened_by: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """How long answers of this class are kept after the case is closed; an installation may set other years."""

    id: str
    name: Words
    years: int
    basis: str


@dataclass(frozen=True)
class Paper:
    """A paper that is printed from a case: who may, at which steps it is offered, where its words and layout stand.

    ``pages`` is the most it may have (0: any number); ``unreviewed`` languages are marked so on the paper itself.
    """

    id: str
    name: Words
    languages: tuple[str, ...]
    roles: tuple[str, ...]
    text: str
    layout: str = ""
    offered_at: tuple[str, ...] = ()
    unreviewed: tuple[str, ...] = ()
    pages: int = 0


@dataclass(frozen=True)
class Message:
    """A message that people may send into a running case from its page, in these roles, perhaps with a form."""

    message: str
    name: Words
    explains: Words
    roles: tuple[str, ...]
    form: str = ""
    confirm: bool = False


@dataclass(frozen=True)
class Start:
    """A further way to begin a case, beside the definition's own start: another form, another start event."""

    id: str
    name: Words
    form: str
    roles: tuple[str, ...]
    message: str = ""
    start_element: str = ""


@dataclass(frozen=True)
class Pause:
    """A kind of pause of a whole case, on its legal basis, and which roles beside the coordinator may set it."""

    id: str
    name: Words
    roles: tuple[str, ...] = ()
    basis: str = ""
