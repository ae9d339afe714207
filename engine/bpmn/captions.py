"""The words in a diagram in the other language: names from ``name.en``, for a picture only; the file stays as it is."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

from lxml import etree

from engine.bpmn.documents import read_document
from engine.bpmn.elements import properties_of


@lru_cache(maxsize=16)
def in_english(file: str, data: bytes) -> bytes:
    """The same diagram with the English name of every element that has one; what has none keeps its own."""
    document = read_document(file, data)
    root = deepcopy(document.root)
    for node in root.iter(etree.Element):
        english = properties_of(node).get("name.en", "") if node.get("name") else ""
        if english:
            node.set("name", english)
    encoding = document.root.getroottree().docinfo.encoding or "UTF-8"
    said: bytes = etree.tostring(root, encoding=encoding, xml_declaration=True)
    return said
