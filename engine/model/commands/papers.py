"""Requests about the papers of a case."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.commands.base import CaseCommand


@dataclass(frozen=True, kw_only=True)
class PrintPaper(CaseCommand):
    """Take a paper out of the house: which, in which language, the digest of what was made, what stands in it."""

    paper: str
    language: str
    digest: str
    fields: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
