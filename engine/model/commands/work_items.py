"""Requests about one work item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.attachments import Upload
from engine.model.commands.base import ItemCommand


@dataclass(frozen=True, kw_only=True)
class ClaimWorkItem(ItemCommand):
    """Take a work item of one's team."""


@dataclass(frozen=True, kw_only=True)
class ReleaseWorkItem(ItemCommand):
    """Give a work item back to the team; the draft stays."""


@dataclass(frozen=True, kw_only=True)
class CompleteWorkItem(ItemCommand):
    """Hand in the answers and let the process go on."""

    answers: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AttachFile(ItemCommand):
    """Keep a file that answers a question of an open task."""

    file: Upload


@dataclass(frozen=True, kw_only=True)
class OfferHandover(CompleteWorkItem):
    """Offer responsibility to the institution whose acceptance the process asks for next."""


@dataclass(frozen=True, kw_only=True)
class AcceptHandover(CompleteWorkItem):
    """Accept responsibility for the case, with or without remarks."""


@dataclass(frozen=True, kw_only=True)
class DeclineHandover(CompleteWorkItem):
    """Decline responsibility with a reason; the sender stays responsible."""
