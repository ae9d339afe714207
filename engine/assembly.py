"""The front door: parts meet here and only here. Screens, command line and jobs use ``carry_out`` and ``look``."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from engine.bpmn.bundles import Bundle
from engine.bpmn.checking import bundle_files, check_files, check_paths, fails
from engine.bpmn.problems import SENTENCES, Problem
from engine.commands.dispatch import Door, Receipt
from engine.jobs import messages
from engine.jobs.worker import Worker
from engine.model import events as e
from engine.model.actors import NOBODY, Actor, system
from engine.model.clock import Clock
from engine.model.commands import Command
from engine.model.errors import DataDirectoryRefused, NotFound, Refused, SignInNeeded
from engine.model.inputs import require_writable, require_writable_value
from engine.queries import people
from engine.queries.audits import verify_all
from engine.queries.people import SignedIn
from engine.queries.reading import Reading
from engine.queries.worklists import row_of
from engine.settings import Settings
from engine.store import backups, drafts, installations, jobs
from engine.store import database as databases
from engine.store.attachments import AttachmentStore
from engine.store.backups import Copied
from engine.store.cached_cases import published_bundle
from engine.store.keys import Vault, digest, open_vault
from engine.store.ledger import Verdict
from engine.store.unit_of_work import UnitOfWork

__all__ = [
    "SENTENCES", "Bundle", "Engine", "Problem", "Receipt", "SignedIn", "SystemClock", "Verdict", "bundle_of",
    "check_files", "check_paths", "database_status", "fails", "open_engine", "upgrade_database",
]


_MOST_TOUCHED = 10_000


class Query(Protocol):
    """A question; its answer depends on who asks."""

    def answer(self, reading: Reading, actor: Actor) -> Any:
        """What the actor may know."""


class SystemClock:
    """The machine's clock; identifiers are UUIDs of version 7 (RFC 9562), strictly rising within a process."""

    def __init__(self) -> None:
        self._last = 0
        self._guard = threading.Lock()

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)

    def new_id(self) -> UUID:
        """A new time-ordered identifier: 48 bits of milliseconds, 12 of their fraction, 62 random."""
        with self._guard:
            # 12 bits of sub-millisecond fraction keep the order of identifiers made within one millisecond
            stamp = max(time.time_ns() * 4096 // 1_000_000, self._last + 1)
            self._last = stamp
        high = (stamp >> 12 << 16) | 0x7000 | (stamp & 0xFFF)
        low = int.from_bytes(os.urandom(8), "big") & (2**62 - 1) | 2**63
        return UUID(int=high << 64 | low)


class Engine:
    """One installation of Powrót: its database, its keys, its clock."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.database = databases.connect(settings.url)
        try:
            self.vault = self._opened()
        except Refused:
            self.database.dispose()
            raise
        self._files = AttachmentStore(settings.data_dir / "attachments" if self.database.is_sqlite else None)
        #: when this process last wrote that a session was used: once a minute is enough
        self._touched: dict[bytes, datetime] = {}
        self._door = Door(self.database, clock, self.vault, self._files)

    def _opened(self) -> Vault:
        """The keys, once schema and keys fit each other."""
        databases.require_readable(self.database)
        vault = open_vault(self.settings.data_dir, may_create=databases.is_empty(self.database))
        if self.database.is_sqlite:
            databases.upgrade(self.database)
        else:
            databases.require_current(self.database)
        with self.database.reading() as connection:
            installations.require_own_keys(connection, vault, self.settings.data_dir)
        return vault

    def close(self) -> None:
        """Let go of every connection."""
        self.database.dispose()

    def forget_live_cases(self) -> None:
        """Keep no case in memory: the next step of each begins from its snapshot."""
        self._door.cached.clear()

    # --- the two ways in

    def carry_out(self, command: Command, actor: Actor) -> Receipt:
        """Do what is asked, or raise a Refused; see ``commands.dispatch``."""
        return self._door.carry_out(command, actor)

    def look(self, query: Query, actor: Actor) -> Any:
        """Answer a question and write to the ledger what personal data its answer shows, before it is given out."""
        if actor.kind == "visitor":
            raise SignInNeeded
        require_writable(query)
        with self._reading() as reading:
            answer = query.answer(reading, actor)
        if reading.sights:
            self._record_sights(reading, type(query).__name__, actor)
        return answer

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        with self.database.reading() as connection:
            yield Reading(connection, self.clock, self.vault, self._files)

    def _record_sights(self, reading: Reading, query: str, actor: Actor) -> None:
        with self.database.writing() as connection:
            uow = UnitOfWork(connection, self.clock, self.vault, actor, "look")
            uow.open_stream(f"views:{self.settings.node}:{uow.now:%Y-%m-%d}")
            for one in reading.sights:
                uow.record(e.PersonalDataViewed(query=query, cases=one.cases, part=one.part, purpose=one.purpose))
            uow.close()

    # --- the side door: one person's own things

    def signed_in(self, token: str, request_id: str = "", language: str | None = None) -> SignedIn | None:
        """Who a session token belongs to; None if it is not, or no longer, valid."""
        if not token:
            return None
        with self._reading() as reading:
            found = people.signed_in(reading, token, request_id, language)
        if found is not None:
            self._touch(token)
        return found

    def _touch(self, token: str) -> None:
        now, key = self.clock.now(), digest(token)
        known = self._touched.get(key)
        if known is None or (now - known).total_seconds() > 60:
            if len(self._touched) > _MOST_TOUCHED:
                self._touched.clear()
            self._touched[key] = now
            with self.database.writing() as connection:
                drafts.touch_session(connection, self.clock, key)

    def choose_institution(self, token: str, institution_id: UUID) -> None:
        """Go on for another institution; NotFound if the account is not appointed there."""
        found = self.signed_in(token)
        if found is None or institution_id not in {one.institution_id for one in found.places}:
            raise NotFound
        with self.database.writing() as connection:
            drafts.choose_institution(connection, digest(token), institution_id)

    def choose_language(self, actor: Actor, language: str) -> None:
        """Keep the language a person reads: "pl" or "en"."""
        if actor.account_id != NOBODY and language in ("pl", "en"):
            with self.database.writing() as connection:
                drafts.choose_language(connection, actor.account_id, language)

    def save_draft(self, work_item_id: UUID, answers: dict[str, Any], actor: Actor) -> datetime:
        """Keep what someone typed in an open task of their team; the moment it was kept."""
        require_writable_value("answers", answers)
        with self._reading() as reading:
            row = row_of(reading, work_item_id)
            reading.case(row.case_id, actor)
            if row.closed_at is not None or row.institution_id != actor.institution_id or not actor.has(row.team):
                raise NotFound
        with self.database.writing() as connection:
            return drafts.save_draft(connection, self.clock, self.vault, work_item_id, actor.account_id, answers)

    # --- what comes from outside

    def deliver(self, message: str, payload: Mapping[str, Any], actor: Actor,
                correlation: Mapping[str, Any] | None = None, sender_id: UUID | None = None) -> Receipt:
        """Deliver a message to the case that waits for it, else start one by it, else keep it."""
        return messages.deliver(self._door, actor, message, payload, correlation, sender_id)

    def broadcast(self, signal: str, payload: Mapping[str, Any], actor: Actor, sender_id: UUID | None = None) -> int:
        """Let every live case that listens hear a signal, and begin what starts with it; how many heard it."""
        return messages.broadcast(self._door, actor, signal, payload, sender_id=sender_id)

    def next_due(self, queues: tuple[str, ...] = ("general", "mail")) -> datetime | None:
        """When the next job comes due, or None: trials and demos walk their clock from one to the next."""
        with self.database.reading() as connection:
            return jobs.next_due(connection, queues)

    # --- the installation

    def worker(self, queues: tuple[str, ...] = ("general", "mail")) -> Worker:
        """A worker on the job table of this database."""
        return Worker(self._door, self.database, self.clock, queues)

    def verify(self) -> list[tuple[str, Verdict]]:
        """Recompute every chain; the name of each stream and what was found."""
        with self._reading() as reading:
            return verify_all(reading)

    def bundle(self, name: str, release: int = 0) -> Bundle:
        """The files of a published version, the live one if none is named; NotFound if there is none."""
        with self.database.reading() as connection:
            return published_bundle(connection, name, release)

    def backup(self, target: Path) -> Copied:
        """Copy the running installation into an empty folder, without its keys."""
        return backups.backup(self.database, self.settings.data_dir, target)

    @staticmethod
    def restore(source: Path, data_dir: Path) -> Copied:
        """Put a backup into an empty data directory."""
        return backups.restore(source, data_dir)

    def actor_by_email(self, email: str) -> Actor:
        """The account behind an address, for the command line's ``--as``; NotFound if there is none."""
        with self._reading() as reading:
            found = people.actor_by_email(reading, email)
        if found is None:
            raise NotFound
        return found

    def operator(self) -> Actor:
        """The SYSTEM actor of the command line, named after the operating-system user."""
        return system(f"powrot:{self.settings.operator or 'unknown'}")

    @property
    def is_empty(self) -> bool:
        """Whether no institution was entered yet."""
        with self.database.reading() as connection:
            return installations.is_empty(connection)

    @property
    def is_demo(self) -> bool:
        """Whether ``demo`` made this database; ``serve`` refuses to open it."""
        with self.database.reading() as connection:
            return installations.is_demo(connection)

    def mark_as_demo(self) -> None:
        """Mark an empty database as a demo's, for ever."""
        if not self.is_empty:
            raise DataDirectoryRefused(path=str(self.settings.data_dir), reason="it already holds real work")
        with self.database.writing() as connection:
            installations.mark_as_demo(connection)

    def ready(self) -> dict[str, str]:
        """What is missing for this node to serve; empty when it is ready."""
        missing: dict[str, str] = {}
        if not self.database.answers():
            return {"database": "the database does not answer"}
        try:
            databases.require_current(self.database)
        except DataDirectoryRefused as refusal:
            missing["schema"] = str(refusal)
        return missing


def open_engine(settings: Settings, clock: Clock | None = None) -> Engine:
    """The engine of an installation; on SQLite its schema is made or brought up to date."""
    return Engine(settings, clock or SystemClock())


def bundle_of(directory: Path) -> Bundle:
    """The bundle of a definition folder: its diagrams, tables and definition file, with the forms of the same name."""
    return Bundle(bundle_files(directory))


def upgrade_database(settings: Settings, app_role: str | None = None) -> str:
    """Bring a database to the newest revision and return it; on PostgreSQL the address must be its owner's."""
    database = databases.connect(settings.url)
    try:
        return databases.upgrade(database, app_role)
    finally:
        database.dispose()


def database_status(settings: Settings) -> tuple[str, str]:
    """The revision a database is at ("" for an empty one), and the newest this program knows."""
    database = databases.connect(settings.url)
    try:
        with database.reading() as connection:
            return databases.revision(connection) or "", databases.newest()
    finally:
        database.dispose()
