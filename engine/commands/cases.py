"""Cases: opening one from a start form, its attributes, its participants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from engine.bpmn.failures import NotWaiting
from engine.bpmn.runner import deliver, set_variables
from engine.commands import pauses, steps, work_items
from engine.commands.starts import Entry, entry_of
from engine.model import commands as c
from engine.model import events as e
from engine.model.cases import OPEN, Case, case_number
from engine.model.deadlines import to_warsaw
from engine.model.definitions import Attribute, Definition
from engine.model.errors import (
    CaseNotOpen,
    DuplicateNotice,
    DuplicatePerson,
    InvalidInput,
    NotConfigured,
)
from engine.store.cached_cases import form_of
from engine.store.desk import Desk, Published


def open_case(command: c.OpenCase, desk: Desk) -> Iterator[e.Event]:
    """Open a case, let the first institutions take part and start the main process."""
    live = desk.published(command.definition)
    actor = desk.uow.actor
    sender = command.sender_id if actor.is_system and command.sender_id else actor.institution_id
    entry = entry_of(command, desk, live, sender)
    values = _start_answers(command, desk, live, entry)
    receiver = _receiver(command, desk, live.definition, sender)
    notice_id = str(command.notice_id or values.get("notice_id") or "")
    known = desk.notice_case(sender, notice_id) if notice_id else None
    if known is not None:
        raise DuplicateNotice(notice_id=notice_id, number=known)
    yield from _opened(command, desk, live, entry, values, sender, receiver, notice_id)
    if sender != receiver or entry.role in {live.definition.coordinator, *desk.roles_of(sender)}:
        yield from steps.invited_self(desk, sender, entry.role, receiver)
    yield from steps.invited_self(desk, receiver, live.definition.coordinator, receiver)
    all_of_them = {**values, **desk.uow.case.attributes}
    variables = {name: value for name, value in all_of_them.items()
                 if not entry.form or name in live.compiled.read_variables}
    # what a message brings becomes variables too: only what some expression reads may leave the sealed answers
    payload = {name: value for name, value in values.items() if name in variables}
    yield from steps.begin(desk, entry.process, variables, entry.element, payload)


def _start_answers(command: c.OpenCase, desk: Desk, live: Published, entry: Entry) -> dict[str, Any]:
    form = form_of(live.compiled.bundle, entry.form)
    if form is None:
        return dict(command.answers)
    return work_items.filled_with(desk, form, command.answers, {}, command.files, confirmed=command.source == "file")


def _receiver(command: c.OpenCase, desk: Desk, definition: Definition, sender: UUID) -> UUID:
    if command.receiver_id is not None:
        return _agreed(command.receiver_id, desk, definition, sender)
    if definition.coordinator in desk.roles_of(sender):
        return sender
    found = desk.parties(definition.coordinator, sender)
    if not found:
        raise NotConfigured(what="agreement",
                            how=f"no agreement in force names an institution in the role {definition.coordinator}")
    return found[0][0]


def _agreed(receiver: UUID, desk: Desk, definition: Definition, sender: UUID) -> UUID:
    """The wished receiver, if an agreement in force lets it coordinate cases that come from the sender."""
    if receiver not in {one for one, _ in desk.parties(definition.coordinator, sender)}:
        raise InvalidInput(field="receiver", reason="no agreement in force joins it with the sender for this process")
    return receiver


def _opened(command: c.OpenCase, desk: Desk, live: Published, entry: Entry, values: Mapping[str, Any], sender: UUID,
            receiver: UUID, notice_id: str) -> Iterator[e.Event]:
    uow = desk.uow
    person = {part: values.get(key) or "" for part, key in live.definition.person.items()}
    if live.definition.title:  # nobody: the case has a key all the same, and is found by the words of its title
        source = next(one.source for one in live.definition.attributes if one.id == live.definition.title)
        person["title"] = str(values.get(source) or "")
    person_id, wrapped, previous = _person(command, desk, str(person.get("identifier") or ""))
    attributes = {one.id: values[one.source] for one in live.definition.attributes
                  if values.get(one.source) not in (None, "")}
    year = to_warsaw(uow.now).year
    case = Case(
        desk.clock.new_id(), case_number(year, desk.allot_number(receiver, year)), live.name, live.digest,
        live.release, OPEN, person_id, receiver, sender, _first_stage(live.definition),
        steps.key_date(live.definition, attributes), attributes,
    )
    uow.begin_case(case, uow.vault.cipher(wrapped), person)
    desk.index_attributes(live.definition, attributes)
    files = [work_items.attached(desk, one, entry.form) for one in command.files]
    answer_id, commitment = desk.keep_answers(
        work_items.with_files(values, files), form=entry.form, element=entry.element or "", institution_id=sender,
        role=entry.role)
    yield e.CaseOpened(
        number=case.number, definition=live.name, digest=live.digest, release=live.release, person_id=person_id,
        coordinator_id=receiver, responsible_id=sender, sender_id=sender, notice_id=notice_id, source=command.source,
        form=entry.form, answer_id=answer_id, commitment=commitment, previous_case_id=previous)
    yield from files


def _person(command: c.OpenCase, desk: Desk, identifier: str) -> tuple[UUID, bytes, UUID | None]:
    """The person's key; someone known from an earlier episode keeps theirs, so that their history stays one."""
    known = desk.known_person(identifier) if identifier else None
    if known is None:
        return (*desk.new_person(identifier), None)
    earlier = desk.cases_of(known.person_id)
    live = next(((case_id, number) for case_id, number, state, _ in earlier if state == OPEN), None)
    # a match with a case of others is not told: it would say that the person has been in prison before
    told = live is not None and (desk.uow.actor.is_system
                                 or desk.takes_part(live[0], desk.uow.actor.institution_id))
    if live is not None and told and not command.same_person_confirmed:
        raise DuplicatePerson(number=live[1])
    return known.person_id, known.wrapped, earlier[0][0] if earlier else None


