"""The words of a paper: its parts and blocks in every language it speaks, and the values that fill them in.

The file is ``processes/<name>/papers/<paper>.json`` (``processes/paper.schema.json``). A text names its values in
braces; what stands in square brackets is left out when one of its values is missing, anything else that lacks one is
left out whole. Where values come from is left to the queries, how a paper looks to its layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.model.json_files import FileRefused, Reader, load

#: Languages that the product itself speaks; a paper in another one brings the standing words (``LABELS``) with it.
OWN_LANGUAGES = ("pl", "en")
#: Standing words of every paper: number of the case, who printed it and when, page of pages, not read by a translator.
LABELS = ("case", "printed", "page", "unreviewed")
#: Whether a paper may go out without a value: never; only if a person says so; silently.
NEEDS = ("must", "should", "may")
#: What of a moment is said; "" is all of it.
SHOWN_AS = ("", "day", "time", "weekday")
#: Where values come from: the first word of a source → how many words it has.
SOURCES = {"person": 2, "case": 2, "printed": 2, "handover": 2, "attribute": 2, "contact": 3, "answer": 3}
PERSON = ("full_name", "given_names", "first_name", "family_name", "birth_year", "language")
CASE = ("number", "process", "opened_at", "responsible", "coordinator", "stage", "version")
PRINTED = ("at", "by", "institution")
HANDOVER = ("from", "to", "offered_at", "offered_by", "decided_at", "decided_by", "state", "reason", "responsible",
            "mark", "open_tasks")
CONTACT = ("name", "short_name", "phone", "email")
KINDS = ("heading", "text", "note", "list", "steps", "boxes", "facts", "table", "answers", "participants", "signatures")

#: Code of a problem of a paper's words → its English sentence (beside those of ``json_files``).
PROBLEMS = {
    "PaperTextMissing": "This text is not there in the language “{language}”.",
    "PaperValueUnknown": "The text names “{name}”, which is not among the values of this paper.",
    "PaperSourceInvalid": "“{value}” is no place that a value can come from.",
}

_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Said = Mapping[str, str]


class PaperRefused(FileRefused):
    """The words of the paper {file} cannot be used: {count} problems."""


def names_in(text: str) -> tuple[str, ...]:
    """The values that a text names, in order."""
    return tuple(dict.fromkeys(_NAMED.findall(text)))


def pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """The text as (piece, whether it may be left out): what stands in square brackets may."""
    return tuple((piece, bool(index % 2)) for index, piece in enumerate(re.split(r"\[([^][]*)\]", text)) if piece)


def runs(piece: str) -> Iterator[tuple[str, bool]]:
    """A piece as (words, whether they are the name of a value)."""
    for index, one in enumerate(_NAMED.split(piece)):
        if one:
            yield one, bool(index % 2)


@dataclass(frozen=True)
class When:
    """Only if a value, as it is kept, is one of these; "" means that there is none."""

    value: str
    one_of: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A value of a paper: the sources asked in turn, whether it may be missing, what it is called on the screen."""

    name: str
    sources: tuple[str, ...]
    need: str = "should"
    label: Said = field(default_factory=dict)
    shown_as: str = ""
    words: Mapping[str, Said] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One line of a list or of facts."""

    text: Said
    label: Said = field(default_factory=dict)
    when: When | None = None


@dataclass(frozen=True)
class Column:
    """A question of a list of answers, and what stands above its column; without words the question itself."""

    key: str
    label: Said = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """The rows of a list of answers (``form.key``) that a table shows, by whom or within how many days after a date."""

    source: str
    columns: tuple[Column, ...]
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: tuple[str, str, int] | None = None
    most: int = 0


@dataclass(frozen=True)
class Block:
    """A piece of a paper, in every language or some. ``text`` of a table says what stands there when it has no row."""

    kind: str
    text: Said = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    rows: Rows | None = None
    form: str = ""
    questions: tuple[str, ...] = ()
    when: When | None = None
    languages: tuple[str, ...] = ()

    def texts(self) -> Iterator[Said]:
        """Every text of the block."""
        yield from (one for one in (self.text, *(item.text for item in self.items),
                                    *(item.label for item in self.items)) if one)


@dataclass(frozen=True)
class Part:
    """A part that a layout puts in its place, such as the letter or the card."""

    id: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PaperText:
    """The content of a paper's file. ``avoid`` are beginnings of words that it must not hold, whoever typed them."""

    title: Said
    values: Mapping[str, Value]
    parts: tuple[Part, ...]
    labels: Mapping[str, Said] = field(default_factory=dict)
    avoid: tuple[str, ...] = ()
    no_pesel: bool = False

    @classmethod
    def parse(cls, data: bytes | str | Mapping[str, Any], file: str, languages: tuple[str, ...]) -> PaperText:
        """The words in these bytes, for a paper in these languages. Raises `PaperRefused` with every problem found."""
        reading = _Reading(file, languages)
        found = reading.paper(load(data, file, PaperRefused))
        reading.refuse_problems(PaperRefused)
        return found

    def blocks(self) -> Iterator[Block]:
        """Every block of every part."""
        return (block for part in self.parts for block in part.blocks)


