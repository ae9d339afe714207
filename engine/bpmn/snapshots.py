"""Our codec: a live instance as versioned bytes and back. Plain JSON rows, no class names; specs come from the bundle.

Only what is open is in the rows: finished tokens have left the tree, their history is the ledger's.
"""

from __future__ import annotations

import threading
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


#: tokens by their identifier as the rows write it: to look a text up is much cheaper than to make a UUID of it
Known = dict[str, Token]


class _Zstd(threading.local):
    """Those of one thread: making one takes longer than packing a snapshot."""

    def __init__(self) -> None:
        self.packer = zstandard.ZstdCompressor(level=3, write_checksum=True)
        self.unpacker = zstandard.ZstdDecompressor()


_zstd = _Zstd()


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
        "offers": list(workflow.offers),
        "waiting": list(workflow.event_manager.tasks),
    }
    return _MAGIC + bytes([FORMAT]) + _zstd.packer.compress(orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS))


def _scope_row(owner: UUID | None, scope: Any) -> list[Any]:
    rows = [
        [
            token.id,
            token.task_spec.name,
            token._parent,
            token._state,
            token.internal_data,
            token.data,
        ]
        for token in scope.tasks.values()
    ]
    return [
        owner,
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
    known: Known = {}
    _fill(workflow, state["scopes"][0], known)
    for row in state["scopes"][1:]:
        owner = known[row[0]]
        scope = SubScope(compiled.specs[row[1]], owner, workflow)
        workflow.subprocesses[owner.id] = scope
        _fill(scope, row, known)
    _index(workflow, state, known)
    return live


def _decode(data: bytes) -> Any:
    if data[:3] != _MAGIC or data[3:4] != bytes([FORMAT]):
        raise SnapshotUnreadable(reason="it is of an unknown format")
    try:
        return orjson.loads(_zstd.unpacker.decompress(data[4:], max_output_size=LARGEST_SNAPSHOT))
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise SnapshotUnreadable(reason="its bytes are damaged") from error


def _fill(scope: Scope, row: list[Any], known: Known) -> None:
    _, _, scope.completed, data, scope.compensable, scope.resetting, rows = row
    scope.data.update(data)
    specs, tokens = scope.spec.task_specs, scope.top_workflow.tokens
    for key, name, _, state, internal, local in rows:
        known[key] = token = _token(scope, UUID(key), specs[name], state)
        token.internal_data, token.data = internal, local
        scope.tasks[token.id] = tokens[token.id] = token
    scope.task_tree = next(known[one[0]] for one in rows if one[2] is None)
    for key, _, parent, _, internal, _ in rows:
        if parent is not None:
            token = known[key]
            known[parent].adopt(token)
            if token.owner is scope.root and internal.get("listens"):
                scope.listeners[token.id] = None


def _token(scope: Scope, key: UUID, spec: Any, state: int) -> Token:
    token: Token = Token.__new__(Token)
    token.id, token.workflow, token.task_spec = key, scope, spec
    token.owner, token._parent, token._children, token._state = None, None, {}, state
    token.triggered, token.thread_id, token.last_state_change = False, 0, 0
    return token


def _index(workflow: CaseWorkflow, state: dict[str, Any], known: Known) -> None:
    for key in state["offers"]:
        token = known[key]
        workflow.offers[token.id] = token
        workflow.watch(token)
    for key in state["waiting"]:
        workflow.event_manager.add_task(known[key])
        workflow.watch(known[key])
    for scope in (workflow, *workflow.subprocesses.values()):
        workflow.joins.update({(id(scope), name): (scope, scope.spec.task_specs[name]) for name in scope.resetting})
    for token in workflow.tokens.values():
        spec = token.task_spec
        if isinstance(spec, Joining) and token._state == TaskState.WAITING:
            flows = token.workflow.arrived.setdefault(spec.name, {})
            flows.setdefault(token.internal_data.get("flow", ""), []).append(token)
            if isinstance(spec, Inclusive):
                workflow.joins[(id(token.workflow), spec.name)] = (token.workflow, spec)
