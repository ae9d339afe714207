"""What somebody can do who has the database file or the owner's role, but not the key file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, make_url, text

from engine.assembly import Engine
from engine.queries.audits import verify_all
from engine.store import database as databases
from tests.databases import OWNER

PROTECTED = ("ledger_entry", "answer")


def owners(url: str) -> str:
    """The same database for the role that owns its tables."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return url
    return parsed.set(username=OWNER).render_as_string(hide_password=False)


@contextmanager
def as_owner(url: str, *, keep: bool = True) -> Iterator[Connection]:
    """A transaction beside the program, as the owner of the tables; taken back at the end unless it is to be kept."""
    database = databases.connect(owners(url))
    try:
        with database.engine.connect() as connection, connection.begin() as transaction:
            yield connection
            if not keep:
                transaction.rollback()
    finally:
        database.dispose()


@contextmanager
def tampering(url: str, *, keep: bool = False) -> Iterator[Connection]:
    """The same with the triggers of the append-only tables taken away: nothing in the database resists any more."""
    with as_owner(url, keep=keep) as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in PROTECTED:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection


def broken(engine: Engine, connection: Connection) -> dict[str, tuple[int, str]]:
    """Stream → first broken entry and why, of every chain that does not agree as this connection sees it."""
    with engine._reading() as reading:
        found = verify_all(replace(reading, connection=connection))
    return {name: (verdict.broken, verdict.reason) for name, verdict in found if not verdict.agrees}
