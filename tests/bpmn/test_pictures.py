"""The picture of a diagram: every element can be found and read, marks show, words stay in their boxes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bpmn.documents import local, read_document
from engine.bpmn.labels import Label, lines_of, width_of
from engine.bpmn.layout import with_layout
from engine.bpmn.normalise import FLOW_NODES
from engine.bpmn.pictures import SVG, picture
from engine.bpmn.placements import Box
from engine.bpmn.problems import DiagramRefused
from tests.bpmn.sketches import sketch
from tests.bpmn.test_layout import DRAWINGS, POOLS

ROOT = Path(__file__).parents[2]
LONG = ("Ocena sytuacji mieszkaniowej osoby opuszczającej zakład karny oraz zażółć gęślą jaźń i "
        "Konstantynopolitańczykowianeczka")


def svg_of(data: bytes, **asked: Any) -> Any:
    return etree.fromstring(picture("a.bpmn", data, **asked))


def group(svg: Any, element: str) -> Any:
    return next(node for node in svg.iter(f"{{{SVG}}}g") if node.get("data-element-id") == element)


@pytest.mark.parametrize("data", DRAWINGS.values(), ids=DRAWINGS)
def test_every_element_is_in_the_picture_under_its_id(data: bytes) -> None:
    drawn = with_layout("a.bpmn", data)
    wanted = {node.get("id") for node in read_document("a.bpmn", drawn).root.iter()
              if local(node) in FLOW_NODES | {"sequenceFlow", "lane", "participant"}}
    found = [node.get("data-element-id") for node in svg_of(data).iter(f"{{{SVG}}}g") if node.get("data-element-id")]
    assert wanted <= set(found)
    assert len(found) == len(set(found))


def test_marks_are_classes_and_are_told_in_words() -> None:
    svg = svg_of(sketch("s u1 u2 e"), marks={"u1": "done", "u2": "current", "gone": "current", "e": '"><script>'})
    assert "done" in group(svg, "u1").get("class").split()
    assert "current" in group(svg, "u2").get("class").split()
    assert group(svg, "u2").findtext(f"{{{SVG}}}title") == "u2 (current)"
    assert svg.findtext(f"{{{SVG}}}desc") == "done: u1; current: u2"
    assert b"script" not in etree.tostring(svg)


def test_the_picture_is_accessible_by_role_title_and_description() -> None:
    svg = svg_of(sketch("s u1 e"), title="Sprawa 12/2027", description="Trwa: rozmowa")
    assert svg.get("role") == "img"
    labels = svg.get("aria-labelledby").split()
    texts = {node.get("id"): node.text for node in svg if node.get("id") in labels}
    assert list(texts.values()) == ["Sprawa 12/2027", "Trwa: rozmowa"]


def test_names_are_in_the_language_of_the_reader() -> None:
    english = ('<bpmn:extensionElements><camunda:properties><camunda:property name="name.en" value="Talk"/>'
               "</camunda:properties></bpmn:extensionElements>")
    data = sketch("s u1 e", bodies={"u1": english}).replace(b'name="u1"', b'name="Rozmowa"')
    assert "".join(group(svg_of(data), "u1").itertext()).count("Rozmowa") == 2
    assert "".join(group(svg_of(data, language="en"), "u1").itertext()).count("Talk") == 2


def test_the_same_diagram_gives_the_same_bytes() -> None:
    assert picture("a.bpmn", POOLS, marks={"u1": "done"}) == picture("a.bpmn", POOLS, marks={"u1": "done"})


def test_words_from_the_diagram_cannot_become_markup() -> None:
    data = sketch("s u1 e").replace(b'name="u1"', b'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
    assert b"<script" not in picture("a.bpmn", data)


def test_a_long_polish_name_is_wrapped_inside_its_task() -> None:
    data = sketch("s u1 e").replace(b'name="u1"', f'name="{LONG}"'.encode())
    task = group(svg_of(data), "u1")
    box = task.find(f"{{{SVG}}}rect")
    top, bottom = int(box.get("y")), int(box.get("y")) + int(box.get("height"))
    lines = task.findall(f".//{{{SVG}}}tspan")
    assert 2 <= len(lines) <= 5
    assert all(top <= int(line.get("y")) <= bottom for line in lines)
    assert all(width_of(line.text, int(line.getparent().get("font-size"))) <= 100 for line in lines)
    assert task.findtext(f"{{{SVG}}}title") == LONG


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="aąbcćdeęfghijklłmnńoóprsśtuwyzźżAŻW -", max_size=200), st.integers(30, 140),
       st.integers(12, 90), st.sampled_from(["middle", "top", "start"]), st.integers(1, 5))  # fmt: skip
def test_no_label_is_wider_or_higher_than_its_box(text: str, width: int, height: int, place: str, most: int) -> None:
    lines, size = lines_of(Label(text, Box(0, 0, width, height), place, most))
    assert len(lines) <= most
    assert all(line.width <= width for line in lines)
    assert bool(lines) == bool(text.split())
    if place != "top":
        assert len(lines) * (size * 6 // 5) <= max(height, size * 6 // 5)


@pytest.mark.parametrize("wrong", [b'x="NaN"', b'x="1e400"', b'x="-99999999999"', b'x=""', b'x="abc"'])
def test_a_broken_drawing_is_still_a_picture(wrong: bytes) -> None:
    drawn = with_layout("a.bpmn", DRAWINGS["branches"]).replace(b'x="160"', wrong)
    svg = svg_of(drawn)
    assert all(abs(int(part)) < 10_000_000 for part in svg.get("viewBox").split())


def test_the_shipped_diagrams_have_pictures() -> None:
    for path in sorted(ROOT.glob("processes/*/*.bpmn")):
        data = path.read_bytes()
        drawn = len(list(svg_of(data, language="en").iter(f"{{{SVG}}}g")))
        assert drawn >= data.count(b"<bpmndi:BPMNShape ") > 0, path.name


SEEDS = sorted((ROOT / "tests" / "diagrams").glob("*/*.bpmn"))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.integers(0, 100_000), st.sampled_from(
    [b"", b'"', b"sourceRef", b"bpmnElement", b"-1e9", b"u1", b" id", b"\xc5\xbc", b"/>"]))  # fmt: skip
def test_a_damaged_diagram_gives_a_picture_or_a_refusal(seed: Path, at: int, wrong: bytes) -> None:
    data = seed.read_bytes()
    place = at % len(data)
    damaged = data[:place] + wrong + data[place + len(wrong):]
    for drawing in (damaged, damaged.replace(b"BPMNShape", b"BPMNShipe")):
        with suppress(DiagramRefused):
            svg_of(drawing)
