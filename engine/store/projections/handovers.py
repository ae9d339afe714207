"""Handovers: who is responsible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import events as e
from engine.model import handovers
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def handover_offered(uow: UnitOfWork, event: e.HandoverOffered) -> None:
    uow.insert(
        t.handover, handover_id=event.handover_id, case_id=uow.case.case_id, state=handovers.OFFERED,
        from_institution_id=event.from_institution_id, to_institution_id=event.to_institution_id,
        offer_item_id=event.offer_item_id, work_item_id=event.work_item_id, offered_at=uow.now, decided_at=None,
        offered_by=uow.actor.account_id, decided_by=None, offer_answer_id=event.answer_id, answer_id=None,
    )


def handover_accepted(uow: UnitOfWork, event: e.HandoverAccepted) -> None:
    state = handovers.ACCEPTED_WITH_REMARKS if event.with_remarks else handovers.ACCEPTED
    _decided(uow, event, state)
    uow.change_case(responsible_id=event.institution_id)


def handover_declined(uow: UnitOfWork, event: e.HandoverDeclined) -> None:
    _decided(uow, event, handovers.DECLINED)


def _decided(uow: UnitOfWork, event: e.HandoverAccepted | e.HandoverDeclined, state: str) -> None:
    uow.change(t.handover, {"handover_id": event.handover_id}, state=state, decided_at=uow.now,
               decided_by=uow.actor.account_id, answer_id=event.answer_id)
