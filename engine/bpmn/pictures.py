"""A diagram as SVG, for pages without JavaScript, for print and for PDF: drawn from BPMN-DI, the same bytes each time.

Every element carries `data-element-id`, a title, and a class for its mark; colours are the reader's style sheet's, with
defaults that print in black and white. Symbols are in ``symbols``, words in ``labels``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lxml import etree

from engine.bpmn.documents import local, read_document
from engine.bpmn.elements import properties_of
from engine.bpmn.graphs import event_kind
from engine.bpmn.labels import Label, lines_of
from engine.bpmn.layout import DC, DI, has_layout, with_layout
from engine.bpmn.placements import Box, Point
from engine.bpmn.symbols import ICONS, draw_symbols

SVG = "http://www.w3.org/2000/svg"
MARKS = frozenset({"current", "done", "changed", "added", "removed", "incident"})
_MARGIN = 20
_ICON = 21      # pixels that the icon of a task takes at its top
_STYLE = (
    ".bpmn{font:12px Arial,Helvetica,sans-serif;fill:#0b0c0c}"
    ".bpmn .shape,.bpmn .way{fill:#fff;stroke:#0b0c0c;stroke-width:1.5}.bpmn .way{fill:none}"
    ".bpmn .thick{stroke-width:3.5}.bpmn .band{fill:none;stroke:#505a5f;stroke-width:1}"
    ".bpmn .icon{fill:none;stroke:#0b0c0c;stroke-width:1.2}.bpmn .solid{fill:#0b0c0c;stroke:none}"
    ".bpmn .dashed{stroke-dasharray:5 4}.bpmn .halo{fill:#fff;fill-opacity:.85;stroke:none}"
    ".bpmn .done>.shape{fill:#e8f1ea}.bpmn .done>.way{stroke:#00703c}"
    ".bpmn .current>.shape{fill:#fff3bf;stroke-width:4}.bpmn .incident>.shape{stroke:#d4351c;stroke-width:4}"
    ".bpmn .added>.shape{fill:#e3f2fd}.bpmn .changed>.shape{fill:#fff3bf}.bpmn .removed>.shape{fill:#fbe3e0}"
)
_BANDS = ("participant", "lane")
_SUB = ("subProcess", "transaction", "adHocSubProcess")


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn element: where it is, and what of it is drawn."""

    element: Any
    box: Box
    label: Box | None
    expanded: bool


def picture(file: str, data: bytes, *, marks: Mapping[str, str] | None = None, language: str = "pl",
            title: str = "", description: str = "") -> bytes:
    """The diagram as an SVG document (UTF-8). `marks`: author's id → one of MARKS. A file without a drawing gets one.

    Raises DiagramRefused for a file that cannot be read, KeyError never: what has no shape is not drawn."""
    document = read_document(file, data)
    if not has_layout(document.root):
        document = read_document(file, with_layout(file, data))
    return _Picture(document.root, dict(marks or {}), language).drawn(title, description)


