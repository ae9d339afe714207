"""The demonstration: told by real commands, the same each time, kept apart from real work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest

from engine.assembly import Engine, open_engine
from engine.model.actors import system
from engine.model.commands import AddInstitution
from engine.model.errors import DataDirectoryRefused
from engine.queries.cases import CaseList, CasePage
from engine.queries.rows import CaseFile
from engine.queries.work_items import MyWork
from engine.settings import Settings
from web import demo, demo_files
from web.demo import OtherDemo, prepare, sign_ins

TODAY = datetime.fromisoformat("2027-05-04T08:00:00+02:00")
FOLDER = demo.PROCESSES / "reentry"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the demonstration of 4 May 2027, made once."""
    folder = tmp_path_factory.mktemp("demo")
    prepare(Settings(data_dir=folder), TODAY).close()
    return folder


@pytest.fixture
def opened(made: Path) -> Iterator[Engine]:
    """The demonstration, opened a second time."""
    engine = prepare(Settings(data_dir=made), TODAY)
    yield engine
    engine.close()


def files(engine: Engine) -> dict[str, CaseFile]:
    krystyna = engine.actor_by_email("krystyna@powrot.example")
    rows = engine.look(CaseList(), krystyna).rows
    return {one.person.family_name: engine.look(CasePage(one.case_id), krystyna) for one in rows}


def test_the_file_keeps_to_its_schema() -> None:
    schema = json.loads((demo.PROCESSES / "demo.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads((FOLDER / "demo.json").read_text(encoding="utf-8")), schema)


def test_cases_stand_at_every_stage(opened: Engine) -> None:
    stands = {name: (file.row.stage.en, file.row.state, [one.step.en for one in file.balls])
              for name, file in files(opened).items()}
    assert len(stands) == 14
    assert {stage for stage, _, _ in stands.values()} >= {
        "Reported", "Talk with the person", "Assessment", "Plan", "Preparation for release", "Handover",
        "After release", "Closed"}
    assert stands["WĘDROWNY"] == ("Reported", "open", ["Verify the notice"])
    assert stands["ŻÓŁĆ"] == ("Assessment", "open", ["Hold the joint assessment"])
    assert stands["BEZIMIENNY"] == ("Handover", "open", ["Accept the case"])
    assert stands["ŻURAWSKI"] == ("Closed", "closed", [])


def test_handovers_were_offered_declined_and_accepted(opened: Engine) -> None:
    known = files(opened)
    assert [one.state for one in known["BEZIMIENNY"].handovers] == ["offered", "declined"]
    assert known["BEZIMIENNY"].row.responsible == "ZK Chełm"
    assert known["ZAŻÓŁĆ-JAŹŃ"].row.responsible == "Kuratorzy Chełm"
    assert [one.state for one in known["ŻURAWSKI"].handovers] == ["accepted"]


def test_somebody_is_late_and_somebody_was_reminded(opened: Engine) -> None:
    rows = opened.look(MyWork(tab="team", overdue=True), opened.actor_by_email("maria@powrot.example")).rows
    assert "KOWALSKI" in {one.person.family_name for one in rows}
    assert "Clear up the delay" in [one.step.en for one in files(opened)["KOWALSKI"].balls]


def test_nothing_is_stuck_and_every_chain_agrees(opened: Engine) -> None:
    assert [one for file in files(opened).values() for one in file.incidents] == []
    assert [name for name, verdict in opened.verify() if not verdict.agrees] == []


def test_the_outsider_sees_nothing(opened: Engine) -> None:
    ewa = opened.actor_by_email("ewa@powrot.example")
    assert opened.look(CaseList(), ewa).rows == ()
    assert set(opened.look(MyWork(), ewa).counts.values()) == {0}


def test_its_clock_plays_on_the_wanted_day(opened: Engine) -> None:
    assert opened.clock.now().date() == TODAY.date()
    assert opened.clock.now() >= TODAY


def test_it_is_marked_as_a_demonstration_for_ever(opened: Engine) -> None:
    assert opened.is_demo


def test_everybody_can_sign_in(made: Path) -> None:
    known = sign_ins(Settings(data_dir=made))
    assert [one.name.split()[0] for one in known][:3] == ["Zofia", "Krystyna", "Anna"]
    assert {one.password for one in known} == {"demo demo demo demo"}


def test_another_day_is_not_told_over_this_one(made: Path) -> None:
    with pytest.raises(OtherDemo):
        prepare(Settings(data_dir=made), datetime.fromisoformat("2028-01-10T08:00:00+01:00"))


def test_real_work_is_never_mixed_with_a_demonstration(tmp_path: Path) -> None:
    engine = open_engine(Settings(data_dir=tmp_path))
    engine.carry_out(AddInstitution(name="Urząd", short_name="Urząd"), system("tests"))
    engine.close()
    with pytest.raises(DataDirectoryRefused):
        prepare(Settings(data_dir=tmp_path), TODAY)
    assert not (tmp_path / "demo.json").exists()


def test_a_demonstration_that_was_interrupted_is_made_anew(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    (folder / "demo.json").unlink()
    told: list[str] = []
    engine = prepare(Settings(data_dir=folder), TODAY, say=told.append)
    assert len(files(engine)) == 14
    assert told[0].startswith("A demonstration was interrupted")
    engine.close()


def test_the_house_of_the_usability_script_is_larger() -> None:
    shown = demo_files.read_demo(FOLDER, script=True)
    crowd = [one for one in shown.cases if one.steps is not None]
    assert (len(shown.cases), len(shown.people), shown.releases) == (300, 12, 6)
    assert len({(one.answers["family_name"], one.answers["given_names"]) for one in crowd}) == len(crowd)
    assert {one.institution for one in shown.people} == {one.key for one in shown.institutions}


def test_days_are_counted_from_today_and_from_the_key_date() -> None:
    today, key = TODAY.date(), datetime.fromisoformat("2027-05-14T00:00:00+02:00").date()
    said = {"a": "=today", "b": ["=today-1w"], "c": {"d": "=key-14 09:30"}, "e": "nr/{year}", "f": "= nie"}
    assert demo_files.dated(said, today, key) == {
        "a": "2027-05-04", "b": ["2027-04-30"], "c": {"d": "2027-04-30T09:30:00+02:00"}, "e": "nr/2027", "f": "= nie"}


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"definition": "reentry"}', encoding="utf-8")
    with pytest.raises(demo_files.DemoFileRefused, match="password"):
        demo_files.read_demo(tmp_path)
