"""Whoever has the database but not the keys cannot change the past unseen: each change names its first broken entry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from engine.assembly import Engine
from engine.model.commands import ClaimWorkItem
from engine.model.errors import NotFound
from engine.queries.audits import CaseHistory
from engine.queries.cases import CasePage
from engine.store import ledger
from engine.store import tables as t
from engine.store.database import Collided
from tests import courses
from tests.cast import Cast
from tests.intruders import as_owner, broken, tampering
from tests.makers import ask

_e = t.ledger_entry.c
NUMBER = "2027/0001"


@pytest.fixture
def case_id(engine: Engine, cast: Cast) -> UUID:
    """A case with its whole course behind it, a second one beside it."""
    found = courses.handed_over(engine, cast).case_id
    ask(engine, cast.anna, family_name="Inny")
    assert found
    assert courses.agrees(engine)
    return found


@pytest.fixture
def places(engine: Engine, case_id: UUID) -> tuple[int, ...]:
    """The first, a middle and the last number of the case's chain."""
    total = len(courses.entries(engine, case_id))
    assert total > 20
    return 1, total // 2, total


def another(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, str):
        return value + "X"
    return uuid4() if value is None or isinstance(value, UUID) else value + timedelta(milliseconds=1)


def only(connection: Connection, case_id: UUID, number: int) -> Any:
    return connection.execute(select(t.ledger_entry).where(_e.stream == case_id, _e.sequence == number)).one()


def put(connection: Connection, stream: UUID, number: int, /, **values: Any) -> None:
    connection.execute(update(t.ledger_entry).where(_e.stream == stream, _e.sequence == number).values(values))


def end(connection: Connection, case_id: UUID, **values: Any) -> None:
    connection.execute(update(t.case_file).where(t.case_file.c.case_id == case_id).values(values))


def test_a_changed_column_names_its_entry(engine: Engine, database_url: str, case_id: UUID,
                                          places: tuple[int, ...]) -> None:
    columns = [one.name for one in t.ledger_entry.columns]
    for column, number in product(columns, places):
        with tampering(database_url) as connection:
            row = only(connection, case_id, number)
            put(connection, case_id, number, **{column: another(getattr(row, column))})
            found = broken(engine, connection)
        assert found.pop(NUMBER)[0] == number, column
        assert bool(found) == (column == "stream"), "an entry moved to another stream shows there too"
    assert courses.agrees(engine)


def test_a_word_changed_inside_an_entry_names_it(engine: Engine, database_url: str, case_id: UUID) -> None:
    for field in ("a", "at", "c", "d", "p", "r", "s", "t", "v"):
        with tampering(database_url) as connection:
            body = bytes(only(connection, case_id, 5).body)
            changed = body.replace(f'"{field}":'.encode(), f'"{field}x":'.encode(), 1)
            assert changed != body, field
            put(connection, case_id, 5, body=changed)
            assert broken(engine, connection) == {NUMBER: (5, "changed")}, field


def test_a_deleted_entry_is_missed_where_it_stood(engine: Engine, database_url: str, case_id: UUID,
                                                  places: tuple[int, ...]) -> None:
    for number in places:
        with tampering(database_url) as connection:
            connection.execute(delete(t.ledger_entry).where(_e.stream == case_id, _e.sequence == number))
            assert broken(engine, connection) == {NUMBER: (number, "missing")}
            for later in range(number + 1, places[-1] + 1):
                put(connection, case_id, later, sequence=later - 1)
            assert broken(engine, connection)[NUMBER][0] == number, "closing ranks does not help"


def test_all_entries_of_a_case_deleted_are_missed(engine: Engine, database_url: str, case_id: UUID) -> None:
    with tampering(database_url) as connection:
        connection.execute(delete(t.ledger_entry).where(_e.stream == case_id))
        assert broken(engine, connection) == {NUMBER: (1, "missing")}


def test_two_entries_that_changed_places_are_noticed(engine: Engine, database_url: str, case_id: UUID) -> None:
    with tampering(database_url) as connection:
        for old, new in ((4, 9999), (7, 4), (9999, 7)):
            put(connection, case_id, old, sequence=new)
        assert broken(engine, connection) == {NUMBER: (4, "changed")}


