"""Work items and the files handed in with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from engine.model import events as e
from engine.model import work_items
from engine.store import jobs
from engine.store import tables as t
from engine.store.projections import figures

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def work_item_offered(uow: UnitOfWork, event: e.WorkItemOffered) -> None:
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


def work_item_claimed(uow: UnitOfWork, event: e.WorkItemClaimed) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.RESERVED,
               owner_id=uow.actor.account_id)


def work_item_released(uow: UnitOfWork, event: e.WorkItemReleased) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.READY, owner_id=None)


def work_item_moved(uow: UnitOfWork, event: e.WorkItemMoved) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.READY, owner_id=None,
               institution_id=event.institution_id, team=event.role, wanted_role=event.wanted_role)


def work_item_completed(uow: UnitOfWork, event: e.WorkItemCompleted) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.COMPLETED, closed_at=uow.now,
               performer_id=uow.actor.account_id, answer_id=event.answer_id)
    figures.mark(uow, event.work_item_id)
    if uow.drafted:
        uow.connection.execute(delete(t.draft).where(t.draft.c.work_item_id == event.work_item_id))


def work_item_withdrawn(uow: UnitOfWork, event: e.WorkItemWithdrawn) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, state=work_items.WITHDRAWN, closed_at=uow.now)
    uow.connection.execute(delete(t.draft).where(t.draft.c.work_item_id == event.work_item_id))


def work_item_rescheduled(uow: UnitOfWork, event: e.WorkItemRescheduled) -> None:
    uow.change(t.work_item, {"work_item_id": event.work_item_id}, due_at=event.due or t.FOREVER)


def file_attached(uow: UnitOfWork, event: e.FileAttached) -> None:
    name, content = uow.asides.pop(event.attachment_id), uow.contents.pop(event.attachment_id)
    uow.insert(t.attachment, attachment_id=event.attachment_id, case_id=uow.case.case_id,
               work_item_id=event.work_item_id, form=event.form, digest=uow.case.digest, field=event.field,
               name_enc=name, kind=event.kind, size=event.size, account_id=uow.actor.account_id, attached_at=uow.now,
               content_enc=content)
