"""Cases brought into a state by real commands, so that an impossible state cannot be made."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from engine.assembly import Engine, Receipt, bundle_of
from engine.model.actors import Actor
from engine.model.commands import CompleteWorkItem, GrantRole, OpenCase, PublishDefinition, SignAgreement
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