def forged(previous: Any) -> dict[str, Any]:
    """A row after this one, with the hash that everybody can compute."""
    number = previous.sequence + 1
    body = bytes(previous.body).replace(f'"s":{previous.sequence}'.encode(), f'"s":{number}'.encode())
    return {**previous._mapping, "sequence": number, "body": body,
            "hash": hashlib.sha256(b"\x02" + bytes(previous.hash) + body).digest()}


def test_an_entry_added_with_a_right_hash_is_noticed(engine: Engine, database_url: str, case_id: UUID,
                                                     places: tuple[int, ...]) -> None:
    last = places[-1]
    with tampering(database_url) as connection:
        row = forged(only(connection, case_id, last))
        connection.execute(insert(t.ledger_entry), [row])
        assert broken(engine, connection) == {NUMBER: (last + 1, "added")}
        end(connection, case_id, sequence=last + 1, head=row["hash"])
        assert broken(engine, connection) == {NUMBER: (last + 1, "seal")}, "nor does moving the head along"


def rewritten(connection: Connection, case_id: UUID, change: Callable[[bytes], bytes]) -> None:
    """Every entry from the third on anew, with hashes that fit each other: a forger with patience."""
    rows = connection.execute(select(t.ledger_entry).where(_e.stream == case_id).order_by(_e.sequence)).all()
    known = bytes(rows[1].hash)
    for row in rows[2:]:
        body = change(bytes(row.body)) if row.sequence == 3 else bytes(row.body)
        known = hashlib.sha256(b"\x02" + known + body).digest()
        put(connection, case_id, row.sequence, body=body, hash=known)
    end(connection, case_id, head=known)


@pytest.mark.parametrize("change", [
    lambda body: body.replace(b'"c":"OpenCase"', b'"c":"FireTimer"'),
    lambda _: b"not json",
    lambda _: b"[]",
    lambda _: b"{}",
    lambda _: b"\xff\xfe",
], ids=["another command", "not json", "a list", "an empty object", "no text"])
def test_a_chain_computed_anew_from_end_to_end_does_not_carry_the_seal(
        engine: Engine, database_url: str, case_id: UUID, change: Callable[[bytes], bytes]) -> None:
    with tampering(database_url) as connection:
        rewritten(connection, case_id, change)
        assert set(broken(engine, connection)) == {NUMBER}


def test_a_changed_end_of_a_chain_is_noticed(engine: Engine, database_url: str, case_id: UUID,
                                             places: tuple[int, ...]) -> None:
    ends = ((NUMBER, t.case_file, t.case_file.c.case_id == case_id),
            ("access", t.stream_head, t.stream_head.c.name == "access"))
    for (name, table, where), column in product(ends, ("sequence", "head", "seal")):
        with tampering(database_url) as connection:
            row = connection.execute(select(table).where(where)).one()
            connection.execute(update(table).where(where).values({column: another(getattr(row, column))}))
            found = broken(engine, connection)
        assert {key: reason for key, (_, reason) in found.items()} == {name: "seal"}, column
        assert found[name][0] >= min(places[-1], row.sequence)


def test_an_older_end_of_the_chain_does_not_hide_what_came_after(engine: Engine, cast: Cast, database_url: str) -> None:
    """Head and seal of yesterday are genuine; put back, they must not make today's entries disappear."""
    case = ask(engine, cast.anna)
    with as_owner(database_url) as connection:
        before = connection.execute(select(t.case_file)).one()
    engine.carry_out(ClaimWorkItem(case_id=case.case_id, work_item_id=case.offered[0]), cast.maria)
    with tampering(database_url) as connection:
        end(connection, case.case_id, sequence=before.sequence, head=before.head, seal=before.seal)
        assert broken(engine, connection) == {NUMBER: (before.sequence + 1, "added")}


def test_a_chain_without_its_end_is_noticed(engine: Engine, database_url: str, case_id: UUID) -> None:
    """Deleting the row that names a chain must not make the chain disappear from the check."""
    for table, where, stream in ((t.stream_head, t.stream_head.c.name == "access", ledger.stream_id("access")),
                                 (t.case_file, t.case_file.c.case_id == case_id, case_id)):
        with tampering(database_url) as connection:
            connection.execute(delete(table).where(where))
            assert {name: reason for name, (_, reason) in broken(engine, connection).items()} == {stream.hex: "head"}


