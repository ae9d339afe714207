"""The screens over a real engine: a house that is furnished once and copied for each test, on SQLite only.

What the database does is tested on both kinds of it elsewhere; here it is about pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from engine.assembly import Engine, bundle_of
from engine.commands import access
from engine.model.commands import PublishDefinition
from engine.settings import Settings
from tests import makers
from tests.cast import ADMINISTRATION, Cast
from tests.clocks import FrozenClock
from tests.web.visitors import Visitor
from web.app import create_app


class Furnished(NamedTuple):
    """A data directory with the cast in it, and how many identifiers that took."""

    path: Path
    count: int
    cast: Cast


def settings(path: Path) -> Settings:
    """An installation without https, as a test client speaks."""
    return Settings(data_dir=path, operator="tests", secure_cookies=False)


def furnish(path: Path, clock: FrozenClock) -> Furnished:
    """The cast with passwords, the opinion process and the shipped one."""
    engine = Engine(settings(path), clock)
    cast = makers.house(engine, passwords=True)
    bundle = bundle_of(Path(__file__).parents[2] / "processes" / "reentry")
    engine.carry_out(PublishDefinition(bundle=bundle.pack(), standard_only=True), ADMINISTRATION)
    engine.close()
    return Furnished(path, clock.count, cast)


@pytest.fixture(scope="session")
def cheap_passwords() -> None:
    """Hashing made cheap: what it costs is not what is tested here."""
    access._hasher.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(access, "PasswordHasher", lambda **_cost: cheap)
        access._hasher()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None) -> Furnished:
    """The house of the screens, at the frozen moment."""
    return furnish(tmp_path_factory.mktemp("house"), FrozenClock())


@pytest.fixture
def clock(furnished: Furnished) -> FrozenClock:
    """The frozen clock, its identifiers going on where furnishing stopped."""
    found = FrozenClock()
    found.count = furnished.count
    return found


@pytest.fixture
def engine(furnished: Furnished, tmp_path: Path, clock: FrozenClock) -> Iterator[Engine]:
    """An engine on a copy of the furnished house."""
    shutil.copytree(furnished.path, tmp_path / "data")
    engine = Engine(settings(tmp_path / "data"), clock)
    yield engine
    engine.close()


@pytest.fixture
def cast(furnished: Furnished) -> Cast:
    """The actors, for preparing a case by commands."""
    return furnished.cast


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all tests instead of once for each."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(engine: Engine, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """The application."""
    app = create_app(engine)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(app)


@pytest.fixture
def enter(app: Flask) -> Callable[[str], Visitor]:
    """Call it with a name of the cast: they sit down at a browser of their own."""
    return lambda name: Visitor(app).sign_in(name)
