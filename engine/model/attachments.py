"""Attachments: which files may be handed in, known by what they contain and not by what they are called."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.model.errors import Refused

LARGEST = 10 * 1024 * 1024

#: kind → its media type and the bytes it begins with. Office documents are archives; what they hold is looked at too.
KINDS = {
    "pdf": ("application/pdf", b"%PDF-"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
}
_INSIDE_DOCX = (b"word/", b"[Content_Types].xml")


class FileTooLarge(Refused):
    """{name} is too large: at most {limit} MB."""

    status = 422


class FileKindRefused(Refused):
    """{name} is not a PDF, JPG, PNG or DOCX file, whatever it is called."""

    status = 422


@dataclass(frozen=True)
class Upload:
    """A file as it came: which question it answers, its name, its bytes."""

    field: str
    name: str
    content: bytes = dataclasses.field(repr=False)


@dataclass(frozen=True)
class Attachment:
    """A file that is kept: known by its identifier; the content is read apart."""

    attachment_id: UUID
    case_id: UUID
    field: str
    form: str
    digest: str
    name: str
    kind: str
    size: int
    attached_at: datetime


def kind_of(upload: Upload) -> str:
    """The kind of a file by its content. Raises FileTooLarge, FileKindRefused."""
    if len(upload.content) > LARGEST:
        raise FileTooLarge(name=upload.name, limit=LARGEST // 1024 // 1024)
    for kind, (_, magic) in KINDS.items():
        if upload.content.startswith(magic) and (kind != "docx" or all(one in upload.content for one in _INSIDE_DOCX)):
            return kind
    raise FileKindRefused(name=upload.name)


def safe_name(name: str) -> str:
    """A file name without folders, control characters and quotes, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = "".join(one for one in last if one.isprintable() and one not in '"<>:|?*;').strip(". ")
    return cleaned[-120:] or "plik"
