"""What may happen in a generated life: a step is finished, a message comes, the key date moves, clocks stand still.

Each deed is a real command of somebody who may give it; each is told by a word, so that a failure can be followed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from engine.bench.lives import DRAWS, Life, Town, begun
from engine.model.actors import system
from engine.model.commands import ChangeAttributes, CompleteWorkItem, ResumeCase, SendMessage, SuspendCase
from engine.model.deadlines import to_warsaw
from engine.model.errors import CaseNotOpen, InvalidAnswers, NobodyWaits, NotFound, Refused
from engine.model.forms import Form
from engine.queries.rows import Task
from engine.queries.stories import Offered, OfferedIn
from engine.queries.work_items import TaskPage

_SYSTEM = system("lives")
#: how often the clock walks on before a deed, and by how many hours
_WALK, _HOURS = 0.5, (2, 20, 30, 100)
#: how often something else happens than that a step is finished
_ELSE = 0.07
#: how often a pause ends when its turn comes
_GOES_ON = 0.5
MOVED = "moved"


def live(town: Town, seed: int, steps: int = 150, **said: Any) -> Iterator[Life]:
    """Live one case; yields after the opening and after every deed, until it is closed or cannot go on.

    ``said`` are raw answers of the start form that win over drawn ones, such as the person's name.
    """
    dice = random.Random(seed)  # noqa: S311 — nothing secret is thrown
    life = begun(town, seed, dice, **said)
    yield life
    for _ in range(steps):
        if not _deed(town, dice, life):
            return
        yield life


def _deed(town: Town, dice: random.Random, life: Life) -> bool:
    """One thing that happens in the case; False when nothing more will."""
    if dice.random() < _WALK:
        town.walk(timedelta(hours=dice.choice(_HOURS)))
    stands = town.stands(life)
    if stands.closed or not stands.goes_on:
        return False
    if stands.paused:
        _resumed(town, dice, life)
    elif not (dice.random() < _ELSE and _something_else(town, dice, life)) and not _step(town, dice, life):
        _waited(town, life)
    return True


def _step(town: Town, dice: random.Random, life: Life) -> bool:
    offered = town.engine.look(OfferedIn(life.case_id), _SYSTEM)
    if not offered:
        return False
    step = dice.choice(offered)
    life.told.append(step.element)
    _finished(town, dice, life, step)
    return True


def _finished(town: Town, dice: random.Random, life: Life, step: Offered) -> None:
    actor = town.doing(step)
    task: Task = town.engine.look(TaskPage(step.work_item_id), actor)
    _drawn(town, dice, task.form, task.context, lambda answers: town.engine.carry_out(CompleteWorkItem(
        case_id=life.case_id, work_item_id=step.work_item_id, answers=answers), actor))


def _drawn(town: Town, dice: random.Random, form: Form | None, context: Mapping[str, Any],
           do: Callable[[dict[str, Any]], Any]) -> None:
    """Do something with drawn answers, drawn anew as long as the form refuses them."""
    refusal: Refused | None = None
    for _ in range(DRAWS):
        try:
            do(town.drawn(dice).answers(form, context, {}) if form else {})
        except InvalidAnswers as refused:
            refusal = refused
        else:
            return
    raise refusal or NotFound


def _waited(town: Town, life: Life) -> None:
    """Until something of this case comes due; what comes due elsewhere happens on the way."""
    due = town.stands(life).next_due
    if due is not None:
        town.walk(max(due - town.clock.now(), timedelta()) + timedelta(seconds=1))
    life.told.append("…")


# --- what else happens

def _something_else(town: Town, dice: random.Random, life: Life) -> bool:
    """False where it did not happen, because no step waits for it."""
    with suppress(NobodyWaits, CaseNotOpen):
        dice.choice((_message, _message, _message, _moved, _paused))(town, dice, life)
        return True
    return False


def _message(town: Town, dice: random.Random, life: Life) -> None:
    there = town.stands(life).roles
    listed = [(one, role) for one in town.definition.messages for role in one.roles if role in there]
    if not listed:
        raise NobodyWaits(message="")
    message, role = dice.choice(listed)
    _drawn(town, dice, town.forms.get(message.form), {"role": role}, lambda payload: town.engine.carry_out(
        SendMessage(case_id=life.case_id, message=message.message, payload=payload), town.of(role)[0]))
    life.told.append(f"message {message.message}")


def _moved(town: Town, dice: random.Random, life: Life) -> None:
    """The key date moves, to and fro."""
    key = town.definition.key_date
    if key is None:
        raise NobodyWaits(message="")
    moment = to_warsaw(town.clock.now() + timedelta(days=dice.randint(-5, 60))).replace(minute=0, second=0,
                                                                                         microsecond=0)
    value = moment.isoformat() if key.type == "datetime" else moment.date().isoformat()
    town.engine.carry_out(ChangeAttributes(case_id=life.case_id, values={key.id: value}, reason="lives"),
                          town.of(town.definition.coordinator)[0])
    life.told.append(MOVED)


def _paused(town: Town, dice: random.Random, life: Life) -> None:
    kind = dice.choice(["other", *(one.id for one in town.definition.pauses)])
    town.engine.carry_out(SuspendCase(case_id=life.case_id, reason="lives", kind=kind),
                          town.of(town.definition.coordinator)[0])
    life.told.append(f"pause {kind}")


def _resumed(town: Town, dice: random.Random, life: Life) -> None:
    """A paused case waits for a person; messages reach it all the same."""
    if dice.random() < _ELSE:
        with suppress(NobodyWaits, CaseNotOpen):
            _message(town, dice, life)
    if town.stands(life).paused and dice.random() < _GOES_ON:
        town.engine.carry_out(ResumeCase(case_id=life.case_id, reason="lives"),
                              town.of(town.definition.coordinator)[0])
        life.told.append("resumed")
    else:
        town.walk(timedelta(days=dice.randint(1, 20)))
        life.told.append("…")
