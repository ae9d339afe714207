"""Kept messages: delivered to a case that waits for their name, by the program or by a person, or given up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.bpmn.failures import NotWaiting
from engine.bpmn.progress import Progress
from engine.bpmn.runner import deliver
from engine.commands import steps
from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import InvalidInput, NobodyWaits
from engine.store.desk import Desk


def deliver_kept(command: c.DeliverKeptMessage, desk: Desk) -> Iterator[e.Event]:
    """Deliver it to the first instance of the case that waits for its name. Raises NobodyWaits, NotFound."""
    name, content = desk.kept_message(command.message_id)
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        step = partial(deliver, live, name, content["payload"], desk.clock, content["correlation"] or None,
                       anyway=command.anyway)
        try:
            progress = steps.tried(desk, live, step)
        except NotWaiting:
            continue
        yield e.MessageReceived(message=name, instance_id=instance_id)
        yield e.KeptMessageDelivered(message=name, message_id=command.message_id, anyway=command.anyway)
        yield from steps.run(desk, live, partial(_as_it_is, progress))
        return
    raise NobodyWaits(message=name)


def _as_it_is(progress: Progress) -> Progress:
    return progress


def discard(command: c.DiscardMessage, desk: Desk) -> Iterator[e.Event]:
    """Give a kept message up. Raises InvalidInput without a reason, NotFound if it found its case meanwhile."""
    if not command.reason.strip():
        raise InvalidInput(field="reason", reason="say why it is given up")
    name, _ = desk.kept_message(command.message_id)
    yield e.MessageDiscarded(message=name, message_id=command.message_id, reason=command.reason.strip()[:500])
