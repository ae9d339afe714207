"""Drills: what an institution may repeat on its own machine to see that nothing acknowledged is lost.

Each works on a private SQLite installation that is deleted afterwards, and ends with a verdict; the short form takes
seconds. What is measured instead is left to ``bench``.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from engine.assembly import Engine, open_engine
from engine.bench import hammers
from engine.bench.houses import House, house
from engine.bench.lifetimes import Lived, lead
from engine.bench.places import place
from engine.model.actors import AUDITOR, Actor
from engine.model.commands import CompleteWorkItem
from engine.queries.audits import CaseHistory
from engine.queries.work_items import MyWork
from engine.settings import Settings

_CASES = 3
_AUDITOR = Actor(UUID(int=1), "drill", roles=frozenset({AUDITOR}))


@dataclass(frozen=True)
class Verdict:
    """What a drill found: completions acknowledged, lost, done more than once, chains that do not agree."""

    drill: str
    acknowledged: int
    lost: int
    doubled: int
    broken_chains: int

    @property
    def passed(self) -> bool:
        """Whether nothing was lost, doubled or broken."""
        return not (self.lost or self.doubled or self.broken_chains)


def kill(*, full: bool = False) -> Verdict:
    """SIGKILL a process in the middle of its completions, again and again."""
    with place("sqlite") as where, house(where) as home:
        cases = [home.open_case("rounds").case_id for _ in range(_CASES)]
        acknowledged: list[str] = []
        for number in range(200 if full else 8):
            acknowledged += _life(home, 1 + number % 3)
        return _judged("kill", home.engine, cases, acknowledged)


def _life(home: House, words: int) -> list[str]:
    """What one life acknowledged before it was killed, ``words`` completions after it began."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(home.engine.settings, home.worker, there))
    process.start()
    there.close()
    heard = [here.recv() for _ in range(words)]
    process.kill()
    process.join()
    while here.poll():
        try:
            heard.append(here.recv())
        except EOFError:
            break
    here.close()
    return heard


def _work(settings: Settings, worker: Actor, out: Connection) -> None:
    """Finish what is open, for ever, and say so each time it is acknowledged."""
    engine = open_engine(settings)
    while True:
        for row in engine.look(MyWork(tab="team"), worker).rows:
            engine.carry_out(CompleteWorkItem(case_id=row.case_id, work_item_id=row.work_item_id,
                                              answers={}, token=row.work_item_id.hex), worker)
            out.send(row.work_item_id.hex)


def restore(*, full: bool = False) -> Verdict:
    """Back up a working installation, go on working, restore the copy elsewhere."""
    with place("sqlite") as where, house(where) as home:
        opened = [home.open_case("rounds") for _ in range(50 if full else _CASES)]
        done = [one.offered[0] for one in opened if home.complete(one.case_id, one.offered[0])]
        home.engine.backup(where.directory / "copy")
        home.open_case("rounds")
        elsewhere = where.directory / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "keys.json").write_bytes((where.directory / "keys.json").read_bytes())
        Engine.restore(where.directory / "copy", elsewhere)
        other = _opened(elsewhere)
        try:
            found = _judged("restore", other, [one.case_id for one in opened], [one.hex for one in done])
        finally:
            other.close()
        return found


def _opened(directory: Path) -> Engine:
    return open_engine(Settings(data_dir=directory, operator="drill"))


def _judged(name: str, engine: Engine, cases: list[UUID | None], acknowledged: list[str]) -> Verdict:
    lines = [line for case_id in cases if case_id for line in engine.look(CaseHistory(case_id), _AUDITOR).lines]
    times = Counter(line.data["work_item_id"] for line in lines if line.type == "WorkItemCompleted")
    return Verdict(name, len(acknowledged), sum(not times[one] for one in acknowledged),
                   sum(count > 1 for count in times.values()),
                   sum(not verdict.agrees for _, verdict in engine.verify()))


def hammer(*, full: bool = False, kind: str = "sqlite", url: str = "") -> Verdict:
    """Several processes at the same cases at once, on SQLite or, with an address, on PostgreSQL."""
    found = hammers.hammer(120 if full else 6, kind, url)
    return Verdict("hammer" if kind == "sqlite" else f"hammer ({kind})", **asdict(found))


def lives(*, full: bool = False) -> Lived:
    """Generated people go through the shown process: is one institution responsible after every event, do all end."""
    return lead(500 if full else 12)


DRILLS: dict[str, Callable[..., Verdict | Lived]] = {
    "kill": kill, "restore": restore, "hammer": hammer, "lives": lives}
