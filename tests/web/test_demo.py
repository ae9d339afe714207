"""The demonstration: told by real commands, the same each time, kept apart from real work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest

from engine.assembly import Engine, open_engine
from engine.model.actors import system
from engine.model.commands import AddInstitution
from engine.model.errors import DataDirectoryRefused
from engine.queries.audits import CaseHistory
from engine.queries.cases import CaseList, CasePage
from engine.queries.people import Agreements
from engine.queries.rows import CaseFile, CaseRow, Line
from engine.queries.work_items import MyWork
from engine.settings import Settings
from tests.web.visitors import Visitor
from web import demo, demo_files
from web.app import create_app
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
    engine = prepare(Settings(data_dir=made, secure_cookies=False), TODAY)
    yield engine
    engine.close()


def listed(engine: Engine, name: str) -> list[CaseRow]:
    """Every case that somebody may see, page by page."""
    actor, rows, after = engine.actor_by_email(f"{name}@powrot.example"), [], ""
    while True:
        page = engine.look(CaseList(after=after), actor)
        rows += page.rows
        after = page.next
        if not after:
            return rows


def files(engine: Engine) -> dict[str, CaseFile]:
    """Their newest case, by family name."""
    krystyna = engine.actor_by_email("krystyna@powrot.example")
    rows = sorted(listed(engine, "krystyna"), key=lambda one: one.number)
    return {one.person.family_name: engine.look(CasePage(one.case_id), krystyna) for one in rows}


def events(engine: Engine, family_name: str) -> list[Line]:
    """The history of somebody's newest case."""
    adam = engine.actor_by_email("adam@powrot.example")
    return list(engine.look(CaseHistory(files(engine)[family_name].row.case_id), adam).lines)


@pytest.fixture
def browse(opened: Engine) -> Callable[[str], Visitor]:
    """A browser with somebody of the demonstration signed in."""
    app = create_app(opened, ())

    def signed_in(name: str) -> Visitor:
        return Visitor(app).get("/sign-in").post(
            "/sign-in", {"email": f"{name}@powrot.example", "password": "demo demo demo demo"})

    return signed_in


def test_the_file_keeps_to_its_schema() -> None:
    schema = json.loads((demo.PROCESSES / "demo.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads((FOLDER / "demo.json").read_text(encoding="utf-8")), schema)


def test_cases_stand_at_every_stage(opened: Engine) -> None:
    stands = {name: (file.row.stage.en, file.row.state, [one.step.en for one in file.balls])
              for name, file in files(opened).items()}
    names = {name.en for file in files(opened).values() for name, _ in file.stages}
    assert {stage for stage, _, _ in stands.values()} == names
    assert stands["WĘDROWNY"] == ("Reported", "open", ["Verify the notice"])
    assert stands["ŻÓŁĆ"] == ("Assessment", "open", ["Hold the joint assessment"])
    assert stands["BEZIMIENNY"] == ("Handover", "open", ["Accept the case"])
    assert stands["ŻURAWSKI"] == ("Closed", "closed", [])


def test_thirty_people_come_on_every_track(opened: Engine) -> None:
    rows = listed(opened, "krystyna")
    assert len({(one.person.family_name, one.person.given_names) for one in rows}) == 30
    tracks = {one.value for row in rows for one in row.attributes if one.name == "track"}
    assert tracks == {"STANDARD", "SHORT", "URGENT", "EMERGENCY", None}  # None: the calendar waits, nobody decided yet


#: whose case shows which turn: a step that was offered, and a message that came, if one did
TURNS = {
    "CZARNOTA": ("leaflet", ""), "BARSZCZ": ("note-wish", "SupportWanted"), "WĘDKA": ("reassign-prison", "Transferred"),
    "PAPROĆ": ("clear-delay", ""), "MORELA": ("work-for-gmina", "OtherGmina"),
    "KASZTAN": ("end-sharing", "ConsentWithdrawn"), "JODŁA": ("care-transport", ""),
    "MALINA": ("review-contact", "ContactBanStated"), "SOKIL": ("suspend-plan", ""),
    "CICHY": ("record-death", "PersonDied"), "POMYŁKA": ("confirm-error", "EnteredByError"),
    "WAKACKI": ("await-return", "BreakStarted"), "RUCHOMY": ("check-deadlines", ""),
    "SAMOTNIK": ("stop-sharing", "ParticipationWithdrawn"), "DOZORNY": ("first-report", ""),
    "ŁABĘDŹ-KOŃCZAK": ("minimal-package", ""), "KOWALENKO": ("check-stay", ""), "KOWALSKI": ("clear-delay", ""),
}


def test_every_turn_that_a_case_can_take_is_shown(opened: Engine) -> None:
    shown = {}
    for name, (step, message) in TURNS.items():
        lines = events(opened, name)
        offered = {one.data["element"] for one in lines if one.type == "WorkItemOffered"}
        messages = {one.data["message"] for one in lines if one.type == "MessageReceived"}
        shown[name] = (step if step in offered else offered, message if message in messages else "")
    assert shown == TURNS
    assert [one.person.family_name for one in listed(opened, "krystyna") if one.paused_at] == ["WAKACKI"]
    assert files(opened)["KALENDARZ"].balls == ()
    assert files(opened)["CICHY"].row.state == "closed"


def test_who_returns_has_two_cases_and_the_second_shows_the_first(opened: Engine,
                                                                  browse: Callable[[str], Visitor]) -> None:
    first, second = sorted((one for one in listed(opened, "krystyna") if one.person.family_name == "POWROTNY"),
                           key=lambda one: one.number)
    assert (first.state, second.state) == ("closed", "open")
    page = browse("krystyna").get(f"/cases/{second.case_id}")
    assert page.status == 200
    assert f"/cases/{first.case_id}" in page.links(r"/cases/[^/]+")
    assert browse("ewa").get(f"/cases/{second.case_id}").status == 404


def test_other_processes_run_in_the_same_house(opened: Engine) -> None:
    rows = listed(opened, "sabina")
    assert sorted((one.person.family_name or one.person.title, one.state) for one in rows) == [
        ("KROKUS", "open"), ("TATARAK", "closed"), ("Zespół Szkół w Zmyślonej Woli", "open")]
    # a question that nobody has approved yet is not the school's business
    assert "SZAFRAN" in {one.person.family_name for one in listed(opened, "paulina")}
    assert not {one.case_id for one in rows} & {one.case_id for one in listed(opened, "krystyna")}


def test_an_employer_has_joined_the_agreement_by_its_process(opened: Engine) -> None:
    signed = {one.name: one for one in opened.look(Agreements(), opened.actor_by_email("igor@powrot.example"))}
    assert set(signed["Piekarnia Złoty Rogal"].parties) == {("Piekarnia", "employer"), ("MOPR Chełm", "coordinator")}


def test_the_figures_say_kindly_why_small_numbers_are_hidden(browse: Callable[[str], Visitor]) -> None:
    page = browse("krystyna").get("/figures?year=2027")
    assert page.status == 200
    assert "są ukryte" in page.text
    assert page.page.xpath("//table")


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
    assert len(files(engine)) == 30
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
