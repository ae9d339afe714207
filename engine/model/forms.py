"""A form: the questions of one human task, in sections, with the rules over their answers.

Reading the file is left to ``form_files``, the answers to ``answers``, single questions to ``fields``; whether a form
is ready for real people (languages, roles, bases) to ``form_checks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from engine.model import answers as answering
from engine.model import form_files
from engine.model.answers import Checked, Evaluate, FieldProblem
from engine.model.fields import Check, Condition, Field, Note, Option, Section
from engine.model.form_files import FormRefused
from engine.model.json_files import FileProblem

__all__ = [
    "Check", "Checked", "Condition", "Field", "FieldProblem", "FileProblem", "Form", "FormRefused", "Note", "Option",
    "Section",
]  # fmt: skip


@dataclass(frozen=True)
class Form:
    """The parsed content of one ``.form`` file."""

    id: str
    title: str
    title_en: str
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    file: str = ""

    @classmethod
    def parse(cls, data: bytes | str | Mapping[str, Any], file: str = "form") -> Form:
        """The form in these bytes (or parsed JSON). Raises `FormRefused` with every problem found."""
        return cls(**form_files.parse(data, file))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The questions of the top level in order; a list's own questions are in its ``fields``."""
        return tuple(item for section in self.sections for item in section.items if isinstance(item, Field))

    def walk(self) -> Iterator[tuple[str, Field]]:
        """Every question with its path: ``key``, or ``list.key`` inside a list."""
        for field in self.fields:
            yield field.key, field
            for inner in field.fields:
                yield f"{field.key}.{inner.key}", inner

    def field(self, path: str) -> Field | None:
        """The question at ``key`` or ``list.key``; None if this form does not ask it."""
        return dict(self.walk()).get(path)

    def read(self, post: Mapping[str, list[str]]) -> dict[str, Any]:
        """Raw answers from posted names → texts, as typed. Names (one convention for page, test and blank print):
        ``key``; ``key-day``, ``-month``, ``-year``, ``-time``; ``key-nonanswer``; ``key-confirmed``; in a list
        ``list-0-key``; ``_add=list`` and ``_remove=list-0`` change its rows."""
        return answering.read_post(self.fields, post)

    def check(
        self,
        answers: Mapping[str, Any],
        *,
        today: date,
        context: Mapping[str, Any] | None = None,
        evaluate: Evaluate | None = None,
        confirmed: bool = False,
    ) -> Checked:
        """Values to keep and problems, in the form's order; see `answers.check_answers`."""
        return answering.check_answers(
            self.fields, self.checks, answers, today=today, context=context, evaluate=evaluate, confirmed=confirmed
        )

    def visible(self, answers: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> tuple[Field, ...]:
        """The questions of the top level that are asked, given the raw answers so far."""
        return tuple(field for field in self.fields if field.shows(answers, context or {}))

    def asked(self, context: Mapping[str, Any] | None = None) -> tuple[Field, ...]:
        """The questions that stand on the page before anything is answered."""
        return self.visible({}, context)

    def minutes_for(self, context: Mapping[str, Any] | None = None) -> int:
        """A careful guess of the minutes needed in this context, rounded up."""
        return -(-sum(field.seconds for field in self.asked(context)) // 60)

    @property
    def minutes(self) -> int:
        """The minutes needed by whoever is asked the most."""
        items = {
            value
            for field in self.fields
            for condition in field.show_if
            if condition.of_context and condition.name == "item"
            for value in condition.values
        }
        return max([self.minutes_for({"item": item}) for item in items] or [self.minutes_for()])
