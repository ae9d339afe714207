"""Cases and who takes part in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from engine.model import events as e
from engine.model.cases import CLOSED, Participation
from engine.store import jobs
from engine.store import tables as t
from engine.store.names import words

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def case_opened(uow: UnitOfWork, event: e.CaseOpened) -> None:
    case = uow.case
    uow.insert(
        t.case_file, case_id=case.case_id, number=event.number, definition=event.definition, digest=event.digest,
        release=event.release, state=case.state, stage=case.stage, person_id=event.person_id,
        person_enc=uow.seal_person(), coordinator_id=event.coordinator_id, responsible_id=event.responsible_id,
        key_date=case.key_date, opened_at=uow.now, previous_case_id=event.previous_case_id, revision=0, sequence=0,
        head=b"", seal=b"",
    )
    if event.notice_id:
        uow.insert(t.notice, sender_id=event.sender_id, notice_id=event.notice_id, case_id=case.case_id)


def participant_invited(uow: UnitOfWork, event: e.ParticipantInvited) -> None:
    uow.insert(
        t.participation, participation_id=event.participation_id, case_id=uow.case.case_id,
        institution_id=event.institution_id, role=event.role, from_at=uow.now, until_at=t.FOREVER,
        agreement_id=event.agreement_id, key_date=uow.case.key_date or t.FOREVER,
    )
    if not uow.case.takes_part(event.institution_id):
        for key in name_keys(uow, event.institution_id):
            uow.insert(t.institution_name_key, institution_id=event.institution_id, name_key=key,
                       case_id=uow.case.case_id)
    uow.change_facts(uow.case.joined_by(Participation(event.institution_id, event.role)))


def name_keys(uow: UnitOfWork, institution_id: Any) -> set[bytes]:
    """The tokens by which an institution finds this person: one a whole word of the names, under its own key."""
    person = uow.person
    scope = f"names|{institution_id.hex}"
    found = words(person.get("family_name", ""), person.get("given_names", ""), person.get("title", ""))
    return {uow.vault.token(scope, word) for word in found}


def participation_ended(uow: UnitOfWork, event: e.ParticipationEnded) -> None:
    case = uow.case
    uow.change(t.participation, {"case_id": case.case_id, "institution_id": event.institution_id, "role": event.role,
                                 "until_at": t.FOREVER}, until_at=uow.now)
    gone = (event.institution_id, event.role)
    left = tuple(one for one in case.participations if (one.institution_id, one.role) != gone)
    uow.change_facts(replace(case, participations=left))
    if not uow.case.takes_part(event.institution_id):
        key = t.institution_name_key.c
        uow.connection.execute(delete(t.institution_name_key).where(
            key.institution_id == event.institution_id, key.case_id == case.case_id))


def attributes_changed(uow: UnitOfWork, event: e.AttributesChanged) -> None:
    uow.change_case(person_enc=uow.seal_person())
    if event.key_date is not None and event.key_date != uow.case.key_date:
        uow.change_case(key_date=event.key_date)
        uow.change(t.participation, {"case_id": uow.case.case_id}, key_date=event.key_date)


def stage_reached(uow: UnitOfWork, event: e.StageReached) -> None:
    uow.change_case(stage=event.stage)


def case_closed(uow: UnitOfWork, event: e.CaseClosed) -> None:
    uow.change_case(state=CLOSED, closed_at=uow.now, paused_at=None)


def case_suspended(uow: UnitOfWork, event: e.CaseSuspended) -> None:
    uow.change_case(paused_at=uow.now)
    jobs.cancel_timers(uow)


def case_resumed(uow: UnitOfWork, event: e.CaseResumed) -> None:
    uow.change_case(paused_at=None)
