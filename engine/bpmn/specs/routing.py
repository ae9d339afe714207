"""Where a thrown event goes: signals to all, errors and escalations outwards to the innermost catcher (§10.5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.bpmn.specs.compensations import cancel_transaction, compensate

if TYPE_CHECKING:
    from engine.bpmn.event_definitions import Thrown
    from engine.bpmn.tokens import Token
    from engine.bpmn.workflow import CaseWorkflow


def deliver_thrown(top: CaseWorkflow, event: Thrown) -> None:
    """Take one event to whoever catches it."""
    if event.thrower.id not in top.tokens:
        return  # cancelled by an event before this one
    _ROUTES[event.event_definition.kind](top, event)


def _signal(top: CaseWorkflow, event: Thrown) -> None:
    payload = event.thrower.task_spec.values(event.thrower)
    top.recorder.signals.append((event.event_definition.name, payload))
    broadcast(top, event.event_definition.name, payload)


def broadcast(top: CaseWorkflow, name: str, payload: dict[str, Any]) -> int:
    """Let every listener in this instance hear a signal; how many did."""
    heard = 0
    for token in top.event_manager.of("signal", name):
        if token.id in top.event_manager.tasks:  # an earlier listener may have cancelled it
            index = _index(token, "signal", name)
            token.task_spec.happened(token, payload, index)
            heard += 1
    return heard


def _index(token: Token, kind: str, name: str) -> int:
    return next(index for index, definition in token.task_spec.slots(kind) if definition.name == name)


def _error(top: CaseWorkflow, event: Thrown) -> None:
    code = event.code or event.event_definition.code
    catcher = innermost(event.thrower, "error", code)
    if catcher is not None:
        catcher.task_spec.fire(catcher, _caught(catcher, event, code))
        return
    top.recorder.uncaught.append((event.thrower.element, code or ""))
    if event.from_job:
        scope = event.thrower.workflow
        event.thrower.cancel()
        scope.settle()


def _escalation(top: CaseWorkflow, event: Thrown) -> None:
    catcher = innermost(event.thrower, "escalation", event.event_definition.code)
    if catcher is not None:
        catcher.task_spec.fire(catcher, _caught(catcher, event, event.event_definition.code))


def _caught(catcher: Token, event: Thrown, code: str | None) -> dict[str, Any]:
    """The variables that get the code and the message, where the catching event names them."""
    found: dict[str, Any] = {}
    for _, definition in catcher.task_spec.slots(event.event_definition.kind):
        found |= {definition.code_variable: code} if definition.code_variable else {}
        found |= {definition.message_variable: event.event_definition.message} if definition.message_variable else {}
    return found


def innermost(thrower: Token, kind: str, code: str | None) -> Token | None:
    """The nearest listener outwards from a token: on it and its owners, in its scope, on the activity around, …"""
    for listeners in _outwards(thrower):
        matching = [listener for listener in listeners if _catches(listener, kind, code)]
        if matching:
            return min(matching, key=lambda listener: _unspecific(listener, kind, code))
    return None


def _outwards(thrower: Token) -> Iterator[list[Token]]:
    host: Token | None = thrower
    while host is not None:
        while not host.is_root:
            yield [child for child in host.children if child.internal_data.get("listens")]
            inside_handler = "start" in host.internal_data
            host = host.parent
        scope = host.workflow
        if not inside_handler:  # what a handler throws is not for the handlers beside it
            yield [scope.tasks[key] for key in scope.listeners]
        host = scope.parent_token


def _catches(listener: Token, kind: str, code: str | None) -> bool:
    return any(
        definition.kind == kind and definition.code in (None, code) for definition in listener.task_spec.definitions
    )


def _unspecific(listener: Token, kind: str, code: str | None) -> bool:
    return not any(definition.kind == kind and definition.code == code for definition in listener.task_spec.definitions)


_ROUTES: dict[str, Any] = {
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "compensate": compensate,
    "cancel": cancel_transaction,
}
