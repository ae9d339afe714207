"""What a diagram says about each element, in the author's words and ids: read from XML, never executed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.documents import camunda, child, children, extension, local, qname, text_of
from engine.bpmn.normalise import FLOW_NODES, SUB_PROCESSES, Normalised


@dataclass(frozen=True, slots=True)
class StartInfo:
    """One way a process starts; `ref` is the message or signal name, or the timer's text."""

    element: str
    kind: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """One executable process of a bundle."""

    id: str
    name: str
    name_en: str
    file: str
    starts: tuple[StartInfo, ...]


@dataclass(frozen=True, slots=True)
class FlowInfo:
    """One sequence flow; `condition` is its text as written."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """One flow node as its author drew it. `scope` is the sub-process or process that holds it."""

    id: str
    kind: str
    file: str
    process: str
    scope: str
    name: str = ""
    name_en: str = ""
    documentation: str = ""
    documentation_en: str = ""
    lane: str | None = None
    lane_name: str = ""
    form_key: str | None = None
    candidate_groups: str | None = None
    assignee: str | None = None
    due: str | None = None
    follow_up: str | None = None
    priority: str | None = None
    topic: str | None = None
    called: str | None = None
    decision: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event: str | None = None  # local name without "EventDefinition", "multiple" for several
    event_name: str | None = None  # message or signal name, error or escalation code, timer text
    multi_instance: str | None = None  # "parallel", "sequential", "loop"
    event_sub_process: bool = False
    properties: dict[str, str] = field(default_factory=dict, hash=False)
    flows_in: tuple[str, ...] = ()
    flows_out: tuple[str, ...] = ()


class Named:
    """The named root elements of one file: messages, signals, errors, escalations by id."""

    def __init__(self, root: Any) -> None:
        self.by_id = {node.get("id"): node for node in children(root) if node.get("id")}

    def name(self, reference: str | None) -> str | None:
        """The name that counts at run time: a code for errors and escalations, else the name, else the id."""
        node = self.by_id.get(reference)
        if node is None:
            return None
        code = node.get("errorCode") or node.get("escalationCode")
        return code or node.get("name") or node.get("id")


def properties_of(node: Any) -> dict[str, str]:
    """The camunda:properties of an element itself, not of its children."""
    rows = extension(node, "properties", "property")
    return {row.get("name"): row.get("value") or "" for row in rows if row.get("name")}


def definition_of(node: Any, named: Named) -> tuple[str | None, str | None]:
    """The kind and the name of the event definition of an event, or of a send or receive task."""
    definitions = [part for part in children(node) if local(part).endswith("EventDefinition")]
    if not definitions and local(node) in ("sendTask", "receiveTask"):
        return ("message", named.name(node.get("messageRef")))
    if len(definitions) != 1:
        return ("multiple" if definitions else None, None)
    return local(definitions[0]).removesuffix("EventDefinition"), _reference(definitions[0], named)


def _reference(definition: Any, named: Named) -> str | None:
    for attribute in ("messageRef", "signalRef", "errorRef", "escalationRef"):
        if definition.get(attribute):
            return named.name(definition.get(attribute))
    parts = children(definition, "timeDate", "timeDuration", "timeCycle", "condition")
    return text_of(parts[0]) if parts else definition.get("name") or definition.get("activityRef")


def read_elements(source: Normalised) -> Iterator[ElementInfo]:
    """Every flow node of a file, executable or not, outer scopes first."""
    named = Named(source.root)
    flows = _ends(source)
    for process in children(source.root, "process"):
        lanes = dict(_lanes(process))
        scopes: list[tuple[Any, Any]] = [(process, None)]
        while scopes:
            scope, inherited = scopes.pop(0)
            for node in children(scope, *FLOW_NODES):
                lane = lanes.get(node.get("id"), inherited)
                yield _element(source, process, scope, node, lane, named, flows)
                if local(node) in SUB_PROCESSES:
                    scopes.append((node, lane))


def _lanes(process: Any) -> Iterator[tuple[str, Any]]:
    # Nested lanes name their nodes too; the inner lane comes later in the document and wins.
    for lane in process.iter():
        if local(lane) == "lane":
            yield from ((reference.text, lane) for reference in children(lane, "flowNodeRef"))


def _element(
    source: Normalised,
    process: Any,
    scope: Any,
    node: Any,
    lane: Any,
    named: Named,
    flows: dict[tuple[str, str], list[str]],
) -> ElementInfo:
    own = properties_of(node)
    kind, name = definition_of(node, named)
    ids = source.ids
    return ElementInfo(
        id=author(ids, node),
        kind=local(node),
        file=source.file,
        process=process.get("id"),
        scope=author(ids, scope),
        name=node.get("name") or "",
        name_en=own.get("name.en", ""),
        documentation=text_of(child(node, "documentation")),
        documentation_en=own.get("documentation.en", ""),
        lane=None if lane is None else lane.get("id"),
        lane_name="" if lane is None else lane.get("name") or "",
        form_key=camunda(node, "formKey"),
        candidate_groups=camunda(node, "candidateGroups") or potential_owners(node),
        assignee=camunda(node, "assignee"),
        due=camunda(node, "dueDate"),
        follow_up=camunda(node, "followUpDate"),
        priority=camunda(node, "priority"),
        topic=camunda(node, "topic"),
        called=node.get("calledElement") or called_zeebe(node),
        decision=camunda(node, "decisionRef"),
        attached_to=_attached(ids, node),
        interrupting=node.get("cancelActivity", node.get("isInterrupting", "true")) in ("true", "1"),
        event=kind,
        event_name=name,
        multi_instance=_loop(node),
        event_sub_process=node.get("triggeredByEvent") in ("true", "1"),
        properties=own,
        flows_in=tuple(flows.get(("targetRef", node.get("id")), ())),
        flows_out=tuple(flows.get(("sourceRef", node.get("id")), ())),
    )


def author(ids: dict[str, str | None], node: Any) -> str:
    """The author's id of a node, or ours where the author gave none."""
    return ids.get(node.get("id")) or str(node.get("id"))


