"""The one door: authorise, decide, record, in one transaction. ``HANDLERS`` says which function decides what.

A refusal rolls everything back and then leaves its own trace in a second small transaction; a step that could not run
leaves an incident there, and the work item stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.commands import (
    access,
    cases,
    definitions,
    handovers,
    kept_messages,
    messages,
    papers,
    places,
    registers,
    services,
    work_items,
)
from engine.commands.pauses import require_running
from engine.model import commands as c
from engine.model import events as e
from engine.model.actors import Actor
from engine.model.clock import Clock
from engine.model.errors import Busy, InvalidInput, Refused, SignInNeeded, StepStuck
from engine.model.inputs import require_writable
from engine.model.permissions import Asked, require
from engine.store import drafts
from engine.store.attachments import AttachmentStore
from engine.store.cached_cases import CachedCases
from engine.store.database import Collided, Database, TryAgain
from engine.store.desk import Desk
from engine.store.keys import Vault
from engine.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: what is done in the same transaction as a command
Also = Callable[["Connection"], None]
Handler = Callable[[Any, Desk], Iterator[e.Event]]

HANDLERS: dict[type[c.Command], Handler] = {
    c.OpenCase: cases.open_case,
    c.ChangeAttributes: cases.change_attributes,
    c.InviteParticipant: cases.invite_participant,
    c.EndParticipation: cases.end_participation,
    c.SuspendCase: cases.suspend_case,
    c.ResumeCase: cases.resume_case,
    c.SendMessage: messages.send_message,
    c.SendSignal: messages.send_signal,
    c.KeepMessage: messages.keep_message,
    c.FinishJob: messages.finish,
    c.StartProcess: messages.start_process,
    c.PrintPaper: papers.print_paper,
    c.FireTimer: messages.fire_timer,
    c.RaiseIncident: messages.raise_incident,
    c.DeliverKeptMessage: kept_messages.deliver_kept,
    c.DiscardMessage: kept_messages.discard,
    c.RetryIncident: messages.retry_incident,
    c.ClaimWorkItem: work_items.claim,
    c.ReleaseWorkItem: work_items.release,
    c.AttachFile: work_items.attach,
    c.CompleteWorkItem: handovers.finish,
    c.OfferHandover: handovers.finish,
    c.AcceptHandover: handovers.finish,
    c.DeclineHandover: handovers.finish,
    c.PublishDefinition: definitions.publish,
    c.AddInstitution: access.add_institution,
    c.AddAccount: access.add_account,
    c.GrantRole: access.grant_role,
    c.EndRole: access.end_role,
    c.SignAgreement: access.sign_agreement,
    c.EndAgreement: access.end_agreement,
    c.SetUpInstallation: access.set_up,
    c.SignIn: access.sign_in,
    c.SignOut: access.sign_out,
    c.SetPassword: access.set_password,
    c.PutRegisterRow: registers.put_row,
    c.RetireRegisterRow: registers.retire_row,
    c.BookPlace: places.book_place,
    c.ReleasePlace: places.release_place,
    c.ExtendAgreement: access.extend_agreement,
    c.CarryOutService: services.carry_out,
}
_ATTEMPTS = 3


@dataclass(frozen=True)
class Receipt:
    """What a carried-out command brought; the same one again for the same once-only token."""

    command: str
    case_id: UUID | None = None
    number: str = ""
    entries: int = 0
    offered: tuple[UUID, ...] = ()
    work_item_id: UUID | None = None
    extra: dict[str, str] = field(default_factory=dict)
    repeated: bool = False

    def plain(self) -> dict[str, Any]:
        """The receipt as JSON, to be given again."""
        kept = {name: value for name, value in asdict(self).items() if name not in ("extra", "repeated")}
        return {name: e.plain(value) for name, value in kept.items()}

    @classmethod
    def again(cls, known: dict[str, Any]) -> Receipt:
        """The receipt that was kept."""
        return cls(known["command"], _uuid(known["case_id"]), known["number"], known["entries"],
                   tuple(UUID(one) for one in known["offered"]), _uuid(known["work_item_id"]), repeated=True)


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


class Door:
    """Carries out commands on one database."""

    def __init__(self, database: Database, clock: Clock, vault: Vault, files: AttachmentStore) -> None:
        self.database = database
        self.files = files
        self.clock = clock
        self.vault = vault
        self.cached = CachedCases(clock)

    def carry_out(self, command: c.Command, actor: Actor, also: Also | None = None) -> Receipt:
        """Do what is asked, or raise a Refused and have changed nothing but the trace of the refusal.

        ``also`` is done in the same transaction: the job that asked is marked as done.
        """
        try:
            require_writable(command)
            if isinstance(command, c.SignIn):
                command = self._proved(command)
            return self._persist(command, actor, also)
        except Refused as refusal:
            known = self._known_receipt(command, actor)
            if known is not None:
                return known
            self._leave_trace(command, actor, refusal)
            raise

    @contextmanager
    def sharing(self) -> Iterator[Sharing]:
        """One transaction for what is carried out in it."""
        shared: Sharing | None = None
        committed = False
        try:
            with self.database.writing() as connection:
                shared = Sharing(self, connection)
                yield shared
            committed = True
        finally:
            if shared is not None:
                shared.settle(committed)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction for what is no command."""
        return self.database.writing()

    def _proved(self, command: c.SignIn) -> c.SignIn:
        with self.database.writing() as connection:
            free = drafts.reserve_attempt(connection, self.clock, access.throttle_key(command.email))
        if free is not None:
            raise access.TooManyAttempts(seconds=int((free - self.clock.now()).total_seconds()) + 1)
        return access.prove(command, self._password_hash)

    def _password_hash(self, email: str) -> tuple[UUID, str] | None:
        with self.database.reading() as connection:
            return drafts.password_hash(connection, email)

    def _known_receipt(self, command: c.Command, actor: Actor) -> Receipt | None:
        """What a once-only token already brought: looked for only when the command did not go through a first time."""
        if not command.token:
            return None
        with self.database.reading() as connection:
            known = drafts.find_receipt(connection, command.token, actor.account_id)
        return Receipt.again(known) if known is not None else None

    def _persist(self, command: c.Command, actor: Actor, also: Also | None) -> Receipt:
        """Try a few times where the database asks for it (deadlock, lock timeout); never after a decision was kept."""
        for attempt in range(_ATTEMPTS):
            try:
                with self.sharing() as alone:
                    return alone.carry_out(command, actor, also)
            except Collided:
                # the same arrived twice: either its receipt is there, or the second finds the first's rows next time
                known = self._known_receipt(command, actor)
                if known is not None:
                    return known
                if attempt + 1 == _ATTEMPTS:
                    raise Busy from None
            except TryAgain:
                continue
        raise Busy

    def _leave_trace(self, command: c.Command, actor: Actor, refusal: Refused) -> None:
        with self.database.writing() as connection:
            uow = UnitOfWork(connection, self.clock, self.vault, actor, type(command).__name__)
            try:
                if isinstance(refusal, InvalidInput):
                    require_writable(command)  # an identifier that is none names no chain
                _open_chain(command, uow)
            except Refused:
                uow.open_stream("admin")
            uow.record(_trace(command, refusal))
            uow.close()


