"""Benches: how long things take, always beside what they could cost at best, measured in the same run.

This floor stands above everything it measures and nothing stands on it but the command line. A figure here is never a
test; what can be counted (statements, commits, bytes) has its budget in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from engine.bench import completions, loops, processes, snapshots, verifications, waits, worklists
from engine.bench.figures import Figures
from engine.bench.places import NoServer, private_server
from engine.bench.settings import Bench, Web

BENCHES: dict[str, Callable[[Bench], Figures]] = {
    "completion": completions.measure,
    "process": processes.measure,
    "worklist": worklists.measure,
    "timers": waits.measure,
    "verify": verifications.measure,
    "loops": loops.measure,
    "snapshots": snapshots.measure,
}


def run(names: Iterable[str], bench: Bench) -> Iterator[Figures]:
    """The figures of each bench as it ends. Without a URL a private PostgreSQL is started; NoServer if none is."""
    if "postgresql" in bench.kinds and not bench.url:
        with private_server() as url:
            yield from run(names, replace(bench, url=url))
        return
    for name in names:
        yield BENCHES[name](bench)


__all__ = ["BENCHES", "Bench", "Figures", "NoServer", "Web", "run"]