def _first_stage(definition: Definition) -> str:
    return definition.stages[0].id if definition.stages else ""


def change_attributes(command: c.ChangeAttributes, desk: Desk) -> Iterator[e.Event]:
    """Set case attributes; what is moved by them (deadlines, a waiting message) follows in the same transaction."""
    uow, definition = desk.uow, desk.version.definition
    if uow.case.state != OPEN:
        raise CaseNotOpen(number=uow.case.number, state=uow.case.state)
    if not command.reason.strip():
        raise InvalidInput(field="reason", reason="say why it changes")
    new = {name: _attribute_value(definition, name, value) for name, value in command.values.items()}
    old = uow.case.attributes
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    if not changed:
        return
    yield from steps.attributes_changed(desk, changed, source="person", reason=command.reason)
    yield from _followed(desk, definition, changed)


def _followed(desk: Desk, definition: Definition, changed: Mapping[str, Any]) -> Iterator[e.Event]:
    key = definition.key_date
    for instance_id in desk.running():
        live = desk.instance(instance_id)
        read = {name: value for name, value in changed.items() if name in live.compiled.read_variables}
        if read:
            yield from steps.run(desk, live, partial(set_variables, live, read, desk.clock))
        if key is not None and key.id in changed and definition.key_message:
            with suppress(NotWaiting):
                yield from steps.run(
                    desk, live, partial(deliver, live, definition.key_message, dict(changed), desk.clock))


def _attribute_value(definition: Definition, name: str, value: Any) -> Any:
    attribute = next((one for one in definition.attributes if one.id == name), None)
    if attribute is None:
        raise InvalidInput(field=name, reason="this process has no such attribute")
    if not _fits(attribute, value):
        raise InvalidInput(field=name, reason=f"this must be a {attribute.type}")
    return value


def _fits(attribute: Attribute, value: Any) -> bool:
    if attribute.type in ("date", "datetime"):
        try:
            return steps.moment_of(value) is not None
        except ValueError:
            return False
    if attribute.type == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if attribute.type == "yes-no":
        return isinstance(value, bool)
    return isinstance(value, str) and (not attribute.choices or value in attribute.choices)


def suspend_case(command: c.SuspendCase, desk: Desk) -> Iterator[e.Event]:
    """Let the clocks of the case stand still, with the reason."""
    if not command.reason.strip():
        raise InvalidInput(field="reason", reason="say why it is paused")
    yield from pauses.suspended(desk, command.kind, command.reason, command.until)


def resume_case(command: c.ResumeCase, desk: Desk) -> Iterator[e.Event]:
    """Let the case go on; its deadlines follow."""
    yield from pauses.resumed(desk, steps.told, command.reason)


def invite_participant(command: c.InviteParticipant, desk: Desk) -> Iterator[e.Event]:
    """Let a party of an agreement with the coordinator take part."""
    case = desk.uow.case
    if desk.version.definition.role(command.role) is None:
        raise InvalidInput(field="role", reason="this process has no such role")
    if any(one.institution_id == command.institution_id for one in case.holders(command.role)):
        return
    found = dict(desk.parties(command.role, case.coordinator_id))
    if command.institution_id not in found:
        raise NotConfigured(what="agreement", how="no agreement in force names this institution in this role")
    yield e.ParticipantInvited(participation_id=desk.clock.new_id(), institution_id=command.institution_id,
                               role=command.role, agreement_id=found[command.institution_id], why="invited")


def end_participation(command: c.EndParticipation, desk: Desk) -> Iterator[e.Event]:
    """End an institution's part; who is responsible or coordinates cannot leave."""
    case = desk.uow.case
    if command.institution_id in (case.responsible_id, case.coordinator_id):
        raise InvalidInput(field="institution", reason="it is responsible for the case; hand the case over first")
    if not any(one.institution_id == command.institution_id for one in case.holders(command.role)):
        raise InvalidInput(field="institution", reason="it does not take part in this role")
    yield e.ParticipationEnded(institution_id=command.institution_id, role=command.role,
                               reason=desk.uow.seal_reason(command.reason))
    # nobody else could reach what is left open there, so it goes to who coordinates and says whose work it was
    for item, element in desk.items_of(command.institution_id, command.role):
        yield e.WorkItemMoved(work_item_id=item, element=element, institution_id=case.coordinator_id,
                              role=desk.version.definition.coordinator, wanted_role=command.role)
