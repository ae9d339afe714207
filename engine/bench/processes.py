"""The process that other systems were measured with, over HTTP: start, A, gateway, B1 B2 B3 side by side, Z.

One visitor, one request at a time. Times come from the real server in a process of its own, statements and commits from
the same application called in this one, bytes from the database after many finished cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text

from engine.bench import diagrams
from engine.bench.figures import Figures, Row, high, middle, took
from engine.bench.houses import PASSWORD, House, house
from engine.bench.places import place
from engine.bench.settings import Bench, Web
from engine.bench.statements import listening
from engine.bench.visitors import HttpVisitor, Visitor, WsgiVisitor
from engine.queries.cases import CasePage
from engine.queries.work_items import TaskPage

_FORM = {"approved": diagrams.ANSWERS["approved"], "note": diagrams.ANSWERS["note"]}


def measure(bench: Bench) -> Figures:
    """One row a database; without the screens only the bytes are measured."""
    rows = tuple(row for kind in bench.kinds for row in _kind(bench, kind))
    return Figures("process", "five tasks over HTTP, one visitor, in ms and bytes", rows, (
        "a completion: at most 12 statements and 1 commit", "a finished case: at most 15,000 bytes, views apart"))


def _kind(bench: Bench, kind: str) -> Iterator[Row]:
    with place(kind, bench.url) as where, house(where) as home:
        row: dict[str, str | int | float] = {"database": kind}
        if bench.web is not None:
            row |= _counted(home, bench.web)
            row |= _timed(home, bench.web, bench.choose(1, 25))
        row |= _sized(home, bench.choose(3, 200))
        yield row


def _timed(home: House, web: Web, cases: int) -> Row:
    page, post, receipt = [], [], []
    with web.serve(home.engine.settings) as address, HttpVisitor(address) as visitor:
        _sign_in(visitor)
        for number in range(cases + 1):
            for item in _work(home):
                seen, sent, told = _completed(visitor, item)
                if number:   # the first case only warms up
                    page.append(seen)
                    post.append(sent)
                    receipt.append(told)
    return {"completion": middle(post), "p95": high(post), "task page": middle(page), "receipt page": middle(receipt)}


def _counted(home: House, web: Web) -> Row:
    visitor = WsgiVisitor(web.application(home.engine))
    _sign_in(visitor)
    counts = []
    for item in _work(home):
        form = _form(visitor, item)
        with listening(home.engine.database.engine) as tally:
            visitor.post(f"/tasks/{item}/completion", form)
        counts.append((tally.statements, tally.commits))
    return {"statements": max(one for one, _ in counts), "commits": max(one for _, one in counts)}


def _sign_in(visitor: Visitor) -> None:
    visitor.post("/sign-in", {"email": "worker@bench.example", "password": PASSWORD, "next": "/"})


def _work(home: House) -> Iterator[UUID]:
    """The open work of a new case, one by one until it is finished; the first is never the same page twice."""
    case_id = home.open_case("five").case_id
    while case_id is not None:
        balls = home.engine.look(CasePage(case_id), home.asker).balls
        if not balls:
            return
        yield balls[0].work_item_id


def _form(visitor: Visitor, item: UUID) -> dict[str, str]:
    """The form of a task as the page asks it, filled in."""
    page = visitor.get(f"/tasks/{item}")
    return {**_FORM, "csrf_token": page.hidden("csrf_token"), "_token": page.hidden("_token")}


def _completed(visitor: Visitor, item: UUID) -> tuple[float, float, float]:
    form: dict[str, str] = {}
    seen = took(lambda: form.update(_form(visitor, item)))
    sent = took(lambda: visitor.post(f"/tasks/{item}/completion", form))
    return seen, sent, took(lambda: visitor.get(f"/tasks/{item}/completion"))


def _sized(home: House, cases: int) -> Row:
    """Bytes of a finished case with its letters, then those of the record of one look at a task."""
    _finished(home, 1)
    before = _bytes(home)
    _finished(home, cases)
    after = _bytes(home)
    item = home.open_case("five").offered[0]
    begun = _bytes(home)
    for _ in range(cases):
        home.engine.look(TaskPage(item), home.worker)
    return {"bytes a case": (after - before) // cases, "bytes a view": (_bytes(home) - begun) // cases}


def _finished(home: House, cases: int) -> None:
    for number in range(cases):
        receipt = home.open_case("five")
        todo = list(receipt.offered)
        while todo:
            item = todo.pop(0)
            todo.extend(home.complete(receipt.case_id, item, token=f"{number}|{item}").offered)
    home.engine.worker().drain()


def _bytes(home: House) -> int:
    database = home.engine.database
    with database.reading() as connection:
        if database.is_sqlite:
            pages = connection.execute(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        else:
            pages = connection.execute(text(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = current_schema()::regnamespace"))
        return int(pages.scalar_one())
