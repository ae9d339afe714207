"""Handovers as read: the offer, its answer, the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.actors import Actor
from engine.model.errors import NotFound
from engine.model.handovers import OFFERED
from engine.model.visibility import SEES
from engine.queries.reading import Known, Reading
from engine.queries.rows import Handing, WorkRow
from engine.queries.worklists import items_of_case
from engine.store import tables as t
from engine.store.cached_cases import form_of
from engine.store.keys import Unreadable

_h = t.handover.c
#: the questions that say why, by their keys in the acceptance forms
_WHY = ("reason", "remarks", "decline_reason", "acceptance_remarks")


@dataclass(frozen=True)
class HandoverPage:
    """One handover with its receipt."""

    handover_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> Handing:
        """The handover, for who takes part in its case."""
        row = reading.connection.execute(select(t.handover).where(_h.handover_id == self.handover_id)).one_or_none()
        if row is None:
            raise NotFound
        known = reading.own_case(row.case_id, actor)
        reading.seen([row.case_id], "handover")
        return handing(known, row)


@dataclass(frozen=True)
class MyHandovers:
    """Handovers that wait for the actor's institution, newest first."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[Handing, ...]:
        """Open offers to the institution in cases it takes part in."""
        rows = list(reading.connection.execute(
            select(t.handover).where(_h.to_institution_id == actor.institution_id, _h.state == OFFERED,
                                     reading.shared(_h.case_id, actor))
            .order_by(_h.offered_at.desc()).limit(100)))
        found = []
        for row in rows:
            try:
                found.append(handing(reading.own_case(row.case_id, actor), row))
            except NotFound:
                continue
        reading.seen((one.case_id for one in found), "handovers")
        return tuple(found)


def of_case(known: Known) -> tuple[Handing, ...]:
    """The handovers of a case, newest first."""
    rows = known.reading.connection.execute(
        select(t.handover).where(_h.case_id == known.row.case_id).order_by(_h.offered_at.desc()))
    return tuple(handing(known, one) for one in rows)


def by_item(known: Known, work_item_id: UUID) -> Handing | None:
    """The handover that a work item answers."""
    row = known.reading.connection.execute(
        select(t.handover).where(_h.work_item_id == work_item_id)).one_or_none()
    return handing(known, row) if row else None


def handing(known: Known, row: Any) -> Handing:
    """A handover with names, the reason given, the version and the end of the chain it stands on."""
    reading = known.reading
    names = reading.names([row.offered_by, *([row.decided_by] if row.decided_by else [])])
    return Handing(
        row.handover_id, row.case_id, known.row.number, known.person, reading.institution(row.from_institution_id),
        reading.institution(row.to_institution_id), row.state, row.offered_at, names.get(row.offered_by, ""),
        row.decided_at, names.get(row.decided_by, ""), reading.institution(known.row.responsible_id),
        _reason(known, row), known.row.release, known.row.digest, bytes(known.row.head).hex(), _still_open(known))


def _reason(known: Known, row: Any) -> str:
    """Why it was decided so, as far as the actor may see the answer to that question."""
    given = known.reading.connection.execute(
        select(t.answer).where(t.answer.c.answer_id == row.answer_id)).one_or_none() if row.answer_id else None
    form = form_of(known.reading.compiled(given.digest).bundle, given.form) if given is not None else None
    if given is None or form is None:
        return ""
    try:
        values = known.cipher.open_json(f"answer|{given.answer_id.hex}", given.values_enc)
    except Unreadable:
        return ""
    asked = (one for key in _WHY if (one := form.field(key)) is not None and values.get(key))
    return next((str(values[one.key]) for one in asked if given.account_id == known.actor.account_id
                 or known.sight(one.sensitivity, one.sees) == SEES), "")


def _still_open(known: Known) -> tuple[WorkRow, ...]:
    return items_of_case(known.reading, known.actor, known.row.case_id)
