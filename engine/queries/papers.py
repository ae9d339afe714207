"""Papers of a case: which there are, and what each is made of, every value cut to what the reader may see.

Who may print one is the definition's content (``roles``); how it is put in words and on paper is left to the pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.actors import Actor
from engine.model.definitions import Paper
from engine.model.errors import NotAllowed, NotFound
from engine.model.fields import Field
from engine.model.forms import Form
from engine.model.papers import OWN_LANGUAGES, Block, Value, form_of_paper
from engine.queries import answers, histories
from engine.queries.case_rows import case_row
from engine.queries.paper_sources import Sources
from engine.queries.reading import Known, Reading, element_name
from engine.queries.rows import AnswerSet, Words
from engine.queries.rows.papers import HIDDEN, MISSING, FormRow, Kept, KeptRows, Sheet, Shelf
from engine.store import tables as t
from engine.store.cached_cases import form_of, words_of

_FORMS = "forms/"


@dataclass(frozen=True)
class PaperShelf:
    """The papers of a case."""

    case_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> Shelf:
        """What can be printed by the actor, for who takes part in the case; NotFound otherwise."""
        known = reading.own_case(self.case_id, actor)
        reading.seen([self.case_id], "papers")
        sources = Sources(known)
        sheets = tuple(_sheet(sources, one) for one in known.definition.papers if set(one.roles) & set(known.roles))
        return Shelf(case_row(reading, known.row, actor), sheets, tuple(_forms(known, sources.said)),
                     _printed(known))


@dataclass(frozen=True)
class PaperSheet:
    """One paper: an id of the definition, ``blank.<form>`` or ``filled.<form>``.

    ``printing`` is for who prints it and hands it out only after ``PrintPaper`` was recorded: that entry is the sight.
    """

    case_id: UUID
    paper: str
    printing: bool = False

    def answer(self, reading: Reading, actor: Actor) -> Sheet:
        """What it is made of; NotAllowed for roles that may not print it, NotFound for who does not take part."""
        known = reading.own_case(self.case_id, actor)
        paper = known.definition.paper(self.paper)
        if paper is None:
            sheet = _form_sheet(known, self.paper)
        elif set(paper.roles) & set(known.roles):
            sheet = _sheet(Sources(known), paper)
        else:
            raise NotAllowed(command="PrintPaper")
        if not self.printing:
            reading.seen([self.case_id], "paper")
        return sheet


# --- papers of the definition

def _sheet(sources: Sources, paper: Paper) -> Sheet:
    known = sources.known
    bundle = known.compiled.bundle
    text = words_of(bundle, paper)
    blocks = tuple(text.blocks())
    return Sheet(
        known.row.case_id, known.row.number, paper.id, Words(paper.name.pl, paper.name.en), paper.languages,
        known.row.release, paper.unreviewed, paper.pages, text, bundle.files.get(paper.layout, b""),
        {name: _kept(sources, one) for name, one in text.values.items()},
        _rows(sources, blocks), _answers(sources, blocks),
        sources.participants if any(one.kind == "participants" for one in blocks) else ())


def _kept(sources: Sources, value: Value) -> Kept:
    """The first source that has something; else the first that is merely hidden; else the first that could have it."""
    found = [sources.get(one) for one in value.sources]
    there = next((one for one in found if one.state not in (MISSING, HIDDEN)), None)
    return there or next((one for one in found if one.state == HIDDEN), None) or _nowhere(found)


def _nowhere(found: list[Kept]) -> Kept:
    """A value that nobody gave yet, with every step that could give it."""
    steps = list(dict.fromkeys(one.step for one in found if one.step.pl))
    step = Words(" / ".join(one.pl for one in steps), " / ".join(one.en for one in steps))
    return replace(found[0], step=step) if found else Kept(MISSING)


def _rows(sources: Sources, blocks: tuple[Block, ...]) -> dict[str, KeptRows]:
    found = {}
    for block in blocks:
        if block.rows is not None:
            kept = sources.get(f"answer.{block.rows.source}")
            asked = kept.field or Field(block.rows.source, "list", "")
            rows = kept.value if isinstance(kept.value, list) else []
            found[block.rows.source] = KeptRows(asked, tuple(one for one in rows if isinstance(one, Mapping)))
    return found


def _answers(sources: Sources, blocks: tuple[Block, ...]) -> dict[str, tuple[AnswerSet, ...]]:
    """Every set of answers to a form, in the order they were given."""
    wanted = {one.form for one in blocks if one.kind == "answers"}
    return {form: tuple(reversed([one for one in sources.said if one.form.id == form])) for form in wanted}


# --- forms as papers

def _form_sheet(known: Known, paper_id: str) -> Sheet:
    kind, key = form_of_paper(paper_id) or ("", "")
    form = form_of(known.compiled.bundle, key)
    if form is None:
        raise NotFound
    filled = kind == "filled"
    given = next((one for one in answers.given(known) if one.form.id == form.id), None) if filled else None
    return Sheet(known.row.case_id, known.row.number, paper_id, Words(form.title, form.title_en), OWN_LANGUAGES,
                 known.row.release, form=given.form if given else form, given=given, filled=filled,
                 contexts=tuple({"item": role, "role": role} for role in known.roles))


def _forms(known: Known, said: tuple[AnswerSet, ...]) -> Iterator[FormRow]:
    """The forms of the human tasks, in the order of their names in the bundle."""
    asked = steps_of_forms(known)
    given = {one.form.id for one in said}
    for name in known.compiled.bundle.files:
        key = name.removeprefix(_FORMS).removesuffix(".form")
        form: Form | None = form_of(known.compiled.bundle, key) if name.startswith(_FORMS) else None
        if form is not None:
            yield FormRow(key, Words(form.title, form.title_en), asked.get(key, Words("", "")), form.id in given)


def steps_of_forms(known: Known) -> dict[str, Words]:
    """Form key → the name of the first step that asks it."""
    found: dict[str, Words] = {}
    for element, info in known.compiled.elements.items():
        if info.form_key:
            found.setdefault(info.form_key, element_name(known.compiled, element))
    return found


def _printed(known: Known) -> tuple[Any, ...]:
    """What was printed before, newest first."""
    entry = t.ledger_entry.c
    rows = known.reading.connection.execute(select(t.ledger_entry).where(
        entry.stream == known.row.case_id, entry.type == "PaperPrinted").order_by(entry.sequence.desc()).limit(100))
    return histories.lines(known.reading, rows, known)


