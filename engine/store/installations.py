"""What an installation knows of itself: whether anything was entered yet, and whether it is a demo's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, insert, select

from engine.model.errors import DataDirectoryRefused
from engine.store import tables as t
from engine.store.keys import Unreadable, Vault

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


def require_own_keys(connection: Connection, vault: Vault, directory: Path) -> None:
    """Refuse a key file that is not the one this database was written with, before anything is written with it.

    A few seals and person keys are tried: one that fits shows the right file, even if somebody changed the others.
    """
    ends = connection.execute(select(t.stream_head).order_by(t.stream_head.c.name).limit(_TRIED)).all()
    sealed = [vault.seal_head(one.stream, one.sequence, bytes(one.head)) == bytes(one.seal) for one in ends]
    keys = connection.execute(select(t.person_key.c.wrapped).where(t.person_key.c.destroyed_at.is_(None))
                              .order_by(t.person_key.c.person_id).limit(_TRIED)).scalars().all()
    opened = [_opens(vault, bytes(one)) for one in keys if len(one)]
    if (sealed and not any(sealed)) or (opened and not any(opened)):
        raise DataDirectoryRefused(path=str(directory / "keys.json"), reason="it is not the key file this database was "
                                   "written with; restore the right one from its backup")


_TRIED = 5


def _opens(vault: Vault, wrapped: bytes) -> bool:
    try:
        vault.cipher(wrapped)
    except Unreadable:
        return False
    return True
