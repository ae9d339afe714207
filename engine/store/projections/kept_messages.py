"""Messages that were kept and have found their case, or were given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import events as e
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def kept_message_settled(uow: UnitOfWork, event: e.KeptMessageDelivered | e.MessageDiscarded) -> None:
    uow.change(t.kept_message, {"message_id": event.message_id}, delivered_at=uow.now)
