"""Generated case lives: people who do not exist go through a published process, by real commands on a walking clock.

Here is the town they live in and how a life begins and goes on; what may happen in it stands in ``deeds``. What must
hold after every event (somebody is responsible, and one institution only) is for the caller to ask.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.assembly import Bundle, Engine
from engine.bench.answering import Drawn
from engine.bench.clocks import WalkingClock
from engine.bpmn.bundles import compile_bundle
from engine.model.actors import Actor, system
from engine.model.commands import (
    AddAccount,
    AddInstitution,
    GrantRole,
    OpenCase,
    PublishDefinition,
    SignAgreement,
)
from engine.model.deadlines import to_warsaw
from engine.model.definitions import Definition
from engine.model.errors import InvalidAnswers, NotFound, Refused
from engine.model.forms import Form
from engine.queries.responsibility import Responsible, ResponsibleFor
from engine.queries.stories import Offered

_SYSTEM = system("lives")
#: how often an answer is drawn anew that the form refuses
DRAWS = 12
_HUMAN = frozenset({"userTask", "manualTask", "task"})
#: how far ahead the key date of a case lies, in days from the notice: today, soon, far
_AHEAD = ((-2, 2), (3, 13), (14, 45), (46, 120), (121, 260))


@dataclass(frozen=True)
class Town:
    """An institution with two people for every role of a definition, all under one agreement."""

    engine: Engine
    clock: WalkingClock
    definition: Definition
    forms: dict[str, Form]
    people: dict[str, tuple[Actor, Actor]]
    #: the elements that are steps of people
    steps: frozenset[str] = frozenset()
    #: what is mostly answered, by the key of the question, so that not every second case ends at the first gateway
    leaning: Mapping[str, Any] = field(default_factory=dict)

    def of(self, role: str) -> tuple[Actor, Actor]:
        """The two who work in a role."""
        return self.people[role]

    def drawn(self, dice: random.Random) -> Drawn:
        """Answers of today."""
        return Drawn(dice, to_warsaw(self.clock.now()).date(), self.leaning)

    def stands(self, life: Life) -> Responsible:
        """Who is responsible for a case, and whether it goes on."""
        found: Responsible = self.engine.look(ResponsibleFor(life.case_id), _SYSTEM)
        return found

    def walk(self, further: timedelta) -> None:
        """The clock walks from due time to due time; letters are written and timers fire on the way."""
        until = self.clock.now() + further
        while (due := self.engine.next_due()) is not None and due <= until:
            self.clock.walk(max(due, self.clock.now()))
            self.engine.worker().drain()
        self.clock.walk(until)

    def doing(self, step: Offered) -> Actor:
        """Somebody of the team who is not excluded by the rule of four eyes."""
        return next(one for one in self.of(step.team) if one.account_id != step.excluded_id)


@dataclass
class Life:
    """One case as far as it has been lived; ``told`` says each deed in a word, so that a failure can be followed."""

    seed: int
    case_id: UUID
    told: list[str] = field(default_factory=list)


def found(engine: Engine, clock: WalkingClock, bundle: Bundle, leaning: Mapping[str, Any] | None = None) -> Town:
    """A town for a bundle: institutions, people, the agreement, the definition published."""
    definition = Definition.parse(bundle.files["definition.json"])
    forms = {name.removeprefix("forms/").removesuffix(".form"): Form.parse(data, name)
             for name, data in bundle.files.items() if name.endswith(".form")}
    people = {role.id: _desk(engine, role.id) for role in definition.roles}
    engine.carry_out(SignAgreement(name="lives", parties=tuple(
        (pair[0].institution_id, role) for role, pair in people.items() if pair[0].institution_id)), _SYSTEM)
    engine.carry_out(PublishDefinition(bundle=bundle.pack(), note="lives", standard_only=True), _SYSTEM)
    steps = frozenset(name for name, one in compile_bundle(bundle).elements.items() if one.kind in _HUMAN)
    return Town(engine, clock, definition, forms, people, steps, leaning or {})


def _desk(engine: Engine, role: str) -> tuple[Actor, Actor]:
    desk = AddInstitution(name=f"Instytucja {role}", short_name=role, phone="82 000 00 00")
    place = UUID(hex=engine.carry_out(desk, _SYSTEM).extra["institution"])
    first, second = (_worker(engine, f"{role}-{number}", role, place) for number in (1, 2))
    return first, second


def _worker(engine: Engine, name: str, role: str, place: UUID) -> Actor:
    account = AddAccount(email=f"{name}@lives.example", name=name)
    account_id = UUID(hex=engine.carry_out(account, _SYSTEM).extra["account"])
    engine.carry_out(GrantRole(account_id=account_id, institution_id=place, role=role), _SYSTEM)
    return Actor(account_id, name, place, role, frozenset({role}))


def begun(town: Town, seed: int, dice: random.Random, **said: Any) -> Life:
    """A case that was just opened in one of the ways the definition knows."""
    definition = town.definition
    ways = [("", definition.start_form, definition.sender)] * 4
    ways += [(one.id, one.form, one.roles[0]) for one in definition.starts]
    start, form_key, role = dice.choice(ways)
    form, sender = town.forms[form_key], town.of(role)[0]
    refusal: Refused | None = None
    for _ in range(DRAWS):
        answers = town.drawn(dice).answers(form, {"role": role}, _key_date(town, dice) | said)
        command = OpenCase(definition=definition.id, answers=answers, same_person_confirmed=True, start=start,
                           notice_id=f"life-{seed}")
        try:
            case_id = town.engine.carry_out(command, sender).case_id
        except InvalidAnswers as refused:
            refusal = refused
        else:
            if case_id is not None:
                return Life(seed, case_id, [f"start {start or 'notice'}"])
    raise refusal or NotFound


def _key_date(town: Town, dice: random.Random) -> dict[str, Any]:
    key = town.definition.key_date
    if key is None:
        return {}
    day = to_warsaw(town.clock.now()).date() + timedelta(days=dice.randint(*dice.choice(_AHEAD)))
    return {key.source: f"{day}T10:00" if key.type == "datetime" else day.isoformat()}
