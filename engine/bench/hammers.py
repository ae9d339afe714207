"""The hammer: several processes of the operating system at the same cases at once, killed in the middle of their work.

Two people finish tasks, two programs send messages, two workers fire timers, all in the same two cases; again and again
one of them gets SIGKILL and another takes its place. Afterwards ledger, rows and saved state of each process instance
must tell the same story. The verdict is left to ``drills``.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any
from uuid import UUID

from engine.assembly import Engine, open_engine
from engine.bench import diagrams
from engine.bench.houses import House, house
from engine.bench.places import place
from engine.model.actors import AUDITOR, Actor, system
from engine.model.commands import CompleteWorkItem, PublishDefinition, SendMessage
from engine.model.errors import Refused
from engine.queries.audits import CaseHistory
from engine.queries.trials import WhatHappened
from engine.queries.work_items import MyWork
from engine.settings import Settings

_SYSTEM = system("hammer")
_AUDITOR = Actor(UUID(int=1), "hammer", roles=frozenset({AUDITOR}))
_CASES = 2
_WORDS = 25     # completions and messages acknowledged between two kills
_PATIENCE = 60.0


@dataclass
class Blows:
    """What was acknowledged, by kind: the identifiers of finished tasks, the cases that got a message."""

    items: list[str] = field(default_factory=list)
    messages: Counter[str] = field(default_factory=Counter)
    killed: int = 0

    def hear(self, word: tuple[str, str]) -> None:
        """Note one acknowledgement."""
        kind, value = word
        if kind == "finished":
            self.items.append(value)
        else:
            self.messages[value] += 1


@dataclass(frozen=True)
class Outcome:
    """What the hammer found: how much was acknowledged, lost, done twice, and chains that do not agree."""

    acknowledged: int
    lost: int
    doubled: int
    broken_chains: int


def hammer(rounds: int, kind: str = "sqlite", url: str = "") -> Outcome:
    """Hammer on private cases and kill ``rounds`` times; ``url`` names the PostgreSQL for the kind "postgresql"."""
    with place(kind, url) as where, house(where) as home:
        bundle = diagrams.bundle("hammered", diagrams.HAMMERED)
        home.engine.carry_out(PublishDefinition(bundle=bundle.pack(), standard_only=True), _SYSTEM)
        cases = [one for one in (home.open_case("hammered").case_id for _ in range(_CASES)) if one]
        blows = _hammered(home, cases, rounds)
        home.engine.forget_live_cases()
        return _judged(home.engine, cases, blows)


def _hammered(home: House, cases: list[UUID], rounds: int) -> Blows:
    blows = Blows()
    deeds = (_finish, _send, _fire) * 2
    hands = [_Hand(deed, home, cases) for deed in deeds]
    try:
        for number in range(rounds):
            _listen(hands, blows)
            hands[number % len(hands)].kill(blows)
            hands[number % len(hands)] = _Hand(deeds[number % len(deeds)], home, cases)
    finally:
        for one in hands:
            one.kill(blows)
    return blows


def _listen(hands: list[_Hand], blows: Blows) -> None:
    """Hear some acknowledgements, from whoever speaks."""
    for _ in range(_WORDS):
        for pipe in wait([one.pipe for one in hands], _PATIENCE)[:1]:
            if isinstance(pipe, Connection):
                blows.hear(pipe.recv())


class _Hand:
    """One process at work."""

    def __init__(self, deed: Callable[..., None], home: House, cases: list[UUID]) -> None:
        context = multiprocessing.get_context("forkserver")     # what is imported is imported once
        context.set_forkserver_preload([__name__])
        self.pipe, there = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=_life, args=(deed, home.engine.settings, home.worker, cases, there), daemon=True)
        self.process.start()
        there.close()

    def kill(self, blows: Blows) -> None:
        """SIGKILL, in the middle of whatever it does; what it had acknowledged before still counts."""
        self.process.kill()
        self.process.join()
        blows.killed += 1
        with suppress(EOFError):
            while self.pipe.poll():
                blows.hear(self.pipe.recv())
        self.pipe.close()


def _life(deed: Callable[..., None], settings: Settings, worker: Actor, cases: list[UUID], out: Connection) -> None:
    deed(open_engine(settings), worker, cases, out)


def _finish(engine: Engine, worker: Actor, cases: list[UUID], out: Connection) -> None:
    """Finish whatever is open, for ever; the other one who does the same was often faster."""
    while True:
        for row in engine.look(MyWork(tab="team"), worker).rows:
            command = CompleteWorkItem(case_id=row.case_id, work_item_id=row.work_item_id, answers=diagrams.ANSWERS)
            with suppress(Refused):
                engine.carry_out(command, worker)
                out.send(("finished", row.work_item_id.hex))


def _send(engine: Engine, worker: Actor, cases: list[UUID], out: Connection) -> None:
    """Send messages to the cases in turn, each with a token of its own, and each twice."""
    while True:
        for case_id in cases:
            command = SendMessage(case_id=case_id, message="Ping", token=engine.clock.new_id().hex)
            with suppress(Refused):
                engine.carry_out(command, _SYSTEM)
                out.send(("sent", case_id.hex))
                engine.carry_out(command, _SYSTEM)


def _fire(engine: Engine, worker: Actor, cases: list[UUID], out: Connection) -> None:
    engine.worker().run()


def _judged(engine: Engine, cases: list[UUID], blows: Blows) -> Outcome:
    lost = doubled = 0
    done: Counter[str] = Counter()
    for case_id in cases:
        lines = list(_lines(engine, case_id))
        types = Counter(one.type for one in lines)
        here = Counter(one.data["work_item_id"] for one in lines if one.type == "WorkItemCompleted")
        done += here
        # each finished task led to exactly one that followed
        lost += abs(types["WorkItemOffered"] - len(here) - 1)
        # whoever was killed may have sent one message without a word of it
        surplus = types["MessageReceived"] - blows.messages[case_id.hex]
        lost += max(0, -surplus)
        doubled += max(0, surplus - blows.killed)
        if case_id == cases[0]:
            lost += _differs(engine, types)
    lost += sum(not done[one] for one in blows.items)
    doubled += sum(count > 1 for count in (done + Counter()).values()) + len(blows.items) - len(set(blows.items))
    return Outcome(len(blows.items) + blows.messages.total(), lost, doubled,
                   sum(not verdict.agrees for _, verdict in engine.verify()))


def _lines(engine: Engine, case_id: UUID) -> Iterator[Any]:
    yield from engine.look(CaseHistory(case_id), _AUDITOR).lines


def _differs(engine: Engine, types: Counter[str]) -> int:
    """By how much the saved variables of the first case differ from its ledger: updates that were overwritten."""
    counted = engine.look(WhatHappened(), _SYSTEM).variables
    pairs = (("rounds", "WorkItemCompleted"), ("pings", "MessageReceived"), ("ticks", "TimerFired"))
    return sum(abs(counted.get(name, 0) - types[kind]) for name, kind in pairs)
