"""What every event has: a version and its own data as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened."""

    version: ClassVar[int] = 1

    def data(self) -> dict[str, Any]:
        """The event as plain JSON, without what is empty: the part of a ledger entry that is its own."""
        found = ((one.name, plain(getattr(self, one.name))) for one in fields(self) if one.repr)
        return {name: value for name, value in found if value not in (None, "", [], {})}


def plain(value: Any) -> Any:
    """JSON for identifiers, moments and nested tuples."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value
