"""The engine alone: what the past of an instance costs. Long loops, wide multi-instance activities, snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from engine.assembly import SystemClock
from engine.bench import diagrams
from engine.bench.figures import Figures, Row, middle, ratio, spent
from engine.bench.houses import DEFINITIONS
from engine.bench.settings import Bench
from engine.bpmn.bundles import compile_bundle
from engine.bpmn.runner import Live, complete, start
from engine.bpmn.snapshots import dump

_LAST = 50


def measure(bench: Bench) -> Figures:
    """One row a shape and size."""
    rows = (*_rounds(bench, "rounds", 1), *_rounds(bench, "pairs", 2), *_items(bench))
    return Figures("loops", "the engine in memory, in ms of processor time and bytes", rows, (
        "a round at 10,000 <= 1.5 x a round at 100, its snapshot as large",
        "1,000 items: start <= 50 x that of 20, a completion <= 2 x"))


def _started(name: str, **variables: str) -> tuple[Live, SystemClock]:
    clock = SystemClock()
    compiled = compile_bundle(diagrams.bundle(name, DEFINITIONS[name]))
    return start(compiled, name, instance_id=UUID(int=1), variables=dict(variables), clock=clock)[0], clock


def _advance(live: Live, clock: SystemClock) -> None:
    complete(live, live.open_ids[0], {"approved": "yes"}, clock)


def _rounds(bench: Bench, name: str, tasks: int) -> Iterator[Row]:
    """Rounds of so many human tasks in lives that have gone on for so long.

    The last rounds of each are taken in turn, so that whatever else the machine does meets all of them.
    """
    marks = (20, 40) if bench.scale == "tiny" else (100, 1_000, 10_000)
    lives = {mark: _started(name) for mark in marks}
    for mark, (live, clock) in lives.items():
        for _ in range((mark - min(mark, _LAST)) * tasks):
            _advance(live, clock)
    times: dict[int, list[float]] = {mark: [] for mark in marks}
    for _ in range(_LAST):
        for mark, (live, clock) in lives.items():
            times[mark].append(sum(spent(partial(_advance, live, clock)) for _ in range(tasks)))
    for mark, (live, _) in lives.items():
        cost = middle(times[mark])
        yield {"shape": name, "size": mark, "step": cost, "to least": ratio(cost, middle(times[marks[0]])),
               "snapshot bytes": len(dump(live))}


def _items(bench: Bench) -> Iterator[Row]:
    starts, steps = 0.0, 0.0
    for size in (5, 10) if bench.scale == "tiny" else (20, 1_000):
        _started("items", size=str(size))
        begun = middle(spent(partial(_started, "items", size=str(size))) for _ in range(bench.choose(1, 7)))
        live, clock = _started("items", size=str(size))
        step = middle(spent(partial(_advance, live, clock)) for _ in range(min(size - 1, 19)))
        starts, steps = starts or begun, steps or step
        yield {"shape": "items", "size": size, "start": begun, "start to least": ratio(begun, starts), "step": step,
               "to least": ratio(step, steps), "snapshot bytes": len(dump(live))}
