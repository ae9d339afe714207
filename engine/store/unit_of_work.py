"""One transaction of the one door: it locks the case, records events with what they change, and seals the chain.

A handler never touches the database: it yields events, ``record`` files each, and ``close`` writes what was gathered
(one INSERT a table, one for all ledger entries, one UPDATE of the case) before the transaction commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, and_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Row

from engine.model.actors import Actor
from engine.model.cases import Case, Participation
from engine.model.clock import Clock
from engine.model.errors import NotFound
from engine.model.events import Event
from engine.model.figures import Mark
from engine.model.work_items import WorkItem
from engine.store import tables as t
from engine.store.keys import Cipher, Unsealed, Vault
from engine.store.ledger import Chain, header, stream_id
from engine.store.prepared import prepared_select
from engine.store.projections import PROJECTIONS
from engine.store.writes import insert_rows, update_row, update_rows

_p, _a = t.participation.c, t.agreement.c
_c, _w = t.case_file.c, t.work_item.c
#: the case with its person's key; its row is locked first, always
_LOCKED = select(
    _c.case_id, _c.number, _c.definition, _c.digest, _c.release, _c.state, _c.person_id, _c.coordinator_id,
    _c.responsible_id, _c.stage, _c.key_date, _c.paused_at, _c.person_enc, _c.sequence, _c.head, _c.revision,
    t.person_key.c.wrapped
).join(t.person_key, t.person_key.c.person_id == _c.person_id).where(
    _c.case_id == bindparam("case_id")).with_for_update(key_share=True, of=t.case_file)
#: what stands around it: one row a participation in force, each with the work item asked for. A statement of its own,
#: because one that waits for a lock sees the other tables as they were before it waited.
_AROUND = select(
    _p.institution_id.label("participant_id"), _p.role, _a.ends_at, t.institution.c.short_name,
    _w.work_item_id, _w.case_id, _w.instance_id, _w.element, _w.digest, _w.team, _w.institution_id, _w.owner_id,
    _w.state, _w.due_at, _w.offered_at, _w.closed_at, _w.performer_id, _w.excluded_id,
    t.account.c.name.label("owner_name"),
    exists(select(t.draft.c.work_item_id).where(t.draft.c.work_item_id == _w.work_item_id)).label("drafted")
).select_from(t.case_file).outerjoin(
    t.participation, and_(_p.case_id == _c.case_id, _p.from_at <= bindparam("now"), _p.until_at > bindparam("now"))
).outerjoin(t.institution, t.institution.c.institution_id == _p.institution_id).outerjoin(
    t.agreement, _a.agreement_id == _p.agreement_id
).outerjoin(
    t.work_item, and_(_w.work_item_id == bindparam("work_item_id"), _w.case_id == _c.case_id)
).outerjoin(t.account, t.account.c.account_id == _w.owner_id).where(
    _c.case_id == bindparam("case_id")).order_by(_p.from_at, _p.participation_id)
_STREAM = select(t.stream_head.c.sequence, t.stream_head.c.head).where(
    t.stream_head.c.stream == bindparam("stream")).with_for_update()


class UnitOfWork:
    """Facts to decide on, and the one way to record what was decided."""

    def __init__(self, connection: Connection, clock: Clock, vault: Vault, actor: Actor, command: str) -> None:
        self.connection = connection
        self.clock = clock
        self.vault = vault
        self.actor = actor
        self.command = command
        self.now: datetime = clock.now()
        self.entries: list[dict[str, Any]] = []
        self._pending: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._changes: dict[str, Any] = {}
        self._case: Case | None = None
        self._cipher: Cipher | None = None
        self._chain: Chain | None = None
        self.person: Mapping[str, Any] = {}
        self.asides: dict[UUID, bytes] = {}
        self.contents: dict[UUID, bytes] = {}
        self.marks: dict[UUID, tuple[Mark, ...]] = {}
        self.drafted = False
        self._item: Any = None   # a row of _AROUND
        self._said: tuple[Actor, int, dict[str, Any]] | None = None

    # --- facts

    @property
    def case(self) -> Case:
        """The case this transaction holds."""
        if self._case is None:
            raise NotFound
        return self._case

    @property
    def held_case(self) -> Case | None:
        """The case this transaction holds, or None for a command that is about none."""
        return self._case

    @property
    def cipher(self) -> Cipher:
        """The cipher of the person this case is about."""
        if self._cipher is None:
            raise NotFound
        return self._cipher

    @property
    def sequence(self) -> int:
        """How many entries the chain at hand has."""
        return self._chain.sequence if self._chain else 0

    def lock_case(self, case_id: UUID, work_item_id: UUID | None = None) -> Case:
        """The case, its row locked until the end of the transaction; NotFound if there is none.

        The work item is read with it, for ``item``.
        """
        connection, dialect = self.connection, self.connection.dialect
        row = prepared_select(dialect, _LOCKED).one_or_none(connection, case_id=case_id)
        if row is None:
            raise NotFound
        # the moment of a deed is when it holds the case: what ended while it waited has ended
        self.now = self.clock.now()
        around = prepared_select(dialect, _AROUND).all(
            connection, case_id=case_id, now=self.now, work_item_id=work_item_id)
        self._item = around[0] if around[0].work_item_id is not None else None
        self._chain = Chain(row.case_id, row.sequence, bytes(row.head))
        self._cipher = self.vault.cipher(row.wrapped)
        known = Unsealed(partial(self._cipher.open_json, f"case_file|{case_id.hex}", row.person_enc))
        self.person = Unsealed(partial(known.__getitem__, "person"))
        self._case = Case(
            row.case_id, row.number, row.definition, row.digest, row.release, row.state, row.person_id,
            row.coordinator_id, row.responsible_id, row.stage, row.key_date,
            Unsealed(partial(known.__getitem__, "attributes")),
            tuple(Participation(one.participant_id, one.role, one.short_name) for one in around
                  if one.role is not None and (one.ends_at is None or one.ends_at > self.now)),
            row.sequence, row.revision, row.paused_at,
        )
        return self._case

    def begin_case(self, case: Case, cipher: Cipher, person: Mapping[str, Any]) -> None:
        """Take a case that is being opened as the one this transaction holds."""
        self._case, self._cipher, self.person = case, cipher, person
        self._chain = Chain.new(case.case_id)

    def item(self) -> WorkItem:
        """The work item asked for when the case was locked; NotFound if it belongs to another."""
        if self._item is None:
            raise NotFound
        self.drafted = bool(self._item.drafted)
        return as_work_item(self._item)

    def open_stream(self, name: str) -> None:
        """Take the chain of a stream that is not a case, its end locked until the transaction ends."""
        stream = stream_id(name)
        found = self.connection.execute(_STREAM, {"stream": stream}).one_or_none()
        if found is None:
            self._begin_stream(stream, name)
            found = self.connection.execute(_STREAM, {"stream": stream}).one()
        self._chain = Chain(stream, found.sequence, bytes(found.head))

    def _begin_stream(self, stream: UUID, name: str) -> None:
        """The first entry of a stream may come from two nodes at once: one makes it, the other waits and finds it."""
        fresh = Chain.new(stream)
        made = sqlite_insert if self.connection.dialect.name == "sqlite" else pg_insert
        self.connection.execute(made(t.stream_head).values(
            stream=stream, name=name, sequence=0, head=fresh.head,
            seal=self.vault.seal_head(stream, 0, fresh.head)).on_conflict_do_nothing())

    # --- recording

    def record(self, event: Event) -> None:
        """Append the event to the chain and file what it changes."""
        if self._chain is None:
            raise RuntimeError("no chain was opened for this command")
        case = self._case
        case_id = case.case_id if case and case.case_id == self._chain.stream else None
        said = self._header(case.version if case else 0)
        self.entries.append(self._chain.append(event, self.actor, said, self.now, case_id))
        PROJECTIONS[type(event)](self, event)

    def _header(self, release: int) -> dict[str, Any]:
        """What all entries say; made anew once the actor has proved who they are."""
        if self._said is None or self._said[:2] != (self.actor, release):
            self._said = (self.actor, release, header(self.actor, self.command, release))
        return self._said[2]

    def insert(self, table: Table, **values: Any) -> None:
        """Add a row when the transaction closes, together with the others of its table."""
        self._pending[table].append(values)

    def change(self, table: Table, where: Mapping[str, Any], **values: Any) -> int:
        """Change rows now; how many were found."""
        self.flush(table)
        return update_row(self.connection, table, where, values)

    def change_each(self, table: Table, wheres: Sequence[Mapping[str, Any]], **values: Any) -> None:
        """Change several rows in the same way now."""
        self.flush(table)
        update_rows(self.connection, table, wheres, values)

    def change_case(self, **values: Any) -> None:
        """Change the case's own row when the transaction closes."""
        self._changes |= values
        known = {name: value for name, value in values.items() if name in Case.__dataclass_fields__}
        if self._case and known:
            self._case = replace(self._case, **known)

    def change_facts(self, case: Case) -> None:
        """Go on with a case whose participants or attributes have changed."""
        self._case = case

    def seal_person(self) -> bytes:
        """The person and the attributes of the case at hand, encrypted for its row."""
        return self.cipher.seal_json(f"case_file|{self.case.case_id.hex}",
                                     {"person": dict(self.person), "attributes": dict(self.case.attributes)})

    def seal_reason(self, text: str) -> str:
        """What a person wrote as a reason, for an entry of the case: readable as long as its person's key exists."""
        return self.cipher.seal_text(reason_place(self.case.case_id), text)

    def close(self) -> None:
        """Write everything gathered and seal the end of the chain."""
        for table in list(self._pending):
            self.flush(table)
        if self.entries and self._chain is not None:
            insert_rows(self.connection, t.ledger_entry, self.entries)
            self._seal(self._chain)

    def flush(self, table: Table) -> None:
        """Write the gathered rows of one table now, because something is about to change them."""
        rows = self._pending.pop(table, None)
        if rows:
            insert_rows(self.connection, table, rows)

    def _seal(self, chain: Chain) -> None:
        end = {"sequence": chain.sequence, "head": chain.head,
               "seal": self.vault.seal_head(chain.stream, chain.sequence, chain.head)}
        if self._case is not None and self._case.case_id == chain.stream:
            revision = self._case.revision + 1
            self.change(t.case_file, {"case_id": chain.stream}, revision=revision, **end, **self._changes)
        else:
            self.change(t.stream_head, {"stream": chain.stream}, **end)


def reason_place(case_id: UUID) -> str:
    """The place to which the reasons in a case's entries are sealed."""
    return f"ledger_entry|{case_id.hex}|reason"


def as_work_item(row: Row[Any]) -> WorkItem:
    """The work item of a table row."""
    return WorkItem(row.work_item_id, row.case_id, row.instance_id, row.element, row.digest, row.team,
                    row.institution_id, row.owner_id, row.owner_name or "", row.state,
                    None if row.due_at == t.FOREVER else row.due_at, row.offered_at, row.closed_at, row.performer_id,
                    row.excluded_id)
