"""Requests about a whole case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from engine.model.attachments import Upload
from engine.model.commands.base import CaseCommand, Command, Passed


@dataclass(frozen=True, kw_only=True)
class OpenCase(Command, Passed):
    """Open a case from the answers of the start form (for reentry: a release notice)."""

    definition: str
    answers: Mapping[str, Any]
    receiver_id: UUID | None = None
    sender_id: UUID | None = None
    notice_id: str = ""
    files: tuple[Upload, ...] = ()
    same_person_confirmed: bool = False
    source: str = "form"
    #: one of the definition's further starts; "" is its own
    start: str = ""
    #: which process and start event happened, where it is not the definition's own start (a message from outside)
    process: str = ""
    start_element: str = ""
    stream: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class ChangeAttributes(CaseCommand):
    """Set case attributes such as the release date, with the reason; deadlines that read them follow."""

    values: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, kw_only=True)
class InviteParticipant(CaseCommand):
    """Let an institution take part in the case in a role."""

    institution_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class EndParticipation(CaseCommand):
    """End an institution's part in the case; it sees nothing of it from now on."""

    institution_id: UUID
    role: str
    reason: str
