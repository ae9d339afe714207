"""What a handler may ask and lay aside while it decides: facts of the case at hand, compiled bundles, live instances.

Everything is read inside the door's transaction, under the lock of the case row. Besides answers and snapshots a
handler changes nothing here; what happened it says with events.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.bpmn.bundles import Bundle, Compiled
from engine.bpmn.runner import Live
from engine.model.attachments import Upload, safe_name
from engine.model.definitions import Definition
from engine.model.errors import NotFound, UnknownDefinition
from engine.model.handovers import OFFERED, Handover
from engine.model.work_items import WorkItem
from engine.store import cached_cases, jobs, keys
from engine.store import tables as t
from engine.store.attachments import AttachmentStore
from engine.store.cached_cases import CachedCases, definition_of
from engine.store.directory import Directory
from engine.store.subscriptions import correlation_token
from engine.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Published:
    """A live version: its number, its compiled bundle and its definition file."""

    name: str
    release: int
    digest: str
    compiled: Compiled
    definition: Definition


class Desk(Directory):
    """The handler's view of the store."""

    def __init__(self, uow: UnitOfWork, cached: CachedCases, files: AttachmentStore) -> None:
        super().__init__(uow)
        self.files = files
        self.clock = uow.clock
        self.item: WorkItem | None = None
        self.extra: dict[str, str] = {}
        self.hops = 0
        self._cached = cached
        self._live: dict[UUID, Live] = {}
        self._ended: set[UUID] = set()
        self._version_at_hand: Published | None = None

    # --- definitions

    def published(self, name: str) -> Published:
        """The live version of a process definition; UnknownDefinition if there is none."""
        c = t.definition.c
        row = self.uow.connection.execute(select(t.definition).where(c.name == name, c.live.is_(True))).one_or_none()
        if row is None:
            raise UnknownDefinition(name=name)
        return self._version(row.name, row.release, row.digest)

    def _version(self, name: str, release: int, digest: str) -> Published:
        found = self.compiled(digest)
        return Published(name, release, digest, found, definition_of(found.bundle))

    def compiled(self, digest: str) -> Compiled:
        """The compiled bundle of a digest."""
        return cached_cases.compiled(self.uow.connection, digest)

    @property
    def version(self) -> Published:
        """The version the case at hand runs on."""
        case, known = self.uow.case, self._version_at_hand
        if known is None or known.digest != case.digest:
            known = self._version_at_hand = self._version(case.definition, case.version, case.digest)
        return known

    def latest_release(self, name: str) -> tuple[int, str]:
        """The newest release of a definition and its digest; (0, "") if there is none."""
        row = self.uow.connection.execute(
            select(t.definition.c.release, t.definition.c.digest).where(t.definition.c.name == name)
            .order_by(t.definition.c.release.desc()).limit(1)).one_or_none()
        return (row.release, row.digest) if row else (0, "")

    def keep_bundle(self, bundle: Bundle) -> None:
        """Store a bundle's files by digest, once."""
        self._upsert(t.bundle, {"digest": bundle.digest, "content": bundle.pack()})

    def _upsert(self, table: Any, row: dict[str, Any]) -> None:
        made = sqlite_insert if self.uow.connection.dialect.name == "sqlite" else pg_insert
        self.uow.connection.execute(made(table).values(row).on_conflict_do_nothing())

    # --- answers and snapshots, laid aside beside the ledger

    def keep_answers(self, values: Mapping[str, Any], *, form: str, element: str, institution_id: UUID, role: str,
                     work_item_id: UUID | None = None) -> tuple[UUID, str]:
        """Keep the answers whole, once, encrypted; their identifier and keyed commitment for the event."""
        uow, answer_id = self.uow, self.clock.new_id()
        uow.insert(t.answer, answer_id=answer_id, case_id=uow.case.case_id, work_item_id=work_item_id, form=form,
                   digest=uow.case.digest, element=element, institution_id=institution_id, role=role,
                   account_id=uow.actor.account_id, given_at=uow.now,
                   values_enc=uow.cipher.seal_json(f"answer|{answer_id.hex}", dict(values)))
        return answer_id, uow.cipher.commit(answer_id.hex, dict(values))

    def keep_message(self, content: Mapping[str, Any]) -> UUID:
        """Keep the content of a message that looks for its case; its identifier for the event."""
        message_id = self.clock.new_id()
        self.uow.asides[message_id] = self.uow.vault.house.seal_json(f"kept_message|{message_id.hex}", dict(content))
        return message_id

    def kept_message(self, message_id: UUID) -> tuple[str, dict[str, Any]]:
        """Name and content of a message that still looks for its case, its row locked; NotFound otherwise."""
        k = t.kept_message.c
        row = self.uow.connection.execute(select(t.kept_message).where(
            k.message_id == message_id, k.delivered_at.is_(None)).with_for_update()).one_or_none()
        if row is None:
            raise NotFound
        found = self.uow.vault.house.open_json(f"kept_message|{message_id.hex}", row.content_enc)
        return row.name, {"payload": found["payload"], "correlation": found["correlation"]}

    def has_kept(self, name: str) -> bool:
        """Whether a message of this name was kept and still looks for its case."""
        k = t.kept_message.c
        found = select(k.message_id).where(k.name == name, k.delivered_at.is_(None)).limit(1)
        return self.uow.connection.execute(found).first() is not None

    def send_outside(self, kind: str, content: Mapping[str, Any]) -> None:
        """A message or signal for other cases: a job of this transaction, its content sealed."""
        sealed = self.uow.vault.house.seal_json("job", dict(content))
        case = self.uow.held_case
        jobs.enqueue(self.uow, kind, {"sealed": base64.b64encode(sealed).decode()}, queue="general",
                     case_id=case.case_id if case else None)

    def correlation_token(self, correlation: Mapping[str, Any] | None) -> str:
        """What stands in the index for correlation values, which may be personal; "" for none."""
        return correlation_token(self.uow.vault, correlation)

    def lay_aside(self, work_item_id: UUID, item: Any) -> None:
        """Keep a multi-instance item for its task page; it may be personal, so it is encrypted."""
        if item is not None:
            self.uow.asides[work_item_id] = self.uow.cipher.seal_json(f"item|{work_item_id.hex}", item)

    def keep_file(self, upload: Upload, kind: str) -> tuple[UUID, str]:
        """Keep a file, sealed; its identifier and keyed commitment for the event."""
        cipher, attachment_id = self.uow.cipher, self.clock.new_id()
        place = f"attachment|{attachment_id.hex}"
        self.uow.asides[attachment_id] = cipher.seal(place + "|name", safe_name(upload.name).encode())
        self.uow.contents[attachment_id] = self.files.put(attachment_id, cipher.seal(place, upload.content))
        return attachment_id, cipher.commit(attachment_id.hex, [kind, keys.digest(upload.content).hex()])

    def element_waiting(self, message: str) -> str:
        """The step of the case that has waited longest for a message; "" if none does."""
        c = t.subscription.c
        return self.uow.connection.execute(select(c.element).where(
            c.case_id == self.uow.case.case_id, c.kind == "message", c.name == message
        ).order_by(c.activity_id).limit(1)).scalar_one_or_none() or ""

    def instance(self, instance_id: UUID) -> Live:
        """A live instance of the case, at the state the locked row has."""
        if instance_id not in self._live:
            self._live[instance_id] = self._cached.take(self.uow, instance_id)
        return self._live[instance_id]

    def running(self) -> tuple[UUID, ...]:
        """The instances of the case that have not ended, oldest first."""
        c = t.process_instance.c
        rows = self.uow.connection.execute(
            select(c.instance_id).where(c.case_id == self.uow.case.case_id, c.ended_at.is_(None))
            .order_by(c.started_at, c.instance_id)).scalars()
        return tuple(one for one in dict.fromkeys([*rows, *self._live]) if one not in self._ended)

    def begin(self, live: Live) -> None:
        """A new instance of the case."""
        self._live[live.instance_id] = live

    def note_end(self, instance_id: UUID) -> None:
        """An instance has come to its end."""
        self._ended.add(instance_id)

    @property
    def has_ended_one(self) -> bool:
        """Whether an instance came to its end in this transaction."""
        return bool(self._ended)

    def save(self) -> None:
        """Write the snapshots of every instance that moved; where nothing was said, nothing has moved."""
        for live in self._live.values() if self.uow.entries else ():
            cached_cases.save(self.uow, live)

    def settle(self, committed: bool) -> None:
        """After the transaction: keep the moved instances in memory, or forget them if it was rolled back."""
        for instance_id, live in self._live.items():
            if committed and instance_id not in self._ended:
                # only entries move the row's revision on: without them it is still the one that was read
                revision = self.uow.case.revision + bool(self.uow.entries)
                self._cached.put(instance_id, revision, live)
            else:
                self._cached.drop(instance_id)

    def change_attributes(self, changed: Mapping[str, Any]) -> None:
        """Lay new attribute values aside in the case at hand, and in the index of those that may be searched."""
        case = self.uow.case
        self.uow.change_facts(replace(case, attributes={**case.attributes, **changed}))
        self.uow.connection.execute(delete(t.case_attribute).where(
            t.case_attribute.c.case_id == case.case_id, t.case_attribute.c.name.in_(changed)))
        self.index_attributes(self.version.definition, changed)

    def index_attributes(self, definition: Definition, values: Mapping[str, Any]) -> None:
        """Enter the values that lists may filter by; sensitive ones stay sealed in the case's own row."""
        for one in definition.attributes:
            if one.searchable and not one.sensitive and one.id in values:
                self.uow.insert(t.case_attribute, case_id=self.uow.case.case_id, name=one.id, value=str(values[one.id]))

    # --- cases, people, institutions

    def allot_number(self, institution_id: UUID, year: int) -> int:
        """The next serial of an institution's year."""
        self._upsert(t.case_serial, {"institution_id": institution_id, "year": year, "serial": 0})
        c = t.case_serial.c
        return int(self.uow.connection.execute(
            update(t.case_serial).where(c.institution_id == institution_id, c.year == year)
            .values(serial=c.serial + 1).returning(c.serial)).scalar_one())

    def notice_case(self, sender_id: UUID, notice_id: str) -> str | None:
        """The number of the case that a notice of this sender already opened."""
        c = t.notice.c
        return self.uow.connection.execute(
            select(t.case_file.c.number).join(t.notice, c.case_id == t.case_file.c.case_id)
            .where(c.sender_id == sender_id, c.notice_id == notice_id)).scalar_one_or_none()

    def new_person(self, identifier: str) -> tuple[UUID, bytes]:
        """A new person: identifier and wrapped key."""
        person_id, wrapped = self.clock.new_id(), self.uow.vault.new_person_key()
        token = self.uow.vault.token("identifier", identifier, 16) if identifier else None
        self.uow.insert(t.person_key, person_id=person_id, wrapped=wrapped, kek_id=self.uow.vault.kek_id,
                        identifier_token=token, destroyed_at=None)
        return person_id, wrapped

    def files_of(self, work_item_id: UUID) -> frozenset[str]:
        """The files attached to a work item."""
        c = t.attachment.c
        rows = self.uow.connection.execute(select(c.attachment_id).where(
            c.case_id == self.uow.case.case_id, c.work_item_id == work_item_id)).scalars()
        return frozenset(one.hex for one in rows)

    def performer_of(self, element: str) -> UUID | None:
        """Who last completed a step of this case, for the rule of four eyes."""
        c = t.work_item.c
        return self.uow.connection.execute(
            select(c.performer_id).where(c.case_id == self.uow.case.case_id, c.element == element,
                                         c.performer_id.is_not(None))
            .order_by(c.closed_at.desc()).limit(1)).scalar_one_or_none()

    def open_items(self) -> dict[UUID, datetime | None]:
        """The open work items of the case with their due times."""
        c = t.work_item.c
        rows = self.uow.connection.execute(select(c.work_item_id, c.due_at).where(
            c.case_id == self.uow.case.case_id, c.closed_at.is_(None)))
        return {one.work_item_id: None if one.due_at == t.FOREVER else one.due_at for one in rows}

    def items_of(self, institution_id: UUID, role: str) -> list[tuple[UUID, str]]:
        """The open work items of the case that lie with a team: identifier and element."""
        c = t.work_item.c
        rows = self.uow.connection.execute(select(c.work_item_id, c.element).where(
            c.case_id == self.uow.case.case_id, c.institution_id == institution_id, c.team == role,
            c.closed_at.is_(None)).order_by(c.due_at, c.work_item_id))
        return [(one.work_item_id, one.element) for one in rows]

    def handover_by(self, work_item_id: UUID) -> Handover | None:
        """The open handover that a work item answers."""
        c = t.handover.c
        row = self.uow.connection.execute(select(t.handover).where(
            c.work_item_id == work_item_id, c.state == OFFERED)).one_or_none()
        return Handover(row.handover_id, row.case_id, row.from_institution_id, row.to_institution_id,
                        row.work_item_id, row.state) if row else None

    def incident(self, incident_id: UUID) -> Any:
        """An open incident of the case; NotFound otherwise."""
        c = t.incident.c
        row = self.uow.connection.execute(select(t.incident).where(
            c.incident_id == incident_id, c.case_id == self.uow.case.case_id, c.resolved_at.is_(None))).one_or_none()
        if row is None:
            raise NotFound
        return row

    def act_as(self, account_id: UUID, name: str) -> None:
        """Whoever asked has proved to be this account: the entries that follow are theirs."""
        self.uow.actor = replace(self.uow.actor, account_id=account_id, name=name, kind="person")


def starts_by(connection: Connection, kind: str, name: str) -> list[tuple[str, str, str]]:
    """Definition, process and start event of what begins with this message or signal in the live definitions.

    The same diagram in two definitions is one process, and starts once.
    """
    d = t.definition.c
    found: dict[tuple[str, bytes], tuple[str, str, str]] = {}
    for row in connection.execute(select(d.name, d.digest).where(d.live.is_(True)).order_by(d.name)):
        compiled = cached_cases.compiled(connection, row.digest)
        for process in compiled.processes.values():
            for one in process.starts:
                if one.kind == kind and one.ref == name:
                    key = process.id, compiled.bundle.files[process.file]
                    found.setdefault(key, (row.name, process.id, one.element))
    return list(found.values())
