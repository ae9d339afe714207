"""What an installation knows of itself: whether anything was entered yet, and whether it is a demo's."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from engine.store import tables as t

_DEMO = "demo"


def is_empty(connection: Connection) -> bool:
    """Whether no institution was entered yet."""
    return connection.execute(select(t.institution.c.institution_id).limit(1)).first() is None


def is_demo(connection: Connection) -> bool:
    """Whether the demo made this database."""
    return connection.execute(select(t.installation).where(t.installation.c.name == _DEMO)).first() is not None


def mark_as_demo(connection: Connection) -> None:
    """Mark a database as a demo's, for ever."""
    connection.execute(insert(t.installation).values(name=_DEMO, value="yes"))
