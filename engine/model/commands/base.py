"""What every request is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request; ``token`` makes it once-only: the second time the first receipt is given again."""

    token: str = ""
    stream: ClassVar[str] = "admin"


@dataclass(frozen=True, kw_only=True)
class CaseCommand(Command):
    """A request about one case; its row is locked before anything is read."""

    case_id: UUID
    stream: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What a message or signal leads to; ``hops``: through how many cases it has already gone."""

    hops: int = 0


@dataclass(frozen=True, kw_only=True)
class ItemCommand(CaseCommand):
    """A request about one work item of a case."""

    work_item_id: UUID
