"""Registers: rows entered, changed and retired by their owners. Booking their places is left to ``places``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from engine.commands import work_items
from engine.model import commands as c
from engine.model import events as e
from engine.model.actors import NOBODY
from engine.model.errors import ChangedMeanwhile, InvalidInput, NotFound
from engine.model.permissions import Asked
from engine.model.registers import Row, RowRetired
from engine.store import registers
from engine.store.desk import Desk
from engine.store.keys import digest
from engine.store.registers import Declared


def asked(found: Asked, desk: Desk) -> Asked:
    """With what a permission asks about a register: its declaration, whose row it is, whether the actor is a partner.
    """
    command, actor, connection = found.command, found.actor, desk.uow.connection
    if not isinstance(command, c.PutRegisterRow | c.RetireRegisterRow):
        return found
    register = registers.declaration(connection, command.register).register
    owner = actor.institution_id
    if command.row_id is not None and (isinstance(command, c.RetireRegisterRow) or command.revision):
        row = registers.row_by_id(connection, command.row_id)
        if row.register != register.id:
            raise NotFound
        owner = row.institution_id or NOBODY
    partners = registers.in_force(connection, register.owners, desk.uow.now) if register.owners else frozenset()
    return replace(found, register=register, row_owner=owner, is_partner=actor.institution_id in partners)


def revision(desk: Desk, row_id: UUID) -> int:
    """The version that a row has now, locked until the end of the transaction."""
    return registers.row_by_id(desk.uow.connection, row_id, lock=True).revision


def put_row(command: c.PutRegisterRow, desk: Desk) -> Iterator[e.Event]:
    """Enter a row or a new version of one; a row that says what it said before makes no new version."""
    declared = registers.declaration(desk.uow.connection, command.register)
    known = _known(command, desk)
    values = work_items.filled(desk, declared.form, command.values, {})
    content = json.dumps(values, ensure_ascii=False, sort_keys=True)
    row_id = known.row_id if known else command.row_id or desk.clock.new_id()
    desk.extra["row"] = row_id.hex
    if known is not None and json.dumps(known.values, ensure_ascii=False, sort_keys=True) == content:
        return
    yield e.RegisterRowPut(
        row_id=row_id, register=declared.register.id, revision=known.revision + 1 if known else 1,
        name=_title(declared, values), digest=digest(content).hex(), content=content, places=_places(declared, values),
        institution_id=known.institution_id if known else _owner(command, desk, declared))


def _known(command: c.PutRegisterRow, desk: Desk) -> Row | None:
    if command.revision == 0:
        return None
    if command.row_id is None:
        raise InvalidInput(field="row", reason="say which row is changed")
    known = registers.row_by_id(desk.uow.connection, command.row_id, lock=True)
    if known.revision != command.revision:
        raise ChangedMeanwhile(what=known.title)
    if known.retired_at is not None:
        raise RowRetired(title=known.title)
    return known


def _title(declared: Declared, values: Mapping[str, Any]) -> str:
    return str(values.get(declared.register.title) or "").strip() or "–"


def _places(declared: Declared, values: Mapping[str, Any]) -> int | None:
    if not declared.register.places:
        return None
    given = values.get(declared.register.places)
    return int(given) if isinstance(given, int | float) else 0


def _owner(command: c.PutRegisterRow, desk: Desk, declared: Declared) -> UUID | None:
    """Whose row it is: the institution of who keeps rows of its own; the one an editor names; else nobody's."""
    actor, register = desk.uow.actor, declared.register
    if command.institution_id is not None and (actor.is_system or actor.roles.intersection(register.edits)):
        return command.institution_id
    return actor.institution_id if actor.roles.intersection(register.owners) else None


def retire_row(command: c.RetireRegisterRow, desk: Desk) -> Iterator[e.Event]:
    """Retire a row; one that is retired stays as it is."""
    known = registers.row_by_id(desk.uow.connection, command.row_id, lock=True)
    if not command.reason.strip():
        raise InvalidInput(field="reason", reason="say why it is retired")
    if known.retired_at is None:
        yield e.RegisterRowRetired(row_id=known.row_id, register=known.register, name=known.title,
                                   reason=command.reason.strip()[:500])
