"""Pauses of a whole case: its clocks stand still, and go on where they stopped.

``told`` makes events of what a process instance did; it is handed in, because steps of a process may ask for a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from engine.bpmn.progress import Progress
from engine.bpmn.runner import Live, stood_still
from engine.model import events as e
from engine.model.cases import OPEN
from engine.model.deadlines import to_warsaw
from engine.model.errors import CaseNotOpen, CaseNotPaused, CasePaused, InvalidInput
from engine.store.desk import Desk

Told = Callable[[Desk, Live, Progress], Iterator[e.Event]]
OTHER = "other"
#: what an element of a diagram may bring about, by its property
EFFECT = "effect"


def suspended(desk: Desk, kind: str, reason: str, until: datetime | None = None,
              element: str = "") -> Iterator[e.Event]:
    """The case is paused. Raises CaseNotOpen, CasePaused, InvalidInput."""
    case = desk.uow.case
    if case.state != OPEN:
        raise CaseNotOpen(number=case.number, state=case.state)
    require_running(desk)
    if kind != OTHER and kind not in {one.id for one in desk.version.definition.pauses}:
        raise InvalidInput(field="kind", reason="this process knows no such pause")
    if until is not None and until <= desk.uow.now:
        raise InvalidInput(field="until", reason="a pause ends in the future")
    yield e.CaseSuspended(kind=kind, reason=desk.uow.seal_reason(reason) if reason else "", until=until,
                          element=element)


def resumed(desk: Desk, told: Told, reason: str = "", element: str = "") -> Iterator[e.Event]:
    """The case goes on: every due time and timer that counts from a moment moves by the working time it stood still."""
    case = desk.uow.case
    paused = case.paused_at
    if paused is None:
        raise CaseNotPaused(number=case.number)
    yield e.CaseResumed(paused_at=paused, reason=desk.uow.seal_reason(reason) if reason else "", element=element)
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        yield from told(desk, live, stood_still(live, paused, desk.uow.now, desk.clock))


def require_running(desk: Desk) -> None:
    """Refuse what cannot be done while the clocks stand still."""
    paused = desk.uow.case.paused_at
    if paused is not None:
        raise CasePaused(at=to_warsaw(paused).strftime("%d.%m.%Y %H:%M"))


def effects(desk: Desk, live: Live, progress: Progress, told: Told) -> Iterator[e.Event]:
    """What the diagram asks for at what was just entered: a pause begins or ends; asking twice changes nothing."""
    for _, element in progress.entered:
        properties = live.compiled.elements[element].properties if element in live.compiled.elements else {}
        wanted, paused = properties.get(EFFECT, ""), desk.uow.case.paused_at is not None
        if wanted == "suspend" and not paused:
            yield from suspended(desk, properties.get("pause", OTHER), "", element=element)
        elif wanted == "resume" and paused:
            yield from resumed(desk, told, element=element)
