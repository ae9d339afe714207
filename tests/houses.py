"""The cast's house, furnished once a run and copied for each test: the same bytes as if the test had made it itself."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from engine.assembly import Engine
from engine.settings import Settings
from engine.store import database as databases
from tests import makers
from tests.cast import Cast
from tests.clocks import FrozenClock
from tests.databases import APP

FILE, KEYS = "powrot.db", "keys.json"


@dataclass
class Houses:
    """Furnished installations, one on each kind of database, each in a folder of its own under ``home``."""

    home: Path
    _known: dict[str, tuple[Cast, int]] = field(default_factory=dict)

    def copy_file(self, target: Path) -> None:
        """Lay a copy of the house on SQLite, with its keys, into a folder."""
        if "sqlite" not in self._known:
            self._furnish("sqlite", f"sqlite:///{self._folder('sqlite') / FILE}")
        shutil.copy(self._folder("sqlite") / FILE, target / FILE)
        self.copy_keys("sqlite", target)

    def copy_keys(self, kind: str, target: Path) -> None:
        """The key file that belongs to a house."""
        shutil.copy(self._folder(kind) / KEYS, target / KEYS)

    def furnish_postgres(self, owner_url: str) -> None:
        """Schema by the owner, furniture by the role that owns nothing."""
        database = databases.connect(owner_url)
        databases.upgrade(database, APP)
        database.dispose()
        self._furnish("postgresql", make_url(owner_url).set(username=APP).render_as_string(hide_password=False))

    def enter(self, kind: str, clock: FrozenClock) -> Cast:
        """The cast of a copied house; the clock goes on counting identifiers where the furnishing stopped."""
        cast, clock.count = self._known[kind]
        return Cast(dict(cast.institutions), dict(cast.actors))

    def _furnish(self, kind: str, url: str) -> None:
        clock = FrozenClock()
        engine = Engine(Settings(data_dir=self._folder(kind), database_url=url, operator="tests"), clock)
        self._known[kind] = (makers.house(engine), clock.count)
        engine.close()

    def _folder(self, kind: str) -> Path:
        found = self.home / kind
        found.mkdir(exist_ok=True)
        return found
