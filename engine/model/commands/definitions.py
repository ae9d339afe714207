"""Requests about definitions."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.commands.base import Command


@dataclass(frozen=True, kw_only=True)
class PublishDefinition(Command):
    """Make a bundle of diagrams, tables and forms the live version; running cases stay on theirs.

    ``standard_only`` leaves out the house's own rules (roles, languages, bases): for trials with fictional people.
    """

    bundle: bytes
    note: str = ""
    standard_only: bool = False
