"""Statements made once and sent straight to the driver, for what every completion sends: making and wrapping them
takes longer than running them.

They run only inside a transaction of ``Database.writing``. What listens to statements hears them, and a driver's error
comes out as SQLAlchemy's, with a lost connection given up, as if they had gone the usual way.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

Processor = Callable[[Any], Any]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A statement as the driver takes it, and how each of its parameters is made."""

    text: str
    parameters: tuple[tuple[str, Processor | None], ...]
    positional: bool

    def bound(self, values: Values) -> Any:
        """The parameters of one row; KeyError if one is missing."""
        if self.positional:
            return tuple([values[name] if to is None else to(values[name]) for name, to in self.parameters])
        return {name: values[name] if to is None else to(values[name]) for name, to in self.parameters}

    def run(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Send it once for each row; how many rows of the table it met."""
        cursor = sent(connection, self.text, [self.bound(one) for one in rows])
        met = cursor.rowcount
        cursor.close()
        return int(met)


@dataclass(frozen=True)
class PreparedSelect(Prepared):
    """A SELECT, and how each of its columns is read."""

    row: Callable[..., Any]
    columns: tuple[Processor | None, ...]

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """The rows found, each with its columns by name."""
        cursor = sent(connection, self.text, [self.bound(values)])
        found = cursor.fetchall()
        cursor.close()
        return [self.row(*[value if to is None else to(value) for to, value in zip(self.columns, one, strict=True)])
                for one in found]

    def one_or_none(self, connection: Connection, **values: Any) -> Any:
        """The row found by a key, or None."""
        return next(iter(self.all(connection, **values)), None)


def prepared(dialect: Dialect, statement: Any) -> Prepared:
    """An INSERT, UPDATE or DELETE, prepared; every value in it is a named parameter."""
    return Prepared(*_compiled(dialect, statement))


@lru_cache(maxsize=100)
def prepared_select(dialect: Dialect, statement: Select[Any]) -> PreparedSelect:
    """A SELECT, prepared; columns of equal names need labels."""
    columns = [(one.key or "", one.type) for one in statement.selected_columns]
    read = tuple(kind.dialect_impl(dialect).result_processor(dialect, None) for _, kind in columns)
    return PreparedSelect(*_compiled(dialect, statement), namedtuple("Row", [name for name, _ in columns]), read)


def _compiled(dialect: Dialect, statement: Any) -> tuple[str, tuple[tuple[str, Processor | None], ...], bool]:
    compiled = statement.compile(dialect=dialect)
    names = compiled.positiontup or tuple(compiled.binds)
    made = tuple((name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)
    return str(compiled), made, bool(compiled.positiontup)


def sent(connection: Connection, text: str, parameters: Sequence[Any]) -> Any:
    """The driver's cursor after a statement with one set of parameters or many."""
    cursor, many = connection.connection.cursor(), len(parameters) > 1
    given = parameters if many else parameters[0]
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, text, given, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, given)
    except connection.dialect.loaded_dbapi.Error as error:
        _told(connection, cursor, text, error)
    return cursor


def _told(connection: Connection, cursor: Any, text: str, error: Exception) -> NoReturn:
    lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, cursor)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(text, None, error, connection.dialect.loaded_dbapi.Error, hide_parameters=True,
                              connection_invalidated=lost, dialect=connection.dialect) from error
