"""Random diagrams of tasks and gateways, and the plainest possible reading of what the standard says happens in them.

Nothing here is shared with the engine: tokens are counts on flows, an inclusive join asks the drawing itself (§13.4.3).
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

KINDS = {
    "start": "startEvent",
    "user": "userTask",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
}


def dice_of(seed: int) -> random.Random:
    """The same throws every time."""
    return random.Random(seed)  # noqa: S311  # nothing secret is thrown


class TooLong(Exception):
    """The drawing runs for ever or grows without end; another one is drawn."""


@dataclass
class Drawing:
    """Nodes by name, flows by number."""

    nodes: dict[str, str] = field(default_factory=lambda: {"s": "start"})
    flows: list[tuple[str, str]] = field(default_factory=list)
    conditions: dict[int, str] = field(default_factory=dict)
    defaults: dict[str, int] = field(default_factory=dict)

    def outgoing(self, node: str) -> list[int]:
        return [number for number, (source, _) in enumerate(self.flows) if source == node]

    def incoming(self, node: str) -> list[int]:
        return [number for number, (_, target) in enumerate(self.flows) if target == node]

    def xml(self) -> str:
        parts = []
        for node, kind in self.nodes.items():
            default = f' default="f{self.defaults[node]}"' if node in self.defaults else ""
            parts.append(f'<{KINDS[kind]} id="{node}"{default}/>')
        for number, (source, target) in enumerate(self.flows):
            condition = self.conditions.get(number)
            inside = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
            parts.append(
                f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
            )
        return "".join(parts)


def draw(dice: random.Random) -> Drawing:
    """A connected drawing, structured or not; circles go back from exclusive gateways only."""
    drawing = Drawing()
    names = [f"n{number}" for number in range(dice.randint(3, 9))]
    drawing.nodes.update((name, dice.choice(["user"] * 3 + ["xor"] + ["and"] * 2 + ["or"] * 2)) for name in names)
    order = ["s", *names]
    for place, name in enumerate(names, 1):
        drawing.flows.append((order[dice.randint(max(0, place - 3), place - 1)], name))
    for _ in range(dice.randint(1, 5)):
        source = dice.randint(0, len(order) - 2)
        drawing.flows.append((order[source], order[dice.randint(source + 1, len(order) - 1)]))
    choosing = [place for place, name in enumerate(order) if drawing.nodes[name] == "xor" and place > 1]
    if choosing and dice.random() < 0.4:
        place = dice.choice(choosing)
        drawing.flows.append((order[place], order[dice.randint(1, place - 1)]))
    for name, kind in drawing.nodes.items():
        numbers = drawing.outgoing(name)
        if kind in ("xor", "or") and len(numbers) > 1:
            drawing.defaults[name] = numbers[-1]
            drawing.conditions.update((number, f"v{dice.randint(0, 3)}") for number in numbers[:-1])
    return drawing


class TokenGame:
    """The drawing played by hand."""

    def __init__(self, drawing: Drawing, variables: dict[str, bool]) -> None:
        self.drawing, self.variables = drawing, dict(variables)
        self.tokens: Counter[int] = Counter()
        self.open: Counter[str] = Counter()
        self.ran: Counter[str] = Counter({"s": 1})
        self._leave("s")
        self._play()

    def complete(self, node: str, values: dict[str, bool]) -> None:
        self.open[node] -= 1
        self.variables.update(values)
        self.ran[node] += 1
        self._leave(node)
        self._play()

    @property
    def stuck(self) -> bool:
        return sum(self.tokens.values()) > 0

    def _leave(self, node: str) -> None:
        flows, kind = self.drawing.outgoing(node), self.drawing.nodes[node]
        if kind in ("xor", "or") and len(flows) > 1:
            conditions = self.drawing.conditions
            true = [flow for flow in flows if flow in conditions and self.variables[conditions[flow]]]
            flows = (true[:1] if kind == "xor" else true) or [self.drawing.defaults[node]]
        self.tokens.update(flows)

    def _play(self) -> None:
        for _ in range(400):
            if sum(self.tokens.values()) > 60:
                raise TooLong
            if not (self._move() or self._join()):
                return
        raise TooLong

    def _move(self) -> bool:
        for flow in [flow for flow, count in self.tokens.items() if count > 0]:
            node = self.drawing.flows[flow][1]
            kind, incoming = self.drawing.nodes[node], self.drawing.incoming(node)
            if kind == "user":
                self.tokens[flow] -= 1
                self.open[node] += 1
                return True
            if kind == "xor" or len(incoming) == 1:
                return self._fire(node, [flow])
            if all(self.tokens[each] for each in incoming):
                return self._fire(node, incoming)
        return False

    def _join(self) -> bool:
        for node, kind in self.drawing.nodes.items():
            filled = [flow for flow in self.drawing.incoming(node) if self.tokens[flow]]
            if kind == "or" and filled and not self._awaited(node, filled):
                return self._fire(node, filled)
        return False

    def _fire(self, node: str, flows: list[int]) -> bool:
        self.tokens.subtract(flows)
        self.ran[node] += 1
        self._leave(node)
        return True

    def _awaited(self, gateway: str, filled: list[int]) -> bool:
        empty = [flow for flow in self.drawing.incoming(gateway) if flow not in filled]
        places = [node for node, count in self.open.items() if count]
        places += [self.drawing.flows[flow][1] for flow, count in self.tokens.items() if count]
        return any(
            any(self._reaches(place, gateway, flow) for flow in empty)
            and not any(self._reaches(place, gateway, flow) for flow in filled)
            for place in places
            if place != gateway
        )

    def _reaches(self, place: str, gateway: str, target: int) -> bool:
        seen: set[str] = {gateway}
        ahead = [place]
        while ahead:
            node = ahead.pop()
            if node in seen:
                continue
            seen.add(node)
            if target in self.drawing.outgoing(node):
                return True
            ahead.extend(self.drawing.flows[flow][1] for flow in self.drawing.outgoing(node))
        return False
