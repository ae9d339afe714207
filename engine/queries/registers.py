"""Registers as read: which there are, their rows with search, one row with its versions, places booked for a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from engine.model.actors import Actor
from engine.model.cases import OPEN
from engine.model.errors import NotFound
from engine.model.forms import Form
from engine.model.registers import Register, Row
from engine.queries.reading import Reading
from engine.queries.rows import Words
from engine.store import registers
from engine.store import tables as t
from engine.store.keys import Unreadable
from engine.store.names import fold, polish_key
from engine.store.registers import Declared

MOST_ROWS = 500


@dataclass(frozen=True)
class RegisterLine:
    """A register in the list of them."""

    id: str
    name: Words
    rows: int
    may_add: bool


@dataclass(frozen=True)
class RowLine:
    """A row in the list of a register: the values of the questions that it shows, raw, and whose it is."""

    row: Row
    owner: str
    may_edit: bool


@dataclass(frozen=True)
class Sheet:
    """A register with its rows; ``more`` says that there are others beyond the first 500."""

    register: Register
    name: Words
    form: Form
    rows: tuple[RowLine, ...]
    may_add: bool
    more: bool = False


@dataclass(frozen=True)
class Version:
    """What a row said from a moment on, and who said it."""

    revision: int
    title: str
    values: Mapping[str, Any]
    put_at: datetime
    put_by: str


@dataclass(frozen=True)
class Guest:
    """Who comes to a booked place, as the row's owner may know it: name, contact and day, nothing of the case."""

    name: str
    phone: str
    starts_on: str
    booked_at: datetime


@dataclass(frozen=True)
class RowSheet:
    """One row with everything that may be known of it."""

    register: Register
    name: Words
    form: Form
    row: Row
    owner: str
    versions: tuple[Version, ...]
    may_edit: bool
    guests: tuple[Guest, ...] = ()
    unnamed: int = 0


@dataclass(frozen=True)
class Booked:
    """A place that a case has or had."""

    booking_id: UUID
    row_id: UUID
    register: str
    title: str
    booked_at: datetime
    released_at: datetime | None
    told: bool


@dataclass(frozen=True)
class CasePlaces:
    """The places of a case, and what could be booked by who coordinates it."""

    case_id: UUID
    number: str
    places: tuple[Booked, ...]
    choices: tuple[tuple[Words, tuple[Row, ...]], ...]
    may_book: bool


def _edits(declared: Declared, reading: Reading, actor: Actor, row: Row | None = None) -> bool:
    register = declared.register
    if actor.is_system or actor.roles.intersection(register.edits):
        return True
    own = row is None or row.institution_id == actor.institution_id
    return own and bool(actor.roles.intersection(register.owners)) and actor.institution_id in registers.in_force(
        reading.connection, register.owners, reading.now)


def _reads(declared: Declared, actor: Actor) -> bool:
    return actor.is_system or declared.register.may_read(actor.roles)


def _name(register: Register) -> Words:
    return Words(register.name.pl, register.name.en)


