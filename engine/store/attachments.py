"""Where attachments lie: sealed under the person's key, in a folder beside an SQLite database, else in the database.

A file is written before the row that names it commits, so a row never points at nothing; what a rolled-back
transaction leaves behind is an unreadable file that no row names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from engine.model.errors import DataDirectoryRefused
from engine.store import tables as t


@dataclass(frozen=True)
class AttachmentStore:
    """Sealed contents by identifier; ``folder`` None keeps them in the database's own rows."""

    folder: Path | None

    def put(self, attachment_id: UUID, sealed: bytes) -> bytes:
        """Keep a sealed content; what is to stand in the row's own column (nothing, if it lies in the folder)."""
        if self.folder is None:
            return sealed
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / attachment_id.hex
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        return b""

    def get(self, connection: Connection, attachment_id: UUID) -> bytes:
        """The sealed content; DataDirectoryRefused if its file is gone."""
        column = t.attachment.c.content_enc
        kept = connection.execute(select(column).where(t.attachment.c.attachment_id == attachment_id)).scalar_one()
        if kept or self.folder is None:
            return bytes(kept)
        try:
            return (self.folder / attachment_id.hex).read_bytes()
        except OSError as error:
            raise DataDirectoryRefused(path=str(self.folder), reason=error.strerror or "a file is missing") from None
