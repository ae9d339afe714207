"""A paper put in words: the same plain blocks go into the PDF and onto the page, so that both say the same.

A line that lacks a value is left out whole, and what it lacked is a gap that the screen lists; nothing prints blank.
What a value is and who may see it was decided before, by the query; how blocks look is left to layouts and templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.model import papers, pesel
from engine.model.deadlines import local_date
from engine.model.fields import NONANSWERS
from engine.model.papers import Block, Item, PaperText, Rows, Said, When
from engine.queries.rows import AnswerSet, Words
from engine.queries.rows.papers import HIDDEN, MISSING, THERE, Kept, KeptRows, Sheet
from web import moments, paper_words, sheet_forms

#: A value that is there but says what this paper must not say.
UNFIT = "unfit"
_ELEVEN = re.compile(r"(?<![\d+])\d{11}(?!\d)")
Run = dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """A value that a paper wants and does not have: what it is called, why it is not there, where it is asked."""

    name: str
    label: Words
    state: str
    step: Words
    must: bool
    word: str = ""


@dataclass(frozen=True)
class Composed:
    """A paper in words: plain data for layout and template, its gaps, and the places its values came from."""

    content: dict[str, Any]
    gaps: tuple[Gap, ...]
    fields: tuple[str, ...]
    lengths: tuple[tuple[Words, int], ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what is not there."""
        return tuple(one.name for one in self.gaps)

    @property
    def can_be_printed(self) -> bool:
        """Whether nothing is missing without which it must not go out."""
        return not any(one.must for one in self.gaps)


def composed(sheet: Sheet, language: str, printed: Mapping[str, Any]) -> Composed:
    """The paper in a language; ``printed`` says at, by and institution of this very print."""
    if sheet.text is None:
        return _form(sheet, language, printed)
    return _Composer(sheet, sheet.text, language).all(printed)


def _head(sheet: Sheet, title: str, language: str, printed: Mapping[str, Any], labels: Mapping[str, Said]
          ) -> dict[str, Any]:
    at = paper_words.moment(printed["at"], language)
    unreviewed = language in sheet.unreviewed
    return {
        "language": language, "title": title,
        "number": paper_words.standing("case", language, labels, number=sheet.number),
        "stamp": paper_words.standing("printed", language, labels, **{**printed, "at": at}),
        "page": paper_words.standing("page", language, labels),
        "unreviewed": paper_words.standing("unreviewed", language, labels) if unreviewed else "",
    }


def _form(sheet: Sheet, language: str, printed: Mapping[str, Any]) -> Composed:
    assert sheet.form is not None  # noqa: S101 — a sheet without words is a form's
    blocks, fields = sheet_forms.blocks(sheet, language)
    head = _head(sheet, sheet.name.in_language(language), language, printed, {})
    return Composed({**head, "order": ["questions"], "parts": {"questions": blocks}}, (), fields)


