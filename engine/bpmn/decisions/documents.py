"""Decision files as trees of elements: safe XML, the names of DMN 1.1 to 1.5 without their namespaces."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn.decisions.refusals import DecisionFileRefused

POWROT = "https://powrot.example/schema/1.0"
MAX_BYTES = 5_000_000
MAX_ELEMENTS = 100_000  # about 3 s and 130 MB to compile and check
MAX_XML_DEPTH = 200
Element = Any  # lxml carries no types


def read_document(xml: bytes, file: str) -> Element:
    """The root element of a DMN file; DecisionFileRefused for anything else."""
    if len(xml) > MAX_BYTES:
        raise DecisionFileRefused(file=file, reason=f"it is larger than {MAX_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DecisionFileRefused(file=file, reason=f"it is no XML ({error})") from None
    if root is None or _has_doctype(root):
        raise DecisionFileRefused(file=file, reason="it has a document type declaration, which DMN does not use")
    if name(root) != "definitions" or "/DMN/" not in (etree.QName(root).namespace or ""):
        raise DecisionFileRefused(file=file, reason="its root is not the «definitions» of DMN")
    count = sum(1 for _ in root.iter())
    if count > MAX_ELEMENTS:
        reason = f"it has {count} elements, more than {MAX_ELEMENTS} (2,400 rows of 20 columns); divide the table"
        raise DecisionFileRefused(file=file, reason=reason)
    if _depth(root) > MAX_XML_DEPTH:
        raise DecisionFileRefused(file=file, reason=f"its elements are nested more than {MAX_XML_DEPTH} deep")
    return root


def _has_doctype(root: Element) -> bool:
    return bool(root.getroottree().docinfo.doctype)


def _depth(root: Element) -> int:
    deepest, open_elements = 0, [(root, 1)]
    while open_elements:
        element, depth = open_elements.pop()
        deepest = max(deepest, depth)
        open_elements.extend((child, depth + 1) for child in element)
    return deepest


def name(element: Element) -> str:
    """The local name of an element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, *names: str) -> list[Element]:
    """The child elements with one of these names, in DMN's namespace or none."""
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).localname in names]


def child(element: Element | None, *names: str) -> Element | None:
    """The first child element with one of these names."""
    found = children(element, *names) if element is not None else []
    return found[0] if found else None


def text(element: Element | None, of: str = "text") -> str:
    """The text inside a child, without the blanks around it; empty if there is none."""
    found = child(element, of)
    return "".join(found.itertext()).strip() if found is not None else ""


def label(element: Element) -> str:
    """What a person calls an element."""
    return element.get("label") or element.get("name") or element.get("id") or ""


def english(element: Element, attribute: str) -> str:
    """The English text beside a Polish one (`powrot:nameEn` beside `name`), or nothing."""
    return element.get(f"{{{POWROT}}}{attribute}En") or ""
