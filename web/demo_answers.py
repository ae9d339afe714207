"""Plausible answers to any form, so that a demonstration is filled in by real commands and checked like everybody.

What the demonstration says for a step comes first, then what the page would have filled in, then something plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from engine.model.fields import Field
from engine.model.forms import Form
from web.demo_files import moment

_YES = "yes"


def chosen(answers: Mapping[str, Any], element: str, item: str, time: int) -> dict[str, Any]:
    """What is said for one step: for the element, then for its item, then for the n-th time; the later wins."""
    found: dict[str, Any] = {}
    for key in (element, f"{element}@{item}", f"{element}#{time}", f"{element}@{item}#{time}"):
        found |= answers.get(key, {})
    return found


def fill(form: Form | None, said: Mapping[str, Any], prefilled: Mapping[str, Any], context: Mapping[str, Any],
         today: date, texts: Mapping[str, str]) -> dict[str, Any]:
    """Raw answers to a form. Only required questions are answered by themselves; an answer that is no longer asked,
    because another one hides it, is left out."""
    if form is None:
        return dict(said)
    return _filled(form.fields, said, prefilled, context, {}, _Plain(today, texts))


def _filled(asked: Iterable[Field], said: Mapping[str, Any], prefilled: Mapping[str, Any],
            context: Mapping[str, Any], outer: Mapping[str, Any], plain: _Plain) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for one in asked:
        if not one.shows({**outer, **answers}, context):
            continue
        value = said.get(one.key, prefilled.get(one.key))
        if value is None and one.required:
            value = plain.of(one, lambda rows, known=dict(answers): _filled(  # type: ignore[misc]  # bound early
                rows, {}, {}, context, {**outer, **known}, plain))
        if value is not None:
            answers[one.key] = value
    return answers


class _Plain:
    """The plainest answer to a question of each kind."""

    def __init__(self, today: date, texts: Mapping[str, str]) -> None:
        self.today, self.texts = today, texts

    def of(self, one: Field, row: Callable[[tuple[Field, ...]], dict[str, Any]]) -> Any:
        """An answer that the form accepts; ``row`` fills in one row of a list."""
        if one.kind == "list":
            return [row(one.fields) for _ in range(max(1, one.limits.rows_least))]
        return _BY_KIND[one.kind](self, one)

    def text(self, one: Field) -> str:
        """A short sentence of the demonstration."""
        return self.texts[one.kind][: one.limits.length]

    def first(self, one: Field) -> str:
        """The first of the offered answers."""
        return one.options[0].value

    def number(self, one: Field) -> str:
        """The smallest number allowed."""
        return str(int(one.limits.least or 1))

    def day(self, _one: Field) -> str:
        """Today."""
        return self.today.isoformat()


_BY_KIND: dict[str, Callable[[_Plain, Field], Any]] = {
    "text": _Plain.text, "textarea": _Plain.text, "number": _Plain.number, "money": lambda _plain, _one: "100,00",
    "date": _Plain.day, "datetime": lambda plain, _one: moment(plain.today).isoformat(),
    "pesel": lambda _plain, _one: None, "radio": _Plain.first, "select": _Plain.first,
    "checklist": lambda plain, one: [plain.first(one)], "checkbox": lambda _plain, _one: _YES,
    "declaration": lambda _plain, _one: _YES, "file": lambda _plain, _one: None,
}
