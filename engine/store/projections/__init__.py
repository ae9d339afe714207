"""EVENTS → PROJECTIONS: what each event changes in the tables. A projection files; it never refuses nor decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.model import events as e
from engine.store.projections import (
    access,
    cases,
    handovers,
    kept_messages,
    papers,
    process_instances,
    registers,
    work_items,
)

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def _nothing(uow: UnitOfWork, event: e.Event) -> None:
    """The ledger entry is all there is to it."""


PROJECTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {
    e.CaseOpened: cases.case_opened,
    e.ParticipantInvited: cases.participant_invited,
    e.ParticipationEnded: cases.participation_ended,
    e.AttributesChanged: cases.attributes_changed,
    e.StageReached: cases.stage_reached,
    e.CaseClosed: cases.case_closed,
    e.CaseSuspended: cases.case_suspended,
    e.CaseResumed: cases.case_resumed,
    e.InstanceStarted: process_instances.instance_started,
    e.ProcessAdvanced: process_instances.process_advanced,
    e.InstanceEnded: process_instances.instance_ended,
    e.MessageReceived: _nothing,
    e.SignalHeard: _nothing,
    e.MessageKept: process_instances.message_kept,
    e.KeptMessageDelivered: kept_messages.kept_message_settled,
    e.MessageDiscarded: kept_messages.kept_message_settled,
    e.JobFinished: process_instances.job_finished,
    e.TimerFired: _nothing,
    e.IncidentRaised: process_instances.incident_raised,
    e.IncidentResolved: process_instances.incident_resolved,
    e.WorkItemOffered: work_items.work_item_offered,
    e.WorkItemClaimed: work_items.work_item_claimed,
    e.WorkItemReleased: work_items.work_item_released,
    e.WorkItemMoved: work_items.work_item_moved,
    e.WorkItemCompleted: work_items.work_item_completed,
    e.WorkItemWithdrawn: work_items.work_item_withdrawn,
    e.WorkItemRescheduled: work_items.work_item_rescheduled,
    e.FileAttached: work_items.file_attached,
    e.HandoverOffered: handovers.handover_offered,
    e.HandoverAccepted: handovers.handover_accepted,
    e.HandoverDeclined: handovers.handover_declined,
    e.PaperPrinted: papers.paper_printed,
    e.PersonalDataViewed: access.viewed,
    e.CommandRefused: _nothing,
    e.IntegrityVerified: _nothing,
    e.DefinitionPublished: access.definition_published,
    e.InstitutionAdded: access.institution_added,
    e.AccountAdded: access.account_added,
    e.RoleGranted: access.role_granted,
    e.RoleEnded: access.role_ended,
    e.AgreementSigned: access.agreement_signed,
    e.AgreementEnded: access.agreement_ended,
    e.AgreementExtended: access.agreement_extended,
    e.EntryLinkMade: access.entry_link_made,
    e.PasswordSet: access.password_set,
    e.SignedIn: access.signed_in,
    e.SignedOut: access.signed_out,
    e.RegisterRowPut: registers.row_put,
    e.RegisterRowRetired: registers.row_retired,
    e.PlaceBooked: registers.place_booked,
    e.PlaceReleased: registers.place_released,
}
