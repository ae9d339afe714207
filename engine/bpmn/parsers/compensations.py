"""Who undoes what (BPMN 2.0.2 §10.7): handlers bound by associations, and what throwing events may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.bpmn.documents import children, local
from engine.bpmn.normalise import ACTIVITIES

if TYPE_CHECKING:
    from engine.bpmn.parsers.scopes import ScopeParser


def bind_handler(scope: ScopeParser, event: Any, host: Any) -> None:
    """A compensation event on a boundary is bound to its handler by an association; no flow leaves it."""
    rows = scope.source.associations
    ends = [row.get("targetRef") for row in rows if row.get("sourceRef") == event.get("id")]
    ends += [row.get("sourceRef") for row in rows if row.get("targetRef") == event.get("id")]
    handlers = [key for key in ends if _undoes(scope.node_elements.get(key))]
    if len(handlers) != 1 or scope.spec_of(event.get("id")).flows:
        scope.source.problem("compensation-handler", event)
        return
    inner = getattr(host, "task_spec", "")
    (scope.spec_of(inner) if inner else host).compensated_by = handlers[0]


def _undoes(node: Any) -> bool:
    return node is not None and local(node) in ACTIVITIES and node.get("isForCompensation") in ("true", "1")


def check_targets(scope: ScopeParser) -> None:
    """What throw events may compensate, and where transactions may be cancelled."""
    for key, node in scope.node_elements.items():
        if local(node) not in ("intermediateThrowEvent", "endEvent"):
            continue
        for definition in scope.spec_of(key).definitions:
            if definition.kind == "cancel" and local(scope.node) != "transaction":
                scope.source.problem("cancel-outside-transaction", node)
            if definition.kind == "compensate" and definition.activity not in _undoable(scope):
                scope.source.problem("compensation-target", node, target=str(definition.activity))


def _undoable(scope: ScopeParser) -> set[str | None]:
    """The activities of this scope; for an event sub-process also those of the scope around it."""
    found: set[str | None] = {None}
    node = scope.node
    while True:
        found.update(scope.source.author(each.get("id")) for each in children(node, *ACTIVITIES))
        if node.get("triggeredByEvent") not in ("true", "1"):
            return found
        node = node.getparent()


def compensated_outside(scope: ScopeParser) -> bool:
    """Whether this sub-process has a compensation event on its boundary: then that one handler counts."""
    events = children(scope.node.getparent(), "boundaryEvent")
    attached = [event for event in events if event.get("attachedToRef") == scope.node.get("id")]
    return any(children(event, "compensateEventDefinition") for event in attached)
