"""Loading many cases at once, to measure on and to move in from elsewhere: the same events, the same projections, the
same chains and snapshots as one by one, only written some thousand rows at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.bpmn.bundles import Compiled
from engine.bpmn.progress import Progress
from engine.bpmn.runner import Live, start
from engine.bpmn.snapshots import dump
from engine.model import events as e
from engine.model.actors import Actor
from engine.model.cases import OPEN, Case, case_number
from engine.model.clock import Clock
from engine.store import jobs
from engine.store import tables as t
from engine.store.keys import Vault
from engine.store.unit_of_work import UnitOfWork
from engine.store.writes import insert_rows

Rows = dict[Table, list[dict[str, Any]]]
_AT_ONCE = 500
_ROWS = 5_000


@dataclass(frozen=True)
class Load:
    """What every loaded case is like: its version, who coordinates and who works in which role, who claims how many."""

    definition: str
    release: int
    compiled: Compiled
    variables: Mapping[str, Any]
    person: Mapping[str, str]
    coordinator: Actor
    worker: Actor
    agreement_id: UUID
    key_date: datetime
    claimed: int = 10


class Gathering(UnitOfWork):
    """A transaction about a case that begins in it: what would be written is kept until many cases are together."""

    def change(self, table: Table, where: Mapping[str, Any], **values: Any) -> int:
        """Change rows that are still to be written; how many were found."""
        found = [row for row in self._pending[table] if all(row[name] == value for name, value in where.items())]
        for row in found:
            row.update(values)
        return len(found)

    def change_each(self, table: Table, wheres: Sequence[Mapping[str, Any]], **values: Any) -> None:
        """Change several rows that are still to be written."""
        for where in wheres:
            self.change(table, where, **values)

    def flush(self, table: Table) -> None:
        """Nothing is written before all of it is."""

    def gathered(self) -> Rows:
        """Everything there is to write, the end of the chain sealed."""
        if self._chain is not None:
            self._seal(self._chain)
        return {**self._pending, t.ledger_entry: self.entries}


def load(connection: Connection, clock: Clock, vault: Vault, plan: Load, cases: int) -> int:
    """Open so many cases with their work; how many work items are open in them. No letters are written about them."""
    rows: Rows = defaultdict(list)
    items = 0
    year = clock.now().year
    for number, serial in enumerate(_serials(connection, year, plan.coordinator.institution_id, cases)):
        unit = Gathering(connection, clock, vault, plan.coordinator, "OpenCase")
        items += _opened(unit, plan, case_number(year, serial))
        for table, more in unit.gathered().items():
            rows[table] += [one for one in more if table is not t.job or one["queue"] != "mail"]
        if number % _AT_ONCE == _AT_ONCE - 1:
            _write(connection, rows)
    _write(connection, rows)
    return items


def _write(connection: Connection, rows: Rows) -> None:
    for table, found in rows.items():
        if found:
            insert_rows(connection, table, found)
    rows.clear()


def _serials(connection: Connection, year: int, institution_id: UUID, cases: int) -> range:
    """So many numbers of an institution's year, allotted in one go."""
    made = sqlite_insert if connection.dialect.name == "sqlite" else pg_insert
    c = t.case_serial.c
    statement = made(t.case_serial).values(institution_id=institution_id, year=year, serial=cases)
    last = connection.execute(statement.on_conflict_do_update(
        index_elements=["institution_id", "year"], set_={"serial": c.serial + cases}).returning(c.serial)).scalar_one()
    return range(last - cases + 1, last + 1)


def _opened(unit: Gathering, plan: Load, number: str) -> int:
    """One case from its opening to its first open work; how many items that are."""
    case_id, instance_id, person_id = (unit.clock.new_id() for _ in range(3))
    wrapped = unit.vault.new_person_key()
    unit.insert(t.person_key, person_id=person_id, wrapped=wrapped, kek_id=unit.vault.kek_id, identifier_token=None,
                destroyed_at=None)
    coordinator = plan.coordinator.institution_id
    case = Case(case_id, number, plan.definition, plan.compiled.digest, plan.release, OPEN, person_id, coordinator,
                coordinator, "", plan.key_date, {})
    unit.begin_case(case, unit.vault.cipher(wrapped), dict(plan.person))
    live, progress = start(plan.compiled, plan.definition, instance_id=instance_id, variables=dict(plan.variables),
                           clock=unit.clock)
    for event in _told(unit, plan, case, live, progress):
        unit.record(event)
    unit.change(t.process_instance, {"instance_id": instance_id},
                snapshot_enc=unit.cipher.seal(f"process_instance|{instance_id.hex}", dump(live)))
    unit.actor = plan.worker
    for place, work in enumerate(progress.offered):
        if place % plan.claimed == plan.claimed - 1:
            unit.record(e.WorkItemClaimed(work_item_id=work.activity_id))
    return len(progress.offered)


def _told(unit: Gathering, plan: Load, case: Case, live: Live, progress: Progress) -> Iterator[e.Event]:
    new_id = unit.clock.new_id
    yield e.CaseOpened(number=case.number, definition=case.definition, digest=case.digest, release=case.version,
                       person_id=case.person_id, coordinator_id=case.coordinator_id,
                       responsible_id=case.responsible_id, sender_id=case.coordinator_id, source="load")
    for who in (plan.coordinator, plan.worker):
        for role in sorted(who.roles):
            yield e.ParticipantInvited(participation_id=new_id(), institution_id=who.institution_id, role=role,
                                       agreement_id=plan.agreement_id, why="loaded")
    yield e.InstanceStarted(instance_id=live.instance_id, process=live.process_id, digest=case.digest)
    yield e.ProcessAdvanced(
        instance_id=live.instance_id, entered=progress.entered, left=progress.left, flows=progress.flows,
        armed=tuple((one.activity_id, one.element, one.due) for one in progress.armed))
    for work in progress.offered:
        unit.asides[work.activity_id] = unit.cipher.seal_json(f"item|{work.activity_id.hex}", work.item)
        yield e.WorkItemOffered(
            work_item_id=work.activity_id, instance_id=live.instance_id, element=work.element,
            role=next(iter(plan.worker.roles)), institution_id=plan.worker.institution_id,
            waiting_id=case.coordinator_id, due=work.due, follow_up=work.follow_up, priority=work.priority)


def agreement_of(connection: Connection, institution_id: UUID) -> UUID:
    """An agreement that an institution is party to."""
    p = t.agreement_party.c
    found: UUID = connection.execute(
        select(p.agreement_id).where(p.institution_id == institution_id).limit(1)).scalar_one()
    return found


def load_timers(connection: Connection, clock: Clock, count: int, due_in: timedelta) -> None:
    """So many timers, one a second from a moment on, of steps that are long gone: firing one finds nothing to do."""
    now = clock.now()
    for first in range(0, count, _ROWS):
        insert_rows(connection, t.job, [
            {"job_id": clock.new_id(), "queue": "general", "kind": "timer", "case_id": None,
             "activity_id": clock.new_id(), "payload": "{}", "dedup_key": None, "priority": 0,
             "run_at": now + due_in + timedelta(seconds=number),
             "state": jobs.QUEUED, "attempts": 0, "max_attempts": 1, "lease_until": None, "lease_token": None,
             "error": "", "created_at": now, "finished_at": None}
            for number in range(first, min(count, first + _ROWS))])


def count_fired(connection: Connection) -> int:
    """How many timers have fired, by the ledger."""
    statement = select(func.count()).select_from(t.ledger_entry).where(t.ledger_entry.c.type == e.TimerFired.__name__)
    return int(connection.execute(statement).scalar_one())
