"""A diagram without a drawing gets one: every node and flow is drawn, nothing overlaps, the author's XML stays."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.bpmn.checking import check_files
from engine.bpmn.documents import local, read_document
from engine.bpmn.layout import DC, DI, with_layout
from engine.bpmn.normalise import FLOW_NODES
from engine.bpmn.placements import Box
from engine.bpmn.problems import DiagramRefused
from tests.bpmn.sketches import HEAD, content, sketch

ROOT = Path(__file__).parents[2]
SUB = f'<bpmn:subProcess id="sub" name="Część">{content("s1 u1 p1 u2 p2 e1; p1 u3 p2")}</bpmn:subProcess>'
LATE = ('<bpmn:boundaryEvent id="late" attachedToRef="u1"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")
POOLS = (HEAD + '<bpmn:collaboration id="all"><bpmn:participant id="ours" name="Nasza" processRef="process"/>'
         '<bpmn:participant id="court" name="Sąd"/><bpmn:messageFlow id="asks" sourceRef="u1" targetRef="court"/>'
         '</bpmn:collaboration><bpmn:process id="process" isExecutable="true"><bpmn:laneSet id="lanes">'
         '<bpmn:lane id="a" name="A"><bpmn:flowNodeRef>s</bpmn:flowNodeRef><bpmn:flowNodeRef>u1</bpmn:flowNodeRef>'
         '</bpmn:lane><bpmn:lane id="b" name="B"><bpmn:flowNodeRef>u2</bpmn:flowNodeRef>'
         '<bpmn:flowNodeRef>e</bpmn:flowNodeRef></bpmn:lane>'
         f'</bpmn:laneSet>{content("s u1 u2 e; u2 u1")}<bpmn:dataObjectReference id="file" name="Akta"/>'
         '<bpmn:textAnnotation id="note"><bpmn:text>Uwaga</bpmn:text></bpmn:textAnnotation>'
         '<bpmn:association id="of" sourceRef="u1" targetRef="note"/></bpmn:process></bpmn:definitions>').encode()

DRAWINGS = {
    "a line": sketch("s u1 u2 e"),
    "branches": sketch("s p1 u1 p2 e; p1 u2 p2; p1 u3 u4 p2"),
    "a circle": sketch("s x1 u1 u2 x2 e; x2 x1; x2 u1"),
    "skipping": sketch("s x1 u1 u2 u3 x2 e; x1 x2; u1 x2"),
    "a boundary event": sketch("s u1 u2 e; late. u3 e2", more=LATE),
    "a sub-process": sketch("s sub. u9 e", more=SUB),
    "pools, lanes, notes": POOLS,
    "no flows at all": sketch("u1;u2;u3"),
    "itself": sketch("s x1 x1 e"),
    "links": sketch("s n1; k. e", bodies={"n1": '<bpmn:linkEventDefinition name="A"/>'},
                    more='<bpmn:intermediateCatchEvent id="k"><bpmn:linkEventDefinition name="A"/>'
                         "</bpmn:intermediateCatchEvent>"),
}  # fmt: skip


def boxes(data: bytes) -> dict[str, Box]:
    root = read_document("a.bpmn", data).root
    found = {}
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        found[shape.get("bpmnElement")] = Box(*(int(bounds.get(name)) for name in ("x", "y", "width", "height")))
    return found


def overlap(one: Box, other: Box) -> bool:
    return (one.x < other.x + other.width and other.x < one.x + one.width
            and one.y < other.y + other.height and other.y < one.y + one.height)


def holds(outer: Box, inner: Box) -> bool:
    return (outer.x <= inner.x and outer.y <= inner.y and outer.x + outer.width >= inner.x + inner.width
            and outer.y + outer.height >= inner.y + inner.height)


def nodes(data: bytes) -> list[Any]:
    return [node for node in read_document("a.bpmn", data).root.iter() if local(node) in FLOW_NODES]


@pytest.mark.parametrize("data", DRAWINGS.values(), ids=DRAWINGS)
def test_every_node_and_flow_is_drawn(data: bytes) -> None:
    drawn = with_layout("a.bpmn", data)
    root = read_document("a.bpmn", drawn).root
    shapes = set(boxes(drawn))
    edges = {edge.get("bpmnElement") for edge in root.iter(f"{{{DI}}}BPMNEdge")}
    assert {node.get("id") for node in nodes(drawn)} <= shapes
    lines = ("sequenceFlow", "messageFlow", "association")
    assert {node.get("id") for node in root.iter() if local(node) in lines} == edges
    assert {node.get("id") for node in root.iter() if local(node) in ("lane", "participant")} <= shapes


@pytest.mark.parametrize("data", DRAWINGS.values(), ids=DRAWINGS)
def test_no_two_nodes_of_a_scope_overlap_and_each_lies_in_its_scope(data: bytes) -> None:
    drawn = with_layout("a.bpmn", data)
    places = boxes(drawn)
    for one, other in combinations(nodes(drawn), 2):
        if one.getparent() is other.getparent() and "boundaryEvent" not in (local(one), local(other)):
            assert not overlap(places[one.get("id")], places[other.get("id")]), (one.get("id"), other.get("id"))
    for node in nodes(drawn):
        if local(node.getparent()) == "subProcess":
            assert holds(places[node.getparent().get("id")], places[node.get("id")])


def test_a_node_lies_in_its_lane() -> None:
    places = boxes(with_layout("a.bpmn", POOLS))
    for lane, members in {"a": ("s", "u1"), "b": ("u2", "e")}.items():
        assert all(holds(places[lane], places[name]) for name in members)
    assert holds(places["ours"], places["a"])
    assert not overlap(places["ours"], places["court"])


@pytest.mark.parametrize("data", DRAWINGS.values(), ids=DRAWINGS)
def test_the_drawing_changes_nothing_else(data: bytes) -> None:
    drawn = read_document("a.bpmn", with_layout("a.bpmn", data)).root
    for diagram in drawn.findall(f"{{{DI}}}BPMNDiagram"):
        drawn.remove(diagram)
    assert etree.tostring(drawn, method="c14n") == etree.tostring(read_document("a.bpmn", data).root, method="c14n")


@pytest.mark.parametrize("data", DRAWINGS.values(), ids=DRAWINGS)
def test_the_drawing_is_valid_and_the_same_each_time(data: bytes) -> None:
    drawn = with_layout("a.bpmn", data)
    assert drawn == with_layout("a.bpmn", data)
    assert "schema" not in {one.code for one in check_files({"a.bpmn": drawn})}
    assert "reference-missing" not in {one.code for one in check_files({"a.bpmn": drawn})}


def test_a_drawing_that_is_there_stays_byte_for_byte() -> None:
    data = with_layout("a.bpmn", DRAWINGS["branches"])
    assert with_layout("a.bpmn", data) is data


def test_elements_without_an_id_get_one_so_that_they_can_be_drawn() -> None:
    data = sketch("s u1 e").replace(b' id="s-u1"', b"").replace(b' id="u1-e"', b"")
    drawn = read_document("a.bpmn", with_layout("a.bpmn", data)).root
    flows = [node.get("id") for node in drawn.iter() if local(node) == "sequenceFlow"]
    assert all(flows)
    assert {edge.get("bpmnElement") for edge in drawn.iter(f"{{{DI}}}BPMNEdge")} == set(flows)


def test_remarks_of_the_author_stay() -> None:
    data = b"<!-- above -->" + sketch("s u1 e", more="<!-- why u1 -->")
    drawn = with_layout("d.bpmn", data)
    assert drawn.index(b"<!-- above -->") < drawn.index(b"<!-- why u1 -->") < drawn.index(b"BPMNPlane")


def test_pools_and_notes_without_an_id_are_drawn() -> None:
    bare = POOLS
    for key in (b' id="all"', b' id="court"', b' id="asks"', b' id="note"'):
        bare = bare.replace(key, b"")
    root = read_document("d.bpmn", with_layout("d.bpmn", bare.replace(b'targetRef="court"', b'targetRef="ours"'))).root
    drawn = {node.get("bpmnElement") for node in root.iter(f"{{{DI}}}BPMNShape")}
    assert {"ours", "participant_1_", "textAnnotation_1_"} <= drawn


def test_the_encoding_of_the_file_stays() -> None:
    data = b'<?xml version="1.0" encoding="ISO-8859-2"?>' + DRAWINGS["a line"].replace(
        b'name="u1"', 'name="Zażółć"'.encode("iso-8859-2"))
    drawn = with_layout("a.bpmn", data)
    assert b"ISO-8859-2" in drawn[:60]
    assert "Zażółć".encode("iso-8859-2") in drawn


def test_two_thousand_nodes_are_no_trouble() -> None:
    drawn = with_layout("a.bpmn", sketch("s " + " ".join(f"u{n}" for n in range(2_000)) + " e"))
    assert len(boxes(drawn)) == 2_002


def test_what_cannot_be_read_is_not_drawn() -> None:
    with pytest.raises(DiagramRefused):
        with_layout("a.bpmn", b"<a/>")


def test_the_shipped_diagrams_can_be_drawn_anew() -> None:
    for path in sorted(ROOT.glob("processes/*/*.bpmn")):
        root = read_document(path.name, path.read_bytes()).root
        for diagram in root.findall(f"{{{DI}}}BPMNDiagram"):
            root.remove(diagram)
        drawn = with_layout(path.name, etree.tostring(root))
        assert {node.get("id") for node in nodes(drawn)} <= set(boxes(drawn))
