"""Rules on papers: that their files are there, name what the bundle has, and that a layout reaches for nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.model import papers
from engine.model.definitions import Definition, Paper
from engine.model.papers import PaperText, Rows

_FILE = "definition.json"
#: What a layout must not say: packages come from the network, the others read or run what is not the paper.
_UNSAFE = re.compile(
    r"\b(?:eval|read|plugin|csv|json|toml|yaml|xml|cbor|bibliography|image)\s*\(|@[a-z]+/|\binclude\b"
    r"|\bimport\s+(?!\"powrot\.typ\")[^\s:]*")


def file_missing(subject: Subject) -> Iterator[Found]:
    """A paper whose words or layout are not in the bundle."""
    for paper in _papers(subject):
        for name in (paper.text, paper.layout):
            if name and name not in subject.files:
                yield Found(_FILE, paper.id, {"name": name})


def layout_unsafe(subject: Subject) -> Iterator[Found]:
    """A layout may draw what it is given and nothing else: no files, no packages, no code made of text."""
    for name, data in subject.files.items():
        found = unsafe(data) if name.endswith(".typ") else ""
        if found:
            yield Found(name, "", {"text": found})


def unsafe(layout: bytes) -> str:
    """The first thing in a layout that it must not do; "" if there is none."""
    text = re.sub(r"/\*.*?\*/|(?m://.*$)", "", layout.decode("utf-8", "replace"), flags=re.DOTALL)
    found = _UNSAFE.search(text)
    return found.group().strip() if found else ""


def name_unknown(subject: Subject) -> Iterator[Found]:
    """Values, tables and steps that no form, attribute, role or diagram of the definition has."""
    for paper in _papers(subject):
        for name in paper.offered_at:
            if name not in subject.elements and not subject.broken:
                yield Found(_FILE, paper.id, {"name": name})
        text = subject.papers.get(paper.id)
        if text is not None and subject.definition is not None and not subject.broken:
            for name in _unknown(text, subject, subject.definition):
                yield Found(paper.text, paper.id, {"name": name})


def _unknown(text: PaperText, subject: Subject, definition: Definition) -> Iterator[str]:
    yield from (source for value in text.values.values() for source in value.sources
                if not _is_known(source, subject, definition))
    for block in text.blocks():
        if block.kind == "answers" and block.form not in subject.forms:
            yield block.form
        if block.rows is not None:
            yield from _unknown_columns(block.rows, subject, set(text.values))


def _is_known(source: str, subject: Subject, definition: Definition) -> bool:
    kind, *rest = source.split(".")
    attributes = {one.id for one in definition.attributes}
    if kind == "answer":
        form = subject.forms.get(rest[0])
        return form is not None and form.field(rest[1]) is not None
    if kind == "attribute":
        return rest[0] in attributes
    return kind != "contact" or definition.role(rest[0]) is not None or rest[0] in attributes


def _unknown_columns(rows: Rows, subject: Subject, values: set[str]) -> Iterator[str]:
    form_key, _, key = rows.source.partition(".")
    form = subject.forms.get(form_key)
    asked = form.field(key) if form else None
    if asked is None or asked.kind != "list":
        yield rows.source
        return
    inside = {one.key for one in asked.fields}
    within = rows.within or ("", "", 0)
    named = [one.key for one in rows.columns] + [*rows.only, *rows.never, *([within[0]] if rows.within else [])]
    yield from (f"{rows.source}.{one}" for one in named if one not in inside)
    if rows.within and within[1] not in values:
        yield within[1]


def _papers(subject: Subject) -> tuple[Paper, ...]:
    return subject.definition.papers if subject.definition else ()


_READING = {
    "PaperTextMissing": "Write the text in every language that `languages` names for this paper.",
    "PaperValueUnknown": "Declare the value under `values`, or correct its name in the text.",
    "PaperSourceInvalid": "Name one of the places that processes/paper.schema.json lists.",
}

RULES = (
    Rule("paper-file-missing", "error", "The file {name} of this paper is not there.",
         "Add the file to the folder papers/, or correct its name.", file_missing),
    Rule("paper-layout-unsafe", "error", "A layout must not say “{text}”.",
         "Import powrot.typ and draw what it is given; files, packages and code made of text are out of reach.",
         layout_unsafe),
    Rule("paper-name-unknown", "house", "This paper names {name}, which nothing here asks, holds or is called.",
         "Name a question as <form>.<question>, an attribute, a role or the id of a task.", name_unknown),
    *(Rule(code, "error", papers.PROBLEMS[code], way) for code, way in _READING.items()),
)
