"""From what a step of the process did to what is said about it: the one place where Progress becomes events.

Offers go to the institution that holds the role now; a role nobody holds goes to the coordinator, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from functools import partial
from typing import Any
from uuid import UUID

from engine.bpmn.failures import NotWaiting, StepFailed
from engine.bpmn.progress import Message, Progress, Work
from engine.bpmn.runner import Live, deliver, signal, start
from engine.commands import pauses
from engine.model import events as e
from engine.model.cases import OPEN
from engine.model.deadlines import WARSAW
from engine.model.definitions import Definition
from engine.model.errors import InvalidInput, StepStuck
from engine.store.desk import Desk

_ROUNDS = 50
#: an instance that has moved, its progress, and what is to be said before it (an instance that began)
Moved = tuple[Live, Progress, tuple[e.Event, ...]]


def run(desk: Desk, live: Live, step: Callable[[], Progress]) -> Iterator[e.Event]:
    """Run one step and everything that follows from it within the case. Raises StepStuck if the engine cannot go on."""
    waiting: list[Moved] = [(live, tried(desk, live, step), ())]
    for _ in range(_ROUNDS):
        if not waiting:
            break
        moved, progress, before = waiting.pop(0)
        yield from before
        yield from told(desk, moved, progress)
        waiting.extend(_passed_on(desk, moved, progress))
    else:
        raise _storm(desk, live)
    yield from _closing(desk)


def tried(desk: Desk, live: Live, step: Callable[[], Progress]) -> Progress:
    """What the step changed; StepStuck if the engine cannot take it, so that a person is called."""
    try:
        return step()
    except StepFailed as failure:
        raise _stuck(desk, failure, live.instance_id) from failure


def _stuck(desk: Desk, failure: StepFailed, instance_id: UUID | None) -> StepStuck:
    return StepStuck(
        element=failure.element, reason=failure.code, incident=desk.clock.new_id(), instance=instance_id,
        details={key: str(value)[:200] if key in _DRAWN or failure.code in _WORDED else _UNSAID
                 for key, value in failure.params.items()})


#: what an incident may repeat in clear: words of the diagram and counts. A value that somebody answered stays out.
_DRAWN = frozenset({"element", "text", "limit", "steps", "process", "decision", "mapping"})
#: failures whose reasons are fixed words
_WORDED = frozenset({"ExpressionFailed", "ValueRefused"})
_UNSAID = "•••"


def begin(desk: Desk, process: str, variables: Mapping[str, Any], start_element: str | None = None,
          payload: Mapping[str, Any] | None = None) -> Iterator[e.Event]:
    """Start an instance of a process of the case's bundle within the case."""
    case = desk.uow.case
    instance_id = desk.clock.new_id()
    yield e.InstanceStarted(instance_id=instance_id, process=process, digest=case.digest)
    started = start_instance(desk, process, instance_id, variables, start_element, payload)
    desk.begin(started[0])
    yield from run(desk, started[0], lambda: started[1])


def start_instance(desk: Desk, process: str, instance_id: UUID, variables: Mapping[str, Any],
                   start_element: str | None, payload: Mapping[str, Any] | None,
                   rounds: dict[str, Any] | None = None) -> tuple[Live, Progress]:
    """The new live instance and its first step; StepStuck if it cannot take it."""
    try:
        return start(desk.version.compiled, process, instance_id=instance_id, variables=dict(variables),
                     clock=desk.clock, start_element=start_element, payload=dict(payload or {}), rounds=rounds)
    except StepFailed as failure:
        raise _stuck(desk, failure, None) from failure


def told(desk: Desk, live: Live, progress: Progress) -> Iterator[e.Event]:
    """The events of one step, in the order they matter to a reader."""
    cipher = desk.uow.cipher
    yield e.ProcessAdvanced(
        instance_id=live.instance_id, entered=progress.entered, left=progress.left, cancelled=progress.cancelled,
        flows=progress.flows,
        decided=tuple((one.element, one.decision, one.rows, cipher.commit(one.decision, one.inputs))
                      for one in progress.decided),
        assigned=tuple((one.name, one.source, one.element, cipher.commit(one.name, one.value),
                        *(cipher.commit(one.name, value) for value in one.before)) for one in progress.assigned),
        armed=tuple((one.activity_id, one.element, one.due) for one in progress.armed), disarmed=progress.disarmed,
        waiting=tuple((one.activity_id, one.element, one.kind, one.name, desk.correlation_token(one.correlation))
                      for one in progress.waiting),
        jobs=tuple((one.activity_id, one.element, one.topic) for one in progress.jobs),
        unsubscribed=progress.unsubscribed, thrown=tuple((one.element, one.name) for one in progress.thrown),
    )
    yield from _attributes(desk, progress)
    yield from pauses.effects(desk, live, progress, told)
    yield from _participants(desk, progress)
    yield from _stage(desk, progress)
    open_items = desk.open_items() if progress.withdrawn or progress.rescheduled else {}
    for work in progress.offered:
        yield from offer(desk, live, work)
    for gone in progress.withdrawn:
        if gone in open_items:
            yield e.WorkItemWithdrawn(work_item_id=gone, element="")
    for item, due in progress.rescheduled:
        if item in open_items and open_items[item] != due:
            yield e.WorkItemRescheduled(work_item_id=item, before=open_items[item], due=due)
    for element, code in progress.uncaught:
        yield e.IncidentRaised(incident_id=desk.clock.new_id(), instance_id=live.instance_id, element=element,
                               reason="UncaughtError", params={"error": code})
    if progress.ended:
        desk.note_end(live.instance_id)
        yield e.InstanceEnded(instance_id=live.instance_id)


