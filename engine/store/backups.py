"""Backups of the embedded installation: one consistent copy while it runs, and its way back into an empty place.

The copy holds the database and the sealed attachments, never the key file: whoever has both can read every name, so
the keys are kept apart (and without them a backup cannot be read). PostgreSQL is copied by its own tools.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.model.errors import DataDirectoryRefused
from engine.store.database import Database

_DATABASE, _FILES = "powrot.db", "attachments"


@dataclass(frozen=True)
class Copied:
    """What a backup or a restore copied: bytes of the database, number of attachments."""

    database: int
    attachments: int


def backup(database: Database, data_dir: Path, target: Path) -> Copied:
    """Copy a running installation into an empty folder; DataDirectoryRefused if it is not empty or not SQLite."""
    if not database.is_sqlite:
        raise DataDirectoryRefused(path=database.engine.url.render_as_string(),
                                   reason="PostgreSQL is backed up by its own tools; see docs/operations.md")
    _require_empty(target)
    copy = target / _DATABASE
    # VACUUM INTO sees one moment of the database while others go on writing; it cannot run inside a transaction
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()
    return Copied(copy.stat().st_size, _copy_files(data_dir, target))


def restore(source: Path, data_dir: Path) -> Copied:
    """Put a backup into an empty data directory; the key file is put there by hand, from where it was kept."""
    copy = source / _DATABASE
    if not copy.is_file():
        raise DataDirectoryRefused(path=str(source), reason="there is no backup in it")
    if any(one.name != "keys.json" for one in data_dir.iterdir()) if data_dir.is_dir() else False:
        raise DataDirectoryRefused(path=str(data_dir), reason="it is not empty; a restore never overwrites")
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(copy, data_dir / _DATABASE)
    return Copied(copy.stat().st_size, _copy_files(source, data_dir))


def _require_empty(target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise DataDirectoryRefused(path=str(target), reason="it is not empty; a backup never overwrites")
    target.mkdir(parents=True, exist_ok=True)


def _copy_files(source: Path, target: Path) -> int:
    folder = source / _FILES
    if not folder.is_dir():
        return 0
    shutil.copytree(folder, target / _FILES)
    return sum(1 for _ in (target / _FILES).iterdir())

