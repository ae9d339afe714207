"""Timers: finding the due ones among very many that wait, and firing them through the same door as everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from engine.bench.clocks import MovedClock
from engine.bench.figures import Figures, Row, middle, ratio, took
from engine.bench.houses import House, house
from engine.bench.places import place
from engine.bench.settings import Bench
from engine.store import bulk, jobs

_BATCH = 10


def measure(bench: Bench) -> Figures:
    """One row a database."""
    rows = tuple(row for kind in bench.kinds for row in _kind(bench, kind))
    return Figures("timers", "due timers among waiting ones: ms to lease ten, timers fired in a second", rows,
                   ("ten due ones found and leased among 1,000,000 in <= 10 ms", "fired: >= 200 a second"))


def _kind(bench: Bench, kind: str) -> Iterator[Row]:
    clock = MovedClock()
    waiting = bench.choose(100, 100_000, 1_000_000)
    with place(kind, bench.url) as where, house(where, clock) as home:
        few = _leased(home, clock, bench.choose(2, 20))
        with home.engine.database.writing() as connection:
            bulk.load_timers(connection, clock, waiting, timedelta(days=400))
        home.engine.database.refresh_statistics()
        many = _leased(home, clock, bench.choose(2, 20))
        yield {"database": kind, "waiting": waiting, "to lease 10": many, "with none waiting": few,
               "ratio": ratio(many, few), "fired a second": _fired(home, clock, bench.choose(3, 300))}


def _leased(home: House, clock: MovedClock, times: int) -> float:
    """Milliseconds to find and lease ten due jobs, each time ten others."""
    database = home.engine.database
    with database.writing() as connection:
        bulk.load_timers(connection, clock, times * _BATCH, -timedelta(hours=1))
    taken = []
    for _ in range(times):
        with database.writing() as connection:
            taken.append(took(partial(jobs.claim, connection, clock, ("general",), ("timer",), _BATCH)))
    return middle(taken)


def _fired(home: House, clock: MovedClock, cases: int) -> float:
    """How many timers of real cases a worker fires in a second."""
    worker = home.engine.worker()
    clock.later = timedelta(minutes=5)   # what was only leased comes back, and is done away with
    worker.drain()
    for _ in range(cases):
        home.open_case("rounds")
    worker.drain()
    clock.later = timedelta(days=31)

    spent = took(worker.drain)
    with home.engine.database.reading() as connection:
        fired = bulk.count_fired(connection)
    return round(fired / spent * 1000, 1)


