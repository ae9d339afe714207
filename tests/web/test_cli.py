"""The command line: it starts, prints and exits; a refusal is a sentence and status 1, never a traceback."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.assembly import Engine, open_engine
from engine.settings import read_settings
from tests.cast import email
from tests.clocks import FrozenClock
from tests.makers import BUNDLES, ask
from tests.web.conftest import furnish, settings
from web.cli import main

EXAMPLES = Path(__file__).parents[2] / "processes" / "reentry" / "examples"


def run(*arguments: object) -> Result:
    """Run a command as a terminal would."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory, cheap_passwords):
    """A house furnished some time ago, because the command line lives by the machine's clock."""
    return furnish(tmp_path_factory.mktemp("old"), FrozenClock(datetime(2026, 1, 2, 8, tzinfo=UTC)))


@pytest.fixture
def data(lived_in, tmp_path):
    """A data directory of its own with the cast."""
    shutil.copytree(lived_in.path, tmp_path / "data")
    return tmp_path / "data"


def test_the_help_names_every_command_that_is_there():
    told = run("--help").output
    for name in ("demo", "serve", "work", "test", "check", "publish", "cases", "database", "verify", "setup"):
        assert f"\n  {name} " in told


def test_setup_makes_one_administrator_who_enters_by_a_link(tmp_path):
    done = run("setup", "--data", tmp_path, "--institution", "MOPR w Mieście", "--short-name", "MOPR", "--name",
               "Igor Sowa", "--email", "igor@powrot.example", "--address", "https://powrot.example/")
    assert done.exit_code == 0, done.output
    assert "https://powrot.example/passwords/" in done.output
    again = run("setup", "--data", tmp_path, "--institution", "X", "--short-name", "X", "--name", "X",
                "--email", "x@powrot.example")
    assert again.exit_code == 1
    assert "Your role does not allow this: set up the installation." in again.output


def test_publishing_twice_makes_one_version(data):
    again = run("publish", "--data", data, "--note", "again", Path(__file__).parents[2] / "processes" / "reentry")
    assert again.exit_code == 0, again.output
    assert "reentry: unchanged, version 1" in again.output


def test_a_process_that_is_not_ready_for_people_is_not_published(data):
    refused = run("--language", "pl", "publish", "--data", data, BUNDLES / "visit")
    assert refused.exit_code == 1
    assert "visit.bpmn:measure" in refused.output
    assert "nasze" in refused.output


def test_checking_prints_file_element_level_and_sentence_and_fails_by_level():
    found = run("check", BUNDLES / "visit")
    assert found.exit_code == 1
    assert f"{BUNDLES / 'visit' / 'visit.bpmn'}:measure: house: This task has no due date." in found.output
    assert run("check", "--level", "error", BUNDLES / "visit").exit_code == 0


def test_the_shipped_processes_pass():
    assert run("check").exit_code == 0


def test_a_file_that_is_not_there_is_said():
    gone = run("check", "nowhere.bpmn")
    assert gone.exit_code == 1
    assert "nowhere.bpmn: error: There is no file or folder of this name." in gone.output


@pytest.mark.parametrize("who", [("--as", email("zofia")), ("--sender", "ZK")])
def test_notices_of_a_file_become_cases(data, who):
    done = run("cases", "import", "--data", data, "--definition", "reentry", *who, EXAMPLES / "02-zolc.json")
    assert done.exit_code == 0, done.output
    assert "✔ 1: 2" in done.output
    again = run("cases", "import", "--data", data, "--definition", "reentry", *who, EXAMPLES / "02-zolc.json")
    assert again.exit_code == 1
    assert "was already received as case" in again.output


def test_bad_rows_are_named_and_can_be_written_to_a_file(data, tmp_path):
    (tmp_path / "a.csv").write_text("family_name;given_names\r\nNowak;Ewa\r\nŻak;Jan;zbędne\r\n", encoding="cp1250")
    done = run("cases", "import", "--data", data, "--definition", "opinion", "--as", email("anna"),
               "--rejected", tmp_path / "bad.csv", tmp_path / "a.csv")
    assert done.exit_code == 1
    assert "✖ 3" in done.output
    assert "Żak;Jan" in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")


def test_an_unknown_sender_or_account_is_said(data):
    unknown = run("cases", "import", "--data", data, "--definition", "reentry", "--sender", "X",
                  EXAMPLES / "02-zolc.json")
    assert "There is no institution X." in unknown.output
    assert run("publish", "--data", data, "--as", "nobody@powrot.example", BUNDLES / "opinion").exit_code == 1


def test_a_notice_finds_the_one_process_that_begins_with_it(data):
    done = run("cases", "import", "--data", data, "--sender", "ZK", EXAMPLES / "02-zolc.json")
    assert done.exit_code == 0, done.output
    assert "ŻÓŁĆ" in done.output or "/000" in done.output


def test_due_work_is_done_once_and_counted(data, lived_in):
    engine = open_engine(settings(data))
    ask(engine, lived_in.cast.anna)
    engine.close()
    assert run("work", "--once", "--data", data).output.startswith("Jobs carried out: ")


def test_verifying_counts_chains_and_entries(data):
    done = run("verify", "--data", data)
    assert done.exit_code == 0
    assert "broken: 0" in done.output


def test_the_state_of_the_schema_is_said_and_mended(tmp_path):
    empty = run("database", "status", "--data", tmp_path)
    assert empty.exit_code == 1
    assert empty.output.startswith("Revision: –")
    assert run("database", "upgrade", "--data", tmp_path).exit_code == 0
    assert run("database", "status", "--data", tmp_path).exit_code == 0


def test_real_work_is_not_served_from_a_demonstration(tmp_path):
    engine: Engine = open_engine(read_settings({}, data_dir=tmp_path))
    engine.mark_as_demo()
    engine.close()
    refused = run("serve", "--data", tmp_path, "--port", 8399)
    assert refused.exit_code == 1
    assert "`demo` made this database" in refused.output
