"""What happened to messages that were kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.model.events.base import Event


@dataclass(frozen=True, kw_only=True)
class KeptMessageDelivered(Event):
    """A kept message found its case; ``anyway``: a person chose the case, though the keys did not match."""

    message: str
    message_id: UUID
    anyway: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageDiscarded(Event):
    """A kept message was given up."""

    message: str
    message_id: UUID
    reason: str
