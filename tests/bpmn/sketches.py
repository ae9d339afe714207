"""Diagrams in one line for tests: `sketch("s u1 p1 u2 p2 e; p1 u3 p2")` draws chains; the first letter is the kind."""

from __future__ import annotations

from itertools import pairwise

from engine.bpmn.documents import read_document
from engine.bpmn.graphs import Scope, scopes_of
from engine.bpmn.normalise import normalise

KINDS = {
    "s": "startEvent", "e": "endEvent", "u": "userTask", "a": "scriptTask", "x": "exclusiveGateway",
    "p": "parallelGateway", "o": "inclusiveGateway", "v": "eventBasedGateway", "c": "complexGateway",
    "r": "receiveTask", "n": "intermediateThrowEvent",
}  # fmt: skip
HEAD = ('<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'id="definitions" targetNamespace="http://example.org/sketch">')


def sketch(chains: str, *, more: str = "", root: str = "", bodies: dict[str, str] | None = None,
           attributes: dict[str, str] | None = None) -> bytes:
    """BPMN of one process. `more` is XML inside the process, `root` beside it, `bodies` inside nodes or flows."""
    return (HEAD + '<bpmn:process id="process" name="Process" isExecutable="true">'
            f"{content(chains, bodies, attributes)}{more}</bpmn:process>{root}</bpmn:definitions>").encode()


def content(chains: str, bodies: dict[str, str] | None = None, attributes: dict[str, str] | None = None) -> str:
    """The nodes and flows of the chains; a flow from a to b has the id a-b. A name ending in `.` is drawn elsewhere."""
    nodes: dict[str, None] = {}
    flows: dict[tuple[str, str], None] = {}
    for chain in chains.split(";"):
        names = chain.split()
        nodes.update(dict.fromkeys(names))
        flows.update(dict.fromkeys(pairwise(names)))
    inner, extra = bodies or {}, attributes or {}
    parts = [f'<bpmn:{KINDS[name[0]]} id="{name}" name="{name}" {extra.get(name, "")}>{inner.get(name, "")}'
             f"</bpmn:{KINDS[name[0]]}>" for name in nodes if not name.endswith(".")]
    for source, target in flows:
        a, b = source.rstrip("."), target.rstrip(".")
        parts.append(f'<bpmn:sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}">{inner.get(f"{a}-{b}", "")}'
                     "</bpmn:sequenceFlow>")
    return "".join(parts)


def condition(text: str) -> str:
    """A condition for a flow."""
    return f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'


def scope_of(data: bytes, scope: str = "process") -> Scope:
    """One scope of a diagram as a graph."""
    return next(found for found in scopes_of(normalise(read_document("sketch.bpmn", data))) if found.id == scope)
