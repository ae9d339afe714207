"""Where the values of papers come from: person, case, attributes, contact desks, the handover, answers, the print.

A source is named as ``processes/paper.schema.json`` says; the wall of visibility stands before each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from engine.model.definitions import Definition
from engine.queries import answers, cases, handovers
from engine.queries.reading import Known, element_name
from engine.queries.rows import AnswerSet, Attribute, Handing, Participant, Words
from engine.queries.rows.papers import HIDDEN, MISSING, THERE, Kept
from engine.store.cached_cases import form_of


class Sources:
    """The sources of one case for one reader; each is looked up once."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def get(self, source: str) -> Kept:
        """The value at a source."""
        kind, *rest = source.split(".")
        return _KINDS[kind](self, source, *rest)

    @cached_property
    def said(self) -> tuple[AnswerSet, ...]:
        """Every set of answers, newest first, as far as the reader may see them."""
        return answers.given(self.known)

    @cached_property
    def participants(self) -> tuple[Participant, ...]:
        """Who takes part now."""
        return cases.participants(self.known)

    @cached_property
    def _handover(self) -> Handing | None:
        return next(iter(handovers.of_case(self.known)), None)

    @cached_property
    def _attributes(self) -> dict[str, Attribute]:
        return {one.name: one for one in self.known.attributes()}

    @property
    def _definition(self) -> Definition:
        return self.known.definition

    def person(self, source: str, part: str) -> Kept:
        """A part of the person; only the first name for who is not cleared for more."""
        one = self.known.person
        named = bool(one.family_name)
        found: dict[str, Any] = {
            "first_name": one.given_names.partition(" ")[0], "given_names": one.given_names if named else "",
            "family_name": one.family_name, "full_name": f"{one.given_names} {one.family_name}" if named else "",
            "birth_year": one.birth_year, "language": one.language,
        }
        state = HIDDEN if not named and not found[part] else None
        return _kept(source, found[part], state)

    def case(self, source: str, part: str) -> Kept:
        """A fact about the case itself."""
        known, row = self.known, self.known.row
        stage = next((one.name for one in self._definition.stages if one.id == row.stage), None)
        found: dict[str, Any] = {
            "number": row.number, "process": Words(self._definition.name.pl, self._definition.name.en),
            "opened_at": row.opened_at, "responsible": known.reading.institution(row.responsible_id),
            "coordinator": known.reading.institution(row.coordinator_id),
            "stage": Words(stage.pl, stage.en) if stage else None, "version": row.release,
        }
        return _kept(source, found[part])

    def printed(self, source: str, part: str) -> Kept:
        """The print itself."""
        actor = self.known.actor
        found = {"at": self.known.reading.now, "by": actor.name, "institution": actor.institution}
        return _kept(source, found[part])

    def handover(self, source: str, part: str) -> Kept:
        """The newest handover."""
        one = self._handover
        if one is None:
            return Kept(MISSING, source=source)
        found: dict[str, Any] = {
            "from": one.from_institution, "to": one.to_institution, "offered_at": one.offered_at,
            "offered_by": one.offered_by, "decided_at": one.decided_at, "decided_by": one.decided_by,
            "state": one.state, "reason": one.reason, "responsible": one.responsible, "mark": one.head[:16],
            "open_tasks": tuple(item.title for item in one.open_items),
        }
        return _kept(source, found[part])

    def attribute(self, source: str, name: str) -> Kept:
        """A case attribute."""
        one = self._attributes.get(name)
        if one is None:
            return Kept(HIDDEN if any(name == given.id for given in self._definition.attributes) else MISSING,
                        source=source)
        return Kept(THERE if one.value not in (None, "", []) else MISSING, one.value, source, one.label, attribute=one)

    def contact(self, source: str, role: str, part: str) -> Kept:
        """The contact desk of the institution in a role, or in the role that an attribute names."""
        if self._definition.role(role) is None:
            named = self._attributes.get(role)
            role = str(named.value) if named else ""
        name = self.known.role_name(role) if self._definition.role(role) else Words("", "")
        one = next((each for each in self.participants if each.role_id == role), None)
        if one is None:
            return Kept(MISSING, source=source, label=name)
        desk = self.known.reading.institutions[one.institution_id]
        return Kept(THERE if getattr(desk, part) else MISSING, getattr(desk, part), source, name)

    def answer(self, source: str, form_key: str, key: str) -> Kept:
        """The newest answer to a question of a form that the reader may see."""
        form = form_of(self.known.compiled.bundle, form_key)
        title = Words(form.title, form.title_en) if form else Words("", "")
        step = next((element_name(self.known.compiled, element) for element, info in
                     self.known.compiled.elements.items() if info.form_key == form_key), title)
        asked = form.field(key) if form else None
        label = Words(asked.label, asked.label_en) if asked else Words("", "")
        for one in self.said:
            if one.form.id != form_key:
                continue
            if one.values.get(key) not in (None, "", []):
                return Kept(THERE, one.values[key], source, label, step, one.form.field(key))
            if key in one.hidden or key in one.masked:
                return Kept(HIDDEN, None, source, label, step, asked)
        return Kept(MISSING, None, source, label, step, asked)


def _kept(source: str, value: Any, state: str | None = None) -> Kept:
    return Kept(state or (MISSING if value in (None, "", ()) else THERE), value, source)


_KINDS: dict[str, Callable[..., Kept]] = {
    "person": Sources.person, "case": Sources.case, "printed": Sources.printed, "handover": Sources.handover,
    "attribute": Sources.attribute, "contact": Sources.contact, "answer": Sources.answer,
}
