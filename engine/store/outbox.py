"""The outbox of mail: what was written to whom, so that a demo can show it and an auditor can count it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, insert, select

from engine.model.clock import Clock
from engine.store import tables as t


def write_letters(connection: Connection, clock: Clock, *, kind: str, work_item_id: UUID, institution_id: UUID,
                  role: str, number: str) -> int:
    """One letter to each person appointed in the role, once an item; how many were written."""
    a, m, now = t.appointment.c, t.mail.c, clock.now()
    known = set(connection.execute(
        select(m.account_id).where(m.work_item_id == work_item_id, m.kind == kind)).scalars())
    people = connection.execute(
        select(a.account_id).where(a.institution_id == institution_id, a.role == role, a.from_at <= now,
                                   a.until_at > now).distinct()).scalars()
    rows = [{"mail_id": clock.new_id(), "account_id": one, "kind": kind, "work_item_id": work_item_id,
             "number": number, "written_at": now, "sent_at": None} for one in people if one not in known]
    if rows:
        connection.execute(insert(t.mail), rows)
    return len(rows)
