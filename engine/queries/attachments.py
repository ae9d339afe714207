"""Attachments as read: who may see the question a file answers may open the file; every opening is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.actors import NOBODY, Actor
from engine.model.attachments import KINDS
from engine.model.errors import NotFound
from engine.model.visibility import SEES, Relation
from engine.queries.reading import Known, Reading
from engine.queries.rows import FileRow
from engine.store import tables as t
from engine.store.cached_cases import form_of
from engine.store.keys import Unreadable

_f = t.attachment.c


@dataclass(frozen=True)
class AttachedFile:
    """The content of a file, with its name and media type."""

    attachment_id: UUID

    def answer(self, reading: Reading, actor: Actor) -> tuple[FileRow, bytes]:
        """The file, for who may see the answer it belongs to; NotFound otherwise."""
        row = reading.connection.execute(
            select(t.attachment).where(_f.attachment_id == self.attachment_id)).one_or_none()
        if row is None:
            raise NotFound
        known = reading.case(row.case_id, actor)
        if not may_see(known, row):
            raise NotFound
        reading.seen([row.case_id], "attachment")
        sealed = reading.files.get(reading.connection, self.attachment_id)
        return file_row(known, row), known.cipher.open(f"attachment|{self.attachment_id.hex}", sealed)


def of_case(known: Known) -> tuple[FileRow, ...]:
    """The files of a case that the actor may open, newest first."""
    rows = known.reading.connection.execute(
        select(t.attachment).where(_f.case_id == known.row.case_id).order_by(_f.attached_at.desc()))
    return tuple(file_row(known, one) for one in rows if may_see(known, one))


def may_see(known: Known, row: Any) -> bool:
    """Whether the actor sees the question that the file answers; whoever attached it does."""
    if known.relation is Relation.PARTICIPANT and row.account_id == known.actor.account_id != NOBODY:
        return True
    form = form_of(known.reading.compiled(row.digest).bundle, row.form)
    field = form.field(row.field) if form else None
    return field is not None and known.sight(field.sensitivity, field.sees) == SEES


def file_row(known: Known, row: Any) -> FileRow:
    """A file as a page shows it."""
    try:
        name = known.cipher.open(f"attachment|{row.attachment_id.hex}|name", row.name_enc).decode()
    except Unreadable:
        name = ""
    return FileRow(row.attachment_id, row.field, name, row.kind, KINDS[row.kind][0], row.size, row.attached_at)
