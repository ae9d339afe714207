"""Compensation and the cancelling of transactions (BPMN 2.0.2 §10.7, §13.5.4).

A scope notes what completed in it and can be undone. Throwing takes those notes, newest first, and runs their
handlers one by one; a completed sub-process is opened again with the variables it had, and what completed inside is
undone there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from engine.bpmn.event_definitions import Thrown
    from engine.bpmn.tokens import Token
    from engine.bpmn.workflow import CaseWorkflow, Scope


def compensate(top: CaseWorkflow, event: Thrown) -> None:
    """Undo one activity, or everything completed in the scopes the thrower means."""
    thrower, activity = event.thrower, event.event_definition.activity
    chosen: list[dict[str, Any]] = []
    for scope in undone_scopes(thrower):
        records = [record for record in scope.compensable if activity in (None, record["element"])]
        scope.compensable[:] = [record for record in scope.compensable if record not in records]
        chosen = [{**record, "scope": _owner(scope)} for record in records] + chosen
    if chosen and event.event_definition.waits:
        begin_undo(thrower, thrower.workflow, chosen)
    else:
        for record in reversed(chosen):
            _undo(thrower, _scope(thrower, record["scope"]), record, waits=False)


def undone_scopes(thrower: Token) -> Iterator[Scope]:
    """The scopes whose activities are meant: the thrower's own; from an event sub-process also the one around it."""
    scope = thrower.workflow
    yield scope
    while scope.parent_token is not None and "start" in scope.parent_token.internal_data:
        scope = scope.parent_token.workflow
        yield scope


def cancel_transaction(top: CaseWorkflow, event: Thrown) -> None:
    """A cancel end event: stop what runs in the transaction, undo what completed, then leave by the cancel event."""
    thrower = event.thrower
    scope = thrower.workflow
    scope.cancel_all(but=thrower)
    records, scope.compensable[:] = list(scope.compensable), []
    begin_undo(thrower, scope, records)


def begin_undo(thrower: Token, scope: Scope, records: list[dict[str, Any]]) -> None:
    """Run the handlers of these notes, the newest first; the thrower waits."""
    thrower.internal_data["undo"] = {"scope": _owner(scope), "records": list(records)}
    undo_next(thrower)


def _owner(scope: Scope) -> str | None:
    return None if scope.parent_token is None else scope.parent_token.id.hex


def undo_next(thrower: Token) -> None:
    """The next handler, or the end of the compensation."""
    undo = thrower.internal_data.get("undo")
    if undo is None:
        return
    if not undo["records"]:
        del thrower.internal_data["undo"]
        thrower.task_spec.thrown(thrower)
        return
    record = undo["records"].pop()
    _undo(thrower, _scope(thrower, record.get("scope", undo["scope"])), record, waits=True)


def _scope(thrower: Token, owner: str | None) -> Scope:
    top = thrower.top
    return top if owner is None else top.subprocesses[UUID(owner)]


def _undo(thrower: Token, scope: Scope, record: dict[str, Any], waits: bool) -> None:
    marks: dict[str, Any] = {"for": thrower.id.hex if waits else "0" * 32}
    handler = record["handler"]
    if handler is None:
        marks["reopen"] = {
            "data": record["data"],
            "records": record["inner"],
            "starts": record["starts"],
            "spec": record["spec"],
        }
    token = scope.root.add(scope.spec.task_specs[handler or record["name"]], **marks)
    if handler is not None:
        token.data.update(record["data"])
    token.task_spec._update(token)
