"""Work items as rows: one line of a list, those of one case, and who has the ball."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal_column, select

from engine.model.actors import Actor
from engine.model.errors import NotFound
from engine.queries.reading import MASK, Known, Reading, attributes_of, element_name, person_of, role_name
from engine.queries.rows import Holder, WorkRow
from engine.store import tables as t
from engine.store.keys import Unreadable

_w = t.work_item.c
#: written literally, so that both databases use the partial indexes
OPEN: ColumnElement[bool] = literal_column("work_item.closed_at IS NULL")


def work_row(reading: Reading, actor: Actor, row: Any) -> WorkRow:
    """One line of a worklist from a joined row."""
    known, definition = reading.compiled(row.digest), reading.definition(row.digest)
    try:
        content = reading.cipher(row.wrapped).open_json(f"case_file|{row.case_id.hex}", row.person_enc)
        person = person_of(content, definition, named=reading.names_person(definition, row.case_id, actor))
    except Unreadable:
        content, person = {"attributes": {}}, MASK
    due = None if row.due_at == t.FOREVER else row.due_at
    return WorkRow(
        row.work_item_id, row.case_id, row.number, row.definition, person, element_name(known, row.element),
        role_name(definition, row.team), row.institution_name or "", row.state, row.owner_name or "",
        row.owner_id == actor.account_id, due,
        0 if row.closed_at else reading.days_overdue(due, row.paused_at), row.offered_at, row.closed_at, row.key_date,
        tuple(one for one in attributes_of(definition, content["attributes"], all_of_them=True) if one.column),
        paused_at=None if row.closed_at else row.paused_at)


def joined(*where: ColumnElement[bool]) -> Select[Any]:
    """Work items with their case, the key of its person, the names of institution and owner."""
    return (
        select(t.work_item, t.case_file.c.number, t.case_file.c.definition, t.case_file.c.key_date,
               t.case_file.c.paused_at, t.case_file.c.person_enc, t.person_key.c.wrapped,
               t.account.c.name.label("owner_name"),
               t.institution.c.short_name.label("institution_name"))
        .join(t.case_file, t.case_file.c.case_id == _w.case_id)
        .join(t.person_key, t.person_key.c.person_id == t.case_file.c.person_id)
        .outerjoin(t.account, t.account.c.account_id == _w.owner_id)
        .outerjoin(t.institution, t.institution.c.institution_id == _w.institution_id).where(*where))


def items_of_case(reading: Reading, actor: Actor, case_id: UUID, *, only_open: bool = True) -> tuple[WorkRow, ...]:
    """The work items of a case the caller has already been let into."""
    where = [_w.case_id == case_id, *([OPEN] if only_open else [])]
    rows = reading.connection.execute(joined(*where).order_by(_w.due_at, _w.work_item_id))
    return tuple(work_row(reading, actor, one) for one in rows)


def row_of(reading: Reading, work_item_id: UUID) -> Any:
    """A work item joined with its case; NotFound if there is none. The caller asks for the case's wall."""
    found = reading.connection.execute(joined(_w.work_item_id == work_item_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def holders(known: Known) -> tuple[Holder, ...]:
    """Who has the ball in a case: one a work item that is open, soonest first."""
    reading = known.reading
    rows = reading.connection.execute(
        joined(_w.case_id == known.row.case_id, OPEN).order_by(_w.due_at, _w.work_item_id))
    return tuple(_holder(known, one) for one in rows)


def _holder(known: Known, row: Any) -> Holder:
    institution = known.reading.institutions.get(row.institution_id)
    return Holder(
        institution.short_name if institution else "", known.role_name(row.team), row.owner_name or "",
        institution.phone if institution else "", None if row.due_at == t.FOREVER else row.due_at,
        element_name(known.compiled, row.element), row.work_item_id,
        known.role_name(row.wanted_role) if row.wanted_role else None)


