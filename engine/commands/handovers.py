"""Handovers: responsibility offered, accepted, declined. Until acceptance the sender keeps it.

A step with the screen ``handover`` offers; the acceptance that the process asks for next is the offer's other half.
Whoever finishes such a step, by whichever command, moves the handover with it: there is no way past it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import work_items
from engine.model import commands as c
from engine.model import events as e
from engine.model.errors import InvalidInput, WrongState
from engine.model.handovers import ACCEPTED_WITH_REMARKS, DECISIONS, DECLINED, Handover
from engine.store.desk import Desk

_SCREENS = ("handover", "acceptance")
#: the questions whose answer decides, by their keys in the acceptance forms
_QUESTIONS = ("handover_decision", "decision")


def finish(command: c.CompleteWorkItem, desk: Desk) -> Iterator[e.Event]:
    """Finish a task; if it offers or answers a handover, that is offered or answered in the same breath."""
    screen = _screen(desk, desk.item.element) if desk.item else ""
    handover = desk.handover_by(command.work_item_id) if screen in _SCREENS else None
    _require_fit(command, handover)
    answer, asked = None, None
    for event in work_items.complete(command, desk):
        yield event
        if isinstance(event, e.WorkItemCompleted):
            answer = event.answer_id
            if handover is not None:
                yield _decided(command, handover, event)
        if asked is None and handover is None and screen == "handover" and isinstance(event, e.WorkItemOffered):
            asked = event if _screen(desk, event.element) in _SCREENS else None
    if asked is not None:
        yield e.HandoverOffered(
            handover_id=desk.clock.new_id(), from_institution_id=desk.uow.case.responsible_id,
            to_institution_id=asked.institution_id, work_item_id=asked.work_item_id,
            offer_item_id=command.work_item_id, answer_id=answer)


def _screen(desk: Desk, element: str) -> str:
    return desk.version.compiled.elements[element].properties.get("screen", "form")


def _state(command: c.CompleteWorkItem) -> str:
    """The state that the answers lead to; "" if the question was not answered (the form's own check will say so)."""
    given = (command.answers.get(one) for one in _QUESTIONS)
    return next((DECISIONS[one] for one in given if isinstance(one, str) and one in DECISIONS), "")


def _require_fit(command: c.CompleteWorkItem, handover: Handover | None) -> None:
    if isinstance(command, c.AcceptHandover | c.DeclineHandover):
        if handover is None:
            raise WrongState(state="decided", expected="offered")
        if (_state(command) == DECLINED) is not isinstance(command, c.DeclineHandover):
            raise InvalidInput(field="decision", reason="the button and the answer say different things")


def _decided(command: c.CompleteWorkItem, handover: Handover, event: e.WorkItemCompleted) -> e.Event:
    state = _state(command)
    if not state or state == DECLINED:
        return e.HandoverDeclined(handover_id=handover.handover_id, institution_id=handover.to_institution_id,
                                  answer_id=event.answer_id)
    return e.HandoverAccepted(handover_id=handover.handover_id, institution_id=handover.to_institution_id,
                              answer_id=event.answer_id, with_remarks=state == ACCEPTED_WITH_REMARKS)