_VALUE = frozenset({"from", "need", "label", "as", "words"})
_BLOCK = frozenset({"kind", "text", "items", "rows", "columns", "only", "never", "within", "most", "form", "questions",
                    "when", "languages"})


class _Reading(Reader):
    """One pass over a paper's words."""

    def __init__(self, file: str, languages: tuple[str, ...]) -> None:
        super().__init__(file)
        self.languages = languages
        self.names: set[str] = set()

    def paper(self, given: Mapping[str, Any]) -> PaperText:
        self.known(given, frozenset({"$schema", "title", "values", "parts", "labels", "avoid", "no_pesel"}), "")
        values = self.typed(given, "values", dict, "", {})
        self.names = set(values)
        labels = self.typed(given, "labels", dict, "", {})
        for language in (one for one in self.languages if one not in OWN_LANGUAGES):
            for name in LABELS:
                if language not in labels.get(name, {}):
                    self.problem("PaperTextMissing", f"labels.{name}", language=language)
        return PaperText(
            title=self.said(given, "title", "title"),
            values={name: self.value(name, one) for name, one in self._objects(values)},
            parts=tuple(self.part(one) for one in self._list(given, "parts", "")),
            labels={name: dict(one) for name, one in self._objects(labels)},
            avoid=tuple(one.casefold() for one in self.texts(given, "avoid", "avoid")),
            no_pesel=self.typed(given, "no_pesel", bool, "", False),
        )

    def said(self, given: Mapping[str, Any], name: str, element: str, *, needed: bool = True) -> Said:
        """A text in every language of the paper."""
        value = self.typed(given, name, dict, element, {})
        if not value and not needed:
            return {}
        found = {language: one for language, one in value.items() if isinstance(one, str) and one.strip()}
        for language in self.languages:
            if language not in found:
                self.problem("PaperTextMissing", element, language=language)
        for one in sorted({one for text in found.values() for one in names_in(text)} - self.names):
            self.problem("PaperValueUnknown", element, name=one)
        return found

    def value(self, name: str, given: Mapping[str, Any]) -> Value:
        self.known(given, _VALUE, name)
        sources = tuple(self.texts(given, "from", name))
        for one in sources:
            if not is_source(one):
                self.problem("PaperSourceInvalid", name, value=one)
        words = self.typed(given, "words", dict, name, {})
        return Value(name, sources, self.one_of(given, "need", NEEDS, name, "should"),
                     self.typed(given, "label", dict, name, {}), self.one_of(given, "as", SHOWN_AS, name, ""),
                     {key: self.said(words, key, f"{name}.{key}") for key in words})

    def part(self, given: Mapping[str, Any]) -> Part:
        self.known(given, frozenset({"id", "blocks"}), "parts")
        part = self.needed(given, "id", "parts")
        blocks = self._list(given, "blocks", part)
        return Part(part, tuple(self.block(one, f"{part}.{number}") for number, one in enumerate(blocks, 1)))

    def block(self, given: Mapping[str, Any], element: str) -> Block:
        self.known(given, _BLOCK, element)
        kind = self.one_of(given, "kind", KINDS, element, "text")
        items = self._list(given, "items", element)
        speaks = kind in ("heading", "text", "note")
        return Block(
            kind, self.said(given, "text", element, needed=speaks),
            tuple(self.item(one, f"{element}.{number}") for number, one in enumerate(items, 1)),
            self.rows(given, element) if kind == "table" else None,
            self.needed(given, "form", element) if kind == "answers" else "",
            tuple(self.texts(given, "questions", element)), self.when(given, element),
            tuple(self.texts(given, "languages", element, self.languages)))

    def item(self, given: Mapping[str, Any], element: str) -> Item:
        self.known(given, frozenset({"text", "label", "when"}), element)
        return Item(self.said(given, "text", element), self.said(given, "label", element, needed=False),
                    self.when(given, element))

    def when(self, given: Mapping[str, Any], element: str) -> When | None:
        found = self.typed(given, "when", dict, element, {})
        if not found:
            return None
        value = self.needed(found, "value", element)
        if value not in self.names:
            self.problem("PaperValueUnknown", element, name=value)
        return When(value, tuple(self.texts(found, "is", element)))

    def rows(self, given: Mapping[str, Any], element: str) -> Rows:
        source = self.needed(given, "rows", element)
        if source.count(".") != 1:
            self.problem("PaperSourceInvalid", element, value=source)
        columns = tuple(Column(self.needed(one, "key", element), self.said(one, "label", element, needed=False))
                        for one in self._list(given, "columns", element))
        within = self.typed(given, "within", dict, element, {})
        return Rows(
            source, columns, self._choices(given, "only", element), self._choices(given, "never", element),
            (self.needed(within, "key", element), self.needed(within, "after", element),
             int(self.number(within, "days", element, 0, 3660) or 0)) if within else None,
            int(self.number(given, "most", element, 0, 1000) or 0))

    def _choices(self, given: Mapping[str, Any], name: str, element: str) -> dict[str, tuple[str, ...]]:
        found = self.typed(given, name, dict, element, {})
        return {key: tuple(self.texts(found, key, element)) for key in found}

    def _list(self, given: Mapping[str, Any], name: str, element: str) -> list[dict[str, Any]]:
        values = self.typed(given, name, list, element, [])
        if not all(isinstance(one, dict) for one in values):
            self.problem("WrongShape", element, name=name, expected="a list of objects")
        return [one for one in values if isinstance(one, dict)]

    def _objects(self, given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, one in given.items():
            if isinstance(one, dict):
                yield name, one
            else:
                self.problem("WrongShape", name, name=name, expected="an object")


def is_source(text: str) -> bool:
    """Whether this names a place that a value can come from, as far as the product itself knows."""
    kind, *rest = text.split(".")
    if len(rest) + 1 != SOURCES.get(kind) or not all(rest):
        return False
    known = {"person": PERSON, "case": CASE, "printed": PRINTED, "handover": HANDOVER, "contact": CONTACT}.get(kind)
    return known is None or rest[-1] in known


#: Any form of a definition is a paper too, empty or filled in: ``blank.<form>``, ``filled.<form>``.
FORM_PAPERS = ("blank", "filled")


def form_of_paper(paper_id: str) -> tuple[str, str] | None:
    """Which of the two, and the key of the form; None for a paper of the definition."""
    kind, dot, form = paper_id.partition(".")
    return (kind, form) if dot and form and kind in FORM_PAPERS else None
