"""Work items: taking them, giving them back, finishing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from engine.bpmn.expressions import Environment, compile_expression
from engine.bpmn.runner import Live
from engine.bpmn.runner import complete as complete_activity
from engine.commands import figures, places, steps
from engine.model import commands as c
from engine.model import events as e
from engine.model import work_items as life
from engine.model.attachments import Upload, kind_of
from engine.model.deadlines import Calendar, to_warsaw
from engine.model.errors import AlreadyDone, FourEyes, InvalidAnswers, InvalidInput, TakenByOther, WrongState
from engine.model.forms import Form
from engine.model.work_items import WorkItem
from engine.store.cached_cases import form_of
from engine.store.desk import Desk
from engine.store.registers import with_live_rows


def claim(command: c.ClaimWorkItem, desk: Desk) -> Iterator[e.Event]:
    """Take an item of one's team; taking one's own again changes nothing."""
    item = _open(desk)
    if item.owner_id == desk.uow.actor.account_id:
        return
    if item.owner_id is not None:
        raise TakenByOther(owner=item.owner_name)
    _second_person(desk, item)
    yield e.WorkItemClaimed(work_item_id=command.work_item_id)


def release(command: c.ReleaseWorkItem, desk: Desk) -> Iterator[e.Event]:
    """Give an item back to the team."""
    item = _open(desk)
    if not life.allows("release", item.state):
        raise WrongState(state=item.state, expected=life.RESERVED)
    yield e.WorkItemReleased(work_item_id=command.work_item_id)


def complete(command: c.CompleteWorkItem, desk: Desk) -> Iterator[e.Event]:
    """Check the answers, keep them, and let the process go on."""
    item = _open(desk)
    _second_person(desk, item)
    live = desk.instance(item.instance_id)
    values = checked(desk, item, live, command.answers)
    yield completed(desk, item, live, values)
    yield from places.handed_in(desk, form_for(desk, item), item.element, values)
    routing = values if form_for(desk, item) is None else routed(desk, values)
    yield from steps.run(desk, live, lambda: complete_activity(live, item.work_item_id, routing, desk.clock))


def attach(command: c.AttachFile, desk: Desk) -> Iterator[e.Event]:
    """Keep a file for a question of an open task; the draft names it, the completion makes it an answer."""
    item = _open(desk)
    form = form_for(desk, item)
    question = form.field(command.file.field) if form else None
    if form is None or question is None or question.kind != "file":
        raise InvalidInput(field=command.file.field, reason="this task has no such question for a file")
    yield attached(desk, command.file, form.id, item.work_item_id)


def attached(desk: Desk, upload: Upload, form: str, work_item_id: UUID | None = None) -> e.FileAttached:
    """The event of a file that is kept. Raises FileTooLarge, FileKindRefused."""
    kind = kind_of(upload)
    attachment_id, commitment = desk.keep_file(upload, kind)
    desk.extra["attachment"] = attachment_id.hex
    return e.FileAttached(attachment_id=attachment_id, field=upload.field, form=form, kind=kind,
                          size=len(upload.content), commitment=commitment, work_item_id=work_item_id)


def _open(desk: Desk) -> WorkItem:
    """The item at hand, while something can still be done with it."""
    item = desk.item
    if item is None or item.state not in life.OPEN:
        owner = desk.name_of(item.performer_id) if item else ""
        at = to_warsaw(item.closed_at).strftime("%d.%m.%Y %H:%M") if item and item.closed_at else ""
        raise AlreadyDone(owner=owner, at=at)
    return item


def _second_person(desk: Desk, item: WorkItem) -> None:
    """The rule of four eyes, enforced at claim and at completion. SYSTEM, in trials, plays one person after another."""
    if desk.uow.actor.is_system:
        return
    if item.excluded_id is not None and item.excluded_id == desk.uow.actor.account_id:
        element = desk.version.compiled.elements[item.element].properties.get("four-eyes", "")
        raise FourEyes(owner=desk.uow.actor.name, element=element)


def form_for(desk: Desk, item: WorkItem) -> Form | None:
    """The form of the item's version of its process; None for a task without one."""
    element = desk.version.compiled.elements[item.element]
    return form_of(desk.version.compiled.bundle, element.form_key or "")


