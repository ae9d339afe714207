"""EVENTS → PROJECTIONS: what each event changes in the tables. A projection files; it never refuses nor decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from engine.model import events as e
from engine.model import handovers, work_items
from engine.model.cases import CLOSED, Participation
from engine.store import jobs
from engine.store import tables as t
from engine.store.names import words

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def _nothing(uow: UnitOfWork, event: e.Event) -> None:
    """The ledger entry is all there is to it."""


# --- cases

def _case_opened(uow: UnitOfWork, event: e.CaseOpened) -> None:
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


def _participant_invited(uow: UnitOfWork, event: e.ParticipantInvited) -> None:
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
    found = words(person.get("family_name", ""), person.get("given_names", ""))
    return {uow.vault.token(scope, word) for word in found}


def _participation_ended(uow: UnitOfWork, event: e.ParticipationEnded) -> None:
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


def _attributes_changed(uow: UnitOfWork, event: e.AttributesChanged) -> None:
    uow.change_case(person_enc=uow.seal_person())
    if event.key_date is not None and event.key_date != uow.case.key_date:
        uow.change_case(key_date=event.key_date)
        uow.change(t.participation, {"case_id": uow.case.case_id}, key_date=event.key_date)


def _stage_reached(uow: UnitOfWork, event: e.StageReached) -> None:
    uow.change_case(stage=event.stage)


def _case_closed(uow: UnitOfWork, event: e.CaseClosed) -> None:
    uow.change_case(state=CLOSED, closed_at=uow.now)


# --- process instances

def _instance_started(uow: UnitOfWork, event: e.InstanceStarted) -> None:
    uow.insert(t.process_instance, instance_id=event.instance_id, case_id=uow.case.case_id, digest=event.digest,
               process=event.process, snapshot_enc=b"", started_at=uow.now, ended_at=None)



def _process_advanced(uow: UnitOfWork, event: e.ProcessAdvanced) -> None:
    # an activity armed anew replaces all its timers: the next round of a cycle, a due time computed again
    armed_anew = {one[0] for one in event.armed} - {one[0] for one in event.entered}
    jobs.cancel(uow, {*event.disarmed, *event.cancelled, *armed_anew})
    for activity, element, due in event.armed:
        jobs.enqueue_timer(uow, event.instance_id, activity, element, due)
    for activity, element, kind, name, correlation in event.waiting:
        uow.insert(t.subscription, activity_id=activity, name=name, case_id=uow.case.case_id,
                   instance_id=event.instance_id, kind=kind, element=element, correlation=correlation)
    for activity, element, topic in event.jobs:
        jobs.enqueue_external(uow, event.instance_id, activity, element, topic)
    if event.unsubscribed:
        uow.connection.execute(delete(t.subscription).where(t.subscription.c.activity_id.in_(event.unsubscribed)))


def _message_kept(uow: UnitOfWork, event: e.MessageKept) -> None:
    uow.insert(t.kept_message, message_id=event.message_id, name=event.message,
               content_enc=uow.asides.pop(event.message_id), kept_at=uow.now, delivered_at=None)


def _job_finished(uow: UnitOfWork, event: e.JobFinished) -> None:
    uow.change(t.job, {"activity_id": event.activity_id}, state=jobs.DONE, finished_at=uow.now)


def _instance_ended(uow: UnitOfWork, event: e.InstanceEnded) -> None:
    uow.change(t.process_instance, {"instance_id": event.instance_id}, ended_at=uow.now)


def _incident_raised(uow: UnitOfWork, event: e.IncidentRaised) -> None:
    uow.insert(t.incident, incident_id=event.incident_id, case_id=uow.case.case_id, instance_id=event.instance_id,
               element=event.element, reason=event.reason, params=json.dumps(dict(event.params)),
               activity_id=event.activity_id, command=event.command, raised_at=uow.now, resolved_at=None)


def _incident_resolved(uow: UnitOfWork, event: e.IncidentResolved) -> None:
    uow.change(t.incident, {"incident_id": event.incident_id}, resolved_at=uow.now)


# --- work items

def _work_item_offered(uow: UnitOfWork, event: e.WorkItemOffered) -> None:
    uow.insert(
        t.work_item, work_item_id=event.work_item_id, case_id=uow.case.case_id, instance_id=event.instance_id,
        element=event.element, digest=uow.case.digest, institution_id=event.institution_id, team=event.role,
        waiting_id=event.waiting_id, owner_id=None, excluded_id=event.excluded_id, performer_id=None,
        previous_id=event.previous_id, state=work_items.READY, priority=event.priority, wanted_role=event.wanted_role,
        item_enc=uow.asides.get(event.work_item_id), due_at=event.due or t.FOREVER,
        follow_up_at=event.follow_up, offered_at=uow.now,
        closed_at=None, answer_id=None,
    )
    jobs.enqueue_mail(uow, "offered", event)


def _work_item_claimed(uow: UnitOfWork, event: e.WorkItemClaimed) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.RESERVED,
               owner_id=uow.actor.account_id)


def _work_item_released(uow: UnitOfWork, event: e.WorkItemReleased) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.READY, owner_id=None)


def _work_item_moved(uow: UnitOfWork, event: e.WorkItemMoved) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.READY, owner_id=None,
               institution_id=event.institution_id, team=event.role, wanted_role=event.wanted_role)


def _work_item_completed(uow: UnitOfWork, event: e.WorkItemCompleted) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.COMPLETED, closed_at=uow.now,
               performer_id=uow.actor.account_id, answer_id=event.answer_id)
    if uow.drafted:
        uow.connection.execute(delete(t.draft).where(t.draft.c.work_item_id == event.work_item_id))


def _work_item_withdrawn(uow: UnitOfWork, event: e.WorkItemWithdrawn) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.WITHDRAWN, closed_at=uow.now)
    uow.connection.execute(delete(t.draft).where(t.draft.c.work_item_id == event.work_item_id))


def _work_item_rescheduled(uow: UnitOfWork, event: e.WorkItemRescheduled) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, due_at=event.due or t.FOREVER)


def _file_attached(uow: UnitOfWork, event: e.FileAttached) -> None:
    name, content = uow.asides.pop(event.attachment_id), uow.contents.pop(event.attachment_id)
    uow.insert(t.attachment, attachment_id=event.attachment_id, case_id=uow.case.case_id,
               work_item_id=event.work_item_id, form=event.form, digest=uow.case.digest, field=event.field,
               name_enc=name, kind=event.kind, size=event.size, account_id=uow.actor.account_id, attached_at=uow.now,
               content_enc=content)


# --- handovers

def _handover_offered(uow: UnitOfWork, event: e.HandoverOffered) -> None:
    uow.insert(
        t.handover, handover_id=event.handover_id, case_id=uow.case.case_id, state=handovers.OFFERED,
        from_institution_id=event.from_institution_id, to_institution_id=event.to_institution_id,
        offer_item_id=event.offer_item_id, work_item_id=event.work_item_id, offered_at=uow.now, decided_at=None,
        offered_by=uow.actor.account_id, decided_by=None, offer_answer_id=event.answer_id, answer_id=None,
    )


def _handover_accepted(uow: UnitOfWork, event: e.HandoverAccepted) -> None:
    state = handovers.ACCEPTED_WITH_REMARKS if event.with_remarks else handovers.ACCEPTED
    _decided(uow, event, state)
    uow.change_case(responsible_id=event.institution_id)


def _handover_declined(uow: UnitOfWork, event: e.HandoverDeclined) -> None:
    _decided(uow, event, handovers.DECLINED)


def _decided(uow: UnitOfWork, event: e.HandoverAccepted | e.HandoverDeclined, state: str) -> None:
    uow.change(t.handover, {"handover_id": event.handover_id}, state=state, decided_at=uow.now,
               decided_by=uow.actor.account_id, answer_id=event.answer_id)


# --- looking, definitions, access

def _viewed(uow: UnitOfWork, event: e.PersonalDataViewed) -> None:
    entry = uow.entries[-1]
    for case_id in event.cases:
        uow.insert(t.sight, case_id=case_id, stream=entry["stream"], sequence=entry["sequence"])


def _definition_published(uow: UnitOfWork, event: e.DefinitionPublished) -> None:
    uow.change(t.definition, {"name": event.definition, "live": True}, live=False)
    uow.insert(t.definition, name=event.definition, release=event.release, digest=event.digest, note=event.note,
               title=event.title, published_at=uow.now, published_by=uow.actor.account_id, live=True)


def _institution_added(uow: UnitOfWork, event: e.InstitutionAdded) -> None:
    uow.insert(t.institution, institution_id=event.institution_id, name=event.name, short_name=event.short_name,
               phone=event.phone, email=event.email)


def _account_added(uow: UnitOfWork, event: e.AccountAdded) -> None:
    uow.insert(t.account, account_id=event.account_id, email=event.email, name=event.name, phone=event.phone,
               language=event.language, password_hash=event.password_hash, link_hash=None, link_ends_at=None)


def _role_granted(uow: UnitOfWork, event: e.RoleGranted) -> None:
    uow.insert(t.appointment, appointment_id=event.appointment_id, account_id=event.account_id,
               institution_id=event.institution_id, role=event.role, from_at=uow.now, until_at=t.FOREVER)


def _role_ended(uow: UnitOfWork, event: e.RoleEnded) -> None:
    uow.change(t.appointment, {"account_id": event.account_id, "institution_id": event.institution_id,
                               "role": event.role, "until_at": t.FOREVER}, until_at=uow.now)


def _agreement_signed(uow: UnitOfWork, event: e.AgreementSigned) -> None:
    uow.insert(t.agreement, agreement_id=event.agreement_id, name=event.name, from_at=uow.now,
               ends_at=event.ends_at or t.FOREVER)
    for institution_id, role in event.parties:
        uow.insert(t.agreement_party, agreement_id=event.agreement_id, institution_id=institution_id, role=role)


def _agreement_ended(uow: UnitOfWork, event: e.AgreementEnded) -> None:
    uow.change(t.agreement, {"agreement_id": event.agreement_id}, ends_at=uow.now)


def _entry_link_made(uow: UnitOfWork, event: e.EntryLinkMade) -> None:
    uow.change(t.account, {"account_id": event.account_id}, link_hash=event.link_hash, link_ends_at=event.ends_at)


def _password_set(uow: UnitOfWork, event: e.PasswordSet) -> None:
    uow.change(t.account, {"account_id": event.account_id}, password_hash=event.password_hash, link_hash=None,
               link_ends_at=None)
    uow.connection.execute(delete(t.session).where(t.session.c.account_id == event.account_id))


def _signed_in(uow: UnitOfWork, event: e.SignedIn) -> None:
    uow.insert(t.session, session_hash=event.session_hash, account_id=event.account_id, institution_id=None,
               opened_at=uow.now, seen_at=uow.now)


def _signed_out(uow: UnitOfWork, event: e.SignedOut) -> None:
    uow.connection.execute(delete(t.session).where(t.session.c.session_hash == event.session_hash))


PROJECTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {
    e.CaseOpened: _case_opened,
    e.ParticipantInvited: _participant_invited,
    e.ParticipationEnded: _participation_ended,
    e.AttributesChanged: _attributes_changed,
    e.StageReached: _stage_reached,
    e.CaseClosed: _case_closed,
    e.InstanceStarted: _instance_started,
    e.ProcessAdvanced: _process_advanced,
    e.InstanceEnded: _instance_ended,
    e.MessageReceived: _nothing,
    e.SignalHeard: _nothing,
    e.MessageKept: _message_kept,
    e.JobFinished: _job_finished,
    e.TimerFired: _nothing,
    e.IncidentRaised: _incident_raised,
    e.IncidentResolved: _incident_resolved,
    e.WorkItemOffered: _work_item_offered,
    e.WorkItemClaimed: _work_item_claimed,
    e.WorkItemReleased: _work_item_released,
    e.WorkItemMoved: _work_item_moved,
    e.WorkItemCompleted: _work_item_completed,
    e.WorkItemWithdrawn: _work_item_withdrawn,
    e.WorkItemRescheduled: _work_item_rescheduled,
    e.FileAttached: _file_attached,
    e.HandoverOffered: _handover_offered,
    e.HandoverAccepted: _handover_accepted,
    e.HandoverDeclined: _handover_declined,
    e.PersonalDataViewed: _viewed,
    e.CommandRefused: _nothing,
    e.IntegrityVerified: _nothing,
    e.DefinitionPublished: _definition_published,
    e.InstitutionAdded: _institution_added,
    e.AccountAdded: _account_added,
    e.RoleGranted: _role_granted,
    e.RoleEnded: _role_ended,
    e.AgreementSigned: _agreement_signed,
    e.AgreementEnded: _agreement_ended,
    e.EntryLinkMade: _entry_link_made,
    e.PasswordSet: _password_set,
    e.SignedIn: _signed_in,
    e.SignedOut: _signed_out,
}
