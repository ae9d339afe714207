"""The drawn control flow as plain graphs, one a process or sub-process; what can happen on them is left to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.documents import child, children, local
from engine.bpmn.normalise import ACTIVITIES, FLOW_NODES, SCOPES, SUB_PROCESSES, Normalised

_TRUE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Flow:
    """One way from a node to another, as drawn or as a pair of links makes it."""

    index: int
    id: str
    source: str
    target: str
    conditional: bool
    node: Any = field(repr=False, compare=False, default=None)


@dataclass(frozen=True, slots=True)
class Scope:
    """The nodes and flows of one process or sub-process; ids are those of the normalised tree."""

    file: str
    id: str
    node: Any
    nodes: Mapping[str, Any]
    flows: tuple[Flow, ...]
    out: Mapping[str, tuple[Flow, ...]]
    into: Mapping[str, tuple[Flow, ...]]
    boundaries: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str | None] = field(repr=False)

    def author(self, node_id: str) -> str:
        """The author's id, or ours where the author gave none."""
        return self.names.get(node_id) or node_id

    def kind(self, node_id: str) -> str:
        """The BPMN local name of a node."""
        return local(self.nodes[node_id])

    def event(self, node_id: str) -> str:
        """The kind of the one event definition, "" for none, "multiple" for several."""
        return event_kind(self.nodes[node_id])

    @property
    def ad_hoc(self) -> bool:
        """Whether people, not flows, choose what comes next here."""
        return local(self.node) == "adHocSubProcess"

    def detached(self, node_id: str) -> bool:
        """Whether a node is never entered by a flow: event sub-process, compensation handler, boundary event."""
        node = self.nodes[node_id]
        return (local(node) == "boundaryEvent" or node.get("triggeredByEvent") in _TRUE
                or node.get("isForCompensation") in _TRUE or (self.event(node_id) == "link" and self._catches(node_id)))

    def _catches(self, node_id: str) -> bool:
        return self.kind(node_id) == "intermediateCatchEvent"

    def starts(self) -> tuple[tuple[str, ...], ...]:
        """The alternatives of beginning: nodes that get the first tokens together (§10.5.2, §13.2)."""
        events = [name for name in self.nodes if self.kind(name) == "startEvent"]
        waiting = [name for name, node in self.nodes.items() if node.get("instantiate") in _TRUE]
        if events or waiting:
            return tuple((name,) for name in (*events, *waiting))
        roots = tuple(name for name in self.nodes if not self.into[name] and not self.detached(name))
        return (roots,) if roots else ()

    def next_of(self, node_id: str) -> Iterator[str]:
        """The nodes that may follow, by flow or by a boundary event."""
        yield from (flow.target for flow in self.out[node_id])
        yield from self.boundaries.get(node_id, ())


def event_kind(node: Any) -> str:
    """The kind of the one event definition of an element, "" for none, "multiple" for several."""
    kinds = [local(part).removesuffix("EventDefinition") for part in children(node)
             if local(part).endswith("EventDefinition")]
    return kinds[0] if len(kinds) == 1 else "multiple" if kinds else ""


def scopes_of(source: Normalised, executable: bool = True) -> Iterator[Scope]:
    """Every scope of the executable processes of a file (of all processes where asked), outer ones first."""
    for process in children(source.root, "process"):
        if not executable or process.get("isExecutable", "true") in _TRUE:
            yield from (_scope(source, scope) for scope in process.iter() if local(scope) in SCOPES)


def _scope(source: Normalised, scope: Any) -> Scope:
    nodes = {node.get("id"): node for node in children(scope, *FLOW_NODES)}
    drawn = [flow for flow in children(scope, "sequenceFlow")
             if flow.get("sourceRef") in nodes and flow.get("targetRef") in nodes]
    defaults = {node.get("default") for node in nodes.values()}
    flows = tuple(
        Flow(index, flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"),
             child(flow, "conditionExpression") is not None and flow.get("id") not in defaults, flow)
        for index, flow in enumerate(drawn))
    boundaries: dict[str, tuple[str, ...]] = {}
    for name, node in nodes.items():
        host = node.get("attachedToRef")
        if local(node) == "boundaryEvent" and host in nodes and local(nodes[host]) in ACTIVITIES:
            boundaries[host] = (*boundaries.get(host, ()), name)
    return Scope(source.file, scope.get("id"), scope, nodes, flows,
                 _grouped(nodes, flows, lambda flow: flow.source),
                 _grouped(nodes, flows, lambda flow: flow.target), boundaries, source.ids)


def _grouped(nodes: Iterable[str], flows: Iterable[Flow], end: Callable[[Flow], str]) -> dict[str, tuple[Flow, ...]]:
    found: dict[str, list[Flow]] = {name: [] for name in nodes}
    for flow in flows:
        found[end(flow)].append(flow)
    return {name: tuple(several) for name, several in found.items()}


def reached(starts: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that can be reached, the starts included."""
    found = set(starts)
    todo = list(found)
    while todo:
        fresh = {name for name in following(todo.pop()) if name not in found}
        found |= fresh
        todo.extend(fresh)
    return found


def cycles(names: Iterable[str], following: Callable[[str], Iterable[str]]) -> list[list[str]]:
    """The strongly connected parts that contain a cycle (Tarjan, without recursion), each in the given order."""
    order = {name: position for position, name in enumerate(names)}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in order:
        if root in number:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(()))]
        while work:
            name, rest = work[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                stack.append(name)
                on_stack.add(name)
                rest = iter([other for other in following(name) if other in order])
                work[-1] = (name, rest)
            for other in rest:
                if other not in number:
                    work.append((other, iter(())))
                    break
                if other in on_stack:
                    low[name] = min(low[name], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == number[name]:
                    found.extend(_component(name, stack, on_stack, following))
    return [sorted(part, key=order.__getitem__) for part in found]


def _component(name: str, stack: list[str], on_stack: set[str],
               following: Callable[[str], Iterable[str]]) -> list[list[str]]:
    part: list[str] = []
    while not part or part[-1] != name:
        part.append(stack.pop())
        on_stack.discard(part[-1])
    return [part] if len(part) > 1 or name in following(name) else []


def inside(node: Any) -> bool:
    """Whether an activity is a scope of its own."""
    return local(node) in SUB_PROCESSES
