"""Random nests of scopes, events and repetitions, and a random hand that acts on them."""

from __future__ import annotations

import random

from tests.bpmn.players import Player, flows
from tests.bpmn.test_core import boundary, gateway, timer, user
from tests.bpmn.test_events import CONDITION, ERROR, ESCALATION, MESSAGE, SIGNAL, UNDO, catch, sub, throw

HOUR = timer("timeDuration", "PT1H")
LISTENED = [MESSAGE, SIGNAL, HOUR, timer("timeCycle", "R3/PT30M"), CONDITION, ERROR, ESCALATION]
ENDS = ["", "", "", "", ERROR, ESCALATION, SIGNAL, "<terminateEventDefinition/>"]
ENOUGH = "<completionCondition>=nrOfCompletedInstances &gt;= 2</completionCondition>"

Item = tuple[str, str, str]


class Nest:
    """Draws one process; every part is an element with its entry and its exit."""

    def __init__(self, dice: random.Random, prefix: str = "") -> None:
        self.dice, self.prefix, self.count = dice, prefix, 0

    def key(self, kind: str) -> str:
        self.count += 1
        return f"{self.prefix}{kind}{self.count}"

    def body(self, depth: int, top: bool = False) -> str:
        start, end = self.key("s"), self.key("e")
        ending = "" if top else self.dice.choice(ENDS)
        drawn = f'<startEvent id="{start}"/><endEvent id="{end}">{ending}</endEvent>' + self.chain(depth, start, end)
        return drawn + (self.handler() if depth and self.dice.random() < 0.35 else "")

    def chain(self, depth: int, first: str, last: str) -> str:
        drawn, before = "", first
        for _ in range(self.dice.randint(1, 3)):
            part, entry, leaving = self.part(depth)
            drawn += part + flows(f"{before}>{entry}")
            before = leaving
        return drawn + flows(f"{before}>{last}")

    def handler(self) -> str:
        listened, start, task = self.dice.choice(LISTENED), self.key("hs"), self.key("hu")
        stops = str(self._stops(listened)).lower()
        inside = f'<startEvent id="{start}" isInterrupting="{stops}">{listened}</startEvent>' + user(task)
        return sub(self.key("h"), inside + flows(f"{start}>{task}"), attributes='triggeredByEvent="true"')

    def _stops(self, listened: str) -> bool:
        return "timeCycle" not in listened and (listened == ERROR or self.dice.random() < 0.5)

    def part(self, depth: int) -> Item:
        kinds = [
            self.task,
            self.task,
            self.scope,
            self.fork,
            self.call,
            self.undone,
            self.thrown,
            self.caught,
            self.free,
        ]
        return (self.dice.choice(kinds) if depth else self.task)(depth)

    def hosting(self, key: str, drawn: str) -> Item:
        for _ in range(self.dice.choice([0, 0, 1, 2])):
            event, task, listened = self.key("b"), self.key("u"), self.dice.choice(LISTENED)
            drawn += boundary(event, key, listened, self._stops(listened)) + user(task) + flows(f"{event}>{task}")
        return drawn, key, key

    def repeated(self) -> str:
        chance = self.dice.random()
        if chance < 0.6:
            return ""
        if chance > 0.85:
            return '<standardLoopCharacteristics loopMaximum="2"/>'
        size = f"<loopCardinality>{self.dice.randint(0, 3)}</loopCardinality>" + self.dice.choice(["", ENOUGH])
        flag = self.dice.choice(["true", "false"])
        return f'<multiInstanceLoopCharacteristics isSequential="{flag}">{size}</multiInstanceLoopCharacteristics>'

    def task(self, depth: int) -> Item:
        key = self.key("u")
        return self.hosting(key, f'<userTask id="{key}">{self.repeated()}</userTask>')

    def scope(self, depth: int) -> Item:
        key = self.key("x")
        return self.hosting(key, sub(key, self.repeated() + self.body(depth - 1)))

    def fork(self, depth: int) -> Item:
        first, last = self.key("g"), self.key("j")
        gates = gateway("parallel", first) + gateway("parallel", last)
        return gates + self.chain(depth - 1, first, last) + self.chain(depth - 1, first, last), first, last

    def call(self, depth: int) -> Item:
        key = self.key("c")
        return self.hosting(key, f'<callActivity id="{key}" calledElement="q">{self.repeated()}</callActivity>')

    def undone(self, depth: int) -> Item:
        task, event, handler, thrown = (self.key(kind) for kind in ("u", "ub", "un", "t"))
        bound = f'<association id="{self.key("as")}" sourceRef="{event}" targetRef="{handler}"/>'
        drawn = (
            user(task) + boundary(event, task, UNDO) + f'<userTask id="{handler}" isForCompensation="true"/>' + bound
        )
        return drawn + throw(thrown, UNDO) + flows(f"{task}>{thrown}"), task, thrown

    def thrown(self, depth: int) -> Item:
        key = self.key("t")
        return throw(key, self.dice.choice([ESCALATION, SIGNAL, MESSAGE])), key, key

    def caught(self, depth: int) -> Item:
        key = self.key("w")
        return catch(key, self.dice.choice([MESSAGE, SIGNAL, HOUR, CONDITION])), key, key

    def free(self, depth: int) -> Item:
        key, order = self.key("ah"), self.dice.choice(["Parallel", "Sequential"])
        return self.hosting(key, sub(key, user(self.key("u"), self.key("u")), "adHocSubProcess", f'ordering="{order}"'))


def act(dice: random.Random, case: Player) -> None:
    """Complete something, send something, let time pass or change a value."""
    chance = dice.random()
    if chance < 0.55 and case.open:
        case.answer(dice.choice(case.open), {"x": dice.choice([1, 9])})
    elif chance < 0.65:
        case.message("M1")
    elif chance < 0.75:
        case.signal("S1")
    elif chance < 0.9:
        case.advance(minutes=dice.choice([20, 60, 200]))
    else:
        case.set(x=dice.choice([1, 9]))
