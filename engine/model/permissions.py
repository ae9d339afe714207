"""PERMISSIONS: who may make which request. Each row is a tuple of predicates that must all hold; any row suffices.

Read a row aloud after "the actor …": *takes part in the case* and *belongs to the item's team*. The door, the pages
and the tests read this one table; what is not in it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from engine.model import commands as c
from engine.model.actors import ADMINISTRATOR, PROCESS_OWNER, Actor
from engine.model.cases import Case
from engine.model.errors import NotAllowed, NotFound
from engine.model.registers import Register
from engine.model.work_items import WorkItem


@dataclass(frozen=True)
class Asked:
    """One request with the facts a permission may look at."""

    command: c.Command
    actor: Actor
    case: Case | None = None
    item: WorkItem | None = None
    empty_house: bool = False
    start_roles: frozenset[str] = frozenset()
    coordinator_role: str = ""
    #: whom the definition names for this very request: who may send the message, who may set the pause
    named_roles: frozenset[str] = frozenset()
    register: Register | None = None
    #: whose the row is that is changed; the actor's own institution for a new one
    row_owner: UUID | None = None
    is_partner: bool = False


Predicate = Callable[[Asked], bool]


def is_the_system(asked: Asked) -> bool:
    """The engine itself: a timer, an import from the command line."""
    return asked.actor.is_system


def is_signed_in(asked: Asked) -> bool:
    """A person with an account."""
    return asked.actor.kind == "person"


def is_a_visitor(asked: Asked) -> bool:
    """Someone who is not signed in."""
    return asked.actor.kind == "visitor"


def takes_part(asked: Asked) -> bool:
    """The actor's institution takes part in the case now, in a role that the actor holds: the wall of all pages."""
    return asked.case is not None and any(
        one.institution_id == asked.actor.institution_id and asked.actor.has(one.role)
        for one in asked.case.participations)


def works_beside(asked: Asked) -> bool:
    """The actor's institution takes part in the case now, in whichever role."""
    return asked.case is not None and asked.case.takes_part(asked.actor.institution_id)


def coordinates(asked: Asked) -> bool:
    """The actor's institution coordinates the case and the actor holds the coordinator's role there."""
    return (asked.case is not None and asked.case.coordinator_id == asked.actor.institution_id
            and takes_part(asked) and asked.actor.has(asked.coordinator_role))


def belongs_to_team(asked: Asked) -> bool:
    """The item was offered to the actor's institution, in a role the actor holds."""
    item = asked.item
    return item is not None and item.institution_id == asked.actor.institution_id and asked.actor.has(item.role)


def owns(asked: Asked) -> bool:
    """The actor, or the person they cover for, has taken the item."""
    item = asked.item
    return item is not None and item.owner_id is not None and item.owner_id in (
        asked.actor.account_id, asked.actor.covering_for)


def nobody_else_has_it(asked: Asked) -> bool:
    """The item is free or is the actor's."""
    return asked.item is not None and (asked.item.owner_id is None or owns(asked))


def may_start(asked: Asked) -> bool:
    """The actor holds a role whose institution may start this process."""
    return bool(asked.start_roles & asked.actor.roles)


def began_it(asked: Asked) -> bool:
    """The actor takes part in this very case in a role that may start its process."""
    return asked.case is not None and any(
        one.institution_id == asked.actor.institution_id and one.role in asked.start_roles and asked.actor.has(one.role)
        for one in asked.case.participations)


def is_named_for_it(asked: Asked) -> bool:
    """The actor takes part in a role that the definition names for this very message or pause."""
    return asked.case is not None and any(
        one.institution_id == asked.actor.institution_id and one.role in asked.named_roles
        and asked.actor.has(one.role) for one in asked.case.participations)


def administers(asked: Asked) -> bool:
    """An administrator of the installation."""
    return asked.actor.has(ADMINISTRATOR)


def owns_processes(asked: Asked) -> bool:
    """A process owner."""
    return asked.actor.has(PROCESS_OWNER)


def edits_register(asked: Asked) -> bool:
    """The actor holds a role that may edit every row of the register."""
    return asked.register is not None and bool(asked.actor.roles.intersection(asked.register.edits))


