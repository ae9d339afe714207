"""Papers that were printed: kept only as an entry, and as a sight of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model import events as e
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.store.unit_of_work import UnitOfWork


def paper_printed(uow: UnitOfWork, event: e.PaperPrinted) -> None:
    """Whoever prints has looked."""
    entry = uow.entries[-1]
    uow.insert(t.sight, case_id=uow.case.case_id, stream=entry["stream"], sequence=entry["sequence"])
