"""Where a case stands in its diagram: the list twin of the picture, rebuilt from the ledger alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from engine.queries.reading import Known, element_name
from engine.queries.rows import Holder, Line, Step, Words

#: kinds of elements that say something to a reader; gateways are in the picture, not in the list
_TOLD = frozenset({
    "userTask", "manualTask", "task", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity",
    "startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent",
})


def occurrences(told: Iterable[Line]) -> tuple[dict[str, str], set[str], dict[str, datetime]]:
    """Activity instance → element, which of them are still there, and when each element was last entered."""
    element_of: dict[str, str] = {}
    open_ones: set[str] = set()
    at: dict[str, datetime] = {}
    for line in told:
        if line.type != "ProcessAdvanced":
            continue
        for activity, element in line.data.get("entered", ()):
            element_of[activity] = element
            open_ones.add(activity)
            at[element] = line.at
        open_ones -= {*line.data.get("left", ()), *line.data.get("cancelled", ())}
    return element_of, open_ones, at


def marks(told: Iterable[Line]) -> dict[str, str]:
    """Element → "current" while a token is there, else "done"."""
    element_of, open_ones, _ = occurrences(told)
    found = dict.fromkeys(element_of.values(), "done")
    return found | {element_of[one]: "current" for one in open_ones}


def of_case(known: Known, told: Iterable[Line], balls: Iterable[Holder]) -> tuple[Step, ...]:
    """The steps the case has come to, in the order they were first reached, with who has each now."""
    told = tuple(told)
    element_of, _, at = occurrences(told)
    times, state = Counter(element_of.values()), marks(told)
    having: dict[Words, list[Holder]] = {}
    for ball in balls:
        having.setdefault(ball.step, []).append(ball)
    found = []
    for element, entered in times.items():
        info = known.compiled.elements.get(element)
        if info is None or info.kind not in _TOLD:
            continue
        name = element_name(known.compiled, element)
        here = tuple(having.get(name, ())) if state[element] == "current" else ()
        found.append(Step(element, name, info.kind, state[element], known.role_name(info.lane or ""), entered,
                          at.get(element), here))
    return tuple(found)
