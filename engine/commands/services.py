"""Service tasks that the engine carries out itself: agreements and rows of registers, with the answers as parameters.

One function a topic, in SERVICES. Everything happens in the case's own transaction and stands in its history; what
cannot be done leaves an incident at the step, so that a person is called.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from engine.bpmn.failures import NotWaiting
from engine.bpmn.runner import finish_job, job_inputs
from engine.commands import access, registers, steps
from engine.model import commands as c
from engine.model import events as e
from engine.model import services as topics
from engine.model.errors import InvalidAnswers, Refused, StepStuck
from engine.model.services import ServiceRefused
from engine.store.desk import Desk

Inputs = Mapping[str, Any]
#: says what happened and returns the variables it brings
Service = Callable[[Desk, Inputs, UUID], Generator[e.Event, None, dict[str, Any]]]


def carry_out(command: c.CarryOutService, desk: Desk) -> Iterator[e.Event]:
    """Do what the step asks and let the process go on; a step that no longer waits has nothing to do."""
    if command.instance_id not in desk.running():
        return
    live = desk.instance(command.instance_id)
    try:
        element, inputs = job_inputs(live, command.activity_id)
    except NotWaiting:
        return
    try:
        result = yield from SERVICES[command.topic](desk, inputs, command.activity_id)
    except Refused as refused:
        details = {"why": _why(refused)}
        raise StepStuck(element=element, reason=ServiceRefused.__name__, incident=desk.clock.new_id(),
                        instance=command.instance_id, details=details) from refused
    yield e.JobFinished(instance_id=command.instance_id, activity_id=command.activity_id)
    yield from steps.run(desk, live, partial(finish_job, live, command.activity_id, result, desk.clock))


def _why(refused: Refused) -> str:
    """The reason as an incident may keep it: which questions, never what was answered."""
    if isinstance(refused, InvalidAnswers):
        return ", ".join(f"{one.key}: {one.code}" for one in refused.params["problems"])
    return str(refused)


def _sign(desk: Desk, inputs: Inputs, activity_id: UUID) -> Generator[e.Event, None, dict[str, Any]]:
    """An agreement between the institutions that hold roles of this case, in roles that they get by it."""
    parties = tuple((holder.institution_id, str(role)) for one in _rows(inputs, "parties")
                    for holder in _holders(desk, str(one.get("party", ""))) for role in _texts(one.get("roles")))
    yield from access.sign_agreement(c.SignAgreement(
        name=str(inputs.get("name") or ""), parties=parties, ends_at=_moment(inputs, "ends_on"),
        agreement_id=activity_id), desk)
    return {"agreement": activity_id.hex}


def _holders(desk: Desk, role: str) -> Any:
    found = desk.uow.case.holders(role)
    if not found:
        raise ServiceRefused(why=f"nobody takes part as {role}")
    return found


def _extend(desk: Desk, inputs: Inputs, _activity: UUID) -> Generator[e.Event, None, dict[str, Any]]:
    """An agreement in force lasts longer; whoever takes part under it goes on taking part."""
    ends_at = _moment(inputs, "ends_on")
    if ends_at is None:
        raise ServiceRefused(why="ends_on is no date")
    yield from access.extend_agreement(c.ExtendAgreement(agreement_id=_id(inputs, "agreement"), ends_at=ends_at), desk)
    return {}


def _end(desk: Desk, inputs: Inputs, _activity: UUID) -> Generator[e.Event, None, dict[str, Any]]:
    """An agreement ends now; one that has ended, or was never signed, stays so."""
    if not inputs.get("agreement"):
        return {}
    agreement_id = _id(inputs, "agreement")
    if desk.agreement(agreement_id).ends_at > desk.uow.now:
        yield from access.end_agreement(
            c.EndAgreement(agreement_id=agreement_id, reason=str(inputs.get("reason") or "process")), desk)
    return {}


def _put(desk: Desk, inputs: Inputs, activity_id: UUID) -> Generator[e.Event, None, dict[str, Any]]:
    """A row of a register from the answers; with ``row``, its new version. ``owner`` is a role of this case."""
    row = UUID(hex=str(inputs["row"])) if inputs.get("row") else None
    owner = next(iter(desk.uow.case.holders(str(inputs.get("owner") or ""))), None)
    values = inputs.get("values")
    # what is a number in the process is typed text in a form
    given = {key: value if isinstance(value, list) else str(value) for key, value in values.items()
             if value is not None} if isinstance(values, Mapping) else {}
    yield from registers.put_row(c.PutRegisterRow(
        register=str(inputs.get("register") or ""), values=given, row_id=row or activity_id,
        revision=registers.revision(desk, row) if row else 0,
        institution_id=owner.institution_id if owner else None), desk)
    return {"row": (row or activity_id).hex}


def _retire(desk: Desk, inputs: Inputs, _activity: UUID) -> Generator[e.Event, None, dict[str, Any]]:
    """A row can no longer be chosen."""
    yield from registers.retire_row(c.RetireRegisterRow(
        register=str(inputs.get("register") or ""), row_id=_id(inputs, "row"),
        reason=str(inputs.get("reason") or "process")), desk)
    return {}


def _rows(inputs: Inputs, name: str) -> list[Mapping[str, Any]]:
    given = inputs.get(name)
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _texts(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else [str(given)] if given else []


def _id(inputs: Inputs, name: str) -> UUID:
    try:
        return UUID(hex=str(inputs.get(name)))
    except ValueError:
        raise ServiceRefused(why=f"{name} names nothing") from None


def _moment(inputs: Inputs, name: str) -> Any:
    try:
        return steps.moment_of(inputs.get(name))
    except ValueError:
        raise ServiceRefused(why=f"{name} is no date") from None


SERVICES: dict[str, Service] = {
    topics.SIGN_AGREEMENT: _sign, topics.EXTEND_AGREEMENT: _extend, topics.END_AGREEMENT: _end,
    topics.PUT_ROW: _put, topics.RETIRE_ROW: _retire,
}
