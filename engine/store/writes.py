"""INSERT and UPDATE of whole rows, prepared once a table and set of columns: building them takes longer than running.

What is prepared depends on nothing but the tables of this program and the dialect, so it can never be stale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam, insert, update

Processor = Callable[[Any], Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A statement as the driver takes it, and how each of its parameters is made."""

    text: str
    parameters: tuple[tuple[str, Processor | None], ...]
    positional: bool

    def bound(self, row: Row) -> Any:
        """The parameters of one row; KeyError if a column is missing."""
        if self.positional:
            return tuple([row[name] if to is None else to(row[name]) for name, to in self.parameters])
        return {name: row[name] if to is None else to(row[name]) for name, to in self.parameters}


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add rows that name the same columns, all in one statement."""
    prepared = _insert(connection.dialect, table, tuple(rows[0]))
    many = [prepared.bound(row) for row in rows]
    connection.exec_driver_sql(prepared.text, many if len(many) > 1 else many[0])


def update_row(connection: Connection, table: Table, where: Row, values: Row) -> int:
    """Set columns of the rows with these values; how many there were."""
    prepared = _update(connection.dialect, table, tuple(where), tuple(values))
    return connection.exec_driver_sql(prepared.text, prepared.bound(_beside(where, values))).rowcount


def update_rows(connection: Connection, table: Table, wheres: Sequence[Row], values: Row) -> None:
    """Set the same columns of several rows, each found by the same columns, in one statement."""
    prepared = _update(connection.dialect, table, tuple(wheres[0]), tuple(values))
    connection.exec_driver_sql(prepared.text, [prepared.bound(_beside(where, values)) for where in wheres])


def _beside(where: Row, values: Row) -> Row:
    return {**{f"where_{name}": value for name, value in where.items()}, **values}


@lru_cache(maxsize=500)
def _insert(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> Prepared:
    return _prepared(dialect, insert(table).values({name: bindparam(name) for name in columns}),
                     {name: table.c[name].type for name in columns})


@lru_cache(maxsize=500)
def _update(dialect: Dialect, table: Table, where: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    types = {f"where_{name}": table.c[name].type for name in where} | {name: table.c[name].type for name in values}
    conditions = (table.c[name] == bindparam(f"where_{name}", type_=table.c[name].type) for name in where)
    new = {name: bindparam(name, type_=table.c[name].type) for name in values}
    return _prepared(dialect, update(table).where(*conditions).values(new), types)


def _prepared(dialect: Dialect, statement: Any, types: Mapping[str, Any]) -> Prepared:
    compiled = statement.compile(dialect=dialect)
    names = compiled.positiontup or tuple(types)
    made = tuple((name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names)
    return Prepared(str(compiled), made, bool(compiled.positiontup))