class Sharing:
    """One transaction of the door, for one command or for several whose commit is one; each keeps its own entries."""

    def __init__(self, door: Door, connection: Connection) -> None:
        self.clock = door.clock
        self._door = door
        self._connection = connection
        self._desks: list[Desk] = []

    def carry_out(self, command: c.Command, actor: Actor, also: Also | None = None) -> Receipt:
        """Do what is asked and what goes with it; any exception says that it is to be undone."""
        door, connection = self._door, self._connection
        uow = UnitOfWork(connection, door.clock, door.vault, actor, type(command).__name__)
        desk = Desk(uow, door.cached, door.files)
        self._desks.append(desk)
        receipt = _decide(command, actor, desk)
        if command.token:
            drafts.keep_receipt(connection, door.clock, command.token, actor.account_id, receipt.plain())
        uow.close()
        if also is not None:
            also(connection)
        return receipt

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """This transaction, for what is no command."""
        yield self._connection

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part that, if it fails, is undone and leaves the others as they are."""
        before = len(self._desks)
        try:
            with self._door.database.apart(self._connection):
                yield
        except BaseException:
            self.settle(False, before)
            raise

    def settle(self, committed: bool, since: int = 0) -> None:
        """After the transaction, or after a part of it that was undone: what is kept in memory follows the database."""
        for desk in self._desks[since:]:
            desk.settle(committed)
        del self._desks[since:]


def _decide(command: c.Command, actor: Actor, desk: Desk) -> Receipt:
    uow = desk.uow
    if not isinstance(command, c.OpenCase):
        _open_chain(command, uow)
    _authorise(command, actor, desk)
    offered: list[UUID] = []
    for event in HANDLERS[type(command)](command, desk):
        uow.record(event)
        if isinstance(event, e.WorkItemOffered):
            offered.append(event.work_item_id)
    desk.save()
    case = uow.held_case
    return Receipt(type(command).__name__, case.case_id if case else None, case.number if case else "",
                   len(uow.entries), tuple(offered), getattr(command, "work_item_id", None), dict(desk.extra))


def _open_chain(command: c.Command, uow: UnitOfWork) -> None:
    if isinstance(command, c.CaseCommand):
        uow.lock_case(command.case_id, getattr(command, "work_item_id", None))
    else:
        uow.open_stream("admin" if command.stream == "case" else command.stream)


def _authorise(command: c.Command, actor: Actor, desk: Desk) -> None:
    if actor.kind == "visitor" and not isinstance(command, c.SignIn | c.SetPassword):
        raise SignInNeeded
    uow = desk.uow
    item = uow.item() if isinstance(command, c.ItemCommand) else None
    desk.item, desk.hops = item, getattr(command, "hops", 0)
    starts: frozenset[str] = frozenset()
    if isinstance(command, c.OpenCase):
        starts = desk.published(command.definition).definition.start_roles(command.start)
    elif isinstance(command, c.ChangeAttributes):
        starts = desk.version.definition.start_roles()
    empty = desk.house_is_empty() if isinstance(command, c.SetUpInstallation) else False
    by_role = isinstance(command, c.CaseCommand) and item is None and not actor.is_system
    found = Asked(command, actor, uow.held_case, item, empty, starts,
                  desk.version.definition.coordinator if by_role else "", _named_roles(command, desk))
    require(registers.asked(found, desk))
    if isinstance(command, _STANDING_STILL):
        require_running(desk)


#: what waits while the clocks of a case stand still; messages that the definition lists may be sent all the same
_STANDING_STILL = (c.CompleteWorkItem, c.StartProcess)


def _named_roles(command: c.Command, desk: Desk) -> frozenset[str]:
    """Whom the definition names for this very message or kind of pause; ending a pause is for who may set any."""
    if isinstance(command, c.SendMessage):
        definition = desk.version.definition
        listed = definition.message(command.message)
        # a version from before messages were listed leaves them all to who coordinates, so that its cases can go on
        unlisted = frozenset() if definition.messages else frozenset({definition.coordinator})
        return frozenset(listed.roles) if listed else unlisted
    if not isinstance(command, c.SuspendCase | c.ResumeCase):
        return frozenset()
    wanted = command.kind if isinstance(command, c.SuspendCase) else ""
    return frozenset(role for one in desk.version.definition.pauses if wanted in ("", one.id) for role in one.roles)


def _trace(command: c.Command, refusal: Refused) -> e.Event:
    params = {name: str(value)[:80] for name, value in refusal.params.items() if name in _TELLABLE}
    if isinstance(refusal, StepStuck) and isinstance(command, c.CaseCommand):
        return e.IncidentRaised(
            incident_id=refusal.params["incident"], instance_id=refusal.params["instance"],
            element=refusal.params["element"], reason=refusal.params["reason"],
            params=refusal.params.get("details", {}), activity_id=getattr(command, "work_item_id", None)
            or getattr(command, "activity_id", None), command=type(command).__name__)
    item = getattr(command, "work_item_id", None)
    return e.CommandRefused(command=type(command).__name__, reason=refusal.code, params=params,
                            work_item_id=item if isinstance(item, UUID) else None)


#: parameters of a refusal that may stand in the ledger: codes and counts, never what a person typed
_TELLABLE = frozenset({"command", "state", "expected", "count", "element", "number", "message", "name"})