@dataclass(frozen=True)
class Registers:
    """The registers that the actor may read, or keeps rows of."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[RegisterLine, ...]:
        """One line a register, by name."""
        found = [RegisterLine(one.register.id, _name(one.register), len(_rows(one, reading, actor)),
                              _edits(one, reading, actor))
                 for one in registers.declared(reading.connection).values()
                 if _reads(one, actor) or actor.roles.intersection(one.register.owners)]
        return tuple(sorted(found, key=lambda one: polish_key(one.name.pl)))


def _rows(declared: Declared, reading: Reading, actor: Actor, *, retired: bool = False) -> list[Row]:
    r = t.register_row.c
    wanted: Select[Any] = select(t.register_row).where(
        r.register == declared.register.id, r.retired_at.is_not(None) if retired else r.retired_at.is_(None))
    if not _reads(declared, actor):
        wanted = wanted.where(r.institution_id == actor.institution_id)
    return [registers.as_row(one) for one in reading.connection.execute(wanted)]


@dataclass(frozen=True)
class RegisterPage:
    """A register with the rows that hold every word sought, in Polish order."""

    register: str
    search: str = ""
    retired: bool = False

    def answer(self, reading: Reading, actor: Actor) -> Sheet:
        """The rows; NotFound for who may neither read it nor keeps rows of it."""
        declared = registers.declaration(reading.connection, self.register)
        if not _reads(declared, actor) and not actor.roles.intersection(declared.register.owners):
            raise NotFound
        words = fold(self.search).split()
        rows = [one for one in _rows(declared, reading, actor, retired=self.retired)
                if all(word in _searched(declared.form, one) for word in words)]
        rows.sort(key=lambda one: polish_key(one.title))
        lines = (RowLine(one, reading.institution(one.institution_id), _edits(declared, reading, actor, one))
                 for one in rows[:MOST_ROWS])
        return Sheet(declared.register, _name(declared.register), declared.form, tuple(lines),
                     _edits(declared, reading, actor), len(rows) > MOST_ROWS)


def _searched(form: Form, row: Row) -> str:
    said = []
    for field in form.fields:
        value = row.values.get(field.key)
        for one in value if isinstance(value, list) else [value]:
            said.append(field.option_label(str(one), "pl") if field.options else str(one))
    return fold(" ".join([row.title, *said]))


@dataclass(frozen=True)
class RowPage:
    """One row of a register, its versions, and for its owner who comes."""

    register: str
    row_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> RowSheet:
        """The row; NotFound for who may not read it."""
        declared = registers.declaration(reading.connection, self.register)
        row = registers.row_by_id(reading.connection, self.row_id)
        own = row.institution_id == actor.institution_id and bool(actor.roles.intersection(declared.register.owners))
        if row.register != self.register or not (own or _reads(declared, actor)):
            raise NotFound
        guests, unnamed = _guests(reading, row) if own and _edits(declared, reading, actor, row) else ((), 0)
        return RowSheet(declared.register, _name(declared.register), declared.form, row,
                        reading.institution(row.institution_id), _versions(reading, row),
                        _edits(declared, reading, actor, row) and row.retired_at is None, guests, unnamed)


def _versions(reading: Reading, row: Row) -> tuple[Version, ...]:
    v = t.register_version.c
    rows = list(reading.connection.execute(
        select(t.register_version).where(v.row_id == row.row_id).order_by(v.revision.desc())))
    names = reading.names(one.put_by for one in rows)
    return tuple(Version(one.revision, one.title, registers.content(one.content), one.put_at,
                         names.get(one.put_by, "")) for one in rows)


def _guests(reading: Reading, row: Row) -> tuple[tuple[Guest, ...], int]:
    """Who comes, of those who agreed that the owner may know; how many others there are."""
    b, case = t.booking.c, t.case_file.c
    rows = list(reading.connection.execute(
        select(b.booking_id, b.case_id, b.booked_at, b.told_enc, t.person_key.c.wrapped)
        .join(t.case_file, case.case_id == b.case_id)
        .join(t.person_key, t.person_key.c.person_id == case.person_id)
        .where(b.row_id == row.row_id, b.released_at.is_(None)).order_by(b.booked_at)))
    told = [one for one in rows if one.told_enc is not None]
    reading.seen((one.case_id for one in told), "booking", "consent")
    found = tuple(guest for one in told if (guest := _guest(reading, one)) is not None)
    return found, len(rows) - len(found)


def _guest(reading: Reading, row: Any) -> Guest | None:
    try:
        known = reading.cipher(row.wrapped).open_json(f"booking|{row.booking_id.hex}", row.told_enc)
    except Unreadable:
        return None
    name = f"{known['given_names']} {known['family_name']}".strip()
    return Guest(name, known["phone"], known["starts_on"], row.booked_at)


@dataclass(frozen=True)
class RegisterRows:
    """The live rows of a register as plain values, for papers and other programs."""

    register: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[Row, ...]:
        """The rows by name; NotFound for who may not read the register."""
        declared = registers.declaration(reading.connection, self.register)
        if not _reads(declared, actor):
            raise NotFound
        return tuple(registers.live_rows(reading.connection, declared.register, reading.now))


@dataclass(frozen=True)
class BookedPlaces:
    """The places booked for a case, for who takes part in it."""

    case_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> CasePlaces:
        """Places now and before; what may be booked, for who coordinates."""
        known = reading.own_case(self.case_id, actor)
        reading.seen([self.case_id], "places")
        b = t.booking.c
        rows = reading.connection.execute(
            select(t.booking, t.register_row.c.title, t.register_row.c.register)
            .join(t.register_row, t.register_row.c.row_id == b.row_id)
            .where(b.case_id == self.case_id).order_by(b.booked_at.desc(), b.booking_id.desc()))
        may_book = known.definition.coordinator in known.roles and known.row.state == OPEN
        places = tuple(Booked(one.booking_id, one.row_id, one.register, one.title, one.booked_at, one.released_at,
                              one.told_enc is not None) for one in rows)
        return CasePlaces(self.case_id, known.row.number, places, self._choices(reading) if may_book else (), may_book)

    def _choices(self, reading: Reading) -> tuple[tuple[Words, tuple[Row, ...]], ...]:
        found = []
        for one in registers.declared(reading.connection).values():
            if one.register.places:
                rows = tuple(row for row in registers.live_rows(reading.connection, one.register, reading.now)
                             if row.free)
                found.append((_name(one.register), rows))
        return tuple((name, rows) for name, rows in found if rows)


def row_at(reading: Reading, row_id: UUID, at: datetime) -> Mapping[str, Any]:
    """What a row said at a moment, as plain values: for a paper about what was agreed then. NotFound if nothing yet."""
    return registers.version_at(reading.connection, row_id, at)
