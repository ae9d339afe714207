"""The database: how a connection is opened on SQLite and PostgreSQL, and how its schema comes to the newest revision.

SQLite (WAL, synchronous=FULL) has one writer at a time, so writers of this process queue in order of arrival before
``BEGIN IMMEDIATE``: its own busy handler is unfair and makes a writer wait for seconds. PostgreSQL runs READ COMMITTED
and locks the case row first.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import StaticPool

from engine.model.errors import DataDirectoryRefused
from engine.store.prepared import sent

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "trusted_schema=OFF",
            "recursive_triggers=ON")


_TRY_AGAIN = frozenset({"40001", "40P01", "55P03"})


class Collided(Exception):
    """A row of the same key was there first; nothing was changed."""


class TryAgain(Exception):
    """Deadlock, lost serialisation or a lock that was not given in time; nothing was changed."""


class Away(Exception):
    """The database does not answer."""


class Turns:
    """A lock that is handed over in order of arrival."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._held = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        mine.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False


class Database:
    """One database: connections to read and to write, and what differs between the two kinds."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._reader = engine.execution_options(sqlite_begin="DEFERRED")
        self._turns = Turns()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside one transaction that commits at the end or rolls back on any exception."""
        with _named_errors(), self._turns if self.is_sqlite else nullcontext(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def apart(self, connection: Connection) -> Iterator[None]:
        """A part of a transaction that is undone alone if it fails."""
        with _named_errors(), connection.begin_nested():
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and changes nothing."""
        with self._reader.connect() as connection:
            yield connection

    def answers(self) -> bool:
        """Whether the database can be asked at all."""
        try:
            with self.reading() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def refresh_statistics(self) -> None:
        """Let the planner know how large the tables have become."""
        with self.writing() as connection:
            connection.execute(text("ANALYZE"))

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Collided(type(error.orig).__name__) from None
    except DBAPIError as error:
        raise _named(error) from None


def _named(error: DBAPIError) -> Exception:
    """What the callers can act on; the driver's own words may hold values, so they are not passed on."""
    if getattr(error.orig, "sqlstate", "") in _TRY_AGAIN or "locked" in str(error.orig):
        return TryAgain(type(error.orig).__name__)
    return Away(type(error.orig).__name__) if error.connection_invalidated else error


def connect(url: str) -> Database:
    """The database at an SQLAlchemy URL; nothing is created or changed yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(url))
    return Database(create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, pool_recycle=1800,
                                  hide_parameters=True, isolation_level="READ COMMITTED"))


def _sqlite(url: str) -> Engine:
    # a database in memory (trials) is gone with its connection, so there is exactly one
    pool: dict[str, Any] = {"pool_size": 20, "max_overflow": 20}
    if make_url(url).database in (None, "", ":memory:"):
        pool = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(url, module=_driver(), hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        sent(connection, "BEGIN " + connection.get_execution_options().get("sqlite_begin", "IMMEDIATE"), [()]).close()

    return engine


def _driver() -> ModuleType:
    """The SQLite library without the WAL-reset bug of 3.7.0–3.51.2 where a wheel of it exists, else the system's."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2
    module: ModuleType = dbapi2
    return module


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "revisions"))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, app_role: str | None = None) -> str:
    """Bring the schema to the newest revision and return it; all or nothing, also with several callers at once.

    On PostgreSQL the caller is the owner; ``app_role`` is granted what the running program needs and no more.
    """
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(7007)"))
        _require_known(database, revision(connection))
        command.upgrade(_alembic(connection), "head")
        if app_role:
            _grant(connection, app_role)
        return revision(connection) or ""


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"REVOKE UPDATE, DELETE ON ledger_entry, answer FROM {quoted}"))


def revision(connection: Connection) -> str | None:
    """The revision the database is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The newest revision this program knows."""
    return _scripts().get_current_head() or ""


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "revisions"))
    return ScriptDirectory.from_config(config)


def is_empty(database: Database) -> bool:
    """Whether nothing was ever recorded here, so that new keys may still be made."""
    with database.reading() as connection:
        return (not inspect(connection).has_table("ledger_entry")
                or connection.execute(text("SELECT 1 FROM ledger_entry LIMIT 1")).first() is None)


def require_readable(database: Database) -> None:
    """Refuse what is no database or does not answer, in one sentence."""
    try:
        with database.reading() as connection:
            inspect(connection).get_table_names()
    except DBAPIError as error:
        raise _refused(database, f"it cannot be read ({type(error.orig).__name__}); is it the right one, is it "
                                 "running, or must it come back from its backup?") from None


def _require_known(database: Database, found: str | None) -> None:
    if found is not None and found not in {one.revision for one in _scripts().walk_revisions()}:
        raise _refused(database, f"its schema is at revision {found}, which this version of the program does not know: "
                                 "it was made by a newer one; use that")


def _refused(database: Database, reason: str) -> DataDirectoryRefused:
    return DataDirectoryRefused(path=database.engine.url.render_as_string(hide_password=True), reason=reason)


def require_current(database: Database) -> None:
    """Refuse to run on a schema that is not the newest, with the command that mends it."""
    with database.reading() as connection:
        found = revision(connection)
    _require_known(database, found)
    if found != newest():
        raise _refused(database, f"its schema is at revision {found}, {newest()} is needed: run 'powrot database "
                                 "upgrade'")
