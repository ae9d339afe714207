"""The commands of who keeps an installation: what they print, what they refuse, what they never overwrite."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from engine.assembly import Engine, SystemClock
from engine.settings import Settings
from tests.makers import ask, house
from web.cli import main


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A data directory with one case of the opinion process."""
    engine = Engine(Settings(data_dir=tmp_path / "data"), SystemClock())
    try:
        ask(engine, house(engine).anna)
    finally:
        engine.close()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_backup_comes_back_elsewhere_and_agrees(place: Path) -> None:
    assert run("backup", str(place / "copy"), "--data", str(place / "data")).exit_code == 0
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "keys.json").write_bytes((place / "data" / "keys.json").read_bytes())
    restored = run("restore", str(place / "copy"), "--data", str(elsewhere))
    assert (restored.exit_code, "Chains that do not agree: 0" in restored.output) == (0, True)
    again = run("restore", str(place / "copy"), "--data", str(elsewhere))
    assert (again.exit_code, "never overwrites" in again.output) == (1, True)


def test_a_bundle_leaves_as_a_file_and_comes_back_as_folders(place: Path) -> None:
    file = place / "opinion.zip"
    assert run("bundle", "export", "opinion", str(file), "--data", str(place / "data")).exit_code == 0
    again = place / "again.zip"
    run("bundle", "export", "opinion", str(again), "--data", str(place / "data"))
    assert file.read_bytes() == again.read_bytes()
    into = place / "into"
    assert run("bundle", "import", str(file), "--into", str(into)).exit_code == 0
    assert (into / "processes" / "opinion" / "opinion.bpmn").is_file()
    assert (into / "forms" / "opinion" / "question.form").is_file()
    second = run("bundle", "import", str(file), "--into", str(into))
    assert (second.exit_code, "nothing was overwritten" in second.output) == (1, True)


def test_a_strange_zip_is_refused_and_writes_nothing(place: Path) -> None:
    file = place / "strange.zip"
    with ZipFile(file, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    found = run("bundle", "import", str(file), "--into", str(place / "into"))
    assert (found.exit_code, "not a bundle" in found.output) == (1, True)
    assert not (place / "into").exists()
    (place / "no.zip").write_text("text")
    assert "not a zip" in run("bundle", "import", str(place / "no.zip")).output


def test_an_unknown_definition_is_not_exported(place: Path) -> None:
    found = run("bundle", "export", "nothing", str(place / "x.zip"), "--data", str(place / "data"))
    assert found.exit_code == 1
    assert not (place / "x.zip").exists()
