"""The side door, named: drafts, sessions and receipts are one user's own things, not facts about a case.

They change without events; nothing else may.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.model.clock import Clock
from engine.model.errors import NotFound
from engine.store import tables as t
from engine.store.keys import Vault, digest
from engine.store.writes import insert_rows

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=10)


def save_draft(connection: Connection, clock: Clock, vault: Vault, work_item_id: UUID, account_id: UUID,
               values: dict[str, Any]) -> datetime:
    """Keep what someone typed in a task, encrypted under the person's key; the moment it was kept."""
    wrapped = connection.execute(
        select(t.person_key.c.wrapped, t.case_file.c.case_id).join(
            t.case_file, t.case_file.c.person_id == t.person_key.c.person_id).join(
            t.work_item, t.work_item.c.case_id == t.case_file.c.case_id).where(
            t.work_item.c.work_item_id == work_item_id, t.work_item.c.closed_at.is_(None))).one_or_none()
    if wrapped is None:
        raise NotFound
    sealed = vault.cipher(wrapped.wrapped).seal_json(f"draft|{work_item_id.hex}|{account_id.hex}", values)
    now = clock.now()
    row = {"work_item_id": work_item_id, "account_id": account_id, "case_id": wrapped.case_id, "values_enc": sealed,
           "saved_at": now}
    made = sqlite_insert if connection.dialect.name == "sqlite" else pg_insert
    connection.execute(made(t.draft).values(row).on_conflict_do_update(
        index_elements=["work_item_id", "account_id"], set_={"values_enc": sealed, "saved_at": now}))
    return now


def keep_receipt(connection: Connection, clock: Clock, token: str, account_id: UUID, answer: dict[str, Any]) -> None:
    """Remember what a once-only token brought, in the same transaction."""
    insert_rows(connection, t.receipt, [{"token": _own(token, account_id), "account_id": account_id,
                                         "answer": json.dumps(answer), "made_at": clock.now()}])


def find_receipt(connection: Connection, token: str, account_id: UUID) -> dict[str, Any] | None:
    """What a once-only token already brought, or None."""
    found = connection.execute(select(t.receipt.c.answer).where(t.receipt.c.token == _own(token, account_id)))
    answer = found.scalar_one_or_none()
    return None if answer is None else dict(json.loads(answer))


def _own(token: str, account_id: UUID) -> bytes:
    return digest(f"{account_id.hex}|{token}".encode(errors="surrogatepass"))


def touch_session(connection: Connection, clock: Clock, session_hash: bytes) -> None:
    """The session was used now."""
    connection.execute(update(t.session).where(t.session.c.session_hash == session_hash).values(seen_at=clock.now()))


def choose_institution(connection: Connection, session_hash: bytes, institution_id: UUID) -> None:
    """Go on for another institution the account is appointed at."""
    connection.execute(update(t.session).where(t.session.c.session_hash == session_hash)
                       .values(institution_id=institution_id))


def choose_language(connection: Connection, account_id: UUID, language: str) -> None:
    """Keep the language a person reads."""
    connection.execute(update(t.account).where(t.account.c.account_id == account_id).values(language=language))


def password_hash(connection: Connection, email: str) -> tuple[UUID, str] | None:
    """Account and password hash of an address, to prove a password before a writer's turn is taken."""
    a = t.account.c
    row = connection.execute(
        select(a.account_id, a.password_hash).where(a.email == email.strip().lower())).one_or_none()
    return (row.account_id, row.password_hash) if row else None


def reserve_attempt(connection: Connection, clock: Clock, key: bytes) -> datetime | None:
    """Count an attempt before its password is proved; when the next one is taken, if this one came too early.

    Counting first leaves nothing to win by trying many at the same instant; a success forgets them all.
    """
    free = free_at(connection, key)
    if free is not None and free > clock.now():
        return free
    note_failure(connection, clock, key)
    return None


def note_failure(connection: Connection, clock: Clock, key: bytes) -> datetime:
    """Count a failed sign-in and return when the next one is taken: the pause doubles, never a lock-out for ever."""
    row = connection.execute(select(t.throttle).where(t.throttle.c.throttle_key == key)).one_or_none()
    failures = 1 if row is None else row.failures + 1
    free_at = clock.now() + timedelta(seconds=0 if failures < 4 else min(900, 2 ** (failures - 2)))
    made = sqlite_insert if connection.dialect.name == "sqlite" else pg_insert
    connection.execute(made(t.throttle).values(throttle_key=key, failures=failures, free_at=free_at)
                       .on_conflict_do_update(index_elements=["throttle_key"],
                                              set_={"failures": failures, "free_at": free_at}))
    return free_at


def free_at(connection: Connection, key: bytes) -> datetime | None:
    """When a sign-in under this key is taken again, or None."""
    return connection.execute(select(t.throttle.c.free_at).where(t.throttle.c.throttle_key == key)).scalar_one_or_none()


def forget_failures(connection: Connection, key: bytes) -> None:
    """A sign-in succeeded."""
    connection.execute(delete(t.throttle).where(t.throttle.c.throttle_key == key))
