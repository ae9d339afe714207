"""What every test may ask for: a frozen clock, a database of its own on SQLite or PostgreSQL, an engine, the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.assembly import Engine
from engine.settings import Settings
from engine.store import database as databases
from tests.cast import Cast
from tests.clocks import FrozenClock
from tests.databases import APP, PostgresServer, postgres_server
from tests.houses import FILE, Houses

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


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Houses:
    """The cast's house on each kind of database, furnished when a test first needs it."""
    return Houses(tmp_path_factory.mktemp("houses"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, houses: Houses) -> Iterator[str]:
    """A migrated database: a file, then a clone on a real PostgreSQL as a role that owns nothing.

    It is empty, or the house of the cast if the test asks for the cast.
    """
    furnished = "cast" in request.fixturenames
    if request.param == "sqlite":
        if furnished:
            houses.copy_file(tmp_path)
        yield f"sqlite:///{tmp_path / FILE}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh(houses.furnish_postgres if furnished else prepare) as fresh:
        if furnished:
            houses.copy_keys("postgresql", tmp_path)
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
def cast(engine: Engine, houses: Houses, clock: FrozenClock) -> Cast:
    """The cast in its house, with the small opinion process published."""
    return houses.enter("sqlite" if engine.settings.is_sqlite else "postgresql", clock)
