"""Many generated lives in one town, judged: was exactly one institution responsible after every event, did all end.

A life is bad where nobody or two were responsible, where a command was refused that its giver may give, where nothing
is open and nothing comes due although the case is not closed, or where it does not end. How lives are led is left to
``lives`` and ``deeds``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.assembly import bundle_of, open_engine
from engine.bench.clocks import WalkingClock
from engine.bench.deeds import MOVED, live
from engine.bench.lives import Life, Town, found
from engine.bench.places import place
from engine.model.actors import AUDITOR, Actor
from engine.model.deadlines import WARSAW
from engine.model.errors import Refused
from engine.queries.audits import CaseHistory
from engine.queries.cases import CasePage
from engine.settings import Settings

PROCESSES = Path(__file__).parents[2] / "processes"
_BEGINS = datetime(2027, 1, 4, 8, tzinfo=WARSAW)
_AUDITOR = Actor(UUID(int=1), "drill", roles=frozenset({AUDITOR}))
#: how much of a bad life is told
_LAST = 12
_INCIDENT = "IncidentRaised"


@dataclass
class Lived:
    """What many lives came to."""

    lives: int = 0
    closed: int = 0
    #: entries of the ledger after which was asked who is responsible
    events: int = 0
    #: events after which not exactly one institution was
    irresponsible: int = 0
    incidents: int = 0
    broken_chains: int = 0
    #: in how many lives a deed happened or a step was finished; and where lives ended, by their attributes of choice
    reached: Counter[str] = field(default_factory=Counter)
    #: steps of people that nobody came to
    missed: tuple[str, ...] = ()
    #: what was wrong with which life, with its last deeds
    bad: list[str] = field(default_factory=list)

    @property
    def variants(self) -> dict[str, int]:
        """In how many lives each way to begin, message, pause and attribute of choice occurred."""
        return {name: count for name, count in sorted(self.reached.items()) if " " in name or name == MOVED}

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong with any of them."""
        wrong = self.irresponsible or self.incidents or self.broken_chains or self.bad
        return not wrong and self.closed == self.lives


def shown() -> Path:
    """The process whose lives are led: the first that says what people mostly answer, in its ``demo.json``."""
    return next(one.parent for one in sorted(PROCESSES.glob("*/demo.json")))


def mostly(folder: Path) -> dict[str, Any]:
    """What is mostly answered to questions of a process, by their keys."""
    given = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    return dict(given["lives"]["mostly"])


def lead(count: int, tell: Callable[[int], None] = lambda _number: None) -> Lived:
    """Lead so many lives through the shown process, on a private SQLite; ``tell`` hears how many were led."""
    folder, clock = shown(), WalkingClock(_BEGINS)
    with place("sqlite") as where:
        engine = open_engine(Settings(data_dir=where.directory, database_url=where.house, operator="drill"), clock)
        try:
            return judged(found(engine, clock, bundle_of(folder), mostly(folder)), range(count), tell)
        finally:
            engine.close()


def judged(town: Town, seeds: range, tell: Callable[[int], None] = lambda _number: None) -> Lived:
    """Lead the lives of these seeds in a town and judge them."""
    result = Lived()
    for number, seed in enumerate(seeds, 1):
        _one(town, seed, result)
        tell(number)
    result.missed = tuple(sorted(set(town.steps) - set(result.reached)))
    result.broken_chains = sum(not verdict.agrees for _, verdict in town.engine.verify())
    return result


def _one(town: Town, seed: int, result: Lived) -> None:
    result.lives += 1
    life: Life | None = None
    try:
        for life in live(town, seed):
            if not town.stands(life).holds:
                _say(result, seed, life, "not exactly one institution is responsible")
                break
    except Refused as refused:
        _say(result, seed, life, f"{refused.code} {dict(refused.params)}")
    if life is not None:
        _ended(town, life, result)


def _ended(town: Town, life: Life, result: Lived) -> None:
    stands = town.stands(life)
    result.closed += stands.closed
    result.events += len(stands.after_each)
    result.irresponsible += sum(one is None for one in stands.after_each) + (not stands.holds)
    if not stands.closed:
        _say(result, life.seed, life, "it does not end" if stands.goes_on else "nobody can continue it")
    lines = town.engine.look(CaseHistory(life.case_id), _AUDITOR).lines
    result.incidents += sum(one.type == _INCIDENT for one in lines)
    result.reached.update({*life.told, *_choices(town, life)})


def _choices(town: Town, life: Life) -> Iterator[str]:
    """Where the case ended, in the attributes that its definition shows in lists."""
    with suppress(Refused):
        row = town.engine.look(CasePage(life.case_id), town.of(town.definition.coordinator)[0]).row
        yield from (f"{one.name} {one.value}" for one in row.attributes if one.column and one.options and one.value)


def _say(result: Lived, seed: int, life: Life | None, what: str) -> None:
    told: list[str] = life.told[-_LAST:] if life else []
    result.bad.append(f"{seed}: {what}; {', '.join(told) or '–'}")
