"""What arrives from outside, from the clock and from the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.model.attachments import Upload
from engine.model.commands.base import CaseCommand, Command, Passed


@dataclass(frozen=True, kw_only=True)
class SendMessage(CaseCommand, Passed):
    """Deliver a message to the steps of this case that wait for it.

    Where the definition gives the message a form, ``payload`` are a person's answers to it.
    """

    message: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation: Mapping[str, Any] | None = None
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SendSignal(CaseCommand, Passed):
    """Let the steps of this case that listen hear a signal."""

    signal: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class KeepMessage(Command):
    """Keep a message that nobody waits for yet, so that it can be shown and delivered later."""

    message: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FinishJob(CaseCommand):
    """Report the result of work done by a program outside, or the code of a business error."""

    instance_id: UUID
    activity_id: UUID
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class CarryOutService(CaseCommand):
    """Do what a service task of one of the engine's own topics asks for."""

    instance_id: UUID
    activity_id: UUID
    topic: str


@dataclass(frozen=True, kw_only=True)
class StartProcess(CaseCommand):
    """Start another process of the case's bundle within the case."""

    process: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FireTimer(CaseCommand):
    """A timer of the process has come due."""

    instance_id: UUID
    activity_id: UUID
    element: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class RaiseIncident(CaseCommand):
    """A job of this case has failed for the last time: a person must help."""

    job_id: UUID
    error: str
    element: str = ""


@dataclass(frozen=True, kw_only=True)
class RetryIncident(CaseCommand):
    """Try again what got stuck."""

    incident_id: UUID
