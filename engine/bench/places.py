"""Where a bench runs: a private SQLite file, or private schemas in a PostgreSQL, gone when the bench ends."""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import URL, make_url, text

from engine.store import database as databases

_serial = count(1)


@dataclass(frozen=True)
class Place:
    """Two empty databases of the same kind, with the schema: one for the program, one for the floor it stands on."""

    kind: str
    directory: Path
    house: str
    floor: str


@contextmanager
def place(kind: str, url: str = "") -> Iterator[Place]:
    """A place of a kind, "sqlite" or "postgresql"; ``url`` names the PostgreSQL."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="powrot-bench-")))
        if kind == "sqlite":
            houses = [f"sqlite:///{directory / name}.db" for name in ("house", "floor")]
        else:
            houses = stack.enter_context(_schemas(url))
        for one in houses:
            database = databases.connect(one)
            databases.upgrade(database)
            database.dispose()
        yield Place(kind, directory, *houses)


@contextmanager
def _schemas(url: str) -> Iterator[list[str]]:
    """Two schemas in the database at a URL, whose role may create schemas; dropped at the end."""
    number, owner = next(_serial), databases.connect(url)
    schemas = [f"bench_{number}_{name}" for name in ("house", "floor")]
    try:
        _do(owner, *(f"DROP SCHEMA IF EXISTS {one} CASCADE" for one in schemas),
            *(f"CREATE SCHEMA {one}" for one in schemas))
        yield [_within(make_url(url), one) for one in schemas]
        _do(owner, *(f"DROP SCHEMA {one} CASCADE" for one in schemas))
    finally:
        owner.dispose()


def _within(url: URL, schema: str) -> str:
    there = url.update_query_dict({"options": f"-csearch_path={schema}"})
    return there.render_as_string(hide_password=False)


def _do(database: databases.Database, *statements: str) -> None:
    with database.writing() as connection:
        for one in statements:
            connection.execute(text(one))


class NoServer(Exception):
    """No PostgreSQL to measure on: give its URL, or run from a clone, whose tests can start one."""


@contextmanager
def private_server() -> Iterator[str]:
    """A PostgreSQL that keeps every commit, started by the helper of the tests; there is one only in a clone."""
    if not (Path(__file__).parents[2] / "tests" / "databases.py").is_file():
        raise NoServer
    helper = importlib.import_module("tests.databases")
    with helper.running_postgres(durable=True) as server, server.fresh(_nothing) as fresh:
        yield fresh.owner


def _nothing(_: str) -> None:
    """The databases get their schema here, not there."""
