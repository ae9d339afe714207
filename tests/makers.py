"""Cases brought into a state by real commands, so that an impossible state cannot be made."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from engine.assembly import Engine, Receipt, bundle_of
from engine.model.actors import Actor
from engine.model.commands import (
    CompleteWorkItem,
    GrantRole,
    OpenCase,
    PublishDefinition,
    PutRegisterRow,
    SignAgreement,
)
from tests.cast import ADMINISTRATION, Cast, enter

BUNDLES = Path(__file__).parent / "bundles"
QUESTION = {"family_name": "Żółć", "given_names": "Łukasz", "pesel": "", "wanted_by": "2027-06-01",
            "question": "Czy mieszkanie jest gotowe?"}


def publish_opinion(engine: Engine) -> Receipt:
    """The small process that has nothing to do with prisons: one asks, another answers."""
    bundle = bundle_of(BUNDLES / "opinion")
    publication = PublishDefinition(bundle=bundle.pack(), note="first", standard_only=True)
    return engine.carry_out(publication, ADMINISTRATION)


def house(engine: Engine, *, passwords: bool = False) -> Cast:
    """An installation with the cast and the opinion process; MOPR asks, the labour office answers."""
    cast = enter(engine, passwords=passwords)
    publish_opinion(engine)
    places = cast.institutions
    for who, place, role in (("anna", "family-support", "asker"), ("barbara", "family-support", "asker"),
                             ("maria", "labour", "expert")):
        engine.carry_out(GrantRole(account_id=cast.actors[who].account_id, institution_id=places[place], role=role),
                         ADMINISTRATION)
        cast.actors[who] = _with_role(cast.actors[who], role)
    engine.carry_out(SignAgreement(name="Opinie", parties=(
        (places["family-support"], "asker"), (places["labour"], "expert"))), ADMINISTRATION)
    return cast


def _with_role(actor: Actor, role: str) -> Actor:
    return Actor(actor.account_id, actor.name, actor.institution_id, actor.institution, actor.roles | {role})


def ask(engine: Engine, actor: Actor, **answers: Any) -> Receipt:
    """A case of the opinion process."""
    return engine.carry_out(OpenCase(definition="opinion", answers=QUESTION | answers), actor)


def finish(engine: Engine, actor: Actor, case_id: UUID | None, item: UUID, **answers: Any) -> Receipt:
    """Somebody finishes a task."""
    assert case_id is not None
    return engine.carry_out(CompleteWorkItem(case_id=case_id, work_item_id=item, answers=answers), actor)


REQUEST = {"family_name": "Żółć", "given_names": "Łukasz", "phone": "500 600 700", "wanted_from": "2027-06-01",
           "offence": "art. 278"}


def housing(engine: Engine, cast: Cast) -> None:
    """A process that plans with registers: MOPR asks and keeps the helpers, the NGO hosts and keeps its own beds."""
    bundle = bundle_of(BUNDLES / "housing")
    engine.carry_out(PublishDefinition(bundle=bundle.pack(), standard_only=True), ADMINISTRATION)
    places = cast.institutions
    if "asker" not in cast.actors["anna"].roles:
        raise AssertionError("the house gives Anna this role")
    engine.carry_out(GrantRole(account_id=cast.actors["natalia"].account_id, institution_id=places["ngo"], role="host"),
                     ADMINISTRATION)
    cast.actors["natalia"] = _with_role(cast.actors["natalia"], "host")
    engine.carry_out(SignAgreement(name="Noclegi", parties=(
        (places["family-support"], "asker"), (places["ngo"], "host"))), ADMINISTRATION)


def put(engine: Engine, actor: Actor, register: str, **values: Any) -> UUID:
    """A row of a register."""
    receipt = engine.carry_out(PutRegisterRow(register=register, values=values), actor)
    return UUID(receipt.extra["row"])


def request(engine: Engine, actor: Actor, **answers: Any) -> tuple[UUID, UUID]:
    """A case of the housing process, and its task to plan."""
    receipt = engine.carry_out(OpenCase(definition="housing", answers=REQUEST | answers), actor)
    assert receipt.case_id is not None
    return receipt.case_id, receipt.offered[0]
