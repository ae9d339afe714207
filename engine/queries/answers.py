"""What was answered and what is asked: the task page's form, who reads each question, what others said before.

Fields pass the wall of visibility one by one: what the actor may not see is not in the row that reaches the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.bpmn.runner import variables_at
from engine.bpmn.snapshots import restore
from engine.model import work_items as life
from engine.model.deadlines import Calendar, to_warsaw
from engine.model.fields import Field
from engine.model.forms import Form
from engine.model.visibility import MASKED, NOTHING, SEES, Relation, sees_field
from engine.queries import attachments, handovers, pauses
from engine.queries.reading import Known, element_name
from engine.queries.rows import AnswerSet, Earlier, PaperLink, Task, Words, WorkRow
from engine.store import tables as t
from engine.store.cached_cases import form_of
from engine.store.keys import Unreadable
from engine.store.registers import with_chosen_rows, with_live_rows

#: a prefill of this kind takes a case variable: what a decision table proposes
_VARIABLE = "variable."


def task(known: Known, raw: Any, row: WorkRow) -> Task:
    """The task page of an item whose case the actor was let into."""
    element = known.compiled.elements[raw.element]
    form = form_of(known.compiled.bundle, element.form_key or "")
    form = with_live_rows(known.reading.connection, form, known.reading.now) if form else None
    mine = _in_team(known, raw)
    item = _item(known, raw)
    said = given(known)
    earlier = earlier_in(form, raw.element, said) if form and mine else {}
    draft, saved_at = _draft(known, raw) if mine else (None, None)
    own = next((one for one in said if one.answer_id == raw.answer_id), None) if raw.answer_id else None
    readers, others = readers_of(known, form)
    return Task(
        row, raw.element, Words(element.documentation, element.documentation_en),
        element.properties.get("basis", ""), element.properties.get("screen", "form"), form if mine else None,
        {"item": item, "role": raw.team}, _start_values(known, raw, form, draft, said) if mine else {}, saved_at,
        earlier,
        readers, others, _previous(known, raw, said), said, _allowed(known, raw, mine=mine), known.row.release,
        _counted(raw), handovers.by_item(known, raw.work_item_id),
        _excluded(known, raw), own, known.role_name(raw.wanted_role) if raw.wanted_role else None,
        files=attachments.of_case(known), papers=_papers(known, raw.element),
        pause=pauses.current(known))


def _papers(known: Known, element: str) -> tuple[PaperLink, ...]:
    """The papers that a step offers to the actor."""
    return tuple(PaperLink(one.id, Words(one.name.pl, one.name.en), one.languages) for one in known.definition.papers
                 if element in one.offered_at and set(one.roles) & set(known.roles))


def _in_team(known: Known, raw: Any) -> bool:
    return (known.relation is Relation.PARTICIPANT and raw.institution_id == known.actor.institution_id
            and known.actor.has(raw.team))


def _allowed(known: Known, raw: Any, *, mine: bool) -> frozenset[str]:
    if not mine or raw.closed_at is not None or raw.excluded_id == known.actor.account_id:
        return frozenset()
    me = known.actor.account_id
    found = {"claim"} if raw.owner_id is None else set()
    if raw.owner_id == me:
        found.add("release")
    if raw.owner_id in (None, me) and life.allows("complete", raw.state):
        found |= {"draft"} if known.row.paused_at else {"complete", "draft"}
    return frozenset(found)


def _item(known: Known, raw: Any) -> Any:
    if raw.item_enc is None:
        return None
    try:
        return known.cipher.open_json(f"item|{raw.work_item_id.hex}", raw.item_enc)
    except Unreadable:
        return None


def _draft(known: Known, raw: Any) -> tuple[dict[str, Any] | None, Any]:
    me = known.actor.covering_for or known.actor.account_id
    row = known.reading.connection.execute(select(t.draft).where(
        t.draft.c.work_item_id == raw.work_item_id, t.draft.c.account_id == me)).one_or_none()
    if row is None:
        return None, None
    try:
        return known.cipher.open_json(f"draft|{raw.work_item_id.hex}|{me.hex}", row.values_enc), row.saved_at
    except Unreadable:
        return None, None


def _start_values(known: Known, raw: Any, form: Form | None, draft: Mapping[str, Any] | None,
                  said: tuple[AnswerSet, ...]) -> Mapping[str, Any]:
    """The draft if there is one, else what the form takes over from earlier answers (``prefill``)."""
    if draft is not None or form is None:
        return draft or {}
    variables = _variables(known, raw) if any(one.prefill.startswith(_VARIABLE) for one in form.fields) else {}
    found = {}
    for one in form.fields:
        source = (variables.get(one.prefill.removeprefix(_VARIABLE)) if one.prefill.startswith(_VARIABLE)
                  else _latest(said, one.prefill) if one.prefill else None)
        if source is not None:
            found[one.key] = _rows_of(one, source)
    return found


def _rows_of(field: Field, given: Any) -> Any:
    """An earlier answer; of the rows of another list only what this list asks too."""
    if field.kind != "list" or not isinstance(given, list):
        return given
    asked = {one.key for one in field.fields}
    return [{key: value for key, value in row.items() if key in asked} for row in given if isinstance(row, dict)]


def _variables(known: Known, raw: Any) -> dict[str, Any]:
    """The variables of the running instance: what a table proposed and a person now confirms."""
    sealed = known.reading.connection.execute(select(t.process_instance.c.snapshot_enc).where(
        t.process_instance.c.instance_id == raw.instance_id)).scalar_one()
    data = known.cipher.open(f"process_instance|{raw.instance_id.hex}", sealed)
    return variables_at(restore(data, known.reading.compiled(raw.digest), known.reading.clock), raw.work_item_id)


def _latest(said: tuple[AnswerSet, ...], source: str) -> Any:
    """The newest visible answer to ``key`` or ``form.key``."""
    form, _, key = source.rpartition(".")
    return next((one.values[key] for one in said if key in one.values and (not form or one.form.id == form)), None)


def earlier_in(form: Form, element: str, said: tuple[AnswerSet, ...]) -> dict[str, tuple[Earlier, ...]]:
    """What other steps already answered to the same questions, newest first: ask once, show where it came from.

    The same step's own answers of another round count only where the form takes them over: a decision is made anew.
    """
    found: dict[str, tuple[Earlier, ...]] = {}
    for one in form.fields:
        source = one.prefill.rpartition(".")[2] or one.key
        sets = [given for given in said if source in given.values and (one.prefill or given.element != element)]
        if sets:
            found[one.key] = tuple(Earlier(given.values[source], given.institution, given.step, given.given_at)
                                   for given in sets)
    return found


def given(known: Known) -> tuple[AnswerSet, ...]:
    """Every set of answers of the case, newest first, each cut to what the actor may see of it."""
    a = t.answer.c
    rows = list(known.reading.connection.execute(
        select(t.answer).where(a.case_id == known.row.case_id).order_by(a.given_at.desc(), a.answer_id.desc())))
    names = known.reading.names(one.account_id for one in rows)
    return tuple(found for one in rows if (found := _answer_set(known, one, names)) is not None)


def _answer_set(known: Known, row: Any, names: Mapping[UUID, str]) -> AnswerSet | None:
    compiled = known.reading.compiled(row.digest)
    form = form_of(compiled.bundle, row.form)
    if form is None:
        return None
    try:
        values = known.cipher.open_json(f"answer|{row.answer_id.hex}", row.values_enc)
    except Unreadable:
        values = {}
    form = with_chosen_rows(known.reading.connection, form, values, row.given_at)
    author = row.account_id == known.actor.account_id
    sights = {one.key: _sight(known, one, author=author) for one in form.fields}
    return AnswerSet(
        row.answer_id, row.element, element_name(compiled, row.element), known.reading.institution(row.institution_id),
        names.get(row.account_id, ""), row.given_at, form,
        {one.key: _cut(known, one, values[one.key], author=author) for one in form.fields
         if sights[one.key] == SEES and one.key in values},
        tuple(key for key, sight in sights.items() if sight == NOTHING and key in values),
        tuple(key for key, sight in sights.items() if sight == MASKED and key in values))


def _sight(known: Known, field: Field, *, author: bool) -> str:
    if author and known.relation is Relation.PARTICIPANT:
        return SEES
    return known.sight(field.sensitivity, field.sees)


def _cut(known: Known, field: Field, value: Any, *, author: bool) -> Any:
    """A value without the inner questions of a list that the actor may not see."""
    if not field.fields or not isinstance(value, list):
        return value
    shown = {one.key for one in field.fields if _sight(known, one, author=author) == SEES}
    return [{key: one for key, one in row.items() if key in shown} for row in value if isinstance(row, dict)]


def readers_of(known: Known, form: Form | None) -> tuple[dict[str, tuple[Words, ...]], dict[str, tuple[Words, ...]]]:
    """For each question, the roles that will see its answer and those that will not, among the case's roles."""
    return readers_in(known.definition, form) if form else ({}, {})


