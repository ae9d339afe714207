"""Handovers: responsibility offered, accepted, declined. Until acceptance the sender keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import work_items
from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import WrongState
from engine.model.handovers import Handover
from engine.store.desk import Desk


def offer(command: c.OfferHandover, desk: Desk) -> Iterator[e.Event]:
    """Finish the offering step; the acceptance that the process asks for next is the offer's other half."""
    answer = None
    asked: e.WorkItemOffered | None = None
    for event in work_items.complete(command, desk):
        yield event
        if isinstance(event, e.WorkItemCompleted):
            answer = event.answer_id
        if asked is None and isinstance(event, e.WorkItemOffered) and _is_answer(desk, event):
            asked = event
    if asked is not None:
        yield e.HandoverOffered(
            handover_id=desk.clock.new_id(), from_institution_id=desk.uow.case.responsible_id,
            to_institution_id=asked.institution_id, work_item_id=asked.work_item_id,
            offer_item_id=command.work_item_id, answer_id=answer)


def _is_answer(desk: Desk, event: e.WorkItemOffered) -> bool:
    element = desk.version.compiled.elements[event.element]
    return element.properties.get("screen") in ("handover", "acceptance")


def accept(command: c.AcceptHandover, desk: Desk) -> Iterator[e.Event]:
    """Take responsibility over, with or without remarks."""
    handover = _offered(command, desk)
    answer = None
    for event in work_items.complete(command, desk):
        yield event
        if isinstance(event, e.WorkItemCompleted):
            answer = event.answer_id
            yield e.HandoverAccepted(handover_id=handover.handover_id, institution_id=handover.to_institution_id,
                                     answer_id=answer, with_remarks=_decision(command) == "accept_with_remarks")


def decline(command: c.DeclineHandover, desk: Desk) -> Iterator[e.Event]:
    """Refuse responsibility with a reason; the sender keeps it."""
    handover = _offered(command, desk)
    for event in work_items.complete(command, desk):
        yield event
        if isinstance(event, e.WorkItemCompleted):
            yield e.HandoverDeclined(handover_id=handover.handover_id, institution_id=handover.to_institution_id,
                                     answer_id=event.answer_id)


def _offered(command: c.CompleteWorkItem, desk: Desk) -> Handover:
    handover = desk.handover_by(command.work_item_id)
    if handover is None:
        raise WrongState(state="decided", expected="offered")
    return handover


def _decision(command: c.CompleteWorkItem) -> str:
    return str(command.answers.get("decision", ""))
