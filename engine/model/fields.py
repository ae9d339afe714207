"""One question of a form: its kind, its words, its limits, and who may see the answer.

What a whole form does with answers is left to ``forms`` and ``answers``; reading the file to ``form_files``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What a person may say instead of an answer, as the form file names it → the value that is kept.
NONANSWERS = {"unknown": "__unknown__", "refused": "__refused__", "not_asked": "__not_asked__"}

#: Kinds of questions → seconds that a clerk needs for one, for the estimate of a form's length.
KINDS = {
    "text": 20, "textarea": 60, "number": 12, "money": 15, "date": 15, "datetime": 25, "pesel": 25, "radio": 10,
    "select": 12, "checklist": 20, "checkbox": 6, "declaration": 10, "file": 40, "list": 30,
}  # fmt: skip
CHOICES = frozenset({"radio", "select", "checklist"})


@dataclass(frozen=True)
class Option:
    """One answer to choose, in both languages."""

    value: str
    label: str
    label_en: str = ""


@dataclass(frozen=True)
class Condition:
    """Show a question only if another answer (or a fact handed in as context) is one of these; "" means no answer."""

    name: str
    values: tuple[str, ...]
    of_context: bool = False

    def holds(self, answers: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
        """Whether the named answer, or one of several ticked ones, is among the values."""
        found = (context if self.of_context else answers).get(self.name)
        given = found if isinstance(found, list) else [found]
        return any(_as_text(one) in self.values for one in given or [None])


def _as_text(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)


@dataclass(frozen=True)
class Limits:
    """What an answer may be at most; None is no limit. Dates are ISO text or ``today``."""

    length: int = 500
    least: float | None = None
    most: float | None = None
    digits: int = 0
    not_before: str | None = None
    not_after: str | None = None
    rows_least: int = 0
    rows_most: int = 50


@dataclass(frozen=True)
class Field:
    """A question. ``sees`` empty means: every role whose clearance covers the sensitivity class."""

    key: str
    kind: str
    label: str
    label_en: str = ""
    hint: str = ""
    hint_en: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    sees: tuple[str, ...] = ()
    sensitivity: str = "basic"
    basis: str = ""
    retention: str = ""
    prefill: str = ""
    fact: str = "fact"
    nonanswers: tuple[str, ...] = ()
    show_if: tuple[Condition, ...] = ()
    limits: Limits = Limits()
    fields: tuple[Field, ...] = ()
    accept: str = ""
    suffix: str = ""
    #: the register whose live rows are the answers to choose from, and what a row must answer to be one of them
    options_from: str = ""
    options_where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: choosing books a place: the questions that say from which day on and whether the row's owner may be told who
    books: tuple[str, str] | None = None
    #: which record an answer belongs to: "information" given, "basis" of the law, or "consent" to share data; its scope
    #: follows a colon, or is each ticked answer
    record: str = ""

    def label_in(self, language: str) -> str:
        """The question in ``pl`` or ``en``; Polish where no English is given."""
        return self.label_en if language == "en" and self.label_en else self.label

    def hint_in(self, language: str) -> str:
        """The hint below the question."""
        return self.hint_en if language == "en" and self.hint_en else self.hint

    def option_label(self, value: str, language: str) -> str:
        """The words of a chosen value; the value itself if this version of the form does not know it."""
        for option in self.options:
            if option.value == value:
                return option.label_en if language == "en" and option.label_en else option.label
        return value

    def shows(self, answers: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
        """Whether the question is asked, given what was answered so far and where it is asked."""
        return all(condition.holds(answers, context) for condition in self.show_if)

    @property
    def seconds(self) -> int:
        """A careful guess of how long one answer takes; for a list, with two rows filled in."""
        return KINDS[self.kind] + 2 * sum(field.seconds for field in self.fields)


@dataclass(frozen=True)
class Note:
    """Words between questions, asking nothing."""

    text: str
    text_en: str = ""
    show_if: tuple[Condition, ...] = ()

    def text_in(self, language: str) -> str:
        """The words in ``pl`` or ``en``."""
        return self.text_en if language == "en" and self.text_en else self.text


@dataclass(frozen=True)
class Section:
    """Questions under one heading, in the order of the file; the first may have no heading."""

    title: str
    title_en: str
    items: tuple[Field | Note, ...]
    show_if: tuple[Condition, ...] = ()

    def title_in(self, language: str) -> str:
        """The heading in ``pl`` or ``en``."""
        return self.title_en if language == "en" and self.title_en else self.title


@dataclass(frozen=True)
class Check:
    """A rule over several answers, in the closed expression language; ``fields`` are where its message stands."""

    expression: str
    message: str
    message_en: str
    fields: tuple[str, ...]