def keeps_own_row(asked: Asked) -> bool:
    """The row is the actor's institution's own, which an agreement in force names in a role that keeps such rows."""
    return (asked.register is not None and asked.is_partner and asked.row_owner == asked.actor.institution_id
            and bool(asked.actor.roles.intersection(asked.register.owners)))


def house_is_empty(asked: Asked) -> bool:
    """No institution was entered yet."""
    return asked.empty_house


Row = tuple[Predicate, ...]
_AS_SYSTEM: Row = (is_the_system,)
_TEAM: tuple[Row, ...] = ((takes_part, belongs_to_team), _AS_SYSTEM)
_FINISH: tuple[Row, ...] = ((takes_part, belongs_to_team, nobody_else_has_it), _AS_SYSTEM)
_ADMINISTRATOR: tuple[Row, ...] = ((administers,), _AS_SYSTEM)

PERMISSIONS: dict[type[c.Command], tuple[Row, ...]] = {
    c.OpenCase: ((may_start,), _AS_SYSTEM),
    c.ChangeAttributes: ((began_it,), (coordinates,), _AS_SYSTEM),
    c.SendMessage: ((takes_part, is_named_for_it), _AS_SYSTEM),
    c.SendSignal: (_AS_SYSTEM,),
    c.KeepMessage: (_AS_SYSTEM,),
    c.FinishJob: (_AS_SYSTEM,),
    c.StartProcess: ((coordinates,), _AS_SYSTEM),
    c.SuspendCase: ((coordinates,), (takes_part, is_named_for_it), _AS_SYSTEM),
    c.ResumeCase: ((coordinates,), (takes_part, is_named_for_it), _AS_SYSTEM),
    c.InviteParticipant: ((coordinates,), _AS_SYSTEM),
    c.EndParticipation: ((coordinates,), _AS_SYSTEM),
    c.ClaimWorkItem: _TEAM,
    c.ReleaseWorkItem: ((takes_part, belongs_to_team, owns), _AS_SYSTEM),
    c.AttachFile: _FINISH,
    c.CompleteWorkItem: _FINISH,
    c.OfferHandover: _FINISH,
    c.AcceptHandover: _FINISH,
    c.DeclineHandover: _FINISH,
    c.PrintPaper: ((takes_part,),),
    c.FireTimer: (_AS_SYSTEM,),
    c.RaiseIncident: (_AS_SYSTEM,),
    c.DeliverKeptMessage: ((coordinates,), _AS_SYSTEM),
    c.DiscardMessage: _ADMINISTRATOR,
    c.RetryIncident: ((coordinates,), (works_beside, administers), _AS_SYSTEM),
    c.PublishDefinition: ((owns_processes,), _AS_SYSTEM),
    c.AddInstitution: _ADMINISTRATOR,
    c.AddAccount: _ADMINISTRATOR,
    c.GrantRole: _ADMINISTRATOR,
    c.EndRole: _ADMINISTRATOR,
    c.SignAgreement: _ADMINISTRATOR,
    c.EndAgreement: _ADMINISTRATOR,
    c.ExtendAgreement: _ADMINISTRATOR,
    c.CarryOutService: (_AS_SYSTEM,),
    c.PutRegisterRow: ((edits_register,), (keeps_own_row,), _AS_SYSTEM),
    c.RetireRegisterRow: ((edits_register,), (keeps_own_row,), _AS_SYSTEM),
    c.BookPlace: ((coordinates,), _AS_SYSTEM),
    c.ReleasePlace: ((coordinates,), _AS_SYSTEM),
    c.SetUpInstallation: ((is_the_system, house_is_empty),),
    c.SignIn: ((is_a_visitor,), (is_signed_in,)),
    c.SignOut: ((is_signed_in,),),
    c.SetPassword: ((is_a_visitor,), (is_signed_in,)),
}


def allowed(asked: Asked) -> bool:
    """Whether some row lets the actor do it."""
    return any(all(holds(asked) for holds in row) for row in PERMISSIONS[type(asked.command)])


def require(asked: Asked) -> None:
    """Refuse unless some row holds: with NotFound where even existence is not the actor's to know."""
    if allowed(asked):
        return
    if asked.case is not None and not takes_part(asked) and not asked.actor.is_system:
        raise NotFound
    raise NotAllowed(command=type(asked.command).__name__)
