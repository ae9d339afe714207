"""The floor of a completion: one transaction that writes the same rows and bytes through the bare driver.

What the program wrote is replayed in a second database, statement by statement, with nothing around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from engine.bench.statements import Write
from engine.store import database as databases


class Floor:
    """A bare connection to a database with the same schema."""

    def __init__(self, connection: Any, *, is_sqlite: bool) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite
        self._serial = count(1)

    def write(self, writes: Iterable[Write]) -> None:
        """One transaction with these writes, durable like the program's."""
        cursor = self._connection.cursor()
        if self._is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for statement, parameters, many in writes:
            (cursor.executemany if many else cursor.execute)(statement, parameters)
        self._connection.commit()
        cursor.close()

    def least(self) -> None:
        """The smallest durable transaction: one short row nobody has seen. SQLite writes nothing for an equal row."""
        mark = "?" if self._is_sqlite else "%s"
        statement = f"INSERT INTO installation (name, value) VALUES ({mark}, '')"  # noqa: S608 — the driver's own mark
        self.write([(statement, (f"bench-{next(self._serial)}",), False)])

    def read(self, statement: str) -> Iterable[Any]:
        """The rows of a statement, as the driver gives them."""
        cursor = self._connection.cursor()
        yield from cursor.execute(statement)
        cursor.close()


@contextmanager
def floor(url: str) -> Iterator[Floor]:
    """The floor at a URL; SQLite has the same settings as the program's connections."""
    database = databases.connect(url)
    pooled = database.engine.raw_connection()
    try:
        yield Floor(pooled.driver_connection, is_sqlite=database.is_sqlite)
    finally:
        pooled.close()
        database.dispose()
