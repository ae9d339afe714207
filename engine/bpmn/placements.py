"""Where the elements of one process or sub-process go: columns along the flow, rows side by side, lanes as bands.

Positions are relative to the scope's own corner; the drawing itself (pools, XML) is left to layout.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from engine.bpmn.documents import children, local
from engine.bpmn.graphs import Flow, Scope

GAP = 50            # between columns
ROW_GAP = 40
PADDING = 40        # around the content of a scope
LANE_HEAD = 30
_EVENT, _GATEWAY, _TASK = (36, 36), (50, 50), (100, 80)
_CHANNEL = 16       # how far below a row a flow runs that cannot go straight


class Point(NamedTuple):
    """A place on the canvas, in pixels."""

    x: int
    y: int


class Box(NamedTuple):
    """A rectangle on the canvas, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def moved(self, x: int, y: int) -> Box:
        """The same rectangle elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    @property
    def middle(self) -> Point:
        """Its centre."""
        return Point(self.x + self.width // 2, self.y + self.height // 2)


@dataclass
class Placed:
    """A laid out scope: boxes of nodes and lanes by id, way points of flows by id, and its size."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    ways: dict[str, list[Point]] = field(default_factory=dict)
    width: int = 0
    height: int = 0


def place(scope: Scope, sizes: Mapping[str, tuple[int, int]]) -> Placed:
    """Lay one scope out. `sizes` are those of its sub-processes, which are laid out before."""
    return _Placing(scope, sizes).placed()


def size_of(kind: str) -> tuple[int, int]:
    """Width and height of a node without content, as modelers draw it."""
    return _EVENT if kind.endswith("Event") else _GATEWAY if kind.endswith("Gateway") else _TASK