def _attributes(desk: Desk, progress: Progress) -> Iterator[e.Event]:
    """Case attributes that take a variable follow it (definition.json: attributes, from)."""
    written = {one.name: one.value for one in progress.assigned if not isinstance(one.value, dict | list)}
    old = desk.uow.case.attributes
    changed = {one.id: written[one.source] for one in desk.version.definition.attributes
               if one.source in written and written[one.source] not in (None, old.get(one.id))}
    if changed:
        yield from attributes_changed(desk, changed, source="process")


def attributes_changed(desk: Desk, changed: Mapping[str, Any], source: str, reason: str = "") -> Iterator[e.Event]:
    """Set attributes of the case at hand; the event holds commitments to the values before and after."""
    cipher, old = desk.uow.cipher, desk.uow.case.attributes
    desk.change_attributes(changed)
    yield e.AttributesChanged(
        names=tuple(changed), reason=desk.uow.seal_reason(reason), source=source,
        key_date=key_date(desk.version.definition, changed),
        before={name: cipher.commit(name, old[name]) for name in changed if name in old},
        after={name: cipher.commit(name, value) for name, value in changed.items()})


def key_date(definition: Definition, attributes: Mapping[str, Any]) -> datetime | None:
    """The moment that orders the lists, from the attribute the definition declares."""
    attribute = definition.key_date
    try:
        return moment_of(attributes.get(attribute.id)) if attribute else None
    except ValueError:
        raise InvalidInput(field=attribute.source if attribute else "", reason="this must be a date") from None


def moment_of(value: Any) -> datetime | None:
    """The aware moment of an ISO date or date-time; a day without a time is its end in Warsaw. Raises ValueError."""
    if not isinstance(value, str) or not value:
        return None
    found = _MOMENT.fullmatch(value)
    if found is None or not _FIRST_YEAR <= int(found["year"]) <= _LAST_YEAR:
        raise ValueError("this is not a date that people write, such as 2027-05-04")
    if found["time"] is None:
        return datetime.combine(date.fromisoformat(value), time(23, 59), WARSAW)
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=WARSAW)


#: years that no list, calendar or database stumbles over
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_MOMENT = re.compile(r"(?P<year>\d{4})-\d\d-\d\d(?P<time>[T ]\d\d:\d\d.*)?", re.ASCII)


def _participants(desk: Desk, progress: Progress) -> Iterator[e.Event]:
    """Invite who holds the roles that the process has just named (definition.json: participants)."""
    named = next((one.value for one in reversed(progress.assigned)
                  if one.name == desk.version.definition.participants), None)
    for role in named if isinstance(named, list) else ():
        if isinstance(role, str) and not desk.uow.case.holders(role):
            yield from invited(desk, role, "participants")


def invited(desk: Desk, role: str, why: str) -> Iterator[e.Event]:
    """The institution that plays this role beside the coordinator begins to take part.

    Where several could and none takes part yet, nobody is invited: whom to tell is for the coordinator to choose, who
    gets the work of the role meanwhile.
    """
    case = desk.uow.case
    found = dict(desk.parties(role, case.coordinator_id))
    mine = {one: under for one, under in found.items() if case.takes_part(one)}
    chosen = mine or found
    for institution_id, agreement_id in chosen.items() if len(chosen) == 1 else ():
        yield e.ParticipantInvited(participation_id=desk.clock.new_id(), institution_id=institution_id, role=role,
                                   agreement_id=agreement_id, why=why)


def invited_self(desk: Desk, institution_id: UUID, role: str, receiver: UUID) -> Iterator[e.Event]:
    """Sender and receiver of a notice take part from the first moment.

    The sender does under the agreement that joins them, the receiver by its own right: it coordinates the case also
    when an agreement with others has ended. Who is both, in one role, takes part once.
    """
    if any(one.institution_id == institution_id for one in desk.uow.case.holders(role)):
        return
    agreement = None if institution_id == receiver else next(
        (under for who, under in desk.parties(role, receiver) if who == institution_id), None)
    yield e.ParticipantInvited(participation_id=desk.clock.new_id(), institution_id=institution_id, role=role,
                               agreement_id=agreement, why="opened")


