"""A picture of a diagram in English: names from the properties, everything else untouched."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from engine.bpmn.captions import in_english
from engine.bpmn.documents import read_document

FILE = Path(__file__).parents[2] / "processes" / "reentry" / "reentry.bpmn"


def test_only_names_change() -> None:
    data = FILE.read_bytes()
    before, after = (read_document("reentry.bpmn", one).root for one in (data, in_english("reentry.bpmn", data)))
    pairs = list(zip(before.iter(etree.Element), after.iter(etree.Element), strict=True))
    changed = {one.get("id"): other.get("name") for one, other in pairs if dict(one.attrib) != dict(other.attrib)}
    assert changed["verify"] == "Verify the notice"
    assert changed["prison"] == "Prison"
    assert all({key for key in one.attrib if one.get(key) != other.get(key)} <= {"name"} for one, other in pairs)


def test_the_files_own_bytes_stay() -> None:
    data = FILE.read_bytes()
    in_english("reentry.bpmn", data)
    assert read_document("reentry.bpmn", data).root.find(".//*[@id='verify']").get("name") == "Sprawdź zgłoszenie"
