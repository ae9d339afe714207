"""A form as a paper: numbered questions with room for a pen, empty or with the answers that the reader may see.

The numbers follow the order of the screen, so that what was written in a room without a computer is typed in one pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.fields import CHOICES, NONANSWERS, Condition, Field, Note
from engine.queries.rows.papers import Sheet
from web import paper_words, words
from web.languages import N_, _, speaking

#: Lines to write on, by kind of question.
_LINES = {"text": 1, "textarea": 5, "file": 1, "list": 0}
#: Boxes for single signs, by kind of question: numbers of boxes, and what stands between them.
_BOXES: dict[str, list[Any]] = {
    "date": [2, ".", 2, ".", 4], "datetime": [2, ".", 2, ".", 4, N_("at"), 2, ":", 2], "number": [6],
    "money": [6, ",", 2], "pesel": [11],
}
#: Rows of a list that an empty form offers.
_EMPTY_ROWS = 4
_DESK = (N_("Institution"), N_("Role"), N_("Telephone"), N_("E-mail"))


def desk_words(language: str) -> list[str]:
    """What stands above the columns of a list of contact desks."""
    with speaking(language):
        return [_(one) for one in _DESK]


def list_table(field: Field, rows: Any, language: str) -> dict[str, Any]:
    """The rows of a list of answers as a table."""
    given = [row for row in rows if isinstance(row, Mapping)]
    shown = [one for one in field.fields if any(row.get(one.key) for row in given)]
    return {"kind": "table", "widths": None, "head": [one.label_in(language) for one in shown], "rows": [
        [paper_words.cell(one, row.get(one.key), language) for one in shown] for row in given]}


def blocks(sheet: Sheet, language: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The questions as blocks, and the places of the answers in them."""
    with speaking(language):
        asking = _Asking(sheet, language)
        return list(asking.all()), tuple(asking.fields)


class _Asking:
    def __init__(self, sheet: Sheet, language: str) -> None:
        assert sheet.form is not None  # noqa: S101 — asked for forms only
        self.form, self.language = sheet.form, language
        self.key = sheet.paper.partition(".")[2]
        self.values: Mapping[str, Any] = sheet.given.values if sheet.given else {}
        self.contexts, self.filled = sheet.contexts, sheet.filled
        self.fields: dict[str, None] = {}
        self.number = 0

    def all(self) -> Iterator[dict[str, Any]]:
        for section in self.form.sections:
            items = [one for one in section.items if self.asked(section.show_if) and self.asked(one.show_if)]
            if section.title and items:
                yield {"kind": "heading", "level": 2, "runs": [_plain(section.title_in(self.language))]}
            for one in items:
                if isinstance(one, Note):
                    yield {"kind": "note", "level": 2, "runs": [_plain(one.text_in(self.language))]}
                else:
                    yield from self.question(one)

    def asked(self, conditions: tuple[Condition, ...]) -> bool:
        """Whether somebody who holds the reader's roles here is asked this."""
        rules = [one for one in conditions if one.of_context]
        return not rules or any(all(one.holds({}, context) for one in rules) for context in self.contexts or ({},))

    def question(self, field: Field) -> Iterator[dict[str, Any]]:
        self.number += 1
        value = self.values.get(field.key)
        if value not in (None, "", []):
            self.fields[f"answer.{self.key}.{field.key}"] = None
        number = str(self.number)
        yield self.block(field, number, value)
        if field.kind == "list":
            yield from self.rows(field, value)

    def block(self, field: Field, number: str, value: Any) -> dict[str, Any]:
        options = [{"label": one.label_en if self.language == "en" and one.label_en else one.label,
                    "ticked": one.value in (value if isinstance(value, list) else [value])} for one in field.options]
        if field.kind in ("checkbox", "declaration"):
            options = [{"label": _("Yes"), "ticked": value is True}]
        nonanswer = value if isinstance(value, str) and value in NONANSWERS.values() else ""
        written = "" if options or nonanswer or field.kind in ("list", "file") or value in (None, "") else (
            paper_words.answer(field, value, self.language))
        return {
            "kind": "question", "number": number, "label": field.label_in(self.language),
            "hint": field.hint_in(self.language), "only": self.only(field), "options": options, "written": written,
            "lines": 0 if options else _LINES.get(field.kind, 0),
            "boxes": [_(one) if isinstance(one, str) else one for one in _BOXES.get(field.kind, [])],
            "instead": [{"label": _(words.NONANSWERS[NONANSWERS[one]]), "ticked": NONANSWERS[one] == nonanswer}
                        for one in field.nonanswers],
        }

    def only(self, field: Field) -> str:
        """When the question is meant, in words."""
        said = [self.condition(one) for one in field.show_if if not one.of_context]
        return _("Only if: {condition}", condition="; ".join(said)) if said else ""

    def condition(self, one: Condition) -> str:
        asked = self.form.field(one.name)
        if asked is None:
            return one.name
        meant = [words.answer(asked, value == "yes" if asked.kind not in CHOICES else value) for value in one.values]
        alternatives = f" {_('or')} ".join(meant)
        return f"{asked.label_in(self.language)} – {alternatives}"

    def rows(self, field: Field, value: Any) -> Iterator[dict[str, Any]]:
        """A list: its rows as they are, or empty ones with their words of choice above."""
        if isinstance(value, list) and value:
            yield list_table(field, value, self.language)
            return
        for one in field.fields:
            if one.options:
                choice = " · ".join(each.label_en if self.language == "en" and each.label_en else each.label
                                    for each in one.options)
                yield {"kind": "note", "level": 2, "runs": [_plain(f"{one.label_in(self.language)}: {choice}")]}
        if not self.filled:
            yield {"kind": "table", "widths": None, "head": [one.label_in(self.language) for one in field.fields],
                   "rows": [["\u00a0\n\n\u00a0" for _one in field.fields] for _row in range(_EMPTY_ROWS)]}


def _plain(text: str) -> dict[str, Any]:
    return {"text": text, "strong": False}
