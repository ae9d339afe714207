"""The questions asked all day are answered through an index on both databases, however many rows there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from engine.assembly import Engine
from engine.model.actors import Actor
from engine.queries.cases import CasePage
from engine.queries.work_items import MyWork
from engine.store import jobs
from engine.store import tables as t
from tests.cast import Cast
from tests.intruders import as_owner
from tests.makers import ask, finish

Said = list[tuple[str, Any]]


def statements(engine: Engine, deed: Callable[[], Any]) -> Said:
    """What a deed says to the database, with its parameters as the driver gets them."""
    found: Said = []

    def said(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(engine.database.engine, "before_cursor_execute", said)
    try:
        deed()
    finally:
        event.remove(engine.database.engine, "before_cursor_execute", said)
    return found


def plan(engine: Engine, statement: str, parameters: Any) -> str:
    """How the database would answer; PostgreSQL is asked for its way through indexes, as with many rows."""
    with engine.database.engine.connect() as connection, connection.begin() as transaction:
        if engine.database.is_sqlite:
            rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            found = "\n".join(row[-1] for row in rows)
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan=off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan=off")
            found = "\n".join(row[0] for row in connection.exec_driver_sql("EXPLAIN " + statement, parameters))
        transaction.rollback()
    return found


def fill(engine: Engine, cast: Cast) -> None:
    """Some cases."""
    for number in range(5):
        ask(engine, cast.anna, question=f"pytanie {number}")


def plans(engine: Engine, said: Said, *words: str) -> list[str]:
    """The plans of those statements that hold all of these words."""
    found = [plan(engine, *one) for one in said if all(word in one[0] for word in words)]
    assert found, [one[0][:80] for one in said]
    return found


TABS = {"mine": "work_item_owned", "team": "work_item_inbox", "waiting": "work_item_waiting",
        "done": "work_item_performed"}


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_my_work_goes_through_its_index(engine: Engine, cast: Cast, tab: str) -> None:
    fill(engine, cast)
    actor: Actor = cast.anna if tab == "waiting" else cast.maria
    said = statements(engine, lambda: engine.look(MyWork(tab=tab), actor))
    for found in plans(engine, said, "person_enc"):
        assert TABS[tab] in found, found
        assert not scans(found, "work_item"), found


def scans(found: str, table: str) -> bool:
    """Whether the whole of a table is read."""
    return bool(re.search(rf"(SCAN {table}$|SCAN {table} (?!USING)|Seq Scan on {table}\b)", found, re.MULTILINE))


def test_the_wall_is_one_probe_of_an_index_for_each_row(engine: Engine, cast: Cast) -> None:
    """Not a list of all cases that the institution takes part in."""
    fill(engine, cast)
    case = ask(engine, cast.anna)
    for deed in (lambda: engine.look(MyWork(tab="team"), cast.maria),
                 lambda: engine.look(CasePage(case.case_id), cast.maria)):
        for found in plans(engine, statements(engine, deed), "EXISTS", "participation"):
            assert "participation_by_case" in found, found
            assert not scans(found, "participation"), found


def test_due_jobs_are_found_by_an_index(engine: Engine, cast: Cast) -> None:
    fill(engine, cast)

    def claim() -> None:
        with engine.database.writing() as connection:
            jobs.claim(connection, engine.clock, ("general", "mail"), ("timer", "mail"))

    said = statements(engine, claim)
    for found in plans(engine, said, "UPDATE job", "lease_token"):
        assert "job_due" in found, found
        assert not scans(found, "job"), found
    for found in plans(engine, said, "UPDATE job", "lease_until <"):
        assert "job_leased" in found, found


def test_timers_of_a_step_are_cancelled_by_an_index(engine: Engine, cast: Cast, database_url: str) -> None:
    case, now = ask(engine, cast.anna), engine.clock.now()
    with engine.database.writing() as connection:
        connection.execute(t.job.insert(), [
            {"job_id": engine.clock.new_id(), "queue": "general", "kind": "timer", "payload": "{}", "priority": 0,
             "activity_id": engine.clock.new_id(), "run_at": now, "state": jobs.QUEUED, "attempts": 0,
             "max_attempts": 8, "error": "", "created_at": now} for _ in range(2000)])
    if not engine.database.is_sqlite:
        with as_owner(database_url) as connection:
            connection.exec_driver_sql("ANALYZE job")
    said = statements(engine, lambda: finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe"))
    for found in plans(engine, said, "UPDATE job"):
        assert "job_by_activity" in found, found


def test_a_chain_is_read_by_its_key(engine: Engine, cast: Cast) -> None:
    fill(engine, cast)
    case = ask(engine, cast.anna)
    said = statements(engine, lambda: engine.look(CasePage(case.case_id), cast.anna))
    for found in plans(engine, said, "FROM ledger_entry", "ORDER BY ledger_entry.sequence"):
        assert not scans(found, "ledger_entry"), found
        assert "TEMP B-TREE" not in found, found
        assert "Sort" not in found, found


def test_a_completion_reads_no_table_from_end_to_end(engine: Engine, cast: Cast) -> None:
    fill(engine, cast)
    case = ask(engine, cast.anna)
    said = statements(engine, lambda: finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe"))
    for statement, parameters in said:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and not isinstance(parameters, list):
            found = plan(engine, statement, parameters)
            for table in ("case_file", "work_item", "participation", "job", "subscription", "answer", "ledger_entry"):
                assert not scans(found, table), f"{statement}\n{found}"
