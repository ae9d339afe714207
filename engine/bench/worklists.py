"""My work, page 1 of every tab, with few and with very many open tasks: whether a page pays for the work of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from engine.bench import diagrams
from engine.bench.clocks import MovedClock
from engine.bench.figures import Figures, Row, high, middle, ratio, took
from engine.bench.houses import DEFINITIONS, House, house
from engine.bench.places import place
from engine.bench.settings import Bench
from engine.bench.statements import listening
from engine.bpmn.bundles import compile_bundle
from engine.queries.cases import CaseList
from engine.queries.work_items import MyWork
from engine.store import bulk

_ITEMS = 10
_TURN = 100
_DAYS = 28


def measure(bench: Bench) -> Figures:
    """One row a database, number of open tasks and tab."""
    rows = tuple(row for kind in bench.kinds for row in _kind(bench, kind))
    return Figures("worklist", "My work, page 1 with all counts and the record of who looked, in ms", rows,
                   ("page 1 at the largest number of open tasks <= 1.5 x at 1,000",))


def _kind(bench: Bench, kind: str) -> Iterator[Row]:
    """The sizes side by side and asked in turn, so that whatever else the machine does meets all of them."""
    with ExitStack() as stack:
        homes = {size: stack.enter_context(_loaded(bench, kind, size)) for size in _sizes(bench)}
        for page in _PAGES:
            taken: dict[int, list[float]] = {size: [] for size in homes}
            counts = {size: _statements(home, page) for size, home in homes.items()}
            for _ in range(bench.choose(2, 25)):
                for size, home in homes.items():
                    taken[size].append(took(partial(_look, home, page)))
            first = middle(next(iter(taken.values())))
            for size, times in taken.items():
                yield {"database": kind, "page": page, "open": size, "ms": middle(times), "p95": high(times),
                       "to least": ratio(middle(times), first), "statements": counts[size]}


@contextmanager
def _loaded(bench: Bench, kind: str, size: int) -> Iterator[House]:
    clock = MovedClock()
    with place(kind, bench.url) as where, house(where, clock) as home:
        _load(home, clock, size)
        home.engine.database.refresh_statistics()
        for row in home.engine.look(MyWork("team"), home.worker).rows[:20]:
            home.complete(row.case_id, row.work_item_id)
        yield home


def _sizes(bench: Bench) -> tuple[int, ...]:
    return {"tiny": (20, 40), "normal": (1_000, 50_000), "full": (1_000, 50_000, 1_000_000)}[bench.scale]


_PAGES: dict[str, tuple[Any, str]] = {
    "mine": (MyWork("mine"), "worker"), "team": (MyWork("team"), "worker"),
    "overdue": (MyWork("team", overdue=True), "worker"), "waiting": (MyWork("waiting"), "asker"),
    "done": (MyWork("done"), "worker"), "cases": (CaseList(), "worker"),
}


def _look(home: House, page: str) -> None:
    query, who = _PAGES[page]
    home.engine.look(query, home.worker if who == "worker" else home.asker)


def _statements(home: House, page: str) -> int:
    _look(home, page)
    with listening(home.engine.database.engine) as tally:
        _look(home, page)
    return tally.statements


def _load(home: House, clock: MovedClock, wanted: int) -> None:
    """Open cases with ten tasks each, over the last weeks, until so many are open."""
    name, loaded, engine = "items", 0, home.engine
    compiled = compile_bundle(diagrams.bundle(name, DEFINITIONS[name]))
    while loaded < wanted:
        cases = max(1, min(_TURN, wanted // _ITEMS // _DAYS, (wanted - loaded) // _ITEMS))
        clock.later = timedelta(days=loaded * _DAYS // wanted - _DAYS)
        with engine.database.writing() as connection:
            plan = bulk.Load(
                name, 1, compiled, {"size": str(min(_ITEMS, wanted - loaded))},
                {"family_name": diagrams.QUESTION["family_name"], "given_names": diagrams.QUESTION["given_names"]},
                home.asker, home.worker, bulk.agreement_of(connection, home.asker.institution_id),
                datetime(2027, 6, 1, tzinfo=UTC) + timedelta(hours=loaded // 10))
            loaded += bulk.load(connection, clock, engine.vault, plan, cases)
    clock.later = timedelta()
