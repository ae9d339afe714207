"""The shipped process through the one door: from a release notice to an accepted handover, follow-ups and closing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.assembly import Engine, Receipt, bundle_of
from engine.model.actors import Actor
from engine.model.commands import (
    AcceptHandover,
    ChangeAttributes,
    CompleteWorkItem,
    DeclineHandover,
    OfferHandover,
    OpenCase,
    PublishDefinition,
)
from engine.model.errors import DuplicateNotice, FourEyes, NotAllowed, NotFound
from engine.queries.audits import CaseHistory
from engine.queries.cases import CasePage
from engine.queries.rows import CaseFile
from engine.queries.work_items import MyWork, TaskPage
from tests.cast import ADMINISTRATION, AGREEMENT, Cast, enter
from tests.clocks import FrozenClock
from web import demo_answers
from web.demo import PROCESSES
from web.demo_days import Offered, OfferedIn
from web.demo_files import dated, local_day

FOLDER = PROCESSES / "reentry"
NO_GAPS = dict.fromkeys(("ready_place", "ready_medicines", "ready_id", "ready_money", "ready_transport",
                         "ready_insurance", "ready_certificate", "ready_appointment"), "done")
DEMO = json.loads((FOLDER / "demo.json").read_text(encoding="utf-8"))


def notice(name: str, **more: Any) -> dict[str, Any]:
    given = json.loads((FOLDER / "examples" / name).read_text(encoding="utf-8"))
    return {key: value for key, value in given.items() if not key.startswith("$")} | more


class Way:
    """One case on its way: what is open, and a person doing the next step with plausible answers."""

    def __init__(self, engine: Engine, clock: FrozenClock, cast: Cast) -> None:
        self.engine, self.clock, self.cast = engine, clock, cast
        self.case_id = UUID(int=0)
        self.key = datetime.fromisoformat("2027-08-20T10:00:00+02:00")

    def reported(self, answers: dict[str, Any]) -> Receipt:
        receipt = self.engine.carry_out(OpenCase(definition="reentry", answers=answers), self.cast.zofia)
        assert receipt.case_id
        self.case_id, self.key = receipt.case_id, datetime.fromisoformat(answers["release_at"])
        return receipt

    def steps(self) -> tuple[Offered, ...]:
        return self.engine.look(OfferedIn(self.case_id), self.cast.zofia)

    def open(self) -> list[str]:
        """Open steps as ``element`` or, where several are open at once, ``element@role``."""
        known = [one.element for one in self.steps()]
        return sorted(f"{one.element}@{one.item}" if known.count(one.element) > 1 else one.element
                      for one in self.steps())

    def step(self, name: str) -> Offered:
        element, _, item = name.partition("@")
        return next(one for one in self.steps() if one.element == element and item in ("", one.item))

    def does(self, actor: Actor, name: str, **said: Any) -> Receipt:
        """Somebody opens the task, fills it in and hands it in; a minute later what came due is carried out."""
        step = self.step(name)
        task = self.engine.look(TaskPage(step.work_item_id), actor)
        known = demo_answers.chosen(DEMO["answers"], step.element, step.item, 0) | said
        day = local_day(self.clock.now())
        answers = demo_answers.fill(task.form, dated(known, day, self.key.date()), task.values, task.context, day,
                                    DEMO["texts"])
        kind = OfferHandover if task.screen == "handover" else CompleteWorkItem
        if task.handover is not None and task.handover.state == "offered":
            kind = DeclineHandover if answers["handover_decision"] == "decline" else AcceptHandover
        receipt = self.engine.carry_out(
            kind(case_id=self.case_id, work_item_id=step.work_item_id, answers=answers), actor)
        self.clock.move(minutes=1)
        self.engine.worker().drain()
        return receipt

    def until(self, at: str) -> None:
        """Time passes; what came due is carried out."""
        self.clock.move_to(datetime.fromisoformat(at).astimezone(UTC))
        self.engine.worker().drain()

    def file(self, actor: Actor | None = None) -> CaseFile:
        return self.engine.look(CasePage(self.case_id), actor or self.cast.krystyna)

    def team(self, actor: Actor) -> list[str]:
        return sorted(row.title.en for row in self.engine.look(MyWork(tab="team"), actor).rows)


@pytest.fixture
def start(engine: Engine, clock: FrozenClock) -> Callable[..., Way]:
    def make(agreement: tuple[tuple[str, str], ...] = AGREEMENT) -> Way:
        cast = enter(engine, agreement=agreement)
        publication = PublishDefinition(bundle=bundle_of(FOLDER).pack(), note="first")
        engine.carry_out(publication, ADMINISTRATION)
        return Way(engine, clock, cast)

    return make


@pytest.fixture
def way(start: Callable[..., Way]) -> Way:
    """The reentry process, published in the house of the cast."""
    return start()


def assessed(way: Way, answers: dict[str, Any], **inform: Any) -> None:
    """The case up to the joint meeting of everybody who was asked."""
    cast = way.cast
    way.reported(answers)
    way.does(cast.krystyna, "verify")
    way.does(cast.zofia, "inform", **inform)
    if "record-164" in way.open():
        way.does(cast.zofia, "record-164")
        way.does(cast.marek, "programme")
    if not any(one.element == "assess" for one in way.steps()):
        way.until((way.key - timedelta(days=90) + timedelta(hours=1)).isoformat())
    people = {"prison": cast.zofia, "social-worker": cast.anna, "probation": cast.marek, "labour": cast.maria,
              "ngo": cast.natalia}
    while any(one.element == "assess" for one in way.steps()):
        item = way.step("assess").item
        way.does(people.get(item, cast.krystyna), f"assess@{item}")


def agreed(way: Way) -> None:
    cast = way.cast
    way.does(cast.krystyna, "meeting")
    way.does(cast.krystyna, "plan")
    way.does(cast.anna, "accept-action@social-worker")
    way.does(cast.zofia, "accept-action@prison")
    way.does(cast.zofia, "person-agrees")


def identity_card(way: Way) -> None:
    """Ninety days before the release the prison applies for the card, and collects it."""
    way.does(way.cast.zofia, "apply-id")
    way.does(way.cast.zofia, "collect-id")


def released(way: Way) -> None:
    """From the agreed plan to the day of release."""
    cast = way.cast
    if "appointment" in way.open():
        way.does(cast.maria, "appointment")
    way.until((way.key - timedelta(days=13)).isoformat())
    way.does(cast.zofia, "checklist", **NO_GAPS)
    way.until((way.key - timedelta(days=2)).isoformat())
    way.does(cast.zofia, "recheck", **NO_GAPS)
    way.until((way.key + timedelta(minutes=5)).isoformat())
    way.does(cast.zofia, "release-day", released_at="=key 10:20")
    way.does(cast.zofia, "handle-duties")


def test_a_release_notice_comes_to_an_accepted_handover_and_is_closed(way: Way) -> None:
    cast = way.cast
    assert way.reported(notice("01-kowalski.json")).number == "2027/0001"
    assert way.team(cast.krystyna) == ["Verify the notice"]
    way.does(cast.krystyna, "verify")
    assert way.team(cast.zofia) == ["Inform and ask the person"]
    way.does(cast.zofia, "inform", sharing=["ngo"])
    assert way.open() == ["record-164"]
    way.does(cast.zofia, "record-164")
    assert way.open() == ["programme"]  # nothing else until ninety days before the release
    way.until("2027-05-22T10:01:00+02:00")
    assert way.open() == ["apply-id", "assess@labour", "assess@ngo", "assess@prison", "assess@probation",
                          "assess@social-worker", "programme"]
    for actor, role in ((cast.zofia, "prison"), (cast.anna, "social-worker"), (cast.marek, "probation"),
                        (cast.maria, "labour"), (cast.natalia, "ngo")):
        assert "Assess needs" in way.team(actor)
        assert way.engine.look(TaskPage(way.step(f"assess@{role}").work_item_id), actor).context["item"] == role
        way.does(actor, f"assess@{role}")
    identity_card(way)
    assert way.open() == ["meeting", "programme"]
    way.does(cast.krystyna, "meeting")
    assert way.open() == ["programme"]  # the programme is missing, so there is no plan yet
    way.does(cast.marek, "programme")

    way.does(cast.krystyna, "plan")
    assert way.open() == ["accept-action@prison", "accept-action@social-worker"]
    way.does(cast.anna, "accept-action@social-worker")
    way.does(cast.zofia, "accept-action@prison", decision="reject", reason="Wniosek złożyła już osoba.")
    assert way.open() == ["plan"]  # one refused, so the plan is drawn up again
    way.does(cast.krystyna, "plan")
    way.does(cast.barbara, "accept-action@social-worker")
    way.does(cast.zofia, "accept-action@prison")
    agreement = way.engine.look(TaskPage(way.step("person-agrees").work_item_id), cast.zofia)
    assert [row["goal"] for row in agreement.values["agreed_actions"]] == [
        one["goal"] for one in DEMO["answers"]["plan"]["actions"]], "every action of the plan is asked for"
    way.does(cast.zofia, "person-agrees")

    released(way)
    assert way.file().row.responsible == "ZK"
    way.does(cast.zofia, "offer-handover")
    way.does(cast.anna, "accept-handover", handover_decision="decline", decline_reason="Brakuje karty leków.")
    assert (way.file().row.responsible, way.open()) == ("ZK", ["offer-handover"])
    way.does(cast.zofia, "offer-handover")
    assert way.file().row.responsible == "ZK"  # offered is not accepted
    way.does(cast.anna, "accept-handover")
    assert way.file().row.responsible == "MOPR"
    assert [one.state for one in reversed(way.file().handovers)] == ["declined", "accepted"]

    for day in ("2027-08-27", "2027-09-19"):
        assert way.open() == []
        way.until(f"{day}T11:00:00+02:00")
        way.does(cast.anna, "follow-up")
    way.until("2027-11-03T11:00:00+01:00")  # the seventy-fifth day
    assert way.open() == ["ask-fund", "renew-insurance"]
    for step in ("ask-fund", "apply-fund", "renew-insurance"):
        way.does(cast.anna, step)
    way.until("2027-11-18T11:00:00+01:00")
    way.does(cast.anna, "keep-registration")
    way.does(cast.anna, "follow-up")
    way.does(cast.anna, "close")
    way.does(cast.krystyna, "confirm-close")
    assert (way.file().row.state, way.file().row.stage.en) == ("closed", "Closed")
    assert all(verdict.agrees for _, verdict in way.engine.verify())
    history = way.engine.look(CaseHistory(way.case_id, verify=True), cast.adam)
    assert history.verified.agrees
    assert {line.release for line in history.lines if line.kind == "person"} == {1}
    assert way.file().incidents == ()


def test_names_and_numbers_of_the_notice_stay_with_the_answers(way: Way) -> None:
    way.reported(notice("01-kowalski.json"))
    history = way.engine.look(CaseHistory(way.case_id), way.cast.adam)
    written = {name for line in history.lines for name, *_rest in line.data.get("assigned", ())}
    assert "release_at" in written
    assert written.isdisjoint({"family_name", "given_names", "pesel", "birth_date", "declared_address"})


def test_whoever_closes_a_case_does_not_confirm_it(way: Way) -> None:
    assessed(way, notice("02-zolc.json"))
    agreed(way)
    released(way)
    way.does(way.cast.zofia, "offer-handover")
    way.does(way.cast.anna, "accept-handover")
    way.until((way.key + timedelta(days=8)).isoformat())
    way.does(way.cast.anna, "follow-up", next_step="close")
    way.does(way.cast.anna, "close")
    both = Actor(way.cast.anna.account_id, way.cast.anna.name, way.cast.anna.institution_id, "MOPR",
                 way.cast.anna.roles | {"coordinator"})
    with pytest.raises(FourEyes):
        way.does(both, "confirm-close")
    assert way.open() == ["confirm-close"]


def test_nobody_else_may_finish_an_institutions_assessment(way: Way) -> None:
    way.reported(notice("02-zolc.json"))
    way.does(way.cast.krystyna, "verify")
    way.does(way.cast.zofia, "inform")
    with pytest.raises(NotAllowed):
        way.does(way.cast.zofia, "assess@social-worker")
    with pytest.raises(NotFound):
        way.does(way.cast.ewa, "assess@prison")


def test_a_role_that_nobody_holds_is_offered_to_the_coordinator(way: Way) -> None:
    way.reported(notice("02-zolc.json"))  # medicines: the health unit is asked, and nobody holds that role here
    way.does(way.cast.krystyna, "verify")
    way.does(way.cast.zofia, "inform")
    step = way.step("assess@health")
    assert (step.team, step.institution_id) == ("coordinator", way.cast.institutions["family-support"])
    task = way.engine.look(TaskPage(step.work_item_id), way.cast.krystyna)
    assert task.vacant.en == "Health care"


def test_a_late_talk_makes_the_coordinator_ask(way: Way) -> None:
    way.reported(notice("01-kowalski.json"))
    way.does(way.cast.krystyna, "verify")
    way.until("2027-05-12T23:59:58+02:00")  # the sixth working day, one after the due day
    assert way.open() == ["inform"]
    way.until("2027-05-13T00:00:00+02:00")
    assert way.open() == ["clear-delay", "inform"]
    assert way.team(way.cast.krystyna) == ["Clear up the delay"]
    task = way.engine.look(TaskPage(way.step("clear-delay").work_item_id), way.cast.krystyna)
    assert task.values["involve"] == "reminder", "the table proposes whom to involve"
    way.does(way.cast.krystyna, "clear-delay")
    way.does(way.cast.zofia, "inform")  # the reminder did not take the task away


def test_a_moved_release_moves_what_hangs_on_it(way: Way) -> None:
    way.reported(notice("01-kowalski.json"))
    way.does(way.cast.krystyna, "verify")
    way.does(way.cast.zofia, "inform")
    way.engine.carry_out(ChangeAttributes(case_id=way.case_id, values={"release_at": "2027-07-30T10:00:00+02:00"},
                                          reason="Nagroda"), way.cast.zofia)
    # ninety days before the new date lie in the past: the assessment begins at once, and somebody checks the dates
    way.engine.worker().drain()
    assert [one for one in way.open() if "assess@" not in one] == ["apply-id", "check-deadlines", "record-164"]
    way.does(way.cast.krystyna, "check-deadlines")
    assert way.file().row.key_date == datetime.fromisoformat("2027-07-30T10:00:00+02:00")
    way.until("2027-07-16T10:01:00+02:00")
    assert "checklist" in way.open()


def test_a_release_on_the_same_day_begins_at_once(way: Way) -> None:
    way.reported(notice("06-nakaz-sadu.json"))
    track = next(one for one in way.file().row.attributes if one.name == "track")
    assert track.value == "EMERGENCY"
    way.does(way.cast.krystyna, "verify")
    assert way.open() == ["minimal-package", "urgent-interview"]
    way.does(way.cast.zofia, "minimal-package")
    assert way.open() == ["urgent-interview"]
    way.until("2027-05-04T15:41:00+02:00")
    assert way.open() == ["release-day", "urgent-interview"]


def test_who_wants_no_support_is_not_pressed(way: Way) -> None:
    way.reported(notice("02-zolc.json"))
    way.does(way.cast.krystyna, "verify")
    way.does(way.cast.zofia, "inform", participation="no")
    way.does(way.cast.zofia, "leaflet")
    assert way.open() == []
    way.until((way.key - timedelta(days=29)).isoformat())
    way.does(way.cast.zofia, "offer-again")
    released(way)
    way.does(way.cast.zofia, "offer-at-release")
    assert (way.file().row.state, way.file().handovers) == ("closed", ())


def test_the_same_notice_opens_one_case(way: Way) -> None:
    way.reported(notice("01-kowalski.json"))
    with pytest.raises(DuplicateNotice, match="2027/0001"):
        way.engine.carry_out(OpenCase(definition="reentry", answers=notice("01-kowalski.json")), way.cast.zofia)
