"""XML to XML: what authors and tools write in many ways is written in one way, so that the parser meets only that.

Each step is a function on a copy of the tree and is pure and deterministic, because saved instances name elements by
the ids given here. The author's file stays untouched; `Normalised.ids` leads back to the author's ids. What an element
means is left to the parser and its specs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.documents import Document, camunda, children, extension, is_bpmn, local, qname, text_of
from engine.bpmn.problems import DiagramRefused, Problem

# Part of the cache key of compiled bundles: a change of the names given here is a migration of saved instances.
VERSION = 1

GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset(
    {"task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask"}
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
FLOW_NODES = GATEWAYS | EVENTS | ACTIVITIES
SCOPES = SUB_PROCESSES | {"process"}

_NEEDS_ID = FLOW_NODES | {
    "sequenceFlow", "process", "lane", "association", "dataObject", "dataObjectReference", "dataStoreReference",
    "textAnnotation", "group", "collaboration", "participant", "messageFlow",
}  # fmt: skip
_REFERENCE_ATTRIBUTES = (
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "processRef",
    "calledElement",
    "activityRef",
    "dataObjectRef",
    "dataStoreRef",
    "operationRef",
    "correlationKeyRef",
    "correlationPropertyRef",
    "itemSubjectRef",
    "structureRef",
)
_REFERENCE_TEXTS = frozenset(
    {
        "incoming",
        "outgoing",
        "flowNodeRef",
        "eventDefinitionRef",
        "sourceRef",
        "targetRef",
        "loopDataInputRef",
        "loopDataOutputRef",
        "oneBehaviorEventRef",
        "noneBehaviorEventRef",
        "correlationPropertyRef",
        "inMessageRef",
        "outMessageRef",
        "messageRef",
        "source",
        "target",
    }
)
_RESERVED = re.compile(r"Start|End|Root|.*\.EndJoin|.* \[child\]|.*\.listener|_starts|_undo")
_QNAME = re.compile(r"[^\s:{}$=]+:([^\s:{}$]+)")


@dataclass(frozen=True, slots=True)
class Normalised:
    """One file ready for the parser: its tree, and for every id of it the author's id (None: ours alone)."""

    document: Document
    root: Any
    ids: dict[str, str | None]

    @property
    def file(self) -> str:
        """The name of the file in its bundle."""
        return self.document.file


def normalise(document: Document, taken: Set[str] = frozenset()) -> Normalised:
    """The normal form of one file; `taken` are the ids that earlier files of the bundle use."""
    root = deepcopy(document.root)
    strip_prefixes(root)
    ids: dict[str, str | None] = {}
    give_ids(root, ids)
    refuse_duplicates(document.file, root)
    ids.update(
        {node.get("id"): node.get("id") for node in _elements(root) if node.get("id") not in ids and node.get("id")}
    )
    rename(document.file, root, ids, taken)
    inline_definitions(root)
    connect_links(document.file, root, ids)
    name_messages(root)
    return Normalised(document, root, ids)


def _elements(root: Any) -> Iterator[Any]:
    return (node for node in root.iter(etree.Element) if is_bpmn(node))


def strip_prefixes(root: Any) -> None:
    """References are QNames (BPMN 2.0.2 §8.4.2): `tns:Task_1` names the id `Task_1`. An XML id has no colon."""
    for node in _elements(root):
        for name in _REFERENCE_ATTRIBUTES:
            found = _QNAME.fullmatch(node.get(name) or "")
            if found:
                node.set(name, found.group(1))
        if local(node) in _REFERENCE_TEXTS and node.text:
            found = _QNAME.fullmatch(node.text.strip())
            node.text = found.group(1) if found else node.text.strip()


def give_ids(root: Any, ids: dict[str, str | None]) -> None:
    """Ids are optional in BPMN; a missing one is made from the kind and the place in the document."""
    used = {node.get("id") for node in _elements(root)}
    counts: Counter[str] = Counter()
    for node in _elements(root):
        kind = local(node)
        if kind not in _NEEDS_ID or node.get("id"):
            continue
        counts[kind] += 1
        name = f"{kind}_{counts[kind]}_"
        while name in used:
            name += "_"
        node.set("id", name)
        ids[name] = None


def refuse_duplicates(file: str, root: Any) -> None:
    """Two elements of one id: nobody can say which one a reference means."""
    counts = Counter(node.get("id") for node in _elements(root) if node.get("id"))
    doubled = tuple(Problem("duplicate-id", "error", file, name) for name, count in counts.items() if count > 1)
    if doubled:
        raise DiagramRefused(doubled)


