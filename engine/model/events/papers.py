"""What happens to the papers of a case."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PaperPrinted(Event):
    """A paper left the house: its digest, and the places its values came from, never the values.

    It is a sight and a disclosure in one entry (DODO art. 36, LED art. 25).
    """

    paper: str
    language: str
    digest: str
    fields: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
