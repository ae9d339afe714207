"""Safe reading of BPMN files: bytes of any declared encoding in, an lxml tree or problems out, no meaning yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.problems import DiagramRefused, Problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_DIALECTS = (CAMUNDA, "http://flowable.org/bpmn", "http://activiti.org/bpmn")
# Where Camunda 8 writes in an extension element what Camunda 7 writes in an attribute.
_ZEEBE = {
    "formKey": ("formDefinition", ("formKey", "formId", "externalReference")),
    "candidateGroups": ("assignmentDefinition", ("candidateGroups",)),
    "assignee": ("assignmentDefinition", ("assignee",)),
    "dueDate": ("taskSchedule", ("dueDate",)),
    "followUpDate": ("taskSchedule", ("followUpDate",)),
    "priority": ("priorityDefinition", ("priority",)),
    "topic": ("taskDefinition", ("type",)),
    "decisionRef": ("calledDecision", ("decisionId",)),
    "collection": ("loopCharacteristics", ("inputCollection",)),
    "elementVariable": ("loopCharacteristics", ("inputElement",)),
}

LARGEST_FILE = 8_000_000
DEEPEST = 200  # levels of XML; 60 nested sub-processes are far below
MOST_ELEMENTS = 60_000


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file. The tree is shared: whoever changes it copies it first."""

    file: str
    data: bytes
    root: Any


def qname(local: str) -> str:
    """The tag of a BPMN element."""
    return f"{{{BPMN}}}{local}"


def local(node: Any) -> str:
    """The local name of an element, empty for comments and processing instructions."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_bpmn(node: Any) -> bool:
    """Whether the element belongs to BPMN 2.0 itself and not to an extension."""
    return isinstance(node.tag, str) and node.tag.startswith("{" + BPMN + "}")


def children(node: Any, *names: str) -> list[Any]:
    """The direct BPMN children with these local names (all BPMN children without names)."""
    return [child for child in node if is_bpmn(child) and (not names or local(child) in names)]


def child(node: Any, name: str) -> Any | None:
    """The first direct BPMN child of this name."""
    return node.find(qname(name))


def text_of(node: Any | None) -> str:
    """All text in the element, stripped; empty for a missing one."""
    return "" if node is None else "".join(node.itertext()).strip()


def camunda(node: Any, name: str) -> str | None:
    """An attribute of the camunda name space, or what its forks and successor write in its place."""
    for space in _DIALECTS:
        value: str | None = node.get(f"{{{space}}}{name}")
        if value is not None:
            return value
    holder, attributes = _ZEEBE.get(name, ("", ()))
    rows = extension(node, holder) if holder else []
    return next((row.get(attribute) for row in rows for attribute in attributes if row.get(attribute)), None)


def extension(node: Any, *path: str) -> list[Any]:
    """The elements below extensionElements along a path of local names, whatever their name space."""
    found = [part for holder in children(node, "extensionElements") for part in holder]
    for name in path[:-1]:
        found = [part for parent in found if local(parent) == name for part in parent]
    return [part for part in found if local(part) == path[-1]]


def read_document(file: str, data: bytes, *, remarks: bool = False) -> Document:
    """The parsed file; raises DiagramRefused for anything that is not plain, bounded BPMN XML.

    Comments and processing instructions are left out, unless whoever writes the file again asks for these `remarks`.
    """
    if len(data) > LARGEST_FILE:
        raise _refused("file-too-large", file, size=str(len(data)), limit=str(LARGEST_FILE))
    root = _parse(file, data, remarks)
    if root.getroottree().docinfo.doctype:
        raise _refused("doctype", file)
    if root.tag != qname("definitions"):
        raise _refused("not-bpmn", file, tag=str(root.tag))
    _bounded(file, root)
    return Document(file, data, root)


def _parse(file: str, data: bytes, remarks: bool) -> Any:
    # No entities, no network, no DTD: XXE and billion laughs end here. huge_tree keeps libxml2's own depth limit off
    # so that ours can answer with a sentence.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=not remarks, remove_pis=not remarks,
    )
    try:
        return etree.fromstring(_without_wrong_declaration(data), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _refused("not-xml", file, reason=str(error)[:300]) from error


def _without_wrong_declaration(data: bytes) -> bytes:
    """UTF-16 that declares UTF-8 (an editor re-saved it) is read by its byte order mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16")
        head, mark, rest = text.partition("?>")
        return (rest if mark and head.lstrip().startswith("<?xml") else text).lstrip().encode("utf-8")
    return data.lstrip() if data[:1].isspace() else data


def _bounded(file: str, root: Any) -> None:
    depth = count = 0
    level = [root]
    while level:
        depth += 1
        count += len(level) + sum(_lines(node) for node in level)
        if depth > DEEPEST:
            raise _refused("too-deep", file, depth=f"more than {DEEPEST}", limit=str(DEEPEST))
        if count > MOST_ELEMENTS:
            raise _refused("too-many-elements", file, count=f"more than {MOST_ELEMENTS}", limit=str(MOST_ELEMENTS))
        level = [part for node in level for part in node]


def _lines(node: Any) -> int:
    """Each line of a script is compiled, and costs as much as ten elements."""
    return 10 * (node.text or "").count("\n") if local(node) == "script" else 0


def _refused(code: str, file: str, **params: str) -> DiagramRefused:
    return DiagramRefused((Problem(code, "error", file, "", params),))
