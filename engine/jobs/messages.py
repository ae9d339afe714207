"""Messages and signals that cross cases: found by the index of who waits, delivered one case a transaction.

A message nobody waits for starts a case where a live definition starts with it, else it is kept and shown; it is
delivered as soon as a step waits for its name.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.commands.dispatch import Door, Receipt
from engine.model.actors import Actor, system
from engine.model.commands import DeliverKeptMessage, KeepMessage, OpenCase, SendMessage, SendSignal
from engine.model.errors import NobodyWaits, NotFound
from engine.store import subscriptions
from engine.store.desk import starts_by
from engine.store.jobs import Job


def deliver(door: Door, actor: Actor, message: str, payload: Mapping[str, Any],
            correlation: Mapping[str, Any] | None = None, sender_id: UUID | None = None, token: str = "",
            hops: int = 0) -> Receipt:
    """Deliver to the case that waits and matches, else start one, else keep; the receipt of what was done.

    With a token it is done once, by whichever of the three ways, however often a worker comes back to it.
    """
    with door.database.reading() as connection:
        sought = subscriptions.correlation_tokens(door.vault, correlation)
        cases = subscriptions.waiting_cases(connection, "message", message, sought)
        starts = starts_by(connection, "message", message)
    for case_id in cases:
        try:
            return door.carry_out(SendMessage(case_id=case_id, message=message, payload=payload,
                                              correlation=correlation, token=token, hops=hops), actor)
        except NobodyWaits:
            continue
    if starts:
        return _started(door, actor, starts[0], payload, sender_id, token, hops)
    return door.carry_out(KeepMessage(message=message, payload=payload, correlation=correlation, token=token), actor)


def _started(door: Door, actor: Actor, start: tuple[str, str, str], payload: Mapping[str, Any],
             sender_id: UUID | None, token: str, hops: int) -> Receipt:
    definition, process, element = start
    return door.carry_out(OpenCase(definition=definition, answers=payload, source="message", process=process,
                                   start_element=element, sender_id=sender_id, token=token, hops=hops), actor)


def broadcast(door: Door, actor: Actor, signal: str, payload: Mapping[str, Any], beside: UUID | None = None,
              token: str = "", sender_id: UUID | None = None, hops: int = 0) -> int:
    """Let every live case that listens hear a signal, and every process that starts with it begin a case.

    With a token each of them once; how many heard it. A case that waits at such a start event is the one it begins.
    """
    with door.database.reading() as connection:
        cases = subscriptions.waiting_cases(connection, "signal", signal)
        waiting = subscriptions.waiting_at(connection, "signal", signal)
        starts = [one for one in starts_by(connection, "signal", signal) if one[1:] not in waiting]
    heard = [door.carry_out(SendSignal(case_id=one, signal=signal, payload=payload, hops=hops,
                                       token=f"{token}|{one.hex}" if token else ""), actor)
             for one in cases if one != beside]
    for one in starts:
        _started(door, actor, one, payload, sender_id, f"{token}|{one[0]}|{one[1]}" if token else "", hops)
    return len(heard) + len(starts)


def _content(door: Door, job: Job) -> dict[str, Any]:
    found: dict[str, Any] = door.vault.house.open_json("job", base64.b64decode(job.payload["sealed"]))
    return found


def send_message(door: Door, job: Job) -> None:
    """A message that a step threw and no step of its own case waited for."""
    content = _content(door, job)
    deliver(door, system("message"), content["message"], content["payload"], content["correlation"],
            UUID(hex=content["sender"]), token=f"job|{job.job_id.hex}", hops=content.get("hops", 0))


def send_signal(door: Door, job: Job) -> None:
    """A signal that a step threw, for all other cases."""
    content = _content(door, job)
    broadcast(door, system("signal"), content["signal"], content["payload"], UUID(hex=content["from"]),
              token=f"job|{job.job_id.hex}", sender_id=UUID(hex=content["sender"]) if "sender" in content else None,
              hops=content.get("hops", 0))


def send_kept(door: Door, job: Job) -> None:
    """Kept messages of a name for which a step waits now."""
    name = _content(door, job)["message"]
    with door.database.reading() as connection:
        waiting = subscriptions.kept(connection, door.vault, name)
    for message_id, content in waiting:
        with door.database.reading() as connection:
            sought = subscriptions.correlation_tokens(door.vault, content["correlation"])
            cases = subscriptions.waiting_cases(connection, "message", name, sought)
        for case_id in cases:
            if _taken(door, case_id, message_id):
                break


def _taken(door: Door, case_id: UUID, message_id: UUID) -> bool:
    """Whether the message need not be offered to further cases: this one took it, or it has found another."""
    command = DeliverKeptMessage(case_id=case_id, message_id=message_id, token=f"kept|{message_id.hex}")
    try:
        door.carry_out(command, system("message"))
    except NobodyWaits:
        return False
    except NotFound:
        return True
    return True
