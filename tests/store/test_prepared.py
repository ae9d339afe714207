"""Statements sent straight to the driver behave as if they had gone the usual way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, event, select

from engine.assembly import Engine
from engine.store import tables as t
from engine.store.database import Away, Collided
from engine.store.prepared import prepared_select
from engine.store.writes import insert_rows, update_row, update_rows

ROW: dict[str, Any] = {"token": b"x", "account_id": None, "answer": "{}", "made_at": datetime(2027, 1, 1, tzinfo=UTC)}
_r = t.receipt.c
FOUND = select(_r.answer, _r.made_at, _r.account_id).where(_r.token == bindparam("token"))


@pytest.fixture
def row(engine: Engine) -> dict[str, Any]:
    return ROW | {"account_id": engine.clock.new_id()}


def test_what_is_written_is_read_again(engine: Engine, row: dict[str, Any]) -> None:
    with engine.database.writing() as connection:
        insert_rows(connection, t.receipt, [row, row | {"token": b"y"}])
        assert update_row(connection, t.receipt, {"token": b"y"}, {"answer": "[]"}) == 1
        assert update_rows(connection, t.receipt, [{"token": b"z"}], {"answer": "[]"}) == 0
    with engine.database.writing() as connection:
        found = [prepared_select(connection.dialect, FOUND).one_or_none(connection, token=one) for one in (b"x", b"y")]
        assert prepared_select(connection.dialect, FOUND).one_or_none(connection, token=b"z") is None
    assert [tuple(one) for one in found] == [("{}", row["made_at"], row["account_id"]),
                                             ("[]", row["made_at"], row["account_id"])]


def test_the_same_key_twice_is_a_collision_and_changes_nothing(engine: Engine, row: dict[str, Any]) -> None:
    def twice() -> None:
        with engine.database.writing() as connection:
            insert_rows(connection, t.receipt, [row])
            insert_rows(connection, t.receipt, [row])

    with pytest.raises(Collided):
        twice()
    with engine.database.reading() as connection:
        assert connection.execute(select(t.receipt)).all() == []


def test_a_lost_connection_is_given_up_and_the_next_one_works(engine: Engine, row: dict[str, Any]) -> None:
    def cut() -> None:
        with engine.database.writing() as connection:
            connection.connection.driver_connection.close()  # type: ignore[union-attr]  # open connections have one
            insert_rows(connection, t.receipt, [row])

    with pytest.raises(Away):
        cut()
    with engine.database.writing() as connection:
        insert_rows(connection, t.receipt, [row])


def test_who_listens_to_statements_hears_them(engine: Engine, row: dict[str, Any]) -> None:
    heard: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    event.listen(engine.database.engine, "before_cursor_execute", hear)
    with engine.database.writing() as connection:
        insert_rows(connection, t.receipt, [row])
    event.remove(engine.database.engine, "before_cursor_execute", hear)
    assert sum("INSERT INTO receipt" in one for one in heard) == 1
