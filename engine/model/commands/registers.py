"""Requests about registers and the places that cases book in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from engine.model.commands.base import CaseCommand, Command


@dataclass(frozen=True, kw_only=True)
class PutRegisterRow(Command):
    """Enter a row of a register, or a new version of one that is there.

    ``revision`` is the version that was being changed (0: a new row); ``row_id`` may be chosen by who asks, so that a
    repeated request makes one row. ``institution_id`` says for whom an editor enters it.
    """

    register: str
    values: Mapping[str, Any]
    row_id: UUID | None = None
    revision: int = 0
    institution_id: UUID | None = None
    stream: ClassVar[str] = "registers"


@dataclass(frozen=True, kw_only=True)
class RetireRegisterRow(Command):
    """Take a row out of what can be chosen, with the reason; nothing is deleted."""

    register: str
    row_id: UUID
    reason: str
    stream: ClassVar[str] = "registers"


@dataclass(frozen=True, kw_only=True)
class BookPlace(CaseCommand):
    """Take one of the places of a row for a case; with the person's consent its owner learns name, contact and day."""

    row_id: UUID
    starts_on: str = ""
    consented: bool = False


@dataclass(frozen=True, kw_only=True)
class ReleasePlace(CaseCommand):
    """Give a place back, with the reason."""

    booking_id: UUID
    reason: str
