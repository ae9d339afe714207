"""The messages that a person may send into a case from its page: those listed for their role that it now waits for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.model.actors import Actor
from engine.model.definitions import Message
from engine.model.errors import NobodyWaits, NotAllowed
from engine.queries import answers
from engine.queries.case_rows import case_row
from engine.queries.reading import Known, Reading
from engine.queries.rows import Words
from engine.queries.rows.cases import Sendable
from engine.queries.rows.messages import MessageForm
from engine.store import tables as t
from engine.store.cached_cases import form_of


def sendable(known: Known) -> tuple[Sendable, ...]:
    """What the reader may send now, in the order of the definition."""
    mine = [one for one in known.definition.messages if set(one.roles) & set(known.roles)]
    waited = _waited_for(known) if mine else frozenset()
    return tuple(_row(one) for one in mine if one.message in waited)


def _waited_for(known: Known) -> frozenset[str]:
    s = t.subscription.c
    return frozenset(known.reading.connection.execute(select(s.name).where(
        s.case_id == known.row.case_id, s.kind == "message")).scalars())


def _row(one: Message) -> Sendable:
    return Sendable(one.message, Words(one.name.pl, one.name.en), Words(one.explains.pl, one.explains.en),
                    bool(one.form), one.confirm)


@dataclass(frozen=True)
class MessagePage:
    """The page on which one message is sent."""

    case_id: UUID
    message: str

    def answer(self, reading: Reading, actor: Actor) -> MessageForm:
        """The form; NotAllowed for who may not send it, NobodyWaits when the case does not wait for it."""
        known = reading.own_case(self.case_id, actor)
        listed = known.definition.message(self.message)
        role = next((one for one in known.roles if listed and one in listed.roles), "")
        if listed is None or not role:
            raise NotAllowed(command="SendMessage")
        if self.message not in _waited_for(known):
            raise NobodyWaits(message=listed.name.said_in(actor.language))
        reading.seen([self.case_id], "message")
        form = form_of(known.compiled.bundle, listed.form)
        readers, others = answers.readers_of(known, form)
        return MessageForm(case_row(reading, known.row, actor), _row(listed), form, {"role": role},
                           answers.earlier_in(form, "", answers.given(known)) if form else {}, readers, others)
