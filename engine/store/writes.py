"""INSERT and UPDATE of whole rows, prepared once a table and set of columns.

What is prepared depends on nothing but the tables of this program and the dialect, so it can never be stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, Dialect, Table, bindparam, insert, update

from engine.store.prepared import Prepared, Values, prepared


def insert_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Add rows that name the same columns, all in one statement."""
    _insert(connection.dialect, table, tuple(rows[0])).run(connection, rows)


def update_row(connection: Connection, table: Table, where: Values, values: Values) -> int:
    """Set columns of the rows with these values; how many there were."""
    return update_rows(connection, table, [where], values)


def update_rows(connection: Connection, table: Table, wheres: Sequence[Values], values: Values) -> int:
    """Set the same columns of several rows, each found by the same columns, in one statement; how many there were."""
    statement = _update(connection.dialect, table, tuple(wheres[0]), tuple(values))
    return statement.run(connection, [_beside(where, values) for where in wheres])


def _beside(where: Values, values: Values) -> Values:
    return {**{f"where_{name}": value for name, value in where.items()}, **values}


@lru_cache(maxsize=500)
def _insert(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> Prepared:
    return prepared(dialect, insert(table).values({name: bindparam(name) for name in columns}))


@lru_cache(maxsize=500)
def _update(dialect: Dialect, table: Table, where: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    conditions = (table.c[name] == bindparam(f"where_{name}") for name in where)
    return prepared(dialect, update(table).where(*conditions).values({name: bindparam(name) for name in values}))