def _attached(ids: dict[str, str | None], node: Any) -> str | None:
    host = node.get("attachedToRef")
    return (ids.get(host) or host) if host else None


def potential_owners(node: Any) -> str | None:
    """The standard's way of naming who may do a task; read from other tools, never written by us."""
    texts = [text_of(owner.find(f".//{qname('formalExpression')}")) for owner in children(node, "potentialOwner")]
    return ",".join(text for text in texts if text) or None


def called_zeebe(node: Any) -> str | None:
    """The called process as Camunda 8 writes it."""
    rows = extension(node, "calledElement")
    return rows[0].get("processId") if rows else None


def _loop(node: Any) -> str | None:
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None:
        return "sequential" if many.get("isSequential") in ("true", "1") else "parallel"
    return "loop" if child(node, "standardLoopCharacteristics") is not None else None


def _ends(source: Normalised) -> dict[tuple[str, str], list[str]]:
    """The author's flows by the element at each end."""
    found: dict[tuple[str, str], list[str]] = {}
    for flow in source.root.iter(qname("sequenceFlow")):
        for end in ("sourceRef", "targetRef"):
            if not flow.get("id").startswith("link:"):
                found.setdefault((end, flow.get(end) or ""), []).append(author(source.ids, flow))
    return found


def read_flows(source: Normalised) -> Iterator[FlowInfo]:
    """Every sequence flow of a file by the author's ids; those made for links are left out."""
    defaults = {node.get("default") for node in source.root.iter() if node.get("default")}
    for flow in (node for node in source.root.iter() if local(node) == "sequenceFlow"):
        if flow.get("id").startswith("link:"):
            continue
        ids = source.ids
        condition = child(flow, "conditionExpression")
        yield FlowInfo(
            author(ids, flow),
            ids.get(flow.get("sourceRef")) or flow.get("sourceRef") or "",
            ids.get(flow.get("targetRef")) or flow.get("targetRef") or "",
            flow.get("name") or "",
            None if condition is None else text_of(condition),
            flow.get("id") in defaults,
        )


def read_processes(source: Normalised) -> Iterator[ProcessInfo]:
    """The executable processes of a file. Only `isExecutable="false"` says that one is not."""
    named = Named(source.root)
    for process in children(source.root, "process"):
        if process.get("isExecutable", "true") in ("true", "1"):
            english = properties_of(process).get("name.en", "")
            starts = tuple(_starts(source, process, named))
            yield ProcessInfo(process.get("id"), process.get("name") or "", english, source.file, starts)


def _starts(source: Normalised, process: Any, named: Named) -> Iterator[StartInfo]:
    events = children(process, "startEvent")
    for event in events:
        for definition in [part for part in children(event) if local(part).endswith("EventDefinition")] or [None]:
            kind = "none" if definition is None else local(definition).removesuffix("EventDefinition")
            reference = None if definition is None else _reference(definition, named)
            yield StartInfo(author(source.ids, event), kind, reference)
    for node in children(process, "receiveTask"):
        if node.get("instantiate") in ("true", "1"):
            yield StartInfo(author(source.ids, node), "message", named.name(node.get("messageRef")))
    for gate in children(process, "eventBasedGateway"):
        if gate.get("instantiate") in ("true", "1"):
            yield from _gate_starts(source, process, gate, named)
    if not events and any(local(node) in FLOW_NODES for node in process):
        yield StartInfo("", "none")


def _gate_starts(source: Normalised, process: Any, gate: Any, named: Named) -> Iterator[StartInfo]:
    targets = {
        flow.get("targetRef") for flow in children(process, "sequenceFlow") if flow.get("sourceRef") == gate.get("id")
    }
    for node in children(process, "intermediateCatchEvent", "receiveTask"):
        if node.get("id") in targets:
            kind, name = definition_of(node, named)
            yield StartInfo(author(source.ids, node), kind or "none", name)
