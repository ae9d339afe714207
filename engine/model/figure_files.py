"""Reading ``figures.json``, which a definition may have beside its diagrams (``processes/figures.schema.json``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.definitions import Words
from engine.model.figures import Beside, Figure, Group
from engine.model.json_files import FileRefused, Reader, load

FILE = "figures.json"
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FIGURE = frozenset({"id", "name", "form", "value", "values", "each", "row", "rows", "grouped", "beside"})

#: Code of a problem of figures → its English sentence (beside those of ``json_files``).
PROBLEMS = {
    "FigureNotCounted": "{name} counts nothing: it needs a value and the codes it counts, a figure also a form.",
    "FigureRowsMissing": "{name} has a row but no codes of rows.",
}


class FiguresRefused(FileRefused):
    """The figures of {file} cannot be used: {count} problems."""


@dataclass(frozen=True)
class Figures:
    """What a definition counts, and by which groups once a year."""

    figures: tuple[Figure, ...] = ()
    groups: tuple[Group, ...] = ()

    @classmethod
    def parse(cls, data: bytes | Mapping[str, Any], file: str = FILE) -> Figures:
        """The figures in these bytes. Raises `FiguresRefused` with every problem found."""
        reading = _Reading(file)
        given = load(data, file, FiguresRefused)
        reading.known(given, frozenset({"$schema", "figures", "groups"}), "")
        found = cls(tuple(map(reading.figure, reading.objects(given, "figures"))),
                    tuple(map(reading.group, reading.objects(given, "groups"))))
        reading.unique([*(one.id for one in found.figures), *(one.id for one in found.groups)], "")
        reading.refuse_problems(FiguresRefused)
        return found

    def of_form(self, form: str) -> tuple[Figure, ...]:
        """The figures that count answers of this form."""
        return tuple(one for one in self.figures if one.form == form)

    def figure(self, figure_id: str) -> Figure | None:
        """The figure with this id."""
        return next((one for one in self.figures if one.id == figure_id), None)


class _Reading(Reader):
    """One pass over a file of figures."""

    def figure(self, given: Mapping[str, Any]) -> Figure:
        name = self.needed(given, "id", "figures")
        if name and not _ID.fullmatch(name):
            self.problem("PropertyInvalid", name, name="id", value=name)
        self.known(given, _FIGURE, name)
        found = Figure(
            id=name, name=self.words(given, "name", name), form=str(given.get("form", "")),
            value=str(given.get("value", "")), values=self.names(given, "values", name),
            each=str(given.get("each", "")),
            row=str(given.get("row", "")), rows=self.names(given, "rows", name),
            grouped=self.typed(given, "grouped", bool, name, False),
            beside=tuple(self.beside(one, name) for one in self.objects(given, "beside")))
        if not (found.form and found.value and found.values):
            self.problem("FigureNotCounted", name, name=name)
        if found.row and not found.rows:
            self.problem("FigureRowsMissing", name, name=name)
        return found

    def group(self, given: Mapping[str, Any]) -> Group:
        name = self.needed(given, "id", "groups")
        self.known(given, frozenset({"id", "name", "value", "values"}), name)
        found = Group(name, self.words(given, "name", name), str(given.get("value", "")),
                      self.names(given, "values", name))
        if not (found.value and found.values):
            self.problem("FigureNotCounted", name, name=name)
        return found

    def names(self, given: Mapping[str, Any], part: str, element: str) -> dict[str, Words]:
        codes = self.typed(given, part, dict, element, {})
        return {code: self.words(codes, code, element) for code in codes}

    def words(self, given: Mapping[str, Any], part: str, element: str) -> Words:
        value = self.typed(given, part, dict, element, {})
        self.known(value, frozenset({"pl", "en"}), element)
        return Words(self.needed(value, "pl", f"{element}.{part}"), str(value.get("en", "")))

    def beside(self, given: Mapping[str, Any], element: str) -> Beside:
        self.known(given, frozenset({"value", "percent", "source"}), element)
        return Beside(self.needed(given, "value", element), self.number(given, "percent", element, 0, 100) or 0.0,
                      self.words(given, "source", element))
