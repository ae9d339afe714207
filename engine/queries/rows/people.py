"""Rows about those who work here, and the mail that reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Letter:
    """A mail as it left, or would have left: numbers and links, no personal data."""

    mail_id: UUID
    to: str
    email: str
    kind: str
    number: str
    work_item_id: UUID | None
    written_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Place:
    """An institution an account may act for, with the roles it holds there."""

    institution_id: UUID
    institution: str
    roles: tuple[str, ...]
