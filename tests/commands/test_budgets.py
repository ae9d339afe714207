"""What a completed task costs, as counts with budgets: statements, commits, bytes. A timing is never a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.assembly import Engine
from engine.model.commands import AcceptHandover, ClaimWorkItem, OfferHandover
from engine.model.errors import AlreadyDone
from engine.queries.cases import CaseList
from engine.queries.work_items import MyWork
from engine.store import tables as t
from tests import courses
from tests.cast import Cast
from tests.makers import ask, finish

#: of one completed task; what is aimed at is 12 and 1
STATEMENTS, COMMITS = 12, 1
#: of one finished opinion case (four tasks), with the whole ledger, answers, jobs; views are counted apart. Aimed at
#: are 15,000: two thirds of what is above is the ledger's, whose identifiers are written out in hexadecimal
BYTES = 17_500


@contextmanager
def counted(engine: Engine) -> Iterator[dict[str, Any]]:
    """What the engine says to its database inside the block."""
    found: dict[str, Any] = {"statements": [], "commits": 0, "rollbacks": 0}

    def said(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found["statements"].append(statement)

    def committed(_connection: Any) -> None:
        found["commits"] += 1

    def rolled_back(_connection: Any) -> None:
        found["rollbacks"] += 1

    hooks = (("before_cursor_execute", said), ("commit", committed), ("rollback", rolled_back))
    for name, hook in hooks:
        event.listen(engine.database.engine, name, hook)
    try:
        yield found
    finally:
        for name, hook in hooks:
            event.remove(engine.database.engine, name, hook)


def spent(found: dict[str, Any]) -> tuple[bool, int]:
    """Whether the statements keep their budget, with the number of commits; BEGIN and COMMIT are not statements."""
    said = [one for one in found["statements"] if not one.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
    assert len(said) <= STATEMENTS, "\n".join(said)
    return True, found["commits"]


def test_each_completion_of_a_whole_case_keeps_its_budget(engine: Engine, cast: Cast) -> None:
    courses.handed_over(engine, cast)  # so that nothing is compiled or prepared for the first time below
    case = ask(engine, cast.anna)
    with counted(engine) as found:
        written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    assert spent(found) == (True, COMMITS)
    with counted(engine) as found:
        checked = finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    assert spent(found) == (True, COMMITS)
    with counted(engine) as found:
        offered = engine.carry_out(OfferHandover(case_id=case.case_id, work_item_id=checked.offered[0], answers={},
                                                 token="form-1"), cast.anna)
    assert found["commits"] == COMMITS
    assert len(found["statements"]) <= STATEMENTS + 4, "a handover has a row of its own, the token too"
    with counted(engine) as found:
        engine.carry_out(AcceptHandover(case_id=case.case_id, work_item_id=offered.offered[0],
                                        answers={"decision": "accept"}), cast.maria)
    assert found["commits"] == COMMITS
    assert len(found["statements"]) <= STATEMENTS + 4


def test_a_completion_costs_the_same_in_a_long_case(engine: Engine, cast: Cast) -> None:
    """Twenty rounds of the loop later the next task takes as many statements as the first."""
    courses.handed_over(engine, cast)
    case = ask(engine, cast.anna)
    item, costs = case.offered[0], []
    for _ in range(20):
        with counted(engine) as found:
            written = finish(engine, cast.maria, case.case_id, item, opinion="Jeszcze nie")
        costs.append(len(found["statements"]))
        item = finish(engine, cast.anna, case.case_id, written.offered[0], enough="no").offered[0]
    assert set(costs[1:]) == {costs[1]}


def test_taking_a_task_is_one_small_transaction(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    with counted(engine) as found:
        engine.carry_out(ClaimWorkItem(case_id=case.case_id, work_item_id=case.offered[0]), cast.maria)
    assert spent(found) == (True, COMMITS)


def test_a_refusal_takes_back_one_transaction_and_leaves_its_trace_in_another(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    with counted(engine) as found, pytest.raises(AlreadyDone):
        finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    assert (found["commits"], found["rollbacks"] >= 1) == (1, True)


def test_a_page_of_work_costs_the_same_for_one_case_and_for_many(engine: Engine, cast: Cast) -> None:
    ask(engine, cast.anna)
    engine.look(MyWork(tab="team"), cast.maria)
    costs = []
    for _ in range(2):
        with counted(engine) as found:
            engine.look(MyWork(tab="team"), cast.maria)
        with counted(engine) as listed:
            engine.look(CaseList(), cast.anna)
        costs.append((len(found["statements"]), len(listed["statements"])))
        for number in range(10):
            ask(engine, cast.anna, question=f"pytanie {number}")
    assert costs[0] == costs[1], "no statement a row"
    assert max(costs[0]) <= 20


#: rows that say who looked, kept apart from what a case itself takes
VIEWS = ("sight",)


def test_a_finished_case_keeps_its_budget_of_bytes(engine: Engine, cast: Cast) -> None:
    courses.handed_over(engine, cast)
    before = size(engine)
    for _ in range(4):
        courses.handed_over(engine, cast)
        engine.look(CaseList(), cast.anna)
    assert (size(engine) - before) / 4 <= BYTES


def size(engine: Engine) -> int:
    """Bytes of the values of all rows, views apart."""
    skipped = {one for one, name in _streams(engine) if name.startswith("views:")}
    with engine.database.reading() as connection:
        return sum(sum(map(_bytes, row)) for table in t.metadata.sorted_tables if table.name not in VIEWS
                   for row in connection.execute(select(table)) if getattr(row, "stream", None) not in skipped)


def _streams(engine: Engine) -> list[Any]:
    with engine.database.reading() as connection:
        return list(connection.execute(select(t.stream_head.c.stream, t.stream_head.c.name)))


def _bytes(value: Any) -> int:
    """About what a database takes for a value: its bytes, eight for a number or a moment, sixteen for an identifier."""
    if isinstance(value, bytes | memoryview):
        return len(value)
    if isinstance(value, str):
        return len(value.encode())
    return 0 if value is None else 16 if hasattr(value, "hex") and not isinstance(value, float) else 8
