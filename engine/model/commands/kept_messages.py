"""What may be done with a message that was kept because nobody waited for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.model.commands.base import CaseCommand, Command


@dataclass(frozen=True, kw_only=True)
class DeliverKeptMessage(CaseCommand):
    """Deliver a kept message to a case; ``anyway``: also where its correlation keys do not match."""

    message_id: UUID
    anyway: bool = False


@dataclass(frozen=True, kw_only=True)
class DiscardMessage(Command):
    """Give up a kept message, with the reason."""

    message_id: UUID
    reason: str
