"""What every test may ask for: a frozen clock, a database of its own on SQLite or PostgreSQL, an engine, the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.assembly import Engine
from engine.settings import Settings
from engine.store import database as databases
from tests import makers
from tests.cast import Cast
from tests.clocks import FrozenClock
from tests.databases import APP, PostgresServer, postgres_server

__all__ = ["postgres_server"]


def prepare(owner_url: str) -> None:
    """The schema, made by the owner; the running program's role gets what it needs and owns nothing."""
    database = databases.connect(owner_url)
    databases.upgrade(database, APP)
    database.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands still at 4 May 2027, 08:00 in Warsaw."""
    return FrozenClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database: a file, then a clone on a real PostgreSQL as a role that owns nothing."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'powrot.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh(prepare) as fresh:
        yield fresh.app


@pytest.fixture
def open_engine(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Callable[[], Engine]]:
    """Opens the same installation again and again, as another process would."""
    opened: list[Engine] = []

    def make() -> Engine:
        opened.append(Engine(Settings(data_dir=tmp_path, database_url=database_url, operator="tests"), clock))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def engine(open_engine: Callable[[], Engine]) -> Engine:
    """An engine on an empty installation."""
    return open_engine()


@pytest.fixture
def cast(engine: Engine) -> Cast:
    """The cast, with the small opinion process published."""
    return makers.house(engine)
