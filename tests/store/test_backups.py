"""A backup taken while people work can be restored elsewhere, reads with the keys and agrees to the last entry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.assembly import Engine
from engine.model.attachments import Upload
from engine.model.commands import AttachFile
from engine.model.errors import DataDirectoryRefused
from engine.queries.work_items import MyWork
from engine.settings import Settings
from tests.cast import Cast
from tests.clocks import FrozenClock
from tests.makers import ask


def test_a_restored_backup_is_the_same_installation(engine: Engine, cast: Cast, tmp_path: Path,
                                                    clock: FrozenClock) -> None:
    if not engine.database.is_sqlite:
        with pytest.raises(DataDirectoryRefused, match="its own tools"):
            engine.backup(tmp_path / "copy")
        return
    case = ask(engine, cast.anna)
    engine.carry_out(AttachFile(case_id=case.case_id, work_item_id=case.offered[0],
                                file=Upload("papers", "a.pdf", b"%PDF-1")), cast.maria)
    copied = engine.backup(tmp_path / "copy")
    assert copied.attachments == 1
    assert not (tmp_path / "copy" / "keys.json").exists()
    ask(engine, cast.anna)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / "keys.json", elsewhere)
    Engine.restore(tmp_path / "copy", elsewhere)
    other = Engine(Settings(data_dir=elsewhere), clock)
    try:
        assert len(other.look(MyWork(tab="team"), cast.maria).rows) == 1
        assert all(verdict.agrees for _, verdict in other.verify())
    finally:
        other.close()


def test_neither_backup_nor_restore_overwrites(engine: Engine, cast: Cast, tmp_path: Path) -> None:
    if not engine.database.is_sqlite:
        return
    engine.backup(tmp_path / "copy")
    with pytest.raises(DataDirectoryRefused, match="never overwrites"):
        engine.backup(tmp_path / "copy")
    with pytest.raises(DataDirectoryRefused, match="never overwrites"):
        Engine.restore(tmp_path / "copy", tmp_path)
    assert cast


def test_a_backup_without_its_keys_is_not_opened(engine: Engine, cast: Cast, tmp_path: Path) -> None:
    if not engine.database.is_sqlite:
        return
    engine.backup(tmp_path / "copy")
    Engine.restore(tmp_path / "copy", tmp_path / "elsewhere")
    with pytest.raises(DataDirectoryRefused, match="key file is missing"):
        Engine(Settings(data_dir=tmp_path / "elsewhere"), engine.clock)
    assert cast