class _Composer:
    """One paper in one language."""

    def __init__(self, sheet: Sheet, text: PaperText, language: str) -> None:
        self.sheet, self.text, self.language = sheet, text, language
        self.gaps: dict[str, Gap] = {}
        self.fields: dict[str, None] = {}
        self.said: dict[str, str] = {}

    def all(self, printed: Mapping[str, Any]) -> Composed:
        title = self.text.title[self.language]
        parts = {part.id: _without_bare_headings([found for block in part.blocks for found in self.block(block)])
                 for part in self.text.parts}
        content = {**_head(self.sheet, title, self.language, printed, self.text.labels),
                   "order": list(parts), "parts": parts}
        lengths = sorted(((self.label(name), len(text)) for name, text in self.said.items()), key=lambda one: -one[1])
        return Composed(content, tuple(self.gaps.values()), tuple(self.fields), tuple(lengths))

    # --- blocks

    def block(self, block: Block) -> Iterator[dict[str, Any]]:
        if not self.holds(block.when) or self.language not in (block.languages or (self.language,)):
            return
        if block.kind in ("heading", "text", "note"):
            runs = self.fill(block.text)
            if runs:
                yield {"kind": block.kind, "runs": runs, "level": 2}
        elif block.kind == "answers":
            yield from self.answers(block)
        elif block.kind == "table" and block.rows is not None:
            yield from self.table(block, block.rows)
        elif block.kind == "participants":
            yield self.participants()
        else:
            items = [found for one in block.items if (found := self.item(one)) is not None]
            if items:
                kept = items if block.kind == "facts" else [one["runs"] for one in items]
                yield {"kind": block.kind, "items": kept}

    def item(self, item: Item) -> dict[str, Any] | None:
        runs = self.fill(item.text) if self.holds(item.when) else None
        if not runs:
            return None
        # beside a label that stands out, the value need not
        quiet = [{**one, "strong": False} for one in runs] if item.label else runs
        return {"label": self.fill(item.label) or [], "runs": quiet}

    def holds(self, when: When | None) -> bool:
        if when is None:
            return True
        value = self.sheet.values[when.value].value
        given = value if isinstance(value, list) else [value]
        return any(_as_text(one) in when.one_of for one in given or [None])

    # --- texts

    def fill(self, said: Said) -> list[Run] | None:
        """The runs of a text; None if it lacks a value that does not stand in brackets."""
        found: list[Run] = []
        whole = True
        for piece, optional in papers.pieces(said.get(self.language, "")):
            runs = self.piece(piece)  # to the end, so that everything a line lacks is listed at once
            whole = whole and (optional or runs is not None)
            found += runs or []
        if len(found) == 1:
            found[0]["strong"] = False
        return found if whole else None

    def piece(self, piece: str) -> list[Run] | None:
        runs, whole = [], True
        for text, is_name in papers.runs(piece):
            words = self.value(text) if is_name else text
            whole = whole and words is not None
            runs.append({"text": breakable(words or ""), "strong": is_name})
        return runs if whole else None

    def value(self, name: str) -> str | None:
        """A value in words; None, and a gap, where there is none."""
        kept, declared = self.sheet.values[name], self.text.values[name]
        if kept.state != THERE or _is_nonanswer(kept.value):
            self.gap(name, kept, HIDDEN if kept.state == HIDDEN else MISSING)
            return None
        words = paper_words.kept(kept, declared, self.language)
        unfit = self.unfit(words)
        if unfit:
            self.gap(name, kept, UNFIT, unfit)
            return None
        if kept.source:
            self.fields[kept.source] = None
        self.said[name] = words
        return words

    def unfit(self, words: str) -> str:
        """The word that must not stand in this paper; "" if there is none."""
        if self.text.no_pesel and any(pesel.has_right_check_digit(one) for one in _ELEVEN.findall(words)):
            return "PESEL"
        text = words.casefold()
        return next((one for one in self.text.avoid if re.search(rf"\b{re.escape(one)}", text)), "")

    def gap(self, name: str, kept: Kept, state: str, word: str = "") -> None:
        need = self.text.values[name].need
        if need != "may" or state == UNFIT:
            self.gaps[name] = Gap(name, self.label(name), state, kept.step, need == "must", word)

    def label(self, name: str) -> Words:
        """What a value is called on the screen."""
        own = self.text.values[name].label if name in self.text.values else {}
        kept = self.sheet.values.get(name)
        asked = kept.label if kept else Words("", "")
        return Words(own.get("pl", "") or asked.pl or name, own.get("en", "") or asked.en or own.get("pl", "") or name)

    # --- lists of answers

    def table(self, block: Block, rows: Rows) -> Iterator[dict[str, Any]]:
        kept = self.sheet.rows[rows.source]
        fields = {one.key: one for one in kept.asked.fields}
        columns = [one for one in rows.columns if one.key in fields]
        found = []
        for row in self.chosen(rows, kept):
            cells = [paper_words.cell(fields[one.key], row.get(one.key), self.language) for one in columns]
            unfit = next((word for word in map(self.unfit, cells) if word), "")
            if unfit:
                self.gaps[rows.source] = Gap(rows.source, Words(kept.asked.label, kept.asked.label_en), UNFIT,
                                             Words("", ""), False, unfit)
            else:
                found.append([breakable(one) for one in cells])
        if found:
            self.fields[f"answer.{rows.source}"] = None
            head = [one.label.get(self.language) or fields[one.key].label_in(self.language) for one in columns]
            yield {"kind": "table", "head": head, "rows": found, "widths": None}
        elif block.text:
            yield {"kind": "text", "runs": self.fill(block.text) or [], "level": 2}

    def chosen(self, rows: Rows, kept: KeptRows) -> list[Mapping[str, Any]]:
        found = [row for row in kept.rows
                 if all(row.get(key) in values for key, values in rows.only.items())
                 and not any(row.get(key) in values for key, values in rows.never.items())]
        if rows.within:
            key, after, days = rows.within
            start = moments.parsed(self.sheet.values[after].value)
            first = local_date(start) if start else date.min
            dated = sorted(((local_date(day), index) for index, row in enumerate(found)
                            if (day := moments.parsed(row.get(key))) is not None))
            found = [found[index] for day, index in dated if start and first <= day <= first + timedelta(days=days)]
        return found[:rows.most] if rows.most else found

    def answers(self, block: Block) -> Iterator[dict[str, Any]]:
        """Each set of answers under who gave it and when, question by question."""
        for given in self.sheet.answers.get(block.form, ()):
            when = paper_words.moment(given.given_at, self.language)
            author = ", ".join(one for one in (given.institution, given.author, when) if one)
            yield {"kind": "heading", "level": 3, "runs": [{"text": author, "strong": False}]}
            facts, tables = self.answered(given, block)
            if facts:
                yield {"kind": "facts", "items": facts}
            for title, table in tables:
                yield {"kind": "text", "level": 2, "runs": [{"text": title, "strong": True}]}
                yield table

    def answered(self, given: AnswerSet, block: Block) -> tuple[list[dict[str, Any]], list[tuple[str, dict[str, Any]]]]:
        facts, tables = [], []
        for field in given.form.fields:
            value = given.values.get(field.key)
            if value in (None, "", [], False) or field.kind == "file" or (
                    block.questions and field.key not in block.questions):
                continue
            self.fields[f"answer.{block.form}.{field.key}"] = None
            label = field.label_in(self.language)
            if field.kind == "list":
                tables.append((label, sheet_forms.list_table(field, value, self.language)))
            else:
                words = paper_words.answer(field, value, self.language)
                facts.append({"label": [{"text": label, "strong": True}],
                              "runs": [{"text": breakable(words), "strong": False}]})
        return facts, tables

    def participants(self) -> dict[str, Any]:
        return {"kind": "table", "head": sheet_forms.desk_words(self.language), "widths": [3, 3, 2, 3], "rows": [
            [one.institution, one.role.in_language(self.language), one.phone or "–", one.email or "–"]
            for one in self.sheet.participants]}


def _without_bare_headings(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks without headings whose every line was left out."""
    following = [*blocks[1:], {"kind": "heading", "level": 0}]
    return [one for one, after in zip(blocks, following, strict=True)
            if one["kind"] != "heading" or after["kind"] != "heading" or after["level"] > one["level"]]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _is_nonanswer(value: Any) -> bool:
    return isinstance(value, str) and value in NONANSWERS.values()


def breakable(text: str) -> str:
    """The text with places to break inside what is too long for a line, such as an address without blanks."""
    return re.sub(r"\S{40,}", lambda found: "\u200b".join(re.findall(r".{1,20}", found[0])), text)
