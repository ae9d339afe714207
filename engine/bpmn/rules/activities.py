"""Rules on human tasks and lanes: who does it, by when, on what basis, and whether that role exists."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.elements import properties_of
from engine.bpmn.parsers.sources import is_expression
from engine.bpmn.rules.subjects import Found, Rule, Subject

SCREENS = ("form", "assessment", "meeting", "plan", "acceptance", "handover")


def _roles(subject: Subject) -> set[str] | None:
    return {role.id for role in subject.definition.roles} if subject.definition else None


def without_lane(subject: Subject) -> Iterator[Found]:
    """Human tasks that nobody is named for."""
    for info in subject.human:
        if not info.lane and not (info.candidate_groups or "").strip():
            yield Found(info.file, info.id)


def unknown_role(subject: Subject) -> Iterator[Found]:
    """Lanes of human tasks, and groups written out, that are no role of the definition."""
    roles = _roles(subject)
    if roles is None:
        return
    lanes = dict(_lane_roles(subject))
    named = set()
    for info in subject.human:
        groups = (info.candidate_groups or "").strip()
        if groups and not is_expression(groups):
            named |= {(info.file, info.id, group.strip()) for group in groups.split(",")}
        elif not groups and info.lane:
            named.add((info.file, info.lane, lanes.get(info.lane, info.lane)))
    yield from (Found(file, element, {"role": role}) for file, element, role in sorted(named) if role not in roles)


def _lane_roles(subject: Subject) -> Iterator[tuple[str, str]]:
    """The role of each lane: its property `role`, else its id."""
    for _, root in subject.roots():
        for node in root.iter("{*}lane"):
            yield node.get("id"), properties_of(node).get("role", node.get("id"))


def without_due(subject: Subject) -> Iterator[Found]:
    """Human tasks without a time by which they are to be done."""
    for info in subject.human:
        if not (info.due or "").strip():
            yield Found(info.file, info.id)


def due_without_basis(subject: Subject) -> Iterator[Found]:
    """Human tasks that do not say what law or agreement their time and their questions rest on."""
    for info in subject.human:
        if not info.properties.get("basis", "").strip():
            yield Found(info.file, info.id)


def four_eyes(subject: Subject) -> Iterator[Found]:
    """A second pair of eyes on a step that does not exist or is the same one."""
    people = {info.id for info in subject.human}
    for info in subject.human:
        other = info.properties.get("four-eyes", "").strip()
        if other and (other not in people or other == info.id):
            yield Found(info.file, info.id, {"target": other})


def unknown_screen(subject: Subject) -> Iterator[Found]:
    """Screens the product does not have."""
    for info in subject.human:
        screen = info.properties.get("screen", "form").strip()
        if screen not in SCREENS:
            yield Found(info.file, info.id, {"screen": screen, "screens": ", ".join(SCREENS)})


def unknown_retention(subject: Subject) -> Iterator[Found]:
    """Retention classes that the definition does not declare."""
    kept = {one.id for one in subject.definition.retentions} if subject.definition else set()
    for info in subject.human:
        retention = info.properties.get("retention", "").strip()
        if retention and subject.definition and retention not in kept:
            yield Found(info.file, info.id, {"retention": retention})


RULES = (
    Rule("task-without-role", "house", "No role does this task: it lies in no lane and names no candidate group.",
         "Draw the task into a lane (its id is the role), or set its candidate groups.", without_lane),
    Rule("role-unknown", "house", "“{role}” is not a role of the definition.",
         "Give the lane the id of a role of definition.json, set its property «role», or declare the role there.",
         unknown_role),
    Rule("due-missing", "house", "This task has no due date.",
         "Set the due date, for example «=working days after(now(), 2)» or «=deadline(\"U1\")».", without_due),
    Rule("basis-missing", "house", "This task does not say on what basis it is done.",
         "Set the property «basis»: the article, or the clause of the agreement.", due_without_basis),
    Rule("four-eyes-unknown", "house", "“{target}”, whose person must not do this task, is no other human task.",
         "Set the property «four-eyes» to the id of the task that somebody else did.", four_eyes),
    Rule("screen-unknown", "house", "There is no screen “{screen}”; there are: {screens}.",
         "Set the property «screen» to one of them, or remove it: then the form is shown.", unknown_screen),
    Rule("retention-unknown", "house", "“{retention}” is not a retention class of the definition.",
         "Declare the class in definition.json under «retentions», or name one that stands there.", unknown_retention),
)
