"""A school and its course: a third process, unlike the shipped ones, with messages, pauses and consents of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from engine.assembly import Engine, Receipt, bundle_of
from engine.model.actors import Actor
from engine.model.commands import GrantRole, OpenCase, PublishDefinition, SignAgreement
from tests.cast import ADMINISTRATION, Cast
from tests.makers import BUNDLES

ENROLMENT = {"family_name": "Gżegżółka", "given_names": "Święcisław", "starts_on": "2027-06-01"}
#: who plays what in the school: MOPR is the office, the labour office teaches, the society lends mentors
STAFF = (("anna", "family-support", "office"), ("barbara", "family-support", "office"), ("maria", "labour", "teacher"),
         ("natalia", "ngo", "mentor"))


def school(engine: Engine, cast: Cast) -> UUID:
    """The course is published, everybody has a role in it, an agreement joins them; the agreement's identifier."""
    bundle = bundle_of(BUNDLES / "course").pack()
    engine.carry_out(PublishDefinition(bundle=bundle, standard_only=True), ADMINISTRATION)
    for who, place, role in STAFF:
        engine.carry_out(GrantRole(account_id=cast.actors[who].account_id, institution_id=cast.institutions[place],
                                   role=role), ADMINISTRATION)
        cast.actors[who] = replace(cast.actors[who], roles=cast.actors[who].roles | {role})
    parties = tuple(dict.fromkeys((cast.institutions[place], role) for _, place, role in STAFF))
    signed = engine.carry_out(SignAgreement(name="Szkoła", parties=parties), ADMINISTRATION)
    return UUID(hex=signed.extra["agreement"])


def enrol(engine: Engine, actor: Actor, **answers: Any) -> Receipt:
    """A case of the course."""
    return engine.carry_out(OpenCase(definition="course", answers=ENROLMENT | answers), actor)
