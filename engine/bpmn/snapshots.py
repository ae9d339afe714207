"""Our codec: a live instance as versioned bytes and back. Plain JSON rows, no class names; specs come from the bundle.

Only what is open is in the rows: finished tokens have left the tree, their history is the ledger's.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.bundles import Compiled
from engine.bpmn.runner import Live
from engine.bpmn.specs.gateways import Inclusive, Joining
from engine.bpmn.tokens import Token
from engine.bpmn.workflow import CaseWorkflow, Scope, SubScope
from engine.model.clock import Clock
from engine.model.errors import Refused

FORMAT = 1
_MAGIC = b"PWS"
LARGEST_SNAPSHOT = 256_000_000


class SnapshotUnreadable(Refused):
    """The saved state cannot be read: {reason}."""


def dump(live: Live) -> bytes:
    """The instance as bytes: a magic word, the format, compressed JSON."""
    workflow = live.workflow
    scopes = [_scope_row(None, workflow)] + [_scope_row(key, scope) for key, scope in workflow.subprocesses.items()]
    state = {
        "instance": live.instance_id.hex,
        "digest": live.digest,
        "process": live.process_id,
        "scopes": scopes,
        "correlations": workflow.correlations,
        "offers": [key.hex for key in workflow.offers],
        "waiting": [key.hex for key in workflow.event_manager.tasks],
    }
    body = orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS)
    return _MAGIC + bytes([FORMAT]) + zstandard.ZstdCompressor(level=3, write_checksum=True).compress(body)


def _scope_row(owner: UUID | None, scope: Any) -> list[Any]:
    rows = [
        [
            token.id.hex,
            token.task_spec.name,
            token._parent.hex if token._parent else None,
            token._state,
            token.internal_data,
            token.data,
        ]
        for token in scope.tasks.values()
    ]
    return [
        owner.hex if owner else None,
        scope.spec.name,
        scope.completed,
        scope.data,
        scope.compensable,
        scope.resetting,
        rows,
    ]


def restore(data: bytes, compiled: Compiled, clock: Clock) -> Live:
    """The instance as it was; raises SnapshotUnreadable."""
    state = _decode(data)
    try:
        if state["digest"] != compiled.digest:
            raise SnapshotUnreadable(reason="it belongs to another version of the definition")
        return _live(state, compiled, clock)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise SnapshotUnreadable(reason="it does not fit the definition it names") from error


def _live(state: dict[str, Any], compiled: Compiled, clock: Clock) -> Live:
    live = Live(compiled, state["process"], UUID(state["instance"]), clock)
    workflow = live.workflow
    workflow.correlations.update(state["correlations"])
    _fill(workflow, state["scopes"][0])
    for row in state["scopes"][1:]:
        owner = workflow.tokens[UUID(row[0])]
        scope = SubScope(compiled.specs[row[1]], owner, workflow)
        workflow.subprocesses[owner.id] = scope
        _fill(scope, row)
    _index(workflow, state)
    return live


def _decode(data: bytes) -> Any:
    if data[:3] != _MAGIC or data[3:4] != bytes([FORMAT]):
        raise SnapshotUnreadable(reason="it is of an unknown format")
    try:
        return orjson.loads(zstandard.ZstdDecompressor().decompress(data[4:], max_output_size=LARGEST_SNAPSHOT))
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise SnapshotUnreadable(reason="its bytes are damaged") from error


def _fill(scope: Scope, row: list[Any]) -> None:
    _, _, scope.completed, data, scope.compensable, scope.resetting, rows = row
    scope.data.update(data)
    for key, name, parent, state, internal, local in rows:
        token = _token(scope, UUID(key), scope.spec.task_specs[name], UUID(parent) if parent else None, state)
        token.internal_data, token.data = internal, local
        if parent is None:
            scope.task_tree = token
    for token in scope.tasks.values():
        if token._parent is not None:
            scope.tasks[token._parent].adopt(token)
            if token._parent == scope.root.id and token.internal_data.get("listens"):
                scope.listeners[token.id] = None


def _token(scope: Scope, key: UUID, spec: Any, parent: UUID | None, state: int) -> Token:
    token: Token = Token.__new__(Token)
    token.id, token.workflow, token.task_spec = key, scope, spec
    token.owner, token._parent, token._children, token._state = None, parent, {}, state
    token.triggered, token.thread_id, token.last_state_change = False, 0, 0
    scope.tasks[key] = token
    scope.top_workflow.tokens[key] = token
    return token


def _index(workflow: CaseWorkflow, state: dict[str, Any]) -> None:
    for key in state["offers"]:
        token = workflow.tokens[UUID(key)]
        workflow.offers[token.id] = token
        workflow.watch(token)
    for key in state["waiting"]:
        workflow.event_manager.add_task(workflow.tokens[UUID(key)])
        workflow.watch(workflow.tokens[UUID(key)])
    for scope in (workflow, *workflow.subprocesses.values()):
        workflow.joins.update({(id(scope), name): (scope, scope.spec.task_specs[name]) for name in scope.resetting})
    for token in workflow.tokens.values():
        spec = token.task_spec
        if isinstance(spec, Joining) and token._state == TaskState.WAITING:
            flows = token.workflow.arrived.setdefault(spec.name, {})
            flows.setdefault(token.internal_data.get("flow", ""), []).append(token)
            if isinstance(spec, Inclusive):
                workflow.joins[(id(token.workflow), spec.name)] = (token.workflow, spec)
