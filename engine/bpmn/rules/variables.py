"""Which element reads and which writes which case variable, for the rules on data; meaning is left to specs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.bpmn.documents import camunda, child, children, extension, local, text_of
from engine.bpmn.evaluations import compile_text, is_name, script_lines
from engine.bpmn.graphs import Scope
from engine.bpmn.rules.subjects import Subject
from engine.model.errors import Refused

ANYTHING = "*"      # a message, a job or a task without a form may bring any variable
COUNTERS = frozenset(f"{prefix}{name}" for prefix in ("numberOf", "nrOf") for name in (
    "Instances", "ActiveInstances", "CompletedInstances", "TerminatedInstances")) | {"loopCounter", "item"}
_TIMED = ("timeDate", "timeDuration", "timeCycle", "condition")
_HUMAN_TEXTS = ("dueDate", "followUpDate", "candidateGroups", "assignee", "priority")
_BRINGING = ("message", "signal", "error", "escalation")
_HUMAN = frozenset({"userTask", "manualTask", "task"})


def reads_of(text: str | None, always: bool = False) -> frozenset[str]:
    """The variables a text reads; a text that is no valid expression, or none at all, reads nothing."""
    plain = (text or "").strip()
    if not plain or not (always or plain.startswith("=") or "${" in plain):
        return frozenset()
    try:
        return compile_text(plain).reads - COUNTERS
    except Refused:
        return frozenset()


def reads(scope: Scope, name: str, subject: Subject) -> frozenset[str]:
    """What a node reads: on entering, while it runs, and by the conditions of its flows of what it did not write."""
    node = scope.nodes[name]
    found = set().union(*(reads_of(camunda(node, attribute)) for attribute in _HUMAN_TEXTS))
    for part in children(node):
        for timed in children(part, *_TIMED):
            found |= reads_of(text_of(timed), always=local(timed) == "condition")
    found |= _script_reads(node) | _decision_reads(node, subject) | _call_reads(node)
    own, collected = _many(node)
    conditions = _conditions(scope, name)
    return frozenset((found - own) | collected | (conditions - writes(scope, name, subject) if conditions else set()))


def may_miss(scope: Scope, name: str, subject: Subject, written: frozenset[str]) -> frozenset[str]:
    """What a node reads and may do without: names its texts compare with null, keys that a filter finds in the items
    it filters, and inputs of its decision that something else in the bundle writes (an input may be null)."""
    found = {one for one in _decision_reads(scope.nodes[name], subject) if one in written}
    for text in _texts(scope, name):
        found |= set(re.findall(r"([^\W\d]\w*)\s*!?=\s*null\b", text))
        try:
            found |= getattr(compile_text(text), "perhaps_reads", frozenset())
        except Refused:
            continue
    return frozenset(found)


def _texts(scope: Scope, name: str) -> Iterator[str]:
    node = scope.nodes[name]
    many = child(node, "multiInstanceLoopCharacteristics")
    yield from filter(None, (camunda(node, attribute) for attribute in _HUMAN_TEXTS))
    yield from (text for _, _, text, _ in script_lines(text_of(child(node, "script"))))
    yield from (text_of(timed) or "" for part in children(node) for timed in children(part, *_TIMED))
    yield from (text_of(child(flow.node, "conditionExpression")) or "" for flow in scope.out[name] if flow.conditional)
    if many is not None:
        yield camunda(many, "collection") or ""


def handed_to(scope: Scope, name: str, known: frozenset[str]) -> frozenset[str]:
    """What a call activity hands to the process it calls, of what is known before it."""
    rows = extension(scope.nodes[name], "in")
    everything = known if any(row.get("variables") == "all" for row in rows) else frozenset()
    return everything | {row.get("target") for row in rows if row.get("target")}


def _conditions(scope: Scope, name: str) -> set[str]:
    return set().union(*(reads_of(text_of(child(flow.node, "conditionExpression")), always=True)
                         for flow in scope.out[name] if flow.conditional))


def _script_reads(node: Any) -> set[str]:
    known: set[str] = set()
    found: set[str] = set()
    for _, name, text, _ in script_lines(text_of(child(node, "script"))):
        found |= reads_of(text, always=True) - known
        known.add(name)
    return found


def _decision_reads(node: Any, subject: Subject) -> set[str]:
    decision = subject.decisions.get(camunda(node, "decisionRef") or "")
    inputs = {row.get("name") for row in extension(node, "inputOutput", "inputParameter")}
    mapped = set().union(*(reads_of(row.text) for row in extension(node, "inputOutput", "inputParameter")), set())
    return (set(getattr(decision, "reads", ())) - inputs) | mapped


def _call_reads(node: Any) -> set[str]:
    found: set[str] = set()
    for row in extension(node, "in"):
        source = row.get("source") or row.get("sourceExpression") or ""
        found |= {source} if is_name(source) else set(reads_of(source, always=True))
    return found


def _many(node: Any) -> tuple[set[str], set[str]]:
    """The names that exist inside the instances only, and what the collection and the cardinality read."""
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is None:
        return set(), set()
    collection = camunda(many, "collection") or ""
    read = {collection} if is_name(collection) else set(reads_of(collection, always=True))
    read |= reads_of(text_of(child(many, "loopCardinality")), always=True)
    item = camunda(many, "elementVariable")
    return {item} if item else set(), read


def writes(scope: Scope, name: str, subject: Subject) -> frozenset[str]:
    """What a node may write when it is left; ANYTHING where only run time knows."""
    node = scope.nodes[name]
    found = {row.get("name") for row in extension(node, "inputOutput", "outputParameter") if row.get("name")}
    found |= {line[1] for line in script_lines(text_of(child(node, "script"))) if line[1]}
    found |= set(filter(None, [camunda(node, "resultVariable"), *_collected(node)]))
    found |= {row.get("target") for row in extension(node, "out") if row.get("target")}
    if any(row.get("variables") == "all" for row in extension(node, "out")):
        found.add(ANYTHING)
    found |= _answers(node, subject)
    if local(node) in ("receiveTask", "serviceTask") or scope.event(name) in _BRINGING:
        found.add(ANYTHING)
    return frozenset(found)


def _collected(node: Any) -> Iterator[str | None]:
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None:
        yield text_of(child(many, "loopDataOutputRef")) or None
        yield from (row.get("outputCollection") for row in extension(many, "loopCharacteristics"))


def _answers(node: Any, subject: Subject) -> set[str]:
    if local(node) not in _HUMAN:
        return set()
    form = subject.forms.get(camunda(node, "formKey") or "")
    return {field.key for field in form.fields} if form else {ANYTHING}
