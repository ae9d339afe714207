"""What every event has: a version and its own data as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened."""

    version: ClassVar[int] = 1

    def data(self) -> dict[str, Any]:
        """The event as plain JSON, without what is empty: the part of a ledger entry that is its own."""
        names = _told(type(self))  # type: ignore[arg-type]  # a class does hash
        # zero and False are said, nothing and what is empty are not
        return {name: plain(value) for name in names if (value := getattr(self, name)) or value == 0}


@cache
def _told(kind: type[Event]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.repr)


def plain(value: Any) -> Any:
    """JSON for identifiers, moments and nested tuples."""
    if isinstance(value, str):
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return value