def test_another_installations_seal_does_not_count(engine: Engine, database_url: str, case_id: UUID) -> None:
    foreign = type(engine.vault)({name: bytes(32) for name in ("wrapping", "index", "ledger")}, "k1")
    with tampering(database_url) as connection:
        row = connection.execute(select(t.case_file).where(t.case_file.c.case_id == case_id)).one()
        end(connection, case_id, seal=foreign.seal_head(case_id, row.sequence, bytes(row.head)))
        assert broken(engine, connection)[NUMBER][1] == "seal"


def test_the_auditor_reads_which_entry_is_broken(engine: Engine, cast: Cast, database_url: str, case_id: UUID) -> None:
    with tampering(database_url, keep=True) as connection:
        row = only(connection, case_id, 4)
        put(connection, case_id, 4, at=row.at + timedelta(hours=1))
    seen = engine.look(CaseHistory(case_id, verify=True), cast.adam).verified
    assert (seen.agrees, seen.broken, seen.reason) == (False, 4, "column")
    assert {name for name, verdict in engine.verify() if not verdict.agrees} == {NUMBER}


# --- what the database itself refuses

CHANGES = ("UPDATE $t SET case_id=case_id", "DELETE FROM $t", "INSERT INTO $t SELECT * FROM $t LIMIT 1",
           "INSERT INTO $t SELECT * FROM $t LIMIT 1 ON CONFLICT ($key) DO UPDATE SET case_id=NULL")
CHANGES_OF_SQLITE = ("INSERT OR REPLACE INTO $t SELECT * FROM $t LIMIT 1", "REPLACE INTO $t SELECT * FROM $t LIMIT 1",
                     "UPDATE OR REPLACE $t SET case_id=case_id")
CHANGES_OF_POSTGRES = ("TRUNCATE $t", "TRUNCATE $t CASCADE")


def statements(url: str) -> Iterator[str]:
    own = CHANGES_OF_SQLITE if url.startswith("sqlite") else CHANGES_OF_POSTGRES
    for table, change in product(("ledger_entry", "answer"), CHANGES + own):
        key = ", ".join(one.name for one in t.metadata.tables[table].primary_key)
        yield change.replace("$t", table).replace("$key", key)


def test_the_database_itself_refuses_to_change_what_was_written(engine: Engine, database_url: str,
                                                                case_id: UUID) -> None:
    before = courses.everything(engine)
    for statement in statements(database_url):
        with pytest.raises(DBAPIError), as_owner(database_url) as connection:
            connection.exec_driver_sql(statement)
        with pytest.raises((DBAPIError, Collided)), engine.database.writing() as connection:
            connection.exec_driver_sql(statement)
    assert courses.everything(engine) == before
    assert courses.agrees(engine)


def test_the_running_program_may_not_even_try(engine: Engine, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        with engine.database.reading() as connection:
            found = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'").scalars())
        assert found >= {f"{table}_no_{what}" for table in ("ledger_entry", "answer")
                         for what in ("update", "delete", "replace")}
        return
    for statement in ("UPDATE ledger_entry SET type='x'", "DELETE FROM answer", "TRUNCATE ledger_entry",
                      "ALTER TABLE ledger_entry DISABLE TRIGGER USER", "DROP TABLE answer", "CREATE TABLE mine (x int)",
                      "DROP TRIGGER ledger_entry_no_change ON ledger_entry", "SET session_replication_role=replica"):
        with pytest.raises(DBAPIError) as refused, engine.database.writing() as connection:
            connection.exec_driver_sql(statement)
        assert refused.value.orig.sqlstate == "42501", statement


def test_an_outsider_leaves_a_trace_and_the_chain_still_agrees(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    with pytest.raises(NotFound):
        engine.carry_out(ClaimWorkItem(case_id=case.case_id, work_item_id=case.offered[0]), cast.ewa)
    with pytest.raises(NotFound):
        engine.look(CasePage(case.case_id), cast.ewa)
    last = courses.entries(engine, case.case_id)[-1]
    assert (last.type, last.actor_id) == ("CommandRefused", cast.ewa.account_id)
    assert courses.agrees(engine)
