"""Every request that may change something, in the imperative. A row in PERMISSIONS says who may make it."""

from __future__ import annotations

from engine.model.commands.access import (
    AddAccount,
    AddInstitution,
    EndAgreement,
    EndRole,
    ExtendAgreement,
    GrantRole,
    SetPassword,
    SetUpInstallation,
    SignAgreement,
    SignIn,
    SignOut,
)
from engine.model.commands.base import (
    CaseCommand,
    Command,
    ItemCommand,
)
from engine.model.commands.cases import (
    ChangeAttributes,
    EndParticipation,
    InviteParticipant,
    OpenCase,
)
from engine.model.commands.definitions import (
    PublishDefinition,
)
from engine.model.commands.kept_messages import DeliverKeptMessage, DiscardMessage
from engine.model.commands.messages import (
    CarryOutService,
    FinishJob,
    FireTimer,
    KeepMessage,
    RaiseIncident,
    RetryIncident,
    SendMessage,
    SendSignal,
    StartProcess,
)
from engine.model.commands.papers import (
    PrintPaper,
)
from engine.model.commands.pauses import ResumeCase, SuspendCase
from engine.model.commands.registers import (
    BookPlace,
    PutRegisterRow,
    ReleasePlace,
    RetireRegisterRow,
)
from engine.model.commands.work_items import (
    AcceptHandover,
    AttachFile,
    ClaimWorkItem,
    CompleteWorkItem,
    DeclineHandover,
    OfferHandover,
    ReleaseWorkItem,
)

ALL: tuple[type[Command], ...] = (
    OpenCase, ChangeAttributes, SendMessage, SendSignal, KeepMessage, FinishJob, StartProcess,
    InviteParticipant, EndParticipation, SuspendCase, ResumeCase,
    ClaimWorkItem, ReleaseWorkItem, AttachFile, CompleteWorkItem, OfferHandover, AcceptHandover, DeclineHandover,
    PrintPaper, FireTimer, RaiseIncident, RetryIncident, DeliverKeptMessage, DiscardMessage, PublishDefinition,
    AddInstitution, AddAccount, GrantRole, EndRole, SignAgreement, EndAgreement, SetUpInstallation,
    SignIn, SignOut, SetPassword,
    PutRegisterRow, RetireRegisterRow, BookPlace, ReleasePlace, ExtendAgreement, CarryOutService,
)

__all__ = [
    "ALL",
    "AcceptHandover",
    "AddAccount",
    "AddInstitution",
    "AttachFile",
    "BookPlace",
    "CarryOutService",
    "CaseCommand",
    "ChangeAttributes",
    "ClaimWorkItem",
    "Command",
    "CompleteWorkItem",
    "DeclineHandover",
    "DeliverKeptMessage",
    "DiscardMessage",
    "EndAgreement",
    "EndParticipation",
    "EndRole",
    "ExtendAgreement",
    "FinishJob",
    "FireTimer",
    "GrantRole",
    "InviteParticipant",
    "ItemCommand",
    "KeepMessage",
    "OfferHandover",
    "OpenCase",
    "PrintPaper",
    "PublishDefinition",
    "PutRegisterRow",
    "RaiseIncident",
    "ReleasePlace",
    "ReleaseWorkItem",
    "ResumeCase",
    "RetireRegisterRow",
    "RetryIncident",
    "SendMessage",
    "SendSignal",
    "SetPassword",
    "SetUpInstallation",
    "SignAgreement",
    "SignIn",
    "SignOut",
    "StartProcess",
    "SuspendCase",
]
