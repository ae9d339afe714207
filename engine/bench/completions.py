"""Completing one human task end to end, against our own step in memory plus the same rows through the bare driver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from engine.bench import diagrams
from engine.bench.figures import Figures, Row, middle, ratio, timed
from engine.bench.floors import Floor, floor
from engine.bench.houses import DEFINITIONS, House, house
from engine.bench.places import place
from engine.bench.settings import Bench
from engine.bench.statements import Tally, listening
from engine.bench.stock import stock_steps
from engine.bpmn.bundles import compile_bundle
from engine.bpmn.runner import complete, start
from engine.bpmn.snapshots import dump

#: task instances of the case so far: finished ones of a loop, or items that are all open at once
PASTS = (44, 120, 315, 1030)
_ROUND = 3


def measure(bench: Bench) -> Figures:
    """One row a database, shape and size; times in milliseconds."""
    rows = tuple(row for kind in bench.kinds for row in _kind(bench, kind))
    return Figures("completion", "one human task through the front door, in ms", rows, (
        "warm/floor <= 2 and cold/floor <= 4 on SQLite, with one transaction of at most 9 statements",
        "our step at 1030 <= 2 x our step at 44"))


def _kind(bench: Bench, kind: str) -> Iterator[Row]:
    with place(kind, bench.url) as where, house(where) as home, floor(where.floor) as bare:
        for name in ("rounds", "items"):
            for past in PASTS[:1] if bench.scale == "tiny" else PASTS:
                times = _Times()
                for _ in range(bench.choose(1, 4 if name == "rounds" else 2)):
                    _sample(home, bare, name, past, times, bench.choose(2, 6 if name == "rounds" else 10))
                yield {"database": kind, "shape": name, "past": past, **times.row(stock_steps(name, past))}


@dataclass
class _Times:
    """What was taken, each list in the order of the completions."""

    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    busy_floor: list[float] = field(default_factory=list)
    statements: list[float] = field(default_factory=list)

    def row(self, stock: list[float]) -> Row:
        """Medians and their ratios."""
        warm, cold, bottom, least, step = map(middle, (self.warm, self.cold, self.floor, self.least, self.step))
        return {
            "warm": warm, "cold": cold, "floor": bottom, "warm/floor": ratio(warm, bottom),
            "cold/floor": ratio(cold, bottom), "step+commit": least, "warm/step+commit": ratio(warm, least),
            "cpu warm/floor": ratio(middle(self.busy), middle(self.busy_floor)),
            "our step": step, "stock step": middle(stock) if stock else "-", "statements": int(middle(self.statements)),
        }


class _Case:
    """A case with a past in the database, and the same instance in memory beside it."""

    def __init__(self, home: House, name: str, past: int) -> None:
        self.home = home
        answers = {"size": str(past)} if name == "items" else {}
        receipt = home.open_case(name, **answers)
        compiled = compile_bundle(diagrams.bundle(name, DEFINITIONS[name]))
        self.case_id = receipt.case_id
        self._open = list(receipt.offered)
        self._live, _ = start(compiled, name, instance_id=UUID(int=1), variables=dict(answers), clock=home.engine.clock)
        for _ in range(past // _ROUND if name == "rounds" else 0):
            self.finish()
            self.advance()

    def finish(self) -> None:
        """One completion through the door."""
        receipt = self.home.complete(self.case_id, self._open[0])
        self._open = [*self._open[1:], *receipt.offered]


    def advance(self) -> None:
        """One completion in memory."""
        complete(self._live, self._live.open_ids[0], {"approved": "yes"}, self.home.engine.clock)

    def step(self) -> None:
        """One completion in memory, with the bytes to keep."""
        self.advance()
        dump(self._live)


def _sample(home: House, bare: Floor, name: str, past: int, times: _Times, count: int) -> None:
    with listening(home.engine.database.engine) as tally:
        case = _Case(home, name, past)
        bare.write(tally.writes)
        for _ in range(count):
            _once(case, bare, tally, times)


def _once(case: _Case, bare: Floor, tally: Tally, times: _Times) -> None:
    """The program and its floor in turn, so that whatever else the machine does meets both."""
    for kept in (times.warm, times.cold):
        if kept is times.cold:
            case.home.engine.forget_live_cases()
        tally.forget()
        whole = timed(case.finish)
        times.statements.append(tally.statements)
        step, written = timed(case.step), timed(lambda: bare.write(tally.writes))
        kept.append(whole.wall)
        times.step.append(step.wall)
        times.floor.append(step.wall + written.wall)
        times.least.append(step.wall + timed(bare.least).wall)
        if kept is times.warm:
            times.busy.append(whole.busy)
            times.busy_floor.append(step.busy + written.busy)
