"""Registers: reference data that owners keep (providers, actions, offers), declared by a file of a definition.

A row is a form's answers, in versions: an old one stays readable for the cases that chose it. What a register is about
is content; here stand its rules: who edits, who reads, whose rows are whose own, which rows have places to book.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from engine.model.definitions import Words
from engine.model.errors import Refused
from engine.model.fields import Field, Note, Option, Section
from engine.model.forms import Form
from engine.model.json_files import FileRefused, Reader, load

#: where the files of registers stand in a bundle
FOLDER = "registers/"
_ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_TOP = frozenset({"$schema", "id", "name", "form", "title", "shows", "edits", "owners", "reads", "places", "tells"})


class RegisterRefused(FileRefused):
    """The register {file} cannot be used: {count} problems."""


class NoPlaceLeft(Refused):
    """{title}: there is no place left. Choose another, or wait until one is released."""


class RowRetired(Refused):
    """{title} is no longer in the register. Cases that chose it still show it; nothing new can be done with it."""


@dataclass(frozen=True)
class Register:
    """The content of a ``registers/<id>.json``."""

    id: str
    name: Words
    #: the form whose questions a row answers
    form: str
    #: the question whose answer names a row
    title: str
    #: questions shown in lists and papers, in this order
    shows: tuple[str, ...] = ()
    #: roles that may edit every row
    edits: tuple[str, ...] = ()
    #: roles whose institution keeps rows of its own, while an agreement names it in that role
    owners: tuple[str, ...] = ()
    #: roles that may read; empty: everybody who is signed in
    reads: tuple[str, ...] = ()
    #: the question that says how many places a row has; "" if rows are not booked
    places: str = ""
    #: whether the institution that owns a row is told, with the person's consent, who comes and when
    tells: bool = False
    file: str = ""

    @classmethod
    def parse(cls, data: bytes | str | Mapping[str, Any], file: str) -> Register:
        """The register in these bytes. Raises `RegisterRefused` with every problem found."""
        reading = _Reading(file)
        found = reading.register(load(data, file, RegisterRefused))
        reading.refuse_problems(RegisterRefused)
        return found

    def may_read(self, roles: frozenset[str]) -> bool:
        """Whether somebody in these roles may read every row."""
        return not self.reads or bool(roles.intersection((*self.reads, *self.edits)))


@dataclass(frozen=True)
class Row:
    """A row as it is now: its newest version, whose it is, how many of its places are taken."""

    row_id: UUID
    register: str
    revision: int
    title: str
    values: Mapping[str, Any]
    institution_id: UUID | None
    places: int | None
    taken: int
    put_at: datetime
    retired_at: datetime | None = None

    @property
    def free(self) -> int | None:
        """How many places are left; None if places are not counted."""
        return None if self.places is None else max(0, self.places - self.taken)


class _Reading(Reader):
    """One pass over the file of a register."""

    def register(self, given: Mapping[str, Any]) -> Register:
        self.known(given, _TOP, "")
        found = self.needed(given, "id", "register")
        if found and (not _ID.fullmatch(found) or self.file != f"{FOLDER}{found}.json"):
            self.problem("PropertyInvalid", found, name="id", value=found)
        name = self.typed(given, "name", dict, found, {})
        return Register(
            found, Words(self.needed(name, "pl", f"{found}.name"), str(name.get("en", ""))),
            self.needed(given, "form", found), self.needed(given, "title", found),
            tuple(self.texts(given, "shows", found)), tuple(self.texts(given, "edits", found)),
            tuple(self.texts(given, "owners", found)), tuple(self.texts(given, "reads", found)),
            str(given.get("places", "")), given.get("tells") is True, self.file)


@lru_cache(maxsize=256)
def _parsed(data: bytes, file: str) -> Register:
    return Register.parse(data, file)


def registers_in(files: Mapping[str, bytes]) -> dict[str, Register]:
    """The registers that the files of a bundle declare, by id. Raises `RegisterRefused`."""
    names = (name for name in files if name.startswith(FOLDER) and name.endswith(".json"))
    return {one.id: one for one in (_parsed(files[name], name) for name in names)}


def asks_registers(form: Form) -> bool:
    """Whether some question takes its answers from a register."""
    return any(field.options_from for _, field in form.walk())


def filled(form: Form, options: Callable[[Field], tuple[Option, ...]]) -> Form:
    """The form with the answers to choose from put into each question that takes them from a register."""
    def item(one: Field | Note) -> Field | Note:
        if isinstance(one, Note):
            return one
        inner = tuple(field for field in map(item, one.fields) if isinstance(field, Field))
        return replace(one, options=options(one) if one.options_from else one.options, fields=inner)

    def section(one: Section) -> Section:
        return replace(one, items=tuple(map(item, one.items)))

    return replace(form, sections=tuple(map(section, form.sections)))


def fits(values: Mapping[str, Any], where: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    """Whether a row answers each named question with one of these values; a row that says nothing fits none."""
    for key, wanted in where:
        found = values.get(key)
        if not set(wanted).intersection(map(str, found if isinstance(found, list) else [found])):
            return False
    return True


@dataclass(frozen=True)
class Wish:
    """A place that answers ask for: which row, from which day on, and whether its owner may be told who comes."""

    row_id: UUID
    starts_on: str = ""
    consented: bool = False
    #: the question that asks for it, as problems name it
    key: str = ""


def wishes(form: Form, values: Mapping[str, Any]) -> tuple[Wish, ...]:
    """The places that the answers to a form book, each row once; a question inside a list speaks for its own row."""
    found: dict[UUID, Wish] = {}
    for field in form.fields:
        if field.kind == "list" and isinstance(values.get(field.key), list):
            for at, row in enumerate(values[field.key]):
                found |= {one.row_id: one for inner in field.fields
                          for one in _wished(inner, {**values, **row}, row, f"{field.key}-{at}-")}
        else:
            found |= {one.row_id: one for one in _wished(field, values, values, "")}
    return tuple(sorted(found.values(), key=lambda one: one.row_id))


def _wished(field: Field, around: Mapping[str, Any], here: Mapping[str, Any], prefix: str) -> list[Wish]:
    if field.books is None:
        return []
    given = here.get(field.key)
    starts_on, consent = field.books
    chosen = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str) and is_row(one)]
    return [Wish(UUID(one), str(around.get(starts_on) or ""), around.get(consent) in (True, "yes"), prefix + field.key)
            for one in chosen]


def books_places(form: Form) -> bool:
    """Whether handing in this form books or releases places."""
    return any(field.books is not None for _, field in form.walk())


def is_row(text: str) -> bool:
    """Whether a text is the identifier of a row, as answers keep it."""
    return bool(re.fullmatch(r"[0-9a-f]{32}", text))
