"""A data directory that does not fit is refused in one sentence, and nothing in it is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.assembly import Engine
from engine.model.errors import DataDirectoryRefused
from engine.settings import Settings
from engine.store import database as databases
from engine.store.keys import open_vault
from tests import courses
from tests.cast import Cast
from tests.clocks import FrozenClock
from tests.intruders import as_owner
from tests.makers import ask


def content(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir()) if one.is_file() and "-" not in one.name}


def refused(open_engine: Callable[[], Engine]) -> str:
    with pytest.raises(DataDirectoryRefused) as found:
        open_engine()
    return str(found.value)


def test_an_installation_opens_again_as_it_was(engine: Engine, cast: Cast, open_engine: Callable[[], Engine]) -> None:
    ask(engine, cast.anna)
    before = courses.everything(engine)
    again = open_engine()
    assert courses.everything(again) == before
    assert courses.agrees(again)


def test_a_missing_key_file_is_not_replaced(engine: Engine, cast: Cast, tmp_path: Path,
                                            open_engine: Callable[[], Engine]) -> None:
    (tmp_path / "keys.json").unlink()
    assert "the key file is missing; restore it from its backup" in refused(open_engine)
    assert not (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("which", ["all", "wrapping", "ledger"])
def test_the_keys_of_another_installation_are_refused(engine: Engine, cast: Cast, tmp_path: Path, which: str,
                                                      open_engine: Callable[[], Engine]) -> None:
    ask(engine, cast.anna)
    file, other = tmp_path / "keys.json", tmp_path / "other"
    other.mkdir()
    open_vault(other, may_create=True)
    foreign, known = json.loads((other / "keys.json").read_text()), json.loads(file.read_text())
    file.write_text(json.dumps(foreign if which == "all" else known | {which: foreign[which]}))
    before = courses.everything(engine)
    assert "it is not the key file this database was written with" in refused(open_engine)
    assert courses.everything(engine) == before


@pytest.mark.parametrize("damage", [
    b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b"{}", b'{"id": "k1", "wrapping": 7}',
    b'{"id": "k1", "wrapping": "AAAA", "index": "AAAA", "ledger": "AAAA"}',
    b'{"id": "k1", "wrapping": "!!", "index": "!!", "ledger": "!!"}',
], ids=["empty", "cut off", "list", "null", "text", "no text", "no keys", "number", "short", "no base64"])
def test_a_damaged_key_file_is_named(engine: Engine, cast: Cast, tmp_path: Path, damage: bytes,
                                     open_engine: Callable[[], Engine]) -> None:
    (tmp_path / "keys.json").write_bytes(damage)
    sentence = refused(open_engine)
    assert "keys.json cannot be opened: the key file is damaged" in sentence
    assert (tmp_path / "keys.json").read_bytes() == damage


def test_keys_are_made_once_and_never_over_others(tmp_path: Path) -> None:
    first = open_vault(tmp_path, may_create=True)
    before = (tmp_path / "keys.json").read_bytes()
    second = open_vault(tmp_path, may_create=True)
    assert (tmp_path / "keys.json").read_bytes() == before
    assert first.token("x", "y") == second.token("x", "y")
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]


def test_a_database_newer_than_the_program_is_refused(engine: Engine, cast: Cast, database_url: str,
                                                      open_engine: Callable[[], Engine]) -> None:
    with as_owner(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num='9999'"))
    sentence = refused(open_engine)
    assert "its schema is at revision 9999" in sentence
    assert "made by a newer one" in sentence


def test_a_database_older_than_the_program_says_how_it_is_brought_up(
        engine: Engine, cast: Cast, database_url: str, open_engine: Callable[[], Engine],
        monkeypatch: pytest.MonkeyPatch) -> None:
    if database_url.startswith("sqlite"):
        assert open_engine().ready() == {}, "a file is brought up to date when it is opened"
        return
    monkeypatch.setattr(databases, "newest", lambda: "0002")
    assert "is needed: run 'powrot database upgrade'" in refused(open_engine)


def test_no_schema_is_made_by_the_program_on_a_server(postgres_server: object, clock: FrozenClock,
                                                      tmp_path: Path) -> None:
    with postgres_server.fresh(leave_empty) as fresh, pytest.raises(DataDirectoryRefused) as found:
        Engine(Settings(data_dir=tmp_path, database_url=fresh.app), clock)
    assert "run 'powrot database upgrade'" in str(found.value)


def leave_empty(_owner_url: str) -> None:
    """A database in which nothing was made yet."""


@pytest.mark.parametrize("damage", [b"this is no database, but text" * 100, bytes(5000)], ids=["text", "zeros"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, clock: FrozenClock,
                                                              damage: bytes) -> None:
    (tmp_path / "powrot.db").write_bytes(damage)
    before = content(tmp_path)
    with pytest.raises(DataDirectoryRefused) as found:
        Engine(Settings(data_dir=tmp_path), clock)
    assert "powrot.db cannot be opened: it cannot be read (DatabaseError)" in str(found.value)
    assert content(tmp_path) == before


def test_a_server_that_is_away_is_one_sentence(tmp_path: Path, clock: FrozenClock) -> None:
    url = f"postgresql+psycopg://powrot_app:geheim@/powrot?host={tmp_path}"
    with pytest.raises(DataDirectoryRefused) as found:
        Engine(Settings(data_dir=tmp_path, database_url=url), clock)
    assert "is it running" in str(found.value)
    assert "geheim" not in str(found.value)
    assert not (tmp_path / "keys.json").exists()


def test_the_address_of_the_database_is_said_without_its_password(tmp_path: Path, clock: FrozenClock) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql+psycopg://u:geheim@127.0.0.1:1/x")
    with pytest.raises(DataDirectoryRefused) as found:
        Engine(settings, clock)
    assert "geheim" not in str(found.value)
