"""Rows of registers, their versions, and the places booked in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from engine.model import events as e
from engine.store import tables as t

if TYPE_CHECKING:
    from uuid import UUID

    from engine.store.unit_of_work import UnitOfWork


def row_put(uow: UnitOfWork, event: e.RegisterRowPut) -> None:
    now = {"title": event.name, "content": event.content, "revision": event.revision, "places": event.places,
           "put_at": uow.now}
    if event.revision == 1:
        uow.insert(t.register_row, row_id=event.row_id, register=event.register, institution_id=event.institution_id,
                   taken=0, retired_at=None, **now)
    else:
        uow.change(t.register_row, {"row_id": event.row_id}, **now)
    uow.insert(t.register_version, row_id=event.row_id, revision=event.revision, title=event.name,
               content=event.content, put_at=uow.now, put_by=uow.actor.account_id)


def row_retired(uow: UnitOfWork, event: e.RegisterRowRetired) -> None:
    uow.change(t.register_row, {"row_id": event.row_id}, retired_at=uow.now)


def place_booked(uow: UnitOfWork, event: e.PlaceBooked) -> None:
    uow.insert(t.booking, booking_id=event.booking_id, row_id=event.row_id, case_id=uow.case.case_id,
               element=event.element, booked_at=uow.now, released_at=None,
               told_enc=uow.asides.pop(event.booking_id, None))
    _count(uow, event.row_id, 1)


def place_released(uow: UnitOfWork, event: e.PlaceReleased) -> None:
    uow.change(t.booking, {"booking_id": event.booking_id}, released_at=uow.now, told_enc=None)
    _count(uow, event.row_id, -1)


def _count(uow: UnitOfWork, row_id: UUID, by: int) -> None:
    """The row is locked by the handler that looked whether a place is left."""
    c = t.register_row.c
    uow.flush(t.register_row)
    uow.connection.execute(update(t.register_row).where(c.row_id == row_id).values(taken=c.taken + by))
