"""Rows of registers as handlers and queries find them, and forms with the rows put in as answers to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from engine.bpmn.bundles import Bundle
from engine.model.errors import NotFound
from engine.model.fields import Field, Option
from engine.model.forms import Form
from engine.model.registers import Register, Row, asks_registers, filled, fits, is_row, registers_in
from engine.store import tables as t
from engine.store.cached_cases import compiled, form_of

_r, _v = t.register_row.c, t.register_version.c


@dataclass(frozen=True)
class Declared:
    """A register, the form of its rows and the definition that declares it."""

    register: Register
    form: Form
    definition: str


@lru_cache(maxsize=64)
def _of_bundle(bundle: Bundle, definition: str) -> tuple[Declared, ...]:
    found = ((one, form_of(bundle, one.form)) for one in registers_in(bundle.files).values())
    return tuple(Declared(one, form, definition) for one, form in found if form is not None)


def declared(connection: Connection) -> dict[str, Declared]:
    """The registers of the live definitions, by id; of two that declare the same one, the first by name."""
    d = t.definition.c
    found: dict[str, Declared] = {}
    for row in connection.execute(select(d.name, d.digest).where(d.live.is_(True)).order_by(d.name)):
        for one in _of_bundle(compiled(connection, row.digest).bundle, row.name):
            found.setdefault(one.register.id, one)
    return found


def declaration(connection: Connection, register: str) -> Declared:
    """A register by its id; NotFound if no live definition declares it."""
    found = declared(connection).get(register)
    if found is None:
        raise NotFound
    return found


def content(text: str) -> dict[str, Any]:
    """The values that a version of a row holds."""
    return dict(json.loads(text))


def as_row(row: Any) -> Row:
    """A row of the table."""
    return Row(row.row_id, row.register, row.revision, row.title, content(row.content), row.institution_id,
               row.places, row.taken, row.put_at, row.retired_at)


def row_by_id(connection: Connection, row_id: UUID, *, lock: bool = False) -> Row:
    """A row as it is now; NotFound if there is none. Locked, nobody else counts its places until the end."""
    wanted: Select[Any] = select(t.register_row).where(_r.row_id == row_id)
    found = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise NotFound
    return as_row(found)


def in_force(connection: Connection, roles: Iterable[str], now: datetime) -> frozenset[UUID]:
    """The institutions that an agreement in force names in one of these roles."""
    p, a = t.agreement_party.c, t.agreement.c
    return frozenset(connection.execute(
        select(p.institution_id).join(t.agreement, a.agreement_id == p.agreement_id).where(
            p.role.in_(list(roles)), a.from_at <= now, a.ends_at > now).distinct()).scalars())


def live_rows(connection: Connection, register: Register, now: datetime) -> list[Row]:
    """The rows that can be chosen now: not retired, and an owner's own only while its agreement is in force."""
    rows = map(as_row, connection.execute(
        select(t.register_row).where(_r.register == register.id, _r.retired_at.is_(None)).order_by(_r.title)))
    if not register.owners:
        return list(rows)
    partners = in_force(connection, register.owners, now)
    return [one for one in rows if one.institution_id is None or one.institution_id in partners]


def with_live_rows(connection: Connection, form: Form, now: datetime) -> Form:
    """The form with the rows that can be chosen now; a form that asks no register stays as it is."""
    if not asks_registers(form):
        return form
    known = declared(connection)
    rows = {name: live_rows(connection, known[name].register, now)
            for name in {field.options_from for _, field in form.walk()} & known.keys()}

    def options(field: Field) -> tuple[Option, ...]:
        fitting = (one for one in rows.get(field.options_from, ()) if fits(one.values, field.options_where))
        return tuple(Option(one.row_id.hex, one.title, one.title) for one in fitting)

    return filled(form, options)


def with_chosen_rows(connection: Connection, form: Form, values: Mapping[str, Any], at: datetime) -> Form:
    """The form with the rows that these answers chose, named as they were called at that moment."""
    if not asks_registers(form):
        return form
    titles = _titles(connection, set(_chosen(form, values)), at)
    options = tuple(Option(one, title, title) for one, title in titles.items())
    return filled(form, lambda _field: options)


def _chosen(form: Form, values: Mapping[str, Any]) -> Iterable[str]:
    for field in form.fields:
        given = values.get(field.key)
        if field.kind == "list":
            for row in given if isinstance(given, list) else ():
                for inner in field.fields:
                    yield from _identifiers(inner, row.get(inner.key))
        else:
            yield from _identifiers(field, given)


def _identifiers(field: Field, given: Any) -> Iterable[str]:
    if field.options_from:
        yield from (one for one in (given if isinstance(given, list) else [given])
                    if isinstance(one, str) and is_row(one))


def _titles(connection: Connection, wanted: set[str], at: datetime) -> dict[str, str]:
    if not wanted:
        return {}
    rows = connection.execute(select(_v.row_id, _v.title).where(
        _v.row_id.in_([UUID(one) for one in wanted]), _v.put_at <= at).order_by(_v.revision))
    return {one.row_id.hex: one.title for one in rows}  # the newest of that moment comes last and stays


def version_at(connection: Connection, row_id: UUID, at: datetime) -> Mapping[str, Any]:
    """What a row said at a moment; NotFound if it was not there yet."""
    found = connection.execute(select(_v.content).where(_v.row_id == row_id, _v.put_at <= at)
                               .order_by(_v.revision.desc()).limit(1)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return content(found)


def bookings_of(connection: Connection, case_id: UUID, element: str | None = None) -> dict[UUID, UUID]:
    """The places that a case has now, maybe only those of one step: row → booking."""
    b = t.booking.c
    where = [b.case_id == case_id, b.released_at.is_(None)] + ([b.element == element] if element is not None else [])
    return {one.row_id: one.booking_id
            for one in connection.execute(select(b.row_id, b.booking_id).where(*where).order_by(b.booking_id))}


def booked_row(connection: Connection, case_id: UUID, booking_id: UUID) -> UUID:
    """The row of a place that this case has now; NotFound otherwise."""
    b = t.booking.c
    found: UUID | None = connection.execute(select(b.row_id).where(
        b.booking_id == booking_id, b.case_id == case_id, b.released_at.is_(None))).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