def _stage(desk: Desk, progress: Progress) -> Iterator[e.Event]:
    reached = desk.uow.case.stage
    for _, element in progress.entered:
        stage = desk.version.definition.stage_of(element)
        if stage is not None and stage.id != reached:
            reached = stage.id
    if reached != desk.uow.case.stage:
        yield e.StageReached(stage=reached)


def offer(desk: Desk, live: Live, work: Work) -> Iterator[e.Event]:
    """Offer a human task to the institution that holds its role; to the coordinator if nobody does."""
    element = live.compiled.elements[work.element]
    wanted = work.group or element.properties.get("role") or element.lane or ""
    if wanted and not desk.uow.case.holders(wanted):
        yield from _own_role(desk, wanted)
    case = desk.uow.case
    holders = case.holders(wanted)
    definition = desk.version.definition
    role = wanted if holders else definition.coordinator
    institution_id = holders[0].institution_id if holders else case.coordinator_id
    excluded = element.properties.get("four-eyes", "")
    desk.lay_aside(work.activity_id, work.item)
    previous = desk.item
    yield e.WorkItemOffered(
        work_item_id=work.activity_id, instance_id=live.instance_id, element=work.element, role=role,
        institution_id=institution_id, waiting_id=case.coordinator_id, due=work.due, follow_up=work.follow_up,
        priority=work.priority, wanted_role="" if holders else wanted,
        excluded_id=desk.performer_of(excluded) if excluded else None,
        previous_id=previous.work_item_id if previous else None,
    )


def _own_role(desk: Desk, wanted: str) -> Iterator[e.Event]:
    """An institution that already takes part also plays its other roles of the same agreement."""
    case = desk.uow.case
    found = dict(desk.parties(wanted, case.coordinator_id))
    mine = {one: under for one, under in found.items() if case.takes_part(one)}
    for institution_id, agreement_id in mine.items() if len(mine) == 1 else ():
        yield e.ParticipantInvited(participation_id=desk.clock.new_id(), institution_id=institution_id,
                                   role=wanted, agreement_id=agreement_id, why="own-role")


def _passed_on(desk: Desk, sender: Live, progress: Progress) -> list[Moved]:
    """Messages and signals that find a receiver in the same case move it at once, under the same lock."""
    moved: list[Moved] = []
    for message in progress.thrown:
        found = _delivered(desk, sender, message)
        moved.extend(found)
        if not found:
            _send_outside(desk, sender, "message", {"message": message.name, "payload": message.payload,
                                                    "correlation": message.correlation})
    if progress.again is not None:
        moved.append(_begun(desk, sender.process_id, None, progress.again.variables, rounds=progress.again.rounds))
    for name in dict.fromkeys(one.name for one in progress.waiting if one.kind == "message"):
        if desk.has_kept(name):
            desk.send_outside("kept-message", {"message": name})
    for name, payload in progress.signals:
        _send_outside(desk, sender, "signal", {"signal": name, "payload": payload,
                                               "from": desk.uow.case.case_id.hex})
        for live in map(desk.instance, desk.running()):
            if live is not sender:
                with suppress(NotWaiting):
                    moved.append((live, tried(desk, live, partial(signal, live, name, payload, desk.clock)), ()))
    return moved


def _send_outside(desk: Desk, sender: Live, kind: str, content: Mapping[str, Any]) -> None:
    """Send a message or signal to other cases; one that goes round and round between them is stopped."""
    if desk.hops >= _ROUNDS:
        raise _storm(desk, sender)
    desk.send_outside(kind, {**content, "sender": desk.uow.case.coordinator_id.hex, "hops": desk.hops + 1})


def _storm(desk: Desk, live: Live) -> StepStuck:
    return StepStuck(element="", reason="MessageStorm", incident=desk.clock.new_id(), instance=live.instance_id)


def _delivered(desk: Desk, sender: Live, message: Message) -> list[Moved]:
    for live in map(desk.instance, desk.running()):
        try:
            step = partial(deliver, live, message.name, message.payload, desk.clock, message.correlation)
            return [(live, tried(desk, live, step), ())]
        except NotWaiting:
            continue
    starts = ((process.id, one.element) for process in sender.compiled.processes.values() for one in process.starts
              if one.kind == "message" and one.ref == message.name)
    return [_begun(desk, process, element, message.payload, message.payload) for process, element in list(starts)[:1]]


def _begun(desk: Desk, process: str, element: str | None, variables: Mapping[str, Any],
           payload: Mapping[str, Any] | None = None, rounds: dict[str, Any] | None = None) -> Moved:
    """A message of the bundle, or the next round of a start timer, starts a process in the same case."""
    instance_id = desk.clock.new_id()
    live, progress = start_instance(desk, process, instance_id, variables, element, payload, rounds)
    desk.begin(live)
    said = e.InstanceStarted(instance_id=instance_id, process=process, digest=desk.uow.case.digest)
    return live, progress, (said,)


def _closing(desk: Desk) -> Iterator[e.Event]:
    if desk.has_ended_one and desk.uow.case.state == OPEN and not desk.running():
        yield e.CaseClosed(outcome="ended")
