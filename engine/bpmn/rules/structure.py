"""Rules on the file as a whole: the schema of BPMN 2.0, references, processes and how they call each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from engine.bpmn.documents import Document, local
from engine.bpmn.graphs import cycles
from engine.bpmn.rules.subjects import Found, Rule, Subject

_NAMESPACE = re.compile(r"\{[^{}]*\}")
_MOST = 20
_lock = Lock()      # libxml2 keeps the log of a validation with the schema
_LISTED = frozenset({"incoming", "outgoing", "flowNodeRef"})
_NAMED = ("dataObjectRef", "processRef", "dataStoreRef")


@cache
def _schema() -> Any:
    """The schema of BPMN 2.0 as SpiffWorkflow ships it."""
    return etree.XMLSchema(etree.parse(str(Path(XSD_PATH))))


def schema(subject: Subject) -> Iterator[Found]:
    """What the published XML schema of BPMN 2.0 does not allow."""
    for document in subject.documents.values():
        yield from _invalid(document)


def _invalid(document: Document) -> Iterator[Found]:
    with _lock:
        if _schema().validate(document.root):
            return
        entries = [(entry.line, entry.path, entry.message) for entry in _schema().error_log]
    for line, path, message in entries[:_MOST]:
        reason = _NAMESPACE.sub("", message).strip().rstrip(".")
        yield Found(document.file, _nearest(document.root, path), {"line": str(line), "reason": reason[:300]})


def _nearest(root: Any, path: str | None) -> str:
    """The id of the element at a path, or of the closest one around it that has an id."""
    try:
        found = root.getroottree().xpath(path) if path else []
    except etree.XPathError:
        found = []
    node = found[0] if found else None
    while node is not None and not node.get("id"):
        node = node.getparent()
    return "" if node is None else str(node.get("id"))


def references(subject: Subject) -> Iterator[Found]:
    """References that do not decide what runs: lanes, lists of flows, data objects, pools, and the drawing."""
    for file, root in subject.roots():
        known = {node.get("id") for node in root.iter() if node.get("id")}
        for node in root.iter(etree.Element):
            for target in _targets(node):
                if target.rpartition(":")[2] not in known:
                    holder = node if node.get("id") else node.getparent()
                    yield Found(file, subject.author(file, holder), {"attribute": local(node), "target": target[:120]})


def _targets(node: Any) -> Iterator[str]:
    if local(node) in _LISTED and node.text:
        yield node.text.strip()
    elif local(node) in ("BPMNShape", "BPMNEdge", "BPMNPlane"):
        yield from filter(None, [node.get("bpmnElement")])
    else:
        yield from (node.get(name) for name in _NAMED if node.get(name))


def calls(subject: Subject) -> Iterator[Found]:
    """Processes that call themselves, directly or through others: how deep that goes nobody can say before."""
    called: dict[str, dict[str, str]] = {name: {} for name in subject.processes}
    for info in subject.elements.values():
        if info.kind == "callActivity" and info.called in called and info.process in called:
            called[info.process][info.called] = info.id
    for names in cycles(called, lambda name: called[name]):
        inside = set(names)
        for name in names:
            through = next(activity for target, activity in called[name].items() if target in inside)
            yield Found(subject.processes[name].file, through, {"processes": " → ".join([*names, names[0]])})


RULES = (
    Rule("schema", "house", "Line {line}: {reason}.",
         "Save the diagram once in Camunda Modeler or in the studio: both write valid BPMN 2.0. Order and names of "
         "elements are those of the standard's XML schema.", schema),
    Rule("reference-missing", "house", "{attribute} names {target}, which does not exist here.",
         "Remove the entry, or draw the element it names. Modelers leave such entries behind when elements are deleted "
         "by hand.", references),
    Rule("cyclic-call", "error", "The processes call each other in a circle: {processes}.",
         "Draw the repetition as a loop of flows or a multi-instance activity instead of a process that calls itself.",
         calls),
)
