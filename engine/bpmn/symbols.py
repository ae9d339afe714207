"""The symbols of BPMN 2.0.2 (chapter 7 and the tables of chapter 10) as SVG paths: outlines, icons, markers."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn.documents import child
from engine.bpmn.placements import Box

_SVG = "http://www.w3.org/2000/svg"

#: Icon of a kind of event inside a circle of radius 18 around 0,0; thrown ones are filled.
_EVENTS = {
    "message": "M-9-6h18v12h-18zM-9-6L0 1L9-6",
    "timer": "M0-10A10 10 0 1 1 0 10A10 10 0 1 1 0-10M0 0V-7M0 0L5 3",
    "signal": "M0-9L9 7H-9z",
    "error": "M-9 8L-4-7L2 3L9-8L4 7L-2-3z",
    "escalation": "M0-10L8 9L0 2L-8 9z",
    "conditional": "M-7-9H7V9H-7zM-5-5H5M-5 0H5M-5 5H5",
    "link": "M-9-3H1V-8L10 0L1 8V3H-9z",
    "compensate": "M-1-7L-9 0L-1 7zM8-7L0 0L8 7z",
    "cancel": "M-8-5L-5-8L0-3L5-8L8-5L3 0L8 5L5 8L0 3L-5 8L-8 5L-3 0z",
    "terminate": "M0-10A10 10 0 1 1 0 10A10 10 0 1 1 0-10",
    "multiple": "M0-10L9-3L6 8H-6L-9-3z",
}
_GATEWAYS = {
    "exclusiveGateway": "M-8-8L8 8M8-8L-8 8",
    "parallelGateway": "M-11 0H11M0-11V11",
    "inclusiveGateway": "M0-11A11 11 0 1 1 0 11A11 11 0 1 1 0-11",
    "complexGateway": "M-11 0H11M0-11V11M-8-8L8 8M8-8L-8 8",
    "eventBasedGateway": "M0-12A12 12 0 1 1 0 12A12 12 0 1 1 0-12M0-7L7-2L4 6H-4L-7-2z",
}
#: Icon of a kind of task, for its upper left corner.
ICONS = {
    "userTask": "M5 3A4 4 0 1 1 5 11A4 4 0 1 1 5 3M-2 18C-2 12 12 12 12 18z",
    "manualTask": "M-2 8H10M-2 12H9M-2 16H8M-2 8L3 3",
    "scriptTask": "M0 3H11C7 8 13 12 9 18H-2C2 12-4 8 0 3M1 8H7M1 12H8",
    "serviceTask": "M5 5A5 5 0 1 1 5 15A5 5 0 1 1 5 5M5 3V17M-2 10H12",
    "sendTask": "M-2 5H12V16H-2zM-2 5L5 11L12 5",
    "receiveTask": "M-2 5H12V16H-2zM-2 5L5 11L12 5",
    "businessRuleTask": "M-2 4H12V16H-2zM-2 8H12M2 8V16",
}
_THROWING = ("intermediateThrowEvent", "endEvent")


def draw_symbols(group: Any, kind: str, box: Box, *, event: str, element: Any, expanded: bool) -> None:
    """Draw the outline, icon and markers of one element into an SVG group."""
    if kind.endswith("Event"):
        _event(group, kind, box, event, element)
    elif kind.endswith("Gateway"):
        _gateway(group, kind, box)
    elif kind in ("participant", "lane", "group"):
        _rect(group, box, 0, "band")
    elif kind in ("textAnnotation", "dataObjectReference", "dataStoreReference"):
        _artifact(group, kind, box)
    else:
        _activity(group, kind, box, element, expanded)


def _event(group: Any, kind: str, box: Box, event: str, element: Any) -> None:
    radius = min(box.width, box.height) // 2
    outer = _circle(group, box, radius, "shape thick" if kind == "endEvent" else "shape")
    interrupting = element.get("cancelActivity", element.get("isInterrupting", "true")) in ("true", "1")
    if not interrupting:
        outer.set("class", "shape dashed")
    if kind.startswith("intermediate") or kind == "boundaryEvent":
        inner = _circle(group, box, radius - 3, "shape" if interrupting else "shape dashed")
        inner.set("data-inner", "true")
    if event in _EVENTS:
        solid = kind in _THROWING and event != "timer"
        _path(group, _EVENTS[event], box.middle.x, box.middle.y, "solid" if solid else "icon")


def _gateway(group: Any, kind: str, box: Box) -> None:
    x, y = box.middle
    _path(group, f"M{x} {box.y}L{box.x + box.width} {y}L{x} {box.y + box.height}L{box.x} {y}z", 0, 0, "shape")
    if kind in _GATEWAYS:
        _path(group, _GATEWAYS[kind], x, y, "icon")


def _activity(group: Any, kind: str, box: Box, element: Any, expanded: bool) -> None:
    outline = _rect(group, box, 8, "shape thick" if kind == "callActivity" else "shape")
    if element.get("triggeredByEvent") in ("true", "1"):
        outline.set("class", "shape dashed")
    if kind == "transaction":
        _rect(group, Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), 6, "icon")
    if kind in ICONS:
        _path(group, ICONS[kind], box.x + 8, box.y + 2, "icon")
    for index, marker in enumerate(_markers(kind, element, expanded)):
        _path(group, marker, box.middle.x + 18 * index, box.y + box.height - 10, "icon")


def _markers(kind: str, element: Any, expanded: bool) -> list[str]:
    """What stands at the lower edge: loop, multi-instance, compensation, ad-hoc, collapsed."""
    many = child(element, "multiInstanceLoopCharacteristics")
    found = []
    if child(element, "standardLoopCharacteristics") is not None:
        found.append("M3-5A6 6 0 1 0 6 0M6-6V0H0")
    if many is not None:
        sequential = many.get("isSequential") in ("true", "1")
        found.append("M-6-5H6M-6 0H6M-6 5H6" if sequential else "M-5-6V6M0-6V6M5-6V6")
    if element.get("isForCompensation") in ("true", "1"):
        found.append("M-1-5L-8 0L-1 5zM7-5L0 0L7 5z")
    if kind == "adHocSubProcess":
        found.append("M-7 2C-4-5 3 6 7-2")
    if kind in ("subProcess", "transaction", "adHocSubProcess") and not expanded:
        found.append("M-7-7H7V7H-7zM-4 0H4M0-4V4")
    return found


def _artifact(group: Any, kind: str, box: Box) -> None:
    right, bottom = box.x + box.width, box.y + box.height
    paths = {
        "textAnnotation": f"M{box.x + 12} {box.y}H{box.x}V{bottom}H{box.x + 12}",
        "dataObjectReference": f"M{box.x} {box.y}H{right - 10}L{right} {box.y + 10}V{bottom}H{box.x}z",
        "dataStoreReference": f"M{box.x} {box.y + 7}C{box.x} {box.y - 2} {right} {box.y - 2} {right} {box.y + 7}"
                              f"V{bottom - 7}C{right} {bottom + 2} {box.x} {bottom + 2} {box.x} {bottom - 7}z",
    }
    _path(group, paths[kind], 0, 0, "icon")


def _circle(group: Any, box: Box, radius: int, style: str) -> Any:
    circle = etree.SubElement(group, f"{{{_SVG}}}circle", cx=str(box.middle.x), cy=str(box.middle.y),
                              r=str(max(radius, 1)))
    circle.set("class", style)
    return circle


def _rect(group: Any, box: Box, corner: int, style: str) -> Any:
    rect = etree.SubElement(group, f"{{{_SVG}}}rect", x=str(box.x), y=str(box.y), width=str(max(box.width, 1)),
                            height=str(max(box.height, 1)), rx=str(corner))
    rect.set("class", style)
    return rect


def _path(group: Any, data: str, x: int, y: int, style: str) -> None:
    path = etree.SubElement(group, f"{{{_SVG}}}path", d=data)
    if x or y:
        path.set("transform", f"translate({x} {y})")
    path.set("class", style)