def context_of(live: Live, item: WorkItem) -> dict[str, Any]:
    """What a form may ask about where it is asked: the multi-instance item and the performing role."""
    work = live.work(item.work_item_id)
    return {"item": work.item if work else None, "role": item.role}


def checked(desk: Desk, item: WorkItem, live: Live, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The values to keep; InvalidAnswers with every problem otherwise. A task without a form takes what it is given."""
    form = form_for(desk, item)
    if form is None:
        return dict(answers)
    values = filled(desk, form, answers, context_of(live, item))
    files = [(one.key, token) for one in form.fields if one.kind == "file" for token in values.get(one.key) or ()]
    known = desk.files_of(item.work_item_id) if files else frozenset()
    strange = next((key for key, token in files if token not in known), None)
    if strange is not None:
        raise InvalidInput(field=strange, reason="this file was not attached to this task")
    return values


def filled(desk: Desk, form: Form, answers: Mapping[str, Any], context: Mapping[str, Any], *,
           confirmed: bool = False) -> dict[str, Any]:
    """The checked values of a form, rules over several answers included; InvalidAnswers with every problem."""
    environment = Environment(clock=desk.clock, calendar=Calendar())
    form = with_live_rows(desk.uow.connection, form, desk.uow.now)
    found = form.check(
        answers, today=to_warsaw(desk.uow.now).date(), context=context, confirmed=confirmed,
        evaluate=lambda text, scope: compile_expression(text).evaluate(scope, environment))
    if found.problems:
        raise InvalidAnswers(count=len(found.problems), problems=found.problems)
    return found.values


def filled_with(desk: Desk, form: Form, answers: Mapping[str, Any], context: Mapping[str, Any],
                files: tuple[Upload, ...], *, confirmed: bool = False) -> dict[str, Any]:
    """The checked values of a form that is handed in together with its files, which are not among the values yet."""
    values = filled(desk, form, answers, context, confirmed=confirmed)
    asked = {one.key for one in form.fields if one.kind == "file"}
    strange = next((one.field for one in files if one.field not in asked), None)
    if strange is not None:
        raise InvalidInput(field=strange, reason="this form has no such question for a file")
    return {key: value for key, value in values.items() if key not in asked}


def with_files(values: Mapping[str, Any], files: list[e.FileAttached]) -> dict[str, Any]:
    """The answers with the files that were kept, each as the answer to its question."""
    found = dict(values)
    for one in files:
        found[one.field] = [*found.get(one.field, []), one.attachment_id.hex]
    return found


def routed(desk: Desk, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that some expression of the bundle reads: only these become case variables."""
    read = desk.version.compiled.read_variables
    return {name: value for name, value in values.items() if name in read}


def completed(desk: Desk, item: WorkItem, live: Live, values: Mapping[str, Any]) -> e.WorkItemCompleted:
    """The event of a finished item, its answers laid aside whole."""
    element = live.compiled.elements[item.element]
    answer_id, commitment = desk.keep_answers(
        values, form=element.form_key or "", element=item.element, institution_id=item.institution_id, role=item.role,
        work_item_id=item.work_item_id)
    desk.uow.marks[item.work_item_id] = figures.marks(desk, element.form_key or "", values, live.variables)
    return e.WorkItemCompleted(
        work_item_id=item.work_item_id, element=item.element, form=element.form_key or "", answer_id=answer_id,
        commitment=commitment, basis=element.properties.get("basis", ""), days_overdue=_overdue(desk, item))


def _overdue(desk: Desk, item: WorkItem) -> int:
    if item.due_at is None or item.due_at >= desk.uow.now:
        return 0
    return max(0, Calendar().working_days_between(to_warsaw(item.due_at).date(), to_warsaw(desk.uow.now).date()))
