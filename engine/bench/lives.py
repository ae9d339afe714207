"""Generated case lives: people who do not exist go through a published process, by real commands on a walking clock.

Every institution finishes its tasks with drawn answers, messages arrive in between, dates move, timers fire. What must
hold after every event (somebody is responsible, and one institution only) is for the caller to ask.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.assembly import Bundle, Engine
from engine.bench.answering import Drawn
from engine.bench.clocks import WalkingClock
from engine.model.actors import Actor, system
from engine.model.commands import (
    AddAccount,
    AddInstitution,
    CompleteWorkItem,
    GrantRole,
    OpenCase,
    PublishDefinition,
    SendMessage,
    SignAgreement,
)
from engine.model.deadlines import to_warsaw
from engine.model.definitions import Definition
from engine.model.errors import InvalidAnswers, NobodyWaits, NotFound, Refused
from engine.model.forms import Form
from engine.queries.stories import Offered, OfferedIn
from engine.queries.work_items import TaskPage

_SYSTEM = system("lives")
#: how often a message is sent instead of a task finished, and how often the clock walks on before a task
_MESSAGE, _WALK = 0.06, 0.5
_DRAWS = 12


@dataclass(frozen=True)
class Town:
    """An institution with two people for every role of a definition, all under one agreement."""

    engine: Engine
    clock: WalkingClock
    definition: Definition
    forms: dict[str, Form]
    people: dict[str, tuple[Actor, Actor]]
    #: what is mostly answered, by the key of the question, so that not every second case ends at the first gateway
    leaning: Mapping[str, Any] = field(default_factory=dict)

    def of(self, role: str) -> tuple[Actor, Actor]:
        """The two who work in a role."""
        return self.people[role]

    def drawn(self, dice: random.Random) -> Drawn:
        """Answers of today."""
        return Drawn(dice, to_warsaw(self.clock.now()).date(), self.leaning)

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
    return Town(engine, clock, definition, forms, people, leaning or {})


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


def live(town: Town, seed: int, steps: int = 60, **said: Any) -> Iterator[Life]:
    """Live one case; yields after the opening and after every deed, until nothing is open and nothing will come due.

    ``said`` are raw answers of the start form that win over drawn ones, such as the person's name.
    """
    dice = random.Random(seed)  # noqa: S311 — nothing secret is thrown
    life = Life(seed, _opened(town, dice, seed, said))
    yield life
    for _ in range(steps):
        if not _deed(town, dice, life):
            return
        yield life


def _opened(town: Town, dice: random.Random, seed: int, said: dict[str, Any]) -> UUID:
    form, sender = town.forms[town.definition.start_form], town.of(town.definition.sender)[0]
    refusal: Refused | None = None
    for _ in range(_DRAWS):
        answers = town.drawn(dice).answers(form, {"role": town.definition.sender}, said)
        command = OpenCase(definition=town.definition.id, answers=answers, same_person_confirmed=True,
                           notice_id=f"life-{seed}")
        try:
            case_id = town.engine.carry_out(command, sender).case_id
        except InvalidAnswers as refused:
            refusal = refused
        else:
            if case_id is not None:
                return case_id
    raise refusal or NotFound


def _deed(town: Town, dice: random.Random, life: Life) -> bool:
    """One thing that happens in the case; False when nothing more will."""
    if dice.random() < _WALK:
        _walk(town, timedelta(hours=dice.choice((2, 20, 30, 100))))
    for message in _messages(town, dice):
        actor = town.of(message.roles[0])[0]
        form = town.forms.get(message.form)
        payload = town.drawn(dice).answers(form, {"role": message.roles[0]}, {}) if form else {}
        with suppress(NobodyWaits, InvalidAnswers):
            town.engine.carry_out(SendMessage(case_id=life.case_id, message=message.message, payload=payload), actor)
            life.told.append(message.message)
            return True
    offered = town.engine.look(OfferedIn(life.case_id), _SYSTEM)
    if offered:
        step = dice.choice(offered)
        _finished(town, dice, life, step)
        life.told.append(step.element)
        return True
    due = town.engine.next_due()
    if due is None:
        return False
    _walk(town, max(due - town.clock.now(), timedelta()) + timedelta(seconds=1))
    life.told.append("…")
    return True


def _messages(town: Town, dice: random.Random) -> list[Any]:
    listed = [one for one in town.definition.messages if one.roles]
    return [dice.choice(listed)] if listed and dice.random() < _MESSAGE else []


def _finished(town: Town, dice: random.Random, life: Life, step: Offered) -> None:
    actor = town.doing(step)
    task = town.engine.look(TaskPage(step.work_item_id), actor)
    refusal: Refused | None = None
    for _ in range(_DRAWS):
        answers = town.drawn(dice).answers(task.form, task.context, {}) if task.form else {}
        try:
            town.engine.carry_out(CompleteWorkItem(
                case_id=life.case_id, work_item_id=step.work_item_id, answers=answers), actor)
            return
        except InvalidAnswers as refused:
            refusal = refused
    raise refusal or NotFound


def _walk(town: Town, further: timedelta) -> None:
    """The clock walks from due time to due time; letters are written and timers fire on the way."""
    until = town.clock.now() + further
    while (due := town.engine.next_due()) is not None and due <= until:
        town.clock.walk(max(due, town.clock.now()))
        town.engine.worker().drain()
    town.clock.walk(until)
