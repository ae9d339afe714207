"""How a case begins: by which form, at which start event of which process, in which role of who begins it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.model import commands as c
from engine.model.definitions import Start
from engine.model.errors import InvalidInput
from engine.store.desk import Desk, Published


@dataclass(frozen=True)
class Entry:
    """The way into a process that somebody takes."""

    form: str
    process: str
    element: str | None
    role: str


def entry_of(command: c.OpenCase, desk: Desk, live: Published, sender: UUID) -> Entry:
    """The definition's own start, one of its further ones, or what a message from outside has named."""
    definition = live.definition
    further = definition.start(command.start)
    if command.start and further is None:
        raise InvalidInput(field="start", reason="this process cannot be begun that way")
    if further is None and command.start_element:
        further = next((one for one in definition.starts if _where(live, one)[1] == command.start_element), None)
    if further is not None:
        process, element = _where(live, further)
        return Entry(further.form, process, element, _role(further, desk, sender))
    return Entry(definition.start_form, command.process or definition.main,
                 command.start_element or start_element(live), definition.sender)


def start_element(live: Published) -> str | None:
    """The start event of the main process that the definition's own form brings about."""
    starts = live.compiled.processes[live.definition.main].starts
    wanted = live.definition.start_message
    return next((one.element for one in starts if one.kind == "message" and one.ref == wanted),
                next((one.element for one in starts if one.kind == "none"), None))


def _where(live: Published, further: Start) -> tuple[str, str]:
    found = ((process.id, one.element) for process in live.compiled.processes.values() for one in process.starts
             if one.element == further.start_element or (one.kind == "message" and one.ref == further.message))
    place = next(found, None)
    if place is None:
        raise InvalidInput(field="start", reason="no start event of this version begins that way")
    return place


def _role(further: Start, desk: Desk, sender: UUID) -> str:
    """The role in which they begin it: one they hold themselves, else one of their institution."""
    held = desk.uow.actor.roles
    theirs = (one for one in further.roles if one in held)
    return next(theirs, next((one for one in further.roles if one in desk.roles_of(sender)), further.roles[0]))
