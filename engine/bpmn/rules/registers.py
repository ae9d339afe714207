"""Rules on registers and on tasks for outside bodies: that what they name is there and can be answered."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.rules.subjects import Found, Rule, Subject
from engine.model.actors import HOUSE_ROLES
from engine.model.definitions import Definition
from engine.model.forms import Form
from engine.model.outsiders import is_for_outsiders, meant_for
from engine.model.registers import Register


def register_unknown(subject: Subject) -> Iterator[Found]:
    """Questions that take their answers from a register nobody declares; registers that name what is not there."""
    definition = subject.definition
    if definition is None or subject.broken:
        return
    known = {*subject.registers, *definition.registers}
    for form in subject.forms.values():
        for path, field in form.walk():
            if field.options_from and field.options_from not in known:
                yield Found(form.file, path, {"name": field.options_from})
    for register in subject.registers.values():
        for name in _strange(register, subject.forms.get(register.form), definition):
            yield Found(register.file, register.id, {"name": name})


def _strange(register: Register, form: Form | None, definition: Definition) -> Iterator[str]:
    if form is None:
        yield register.form
        return
    asked = {field.key for field in form.fields}
    yield from (key for key in (register.title, *register.shows, register.places) if key and key not in asked)
    roles = {*(role.id for role in definition.roles), *HOUSE_ROLES}
    yield from (role for role in (*register.edits, *register.owners, *register.reads) if role not in roles)


def outsider_cannot_answer(subject: Subject) -> Iterator[Found]:
    """Tasks for outside bodies whose form asks something obligatory that is not meant for the role of the task."""
    definition = subject.definition
    if definition is None:
        return
    for info in subject.human:
        form = subject.forms.get(info.form_key or "")
        if not is_for_outsiders(info.properties) or form is None:
            continue
        role = info.properties.get("role") or info.lane or ""
        seen = {field.key for field in meant_for(form, definition, role).fields}
        for field in form.fields:
            if field.required and field.key not in seen:
                yield Found(info.file, info.id, {"name": field.key})


RULES = (
    Rule("register-unknown", "house", "Nothing here is called {name}, which a register or a question needs.",
         "Declare the register in processes/<name>/registers/, or name one of another process under `registers` of "
         "definition.json; its form, questions and roles are the definition's.", register_unknown),
    Rule("outsider-cannot-answer", "house", "An outside body must answer {name}, but is not shown it.",
         "Make the question not obligatory, or let the role of the task see it.", outsider_cannot_answer),
)
