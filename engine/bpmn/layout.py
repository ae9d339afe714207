"""A drawing for a diagram that has none: BPMN-DI shapes and edges, added to the author's XML, which stays as it is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lxml import etree

from engine.bpmn.documents import children, local, read_document
from engine.bpmn.graphs import Scope, scopes_of
from engine.bpmn.normalise import SUB_PROCESSES, Normalised, give_ids, normalise
from engine.bpmn.placements import LANE_HEAD, PADDING, Box, Placed, Point, place

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
OMG_DI = "http://www.omg.org/spec/DD/20100524/DI"
_NAMES = {"bpmndi": DI, "dc": DC, "di": OMG_DI}
_CORNER = Point(160, 80)
_POOL_GAP = 40
_ARTIFACTS = {"textAnnotation": (140, 50), "dataObjectReference": (36, 50), "dataStoreReference": (50, 50)}
_LABEL_HEIGHT = 14


def has_layout(root: Any) -> bool:
    """Whether a diagram draws at least one of its elements."""
    return next(root.iter(f"{{{DI}}}BPMNShape"), None) is not None


@lru_cache(maxsize=16)
def with_layout(file: str, data: bytes) -> bytes:
    """The same diagram with a drawing; unchanged bytes if it has one. Raises DiagramRefused for unreadable files."""
    document = read_document(file, data)
    if has_layout(document.root):
        return data
    source = normalise(document)
    root = read_document(file, data, remarks=True).root
    give_ids(root, {})      # a shape must be able to name its element
    for empty in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(empty)
    _Drawing(source, root).draw()
    encoding = document.root.getroottree().docinfo.encoding or "UTF-8"
    drawn: bytes = etree.tostring(root.getroottree(), encoding=encoding, xml_declaration=True)
    return drawn


class _Drawing:
    """One diagram being drawn, pool below pool."""

    def __init__(self, source: Normalised, root: Any) -> None:
        self.source = source
        self.root = root
        self.scopes = {scope.id: scope for scope in scopes_of(source, executable=False)}
        self.placed: dict[str, Placed] = {}
        self.boxes: dict[str, Box] = {}
        self.used = {node.get("id") for node in root.iter(etree.Element)}
        for scope in reversed(list(self.scopes.values())):     # inner ones first: their size is their node's size
            sizes = {name: self._size(name) for name in scope.nodes if name in self.placed}
            self.placed[scope.id] = place(scope, sizes)

    def _size(self, name: str) -> tuple[int, int]:
        return max(self.placed[name].width, 140), max(self.placed[name].height + 10, 120)

    def draw(self) -> None:
        collaboration = next(iter(children(self.root, "collaboration")), None)
        processes = children(self.source.root, "process")
        element = collaboration if collaboration is not None else next(iter(children(self.root, "process")), None)
        if element is None:
            return
        diagram = etree.SubElement(self.root, f"{{{DI}}}BPMNDiagram", nsmap=_NAMES, id="BPMNDiagram_1")
        self.plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id="BPMNPlane_1", bpmnElement=element.get("id"))
        y = _CORNER.y
        drawn = set()
        for participant in children(collaboration, "participant") if collaboration is not None else []:
            process = (participant.get("processRef") or "").rpartition(":")[2]
            y = self._pool(participant, process, y) + _POOL_GAP
            drawn.add(process)
        for process in processes:
            if process.get("id") not in drawn:
                y = self._scope(self.scopes[process.get("id")], _CORNER.x, y) + _POOL_GAP
        for flow in children(collaboration, "messageFlow") if collaboration is not None else []:
            self._between(flow)

    def _pool(self, participant: Any, process: str, y: int) -> int:
        placed = self.placed.get(process)
        width = placed.width + LANE_HEAD if placed else 600
        height = placed.height + self._artifacts_height(self.scopes[process]) if placed else 60
        self._shape(participant.get("id"), Box(_CORNER.x, y, width, height), isHorizontal="true")
        if placed:
            self._scope(self.scopes[process], _CORNER.x + LANE_HEAD, y)
        return y + height

    def _scope(self, scope: Scope, x: int, y: int) -> int:
        """Draw a scope with its corner here; gives where it ends below."""
        placed = self.placed[scope.id]
        for lane, box in placed.lanes.items():
            self._shape(lane, box.moved(x, y), isHorizontal="true")
        for name, box in placed.boxes.items():
            self._node(scope, name, box.moved(x, y))
        for name, points in placed.ways.items():
            if not name.startswith("link:"):
                self._edge(scope.author(name), [Point(one.x + x, one.y + y) for one in points])
        bottom = y + placed.height
        self._artifacts(scope, x, bottom)
        return bottom + self._artifacts_height(scope)

    def _node(self, scope: Scope, name: str, box: Box) -> None:
        kind, more = scope.kind(name), {}
        if kind in SUB_PROCESSES:
            more["isExpanded"] = "true"
        if kind == "exclusiveGateway":
            more["isMarkerVisible"] = "true"
        shape = self._shape(scope.author(name), box, **more)
        title = scope.nodes[name].get("name") or ""
        if title and kind.endswith(("Event", "Gateway")):
            self._label(shape, title, box)
        if name in self.placed:
            self._scope(self.scopes[name], box.x, box.y + 10)

    def _label(self, shape: Any, title: str, box: Box) -> None:
        width = max(24, min(90, len(title) * 7))
        lines = -(-len(title) * 7 // width)
        label = etree.SubElement(shape, f"{{{DI}}}BPMNLabel")
        place_ = Box(box.middle.x - width // 2, box.y + box.height + 5, width, _LABEL_HEIGHT * lines)
        _bounds(label, place_)

    def _artifacts_height(self, scope: Scope) -> int:
        return 80 if children(scope.node, *_ARTIFACTS) else 0

    def _artifacts(self, scope: Scope, x: int, y: int) -> None:
        """Notes and data in a row below the flow, and the lines from them."""
        at = x + PADDING
        for node in children(scope.node, *_ARTIFACTS):
            width, height = _ARTIFACTS[local(node)]
            self._shape(self._author(node), Box(at, y, width, height))
            at += width + PADDING
        for node in children(scope.node, "association"):
            self._between(node)

    def _author(self, node: Any) -> str:
        return self.source.ids.get(node.get("id")) or str(node.get("id"))

    def _between(self, node: Any) -> None:
        """A straight line between two shapes that are drawn."""
        ends = [self.boxes.get(self._known(node.get(name))) for name in ("sourceRef", "targetRef")]
        if ends[0] is None or ends[1] is None:
            return
        begin, end = ends[0].middle, ends[1].middle
        upper, lower = (ends[0], ends[1]) if begin.y <= end.y else (ends[1], ends[0])
        points = [Point(upper.middle.x, upper.y + upper.height), Point(lower.middle.x, lower.y)]
        self._edge(self._author(node), points if begin.y <= end.y else points[::-1])

    def _known(self, reference: str | None) -> str:
        plain = (reference or "").rpartition(":")[2]
        return self.source.ids.get(plain) or plain

    def _id(self, element: str) -> str:
        """An id for a shape, as modelers name it."""
        name = f"{element}_di"
        while name in self.used:
            name += "_"
        self.used.add(name)
        return name

    def _shape(self, element: str, box: Box, **more: str) -> Any:
        self.boxes[element] = box
        shape = etree.SubElement(self.plane, f"{{{DI}}}BPMNShape", id=self._id(element), bpmnElement=element, **more)
        _bounds(shape, box)
        return shape

    def _edge(self, element: str, points: list[Point]) -> None:
        edge = etree.SubElement(self.plane, f"{{{DI}}}BPMNEdge", id=self._id(element), bpmnElement=element)
        for point in points:
            etree.SubElement(edge, f"{{{OMG_DI}}}waypoint", x=str(point.x), y=str(point.y))


def _bounds(holder: Any, box: Box) -> None:
    etree.SubElement(holder, f"{{{DC}}}Bounds", x=str(box.x), y=str(box.y), width=str(box.width),
                     height=str(box.height))