class _Placing:
    """One pass: layers, rows, boxes, ways."""

    def __init__(self, scope: Scope, sizes: Mapping[str, tuple[int, int]]) -> None:
        self.scope = scope
        self.sizes = {name: sizes.get(name) or size_of(scope.kind(name)) for name in scope.nodes}
        self.lane_of = dict(_lanes(scope))
        self.lanes = [lane for lane, _ in _leaves(scope.node)] or [""]
        self.hosts = {boundary: host for host, several in scope.boundaries.items() for boundary in several}
        self.names = [name for name in scope.nodes if name not in self.hosts]
        self.order = {name: index for index, name in enumerate(self.names)}
        self.ahead, self.back = self._edges()
        self.layer = self._layers()
        self.row: dict[str, tuple[int, int]] = {}    # lane index, row in the lane
        self.result = Placed()

    def _edges(self) -> tuple[list[tuple[str, str]], set[tuple[str, str]]]:
        """Flows between nodes (those of boundary events from their host), without those that close a circle."""
        following: dict[str, list[str]] = {name: [] for name in self.names}
        for flow in self.scope.flows:
            source, target = self.hosts.get(flow.source, flow.source), flow.target
            if source != target and target in following:
                following[source].append(target)
        back = _closing(following)
        ahead = [(source, target) for source, several in following.items() for target in several
                 if (source, target) not in back]
        return ahead, back

    def _layers(self) -> dict[str, int]:
        """The longest way from a start: nodes of one layer stand in one column."""
        incoming = dict.fromkeys(self.names, 0)
        following: dict[str, list[str]] = {name: [] for name in self.names}
        for source, target in self.ahead:
            incoming[target] += 1
            following[source].append(target)
        layer = dict.fromkeys(self.names, 0)
        todo = [name for name in self.names if not incoming[name]]
        for name in todo:
            for target in following[name]:
                layer[target] = max(layer[target], layer[name] + 1)
                incoming[target] -= 1
                if not incoming[target]:
                    todo.append(target)
        return layer

    def placed(self) -> Placed:
        self._rows()
        self._boxes()
        self._boundary_boxes()
        self._index()
        for flow in self.scope.flows:
            self.result.ways[flow.id] = self._way(flow)
        return self.result

    def _rows(self) -> None:
        """Each node in the row of its first predecessor where that is free, else in the next free one."""
        before: dict[str, list[str]] = {name: [] for name in self.names}
        for source, target in self.ahead:
            before[target].append(source)
        taken: set[tuple[int, int, int]] = set()
        for name in sorted(self.names, key=lambda one: (self.layer[one], self.order[one])):
            lane, wish = self._lane_index(name), self._wish(name, before[name])
            row = next(row for row in _nearby(wish) if (self.layer[name], lane, row) not in taken)
            taken.add((self.layer[name], lane, row))
            self.row[name] = (lane, row)

    def _wish(self, name: str, before: list[str]) -> int:
        lane = self._lane_index(name)
        rows = [self.row[one][1] for one in before if one in self.row and self.row[one][0] == lane]
        return min(rows) if rows else 0

    def _lane_index(self, name: str) -> int:
        lane = self.lane_of.get(name, self.lanes[0])
        return self.lanes.index(lane) if lane in self.lanes else 0

    def _boxes(self) -> None:
        head = LANE_HEAD if self.lanes != [""] else 0
        columns = _spread({name: self.layer[name] for name in self.names},
                          {name: self.sizes[name][0] for name in self.names}, head + PADDING, GAP)
        y = 0
        for index, lane in enumerate(self.lanes):
            inside = [name for name in self.names if self.row[name][0] == index]
            rows = _spread({name: self.row[name][1] for name in inside},
                           {name: self.sizes[name][1] for name in inside}, y + PADDING, ROW_GAP)
            for name in inside:
                column, band = columns[self.layer[name]], rows[self.row[name][1]]
                width, height = self.sizes[name]
                self.result.boxes[name] = Box(column[0] + (column[1] - width) // 2, band[0] + (band[1] - height) // 2,
                                              width, height)
            bottom = max((band[0] + band[1] for band in rows.values()), default=y + PADDING + _TASK[1]) + PADDING
            self.result.lanes[lane] = Box(0, y, 0, bottom - y)
            y = bottom
        right = max((column[0] + column[1] for column in columns.values()), default=head + PADDING) + PADDING
        self.result.width, self.result.height = right, y
        self.result.lanes = {lane: box._replace(width=right) for lane, box in self.result.lanes.items() if lane}

    def _boundary_boxes(self) -> None:
        for host, several in self.scope.boundaries.items():
            box = self.result.boxes[host]
            for index, name in enumerate(several):
                x = box.x + box.width - 18 - _EVENT[0] // 2 - index * (_EVENT[0] + 8)
                self.result.boxes[name] = Box(max(x, box.x - 18), box.y + box.height - 18, *_EVENT)

    def _index(self) -> None:
        """The nodes by column, so that a way looks only at those it may touch."""
        self.columns: dict[int, list[Box]] = {}
        for name, box in self.result.boxes.items():
            self.columns.setdefault(self.layer[self.hosts.get(name, name)], []).append(box)
        self.edges = [min(box.x for box in self.columns[layer]) for layer in sorted(self.columns)]

    def _way(self, flow: Flow) -> list[Point]:
        source, target = self.result.boxes[flow.source], self.result.boxes[flow.target]
        if flow.source in self.hosts:
            return self._from_boundary(source, target)
        begin, end = Point(source.x + source.width, source.middle.y), Point(target.x, target.middle.y)
        closing = (flow.source, flow.target) in self.back or flow.source == flow.target or end.x <= begin.x
        bends = (begin.x + GAP // 2, end.x - GAP // 2)
        straight = [[begin, end]] if begin.y == end.y else []
        ways = straight + [[begin, Point(bend, begin.y), Point(bend, end.y), end] for bend in bends]
        free = next((way for way in ways if self._free(way, source, target)), None)
        return self._around(source, target) if closing or free is None else free

    def _free(self, way: list[Point], source: Box, target: Box) -> bool:
        """Whether a way touches no other node."""
        left, right = sorted((self._layer_of(way[0].x), self._layer_of(way[-1].x)))
        others = [box for box in self._between(left, right) if box not in (source, target)]
        return not any(_touches(begin, end, box) for begin, end in pairwise(way) for box in others)

    def _around(self, source: Box, target: Box) -> list[Point]:
        """Below the lower of the two rows, then up or down to the target."""
        channel = self._below(source, target)
        return [Point(source.middle.x, source.y + source.height), Point(source.middle.x, channel),
                Point(target.middle.x, channel), Point(target.middle.x, target.y + target.height)]

    def _between(self, left: int, right: int) -> list[Box]:
        """The nodes of these columns and of those beside them."""
        return [box for layer in range(left - 1, right + 2) for box in self.columns.get(layer, ())]

    def _layer_of(self, x: int) -> int:
        return max(0, bisect_right(self.edges, x) - 1)

    def _below(self, source: Box, target: Box) -> int:
        """A height at which a flow can run from one to the other below everything between them."""
        left, right = sorted((source.middle.x, target.middle.x))
        near = self._between(self._layer_of(left), self._layer_of(right))
        between = sorted((box.y, box.y + box.height) for box in near if box.x <= right and box.x + box.width >= left)
        channel = max(source.y + source.height, target.y + target.height) + _CHANNEL
        for top, bottom in between:
            if top - _CHANNEL // 2 < channel < bottom + _CHANNEL:
                channel = bottom + _CHANNEL
        return channel

    def _from_boundary(self, source: Box, target: Box) -> list[Point]:
        x, y = source.middle.x, source.y + source.height
        if target.middle.y > y and target.x > x:
            end = Point(target.x, target.middle.y)
            beside = source.x + source.width + GAP // 2
            ways = [[Point(x, y), Point(x, end.y), end],
                    [Point(x, y), Point(x, y + 8), Point(beside, y + 8), Point(beside, end.y), end]]
            return next((way for way in ways if self._free(way, source, target)), ways[0])
        channel = self._below(source, target)
        return [Point(x, y), Point(x, channel), Point(target.middle.x, channel),
                Point(target.middle.x, target.y + target.height)]


def _touches(begin: Point, end: Point, box: Box) -> bool:
    left, right = sorted((begin.x, end.x))
    top, bottom = sorted((begin.y, end.y))
    return left < box.x + box.width and right > box.x and top < box.y + box.height and bottom > box.y


def _spread(places: dict[str, int], widths: dict[str, int], start: int, gap: int) -> dict[int, tuple[int, int]]:
    """Where each column or row begins and how wide it is."""
    widest: dict[int, int] = {}
    for name, index in places.items():
        widest[index] = max(widest.get(index, 0), widths[name])
    found: dict[int, tuple[int, int]] = {}
    at = start
    for index in sorted(widest):
        found[index] = (at, widest[index])
        at += widest[index] + gap
    return found


def _nearby(wish: int) -> Iterator[int]:
    """The wished row, then those below it."""
    row = wish
    while True:
        yield row
        row += 1


def _leaves(process: object) -> Iterator[tuple[str, list[str]]]:
    """The lanes without lanes inside, in order, with the ids they name."""
    for holder in children(process, "laneSet"):
        todo = children(holder, "lane")
        while todo:
            lane = todo.pop(0)
            inner = [one for part in children(lane, "childLaneSet") for one in children(part, "lane")]
            if inner:
                todo = inner + todo
            else:
                yield lane.get("id"), [part.text or "" for part in children(lane, "flowNodeRef")]


def _lanes(scope: Scope) -> Iterator[tuple[str, str]]:
    if local(scope.node) == "process":
        for lane, names in _leaves(scope.node):
            yield from ((name, lane) for name in names)


def _closing(following: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    """The edges that lead back to a node still open in a depth-first walk."""
    back: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for root in following:
        if root in seen:
            continue
        seen.add(root)
        path = {root}
        work = [(root, iter(following[root]))]
        while work:
            name, rest = work[-1]
            target = next(rest, None)
            if target is None:
                work.pop()
                path.discard(name)
            elif target in path:
                back.add((name, target))
            elif target not in seen:
                seen.add(target)
                path.add(target)
                work.append((target, iter(following[target])))
    return back