class _Picture:
    """One SVG being drawn: bands, then flows, then shapes, then words."""

    def __init__(self, root: Any, marks: dict[str, str], language: str) -> None:
        self.by_id = {node.get("id"): node for node in root.iter(etree.Element)
                      if node.get("id") and not str(node.tag).startswith(f"{{{DI}}}")}
        self.marks = {name: mark for name, mark in marks.items() if mark in MARKS}
        self.language = language
        # further planes are the inside of collapsed sub-processes; a file without a process has none
        plane = next(root.iter(f"{{{DI}}}BPMNPlane"), etree.Element("none"))
        self.shapes = list(self._shapes(plane))
        self.ways = list(self._ways(plane))
        self.root = root

    def _shapes(self, plane: Any) -> Iterator[Shape]:
        for node in plane.iter(f"{{{DI}}}BPMNShape"):
            element, box = self.by_id.get(_plain(node.get("bpmnElement"))), _box(node.find(f"{{{DC}}}Bounds"))
            if element is not None and box is not None:
                label = node.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")
                yield Shape(element, box, _box(label), node.get("isExpanded", "true") == "true")

    def _ways(self, plane: Any) -> Iterator[tuple[Any, list[Point], Box | None]]:
        for node in plane.iter(f"{{{DI}}}BPMNEdge"):
            element = self.by_id.get(_plain(node.get("bpmnElement")))
            points = [_point(part) for part in node if local(part) == "waypoint"]
            if element is not None and len(points) > 1:
                yield element, points, _box(node.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds"))

    def drawn(self, title: str, description: str) -> bytes:
        frame = self._frame()
        svg = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG}, role="img", width=str(frame.width),
                            height=str(frame.height), viewBox=f"{frame.x} {frame.y} {frame.width} {frame.height}")
        svg.set("class", "bpmn")
        svg.set("aria-labelledby", "bpmn-title bpmn-desc")
        _text(svg, "title", title or self._title(), id="bpmn-title")
        _text(svg, "desc", description or self._description(), id="bpmn-desc")
        _text(svg, "style", _STYLE)
        _arrow(svg)
        for shape in self._in_order():
            self._shape(svg, shape)
        for element, points, label in self.ways:
            self._way(svg, element, points, label)
        for shape in self.shapes:
            self._words_beside(svg, shape)
        return bytes(etree.tostring(svg, encoding="utf-8", xml_declaration=False))

    def _frame(self) -> Box:
        boxes = [shape.box for shape in self.shapes] + [shape.label for shape in self.shapes if shape.label]
        xs = [box.x for box in boxes] + [point.x for _, points, _ in self.ways for point in points]
        ys = [box.y for box in boxes] + [point.y for _, points, _ in self.ways for point in points]
        right = max([box.x + box.width for box in boxes] + xs, default=100)
        bottom = max([box.y + box.height + 30 for box in boxes] + ys, default=100)
        left, top = min(xs, default=0) - _MARGIN - 30, min(ys, default=0) - _MARGIN
        return Box(left, top, right - left + _MARGIN + 30, bottom - top + _MARGIN)

    def _in_order(self) -> list[Shape]:
        """Bands first, then what contains others, then the rest; boundary events lie on their activities."""
        def rank(shape: Shape) -> int:
            kind = local(shape.element)
            return 0 if kind in _BANDS else 1 if kind in _SUB else 3 if kind == "boundaryEvent" else 2
        return sorted(self.shapes, key=rank)

    def _title(self) -> str:
        named = [node for node in self.by_id.values()
                 if local(node) in ("collaboration", "process") and node.get("name")]
        return self.name(named[0]) if named else "BPMN"

    def _description(self) -> str:
        marked = [(mark, self.name(self.by_id[name]) or name) for name, mark in sorted(self.marks.items())
                  if name in self.by_id]
        return "; ".join(f"{mark}: {name}" for mark, name in marked) or self._title()

    def name(self, element: Any) -> str:
        """The name of an element in the reader's language."""
        english = properties_of(element).get("name.en", "") if self.language == "en" else ""
        plain = element.get("name") or (element.findtext("{*}text") if local(element) == "textAnnotation" else "") or ""
        return english or " ".join(plain.split())

    def _group(self, svg: Any, element: Any) -> Any:
        group = etree.SubElement(svg, f"{{{SVG}}}g")
        mark = self.marks.get(element.get("id"), "")
        group.set("class", f"element {local(element)} {mark}".strip())
        group.set("data-element-id", element.get("id"))
        name = self.name(element)
        _text(group, "title", f"{name} ({mark})" if mark and name else name or local(element))
        return group

    def _shape(self, svg: Any, shape: Shape) -> None:
        group = self._group(svg, shape.element)
        kind = local(shape.element)
        draw_symbols(group, kind, shape.box, event=event_kind(shape.element), element=shape.element,
                     expanded=shape.expanded)
        if kind in _BANDS:
            self._band_words(group, shape)
        elif kind in _SUB and shape.expanded:
            top = Box(shape.box.x + 8, shape.box.y + 4, shape.box.width - 16, 18)
            _words(group, Label(self.name(shape.element), top, "start", 1))
        elif kind.lower().endswith(("task", "activity")) or kind in _SUB or kind == "textAnnotation":
            _words(group, self._inside(shape))

    def _inside(self, shape: Shape) -> Label:
        """The name in the middle of its box; below the icon where it is long."""
        box, name = shape.box, self.name(shape.element)
        label = Label(name, Box(box.x + 6, box.y + 6, box.width - 12, box.height - 12), "middle", 5)
        lines, size = lines_of(label)
        if local(shape.element) in ICONS and len(lines) * size * 6 // 5 > box.height - 2 * _ICON:
            lower = Box(box.x + 5, box.y + _ICON, box.width - 10, box.height - _ICON - 3)
            return Label(name, lower, "middle", 5)
        return label

    def _band_words(self, group: Any, shape: Shape) -> None:
        """The name of a pool or lane, written upwards at its left edge."""
        box = shape.box
        turned = Box(-(box.y + box.height) + 4, box.x + 2, box.height - 8, 26)
        holder = etree.SubElement(group, f"{{{SVG}}}g", transform="rotate(-90)")
        _words(holder, Label(self.name(shape.element), turned, "middle", 2))

    def _words_beside(self, svg: Any, shape: Shape) -> None:
        """The name of an event, gateway or data object, below it or where the drawing says."""
        kind = local(shape.element)
        if not (kind.endswith(("Event", "Gateway")) or kind in ("dataObjectReference", "dataStoreReference")):
            return
        box = shape.label or Box(shape.box.middle.x - 50, shape.box.y + shape.box.height + 4, 100, 30)
        wide = Box(box.middle.x - max(box.width, 60) // 2, box.y, max(box.width, 60), max(box.height, 30))
        holder = etree.SubElement(svg, f"{{{SVG}}}g")
        holder.set("class", "words")
        _words(holder, Label(self.name(shape.element), wide, "top", 4), halo=True)

    def _way(self, svg: Any, element: Any, points: list[Point], label: Box | None) -> None:
        group = self._group(svg, element)
        line = etree.SubElement(group, f"{{{SVG}}}polyline", points=" ".join(f"{one.x},{one.y}" for one in points))
        dashed = local(element) in ("association", "messageFlow", "dataInputAssociation", "dataOutputAssociation")
        line.set("class", "way dashed" if dashed else "way")
        if local(element) != "association":
            line.set("marker-end", "url(#bpmn-arrow)")
        name = self.name(element)
        if name:
            middle = _halfway(points)
            _words(group, Label(name, label or Box(middle.x - 45, middle.y - 20, 90, 16), "top", 3), halo=True)


def _words(parent: Any, label: Label, halo: bool = False) -> None:
    lines, size = lines_of(label)
    if not lines:
        return
    height = size * 6 // 5
    box = label.box
    top = box.y if label.place == "top" else box.y + max(0, (box.height - height * len(lines)) // 2)
    x = box.x if label.place == "start" else box.middle.x
    if halo:
        width = max(one.width for one in lines)
        back = etree.SubElement(parent, f"{{{SVG}}}rect", x=str(x - width // 2 - 1), y=str(top), width=str(width + 2),
                                height=str(height * len(lines)))
        back.set("class", "halo")
    text = etree.SubElement(parent, f"{{{SVG}}}text", x=str(x), y=str(top))
    text.set("font-size", str(size))
    text.set("text-anchor", "start" if label.place == "start" else "middle")
    for index, one in enumerate(lines):
        part = etree.SubElement(text, f"{{{SVG}}}tspan", x=str(x), y=str(top + height * index + size))
        part.text = one.text


def _text(parent: Any, tag: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{SVG}}}{tag}", **attributes).text = text


def _arrow(svg: Any) -> None:
    definitions = etree.SubElement(svg, f"{{{SVG}}}defs")
    marker = etree.SubElement(definitions, f"{{{SVG}}}marker", id="bpmn-arrow", viewBox="0 0 10 10", refX="9", refY="5",
                              markerWidth="7", markerHeight="7", orient="auto")
    etree.SubElement(marker, f"{{{SVG}}}path", d="M0 0L10 5L0 10z")


def _plain(reference: str | None) -> str:
    return (reference or "").rpartition(":")[2]


def _box(bounds: Any) -> Box | None:
    if bounds is None:
        return None
    numbers = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
    return Box(*numbers)


def _point(node: Any) -> Point:
    return Point(_number(node.get("x")), _number(node.get("y")))


def _number(text: str | None) -> int:
    """A coordinate; what is no number, or lies far outside every canvas, counts as 0."""
    try:
        number = float(text or "0")
    except ValueError:
        return 0
    return round(number) if abs(number) < 1_000_000 else 0


def _halfway(points: list[Point]) -> Point:
    """The middle of the longest straight part."""
    begin, end = max(pairwise(points),
                     key=lambda pair: abs(pair[0].x - pair[1].x) + abs(pair[0].y - pair[1].y))
    return Point((begin.x + end.x) // 2, (begin.y + end.y) // 2)
