"""Outside bodies without an account: which tasks they may answer, which questions are meant for them, how a link dies.

A link is one body's way to one task: a long secret in the address, a short code that is told apart. Nothing else of
the case is behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from engine.model.definitions import Definition
from engine.model.errors import Refused
from engine.model.fields import Field
from engine.model.forms import Form
from engine.model.visibility import SEES, Relation, sees_field

#: the property of a user task that lets it be answered by a link
PROPERTY = "outsiders"
#: how long a link lives, how many wrong codes it bears, how long a visit lasts after the right one
LIFE = timedelta(days=7)
ATTEMPTS = 5
VISIT = timedelta(hours=1)

OPEN, ANSWERED, WITHDRAWN, EXPIRED, SPENT, DONE = "open", "answered", "withdrawn", "expired", "spent", "done"


class LinkDead(Refused):
    """This link cannot be used any more ({state}). Ask whoever sent it for a new one."""

    status = 409


class NotForOutsiders(Refused):
    """This task cannot be answered from outside: its diagram does not say so."""


def is_for_outsiders(properties: Mapping[str, str]) -> bool:
    """Whether a task may be answered by an outside body."""
    return properties.get(PROPERTY, "") == "yes"


def meant_for(form: Form, definition: Definition, role: str) -> Form:
    """The form with only the questions that the role of the task may see; files are asked of nobody outside."""
    def seen(field: Field) -> bool:
        return field.kind != "file" and sees_field(
            Relation.PARTICIPANT, field.sensitivity, field.sees, [role], [definition.clearance(role)]) == SEES

    def cut(field: Field) -> Field:
        return replace(field, fields=tuple(one for one in field.fields if seen(one)), prefill="")

    sections = (replace(section, items=tuple(
        cut(one) if isinstance(one, Field) else one for one in section.items
        if not isinstance(one, Field) or seen(one))) for section in form.sections)
    left = tuple(section for section in sections if section.items)
    known = {item.key for section in left for item in section.items if isinstance(item, Field)}
    return replace(form, sections=left, checks=tuple(one for one in form.checks if known.issuperset(one.fields)))