def readers_in(definition: Any, form: Form) -> tuple[dict[str, tuple[Words, ...]], dict[str, tuple[Words, ...]]]:
    """The same from a definition alone, for a start form."""
    seen: dict[str, tuple[Words, ...]] = {}
    unseen: dict[str, tuple[Words, ...]] = {}
    for path, field in form.walk():
        sights = {one.id: sees_field(Relation.PARTICIPANT, field.sensitivity, field.sees, [one.id], [one.clearance])
                  for one in definition.roles}
        reads = {role: sight == SEES for role, sight in sights.items()}
        seen[path] = tuple(Words(one.name.pl, one.name.en) for one in definition.roles if reads[one.id])
        unseen[path] = tuple(Words(one.name.pl, one.name.en) for one in definition.roles if not reads[one.id])
    return seen, unseen


def _previous(known: Known, raw: Any, said: tuple[AnswerSet, ...]) -> AnswerSet | None:
    """The step before this one, if it left answers."""
    if raw.previous_id is None:
        return said[-1] if said else None
    answer_id = known.reading.connection.execute(
        select(t.work_item.c.answer_id).where(t.work_item.c.work_item_id == raw.previous_id)).scalar_one_or_none()
    return next((one for one in said if one.answer_id == answer_id), None)


def _counted(raw: Any) -> tuple[Any, ...]:
    """The working days between offer and due time: the sum behind the deadline."""
    if raw.due_at == t.FOREVER:
        return ()
    start, end = to_warsaw(raw.offered_at).date(), to_warsaw(raw.due_at).date()
    calendar = Calendar()
    if end <= start or (end - start).days > 60:
        return ()
    return calendar.counted_days(start, calendar.working_days_between(start, end))


def _excluded(known: Known, raw: Any) -> str:
    if raw.excluded_id is None:
        return ""
    return known.reading.names([raw.excluded_id]).get(raw.excluded_id, "")


