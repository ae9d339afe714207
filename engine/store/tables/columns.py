"""How a column is kept: moments, identifiers, packed bodies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.store.bodies import packed, unpacked

Processor = Callable[[Any], Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
#: the open end of a participation, an appointment or an agreement
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


@lru_cache(maxsize=10_000)
def _identifier(value: bytes) -> UUID:
    """The same few accounts, institutions and cases stand in row after row."""
    return UUID(bytes=value)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as milliseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Milliseconds for the database."""
        return lambda value: None if value is None else (value - _EPOCH) // _MS

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """An aware UTC moment for the program."""
        return lambda value: None if value is None else _EPOCH + value * _MS


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, sixteen bytes on SQLite."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The type of the database at hand."""
        return dialect.type_descriptor(PgUuid(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Processor | None:
        """What the driver takes."""
        return None if dialect.name == "postgresql" else lambda value: None if value is None else value.bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        """A UUID for the program."""
        return None if dialect.name == "postgresql" else lambda value: None if value is None else _identifier(value)


class Body(TypeDecorator[bytes]):
    """The body of a ledger entry, plain for the program, packed in the database."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Packed for the database."""
        return lambda value: None if value is None else packed(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Plain for the program."""
        return lambda value: None if value is None else unpacked(bytes(value))


metadata = MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s",
})


def id_(name: str, *rest: Any, **more: Any) -> Column[UUID]:
    """An identifier, filled unless said otherwise."""
    return Column(name, Id, *rest, **({"nullable": False} | more))


def at(name: str, **more: Any) -> Column[datetime]:
    """A moment, filled unless said otherwise."""
    return Column(name, Moment, **({"nullable": False} | more))


def text_(name: str, **more: Any) -> Column[str]:
    """A text, filled unless said otherwise."""
    return Column(name, Text, **({"nullable": False} | more))


def blob(name: str, **more: Any) -> Column[bytes]:
    """Bytes, filled unless said otherwise."""
    return Column(name, LargeBinary, **({"nullable": False} | more))
