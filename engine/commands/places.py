"""Places of registers' rows: booked and given back for a case, by themselves or with the answers of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from engine.model import commands as c
from engine.model import events as e
from engine.model.answers import FieldProblem
from engine.model.cases import OPEN
from engine.model.errors import CaseNotOpen, InvalidAnswers, InvalidInput
from engine.model.forms import Form
from engine.model.registers import NoPlaceLeft, RowRetired, Wish, books_places, wishes
from engine.store import registers
from engine.store.desk import Desk

#: what the owner of a row learns about who comes, with the person's consent, beside the day; and nothing else
_TOLD = ("family_name", "given_names", "phone")


def book_place(command: c.BookPlace, desk: Desk) -> Iterator[e.Event]:
    """Take a place for the case; one that it has already stays."""
    _require_open(desk)
    yield from _booked(desk, Wish(command.row_id, command.starts_on, command.consented), "")


def release_place(command: c.ReleasePlace, desk: Desk) -> Iterator[e.Event]:
    """Give a place of the case back."""
    row_id = registers.booked_row(desk.uow.connection, desk.uow.case.case_id, command.booking_id)
    if not command.reason.strip():
        raise InvalidInput(field="reason", reason="say why the place is given back")
    yield _released(desk, row_id, command.booking_id, command.reason)


def handed_in(desk: Desk, form: Form | None, element: str, values: Mapping[str, Any]) -> Iterator[e.Event]:
    """Book what the answers of a step ask for, and give back what its earlier answers had booked and these do not."""
    if form is None or not books_places(form):
        return
    wanted = {one.row_id: one for one in wishes(form, values)}
    before = registers.bookings_of(desk.uow.connection, desk.uow.case.case_id, element)
    # in the order of their identifiers, so that two who want the same rows never wait for each other
    for row_id in sorted({*wanted, *before}):
        if row_id not in wanted:
            yield _released(desk, row_id, before[row_id], "")
        elif row_id not in before:
            yield from _asked_for(desk, wanted[row_id], element)


def _asked_for(desk: Desk, wish: Wish, element: str) -> Iterator[e.Event]:
    """A place that an answer asks for; if there is none, the answer needs correcting and nothing typed is lost."""
    try:
        yield from _booked(desk, wish, element)
    except (NoPlaceLeft, RowRetired):
        problem = FieldProblem(wish.key, "PlaceNotFree")
        raise InvalidAnswers(count=1, problems=(problem,)) from None


def _booked(desk: Desk, wish: Wish, element: str) -> Iterator[e.Event]:
    row = registers.row_by_id(desk.uow.connection, wish.row_id, lock=True)
    if wish.row_id in registers.bookings_of(desk.uow.connection, desk.uow.case.case_id):
        return
    if row.retired_at is not None:
        raise RowRetired(title=row.title)
    if row.free is not None and row.free < 1:
        raise NoPlaceLeft(title=row.title)
    booking_id = desk.clock.new_id()
    register = registers.declaration(desk.uow.connection, row.register).register
    told = register.tells and row.institution_id is not None and wish.consented
    if told:
        person = desk.uow.person
        known = {name: str(person.get(name) or "") for name in _TOLD}
        desk.uow.asides[booking_id] = desk.uow.cipher.seal_json(
            f"booking|{booking_id.hex}", {**known, "starts_on": wish.starts_on})
    desk.extra["booking"] = booking_id.hex
    yield e.PlaceBooked(booking_id=booking_id, row_id=row.row_id, register=row.register, name=row.title,
                        element=element, told=told)


def _released(desk: Desk, row_id: UUID, booking_id: UUID, reason: str) -> e.PlaceReleased:
    row = registers.row_by_id(desk.uow.connection, row_id, lock=True)
    return e.PlaceReleased(booking_id=booking_id, row_id=row_id, name=row.title,
                           reason=desk.uow.seal_reason(reason.strip()))


def _require_open(desk: Desk) -> None:
    case = desk.uow.case
    if case.state != OPEN:
        raise CaseNotOpen(number=case.number, state=case.state)