def rename(file: str, root: Any, ids: dict[str, str | None], taken: Set[str]) -> None:
    """Ids that Spiff uses for specs of its own, or another file of the bundle for another element, get another name."""
    nodes = [node for node in _elements(root) if local(node) in FLOW_NODES]
    names: dict[str, str] = {}
    for node in nodes:
        old = node.get("id")
        if _RESERVED.fullmatch(old):
            names[old] = f"{old}_"
            ids[names[old]] = old
        elif old in taken:
            names[old] = f"{old}@{file}"
            ids[names[old]] = names[old]
    if names:
        _apply(root, names)
        for old in names:
            ids.pop(old, None)


def _apply(root: Any, names: dict[str, str]) -> None:
    for node in _elements(root):
        if node.get("id") in names:
            node.set("id", names[node.get("id")])
        for attribute in _REFERENCE_ATTRIBUTES:
            if node.get(attribute) in names and attribute != "calledElement":
                node.set(attribute, names[node.get(attribute)])
        if local(node) in _REFERENCE_TEXTS and node.text in names:
            node.text = names[node.text]


def inline_definitions(root: Any) -> None:
    """An event may refer to a reusable definition at the root (§10.5.1); a copy of it takes the reference's place."""
    definitions = {node.get("id"): node for node in children(root) if local(node).endswith("EventDefinition")}
    for reference in [node for node in _elements(root) if local(node) == "eventDefinitionRef"]:
        definition = definitions.get(reference.text)
        if definition is not None:
            copied = deepcopy(definition)
            copied.attrib.pop("id", None)
            reference.getparent().replace(reference, copied)


def name_messages(root: Any) -> None:
    """What is sent along a message flow needs no message of its own (§9.4): both ends of the flow mean the same one."""
    drawn = [node for node in _elements(root) if local(node) == "messageFlow"]
    leaving, arriving = Counter(one.get("sourceRef") for one in drawn), Counter(one.get("targetRef") for one in drawn)
    nodes = {node.get("id"): node for node in _elements(root) if local(node) in FLOW_NODES}
    for flow in drawn:
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        ends = [place for name, counts in ((source, leaving), (target, arriving)) if counts[name] == 1
                for place in _message_places(nodes.get(name))]
        known = next((one.get("messageRef") for one in ends if one.get("messageRef")), flow.get("messageRef"))
        if not ends or all(one.get("messageRef") for one in ends):
            continue
        if not known:
            known = f"message:{flow.get('id')}"
            etree.SubElement(root, qname("message"), id=known, name=flow.get("name") or flow.get("id") or known)
        for one in ends:
            one.set("messageRef", one.get("messageRef") or known)


def _message_places(node: Any) -> list[Any]:
    """Where a node names its message; nowhere if a program outside does its work."""
    if node is None or camunda(node, "topic") or extension(node, "taskDefinition"):
        return []
    return [node] if local(node) in ("sendTask", "receiveTask") else children(node, "messageEventDefinition")


def connect_links(file: str, root: Any, ids: dict[str, str | None]) -> None:
    """A link throw continues at its catch in the same process level (§10.5.1): a flow that nobody drew."""
    problems: list[Problem] = []
    for scope in [node for node in _elements(root) if local(node) in SCOPES and _executable(node)]:
        catches = list(_links(scope, "intermediateCatchEvent"))
        for event, definition in list(_links(scope, "intermediateThrowEvent")):
            found = [catch for catch, other in catches if _linked(definition, other)]
            if len(found) != 1:
                code = "link-with-several-catches" if found else "link-without-catch"
                params = {"name": _link_name(definition), "count": str(len(found))}
                problems.append(Problem(code, "error", file, ids.get(event.get("id")) or event.get("id"), params))
                continue
            flow = etree.SubElement(
                scope,
                qname("sequenceFlow"),
                id=f"link:{event.get('id')}",
                sourceRef=event.get("id"),
                targetRef=found[0].get("id"),
            )
            ids[flow.get("id")] = None
    if problems:
        raise DiagramRefused(tuple(problems))


def _executable(scope: Any) -> bool:
    while local(scope) != "process" and scope.getparent() is not None:
        scope = scope.getparent()
    return scope.get("isExecutable", "true") in ("true", "1")


def _links(scope: Any, kind: str) -> Iterator[tuple[Any, Any]]:
    for event in children(scope, kind):
        for definition in children(event, "linkEventDefinition"):
            yield event, definition


def _linked(throw: Any, catch: Any) -> bool:
    """By the references between the definitions where there are some, else by name."""
    targets = {text_of(part) for part in children(throw, "target")}
    sources = {text_of(part) for part in children(catch, "source")}
    if targets:
        return catch.get("id") in targets
    return throw.get("id") in sources if sources else _link_name(throw) == _link_name(catch)


def _link_name(definition: Any) -> str:
    """Some tools name the definition, some only the event around it."""
    name = definition.get("name") or text_of(definition.find(qname("name")))
    return name or definition.getparent().get("name") or ""
