"""Marks of answers that count."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.model.deadlines import to_warsaw
from engine.model.figures import quarter
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def mark(uow: UnitOfWork, work_item_id: UUID) -> None:
    """File the marks that a finished task leaves; its identifier goes into the token, never into a column."""
    for number, one in enumerate(uow.marks.pop(work_item_id, ())):
        uow.insert(
            t.figure_mark, mark=uow.vault.token("figure_mark", f"{work_item_id.hex}|{number}", 16),
            definition=uow.case.definition, figure=one.figure, quarter=quarter(to_warsaw(uow.now).date()),
            institution_id=uow.actor.institution_id or uow.case.responsible_id, value=one.value, row_value=one.row,
            group_name=one.group, group_value=one.group_value)
