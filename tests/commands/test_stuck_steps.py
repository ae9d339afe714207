"""A step that cannot run changes nothing, loses nothing and calls a person; with right data the case goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from engine.assembly import Engine
from engine.commands.dispatch import Door
from engine.model.commands import CompleteWorkItem, RetryIncident, SendMessage
from engine.model.errors import NotFound, StepStuck
from engine.queries.cases import CasePage
from engine.queries.work_items import MyWork, TaskPage
from engine.store import tables as t
from tests import courses
from tests.cast import Cast
from tests.makers import ask, finish

TABLES_OF_A_REFUSAL = ("ledger_entry", "case_file", "incident", "receipt")


@pytest.fixture
def stuck(engine: Engine, cast: Cast) -> tuple[Any, Any]:
    """A visit at its last task, whose answers decide by a condition that not every answer satisfies."""
    courses.publish_visit(engine)
    return courses.measuring(engine, cast)


def hand_in(case_id: Any, item: Any, amount: str, token: str = "") -> CompleteWorkItem:
    return CompleteWorkItem(case_id=case_id, work_item_id=item, answers={"amount": amount}, token=token)


def test_a_condition_that_fails_leaves_everything_as_it_was(engine: Engine, cast: Cast, stuck: tuple[Any, Any]) -> None:
    before = courses.everything(engine, *TABLES_OF_A_REFUSAL)
    with pytest.raises(StepStuck) as refused:
        engine.carry_out(hand_in(*stuck, "dużo"), cast.anna)
    assert refused.value.params["element"] == "large"
    assert "stays open" in str(refused.value)
    assert courses.everything(engine, *TABLES_OF_A_REFUSAL) == before
    assert [row.work_item_id for row in engine.look(MyWork(tab="team"), cast.anna).rows] == [stuck[1]]
    assert courses.agrees(engine)


def test_an_incident_says_where_and_why_and_nothing_that_was_answered(engine: Engine, cast: Cast,
                                                                      stuck: tuple[Any, Any]) -> None:
    with pytest.raises(StepStuck):
        engine.carry_out(hand_in(*stuck, "tajna powierzchnia"), cast.anna)
    incident = engine.look(CasePage(stuck[0]), cast.anna).incidents[0]
    assert (incident.element, incident.reason) == ("large", "ConditionNotBoolean")
    assert "amount" in incident.params["text"], "the text of the diagram is said"
    last = courses.entries(engine, stuck[0])[-1]
    assert last.type == "IncidentRaised"
    assert json.loads(bytes(last.body))["d"]["activity_id"] == stuck[1].hex
    assert "tajna" not in json.dumps(dict(incident.params)) + bytes(last.body).decode()


def test_the_case_goes_on_when_the_answer_is_right(engine: Engine, cast: Cast, stuck: tuple[Any, Any]) -> None:
    for _ in range(2):
        with pytest.raises(StepStuck):
            engine.carry_out(hand_in(*stuck, "dużo"), cast.anna)
    assert engine.look(TaskPage(stuck[1]), cast.anna).allowed >= {"complete"}
    engine.carry_out(hand_in(*stuck, "10"), cast.anna)
    page = engine.look(CasePage(stuck[0]), cast.anna)
    assert page.row.state == "closed"
    assert courses.types(engine, stuck[0])[-3:] == ["ProcessAdvanced", "InstanceEnded", "CaseClosed"]
    assert courses.agrees(engine)


def test_nothing_half_done_stays_in_memory(engine: Engine, open_engine: Callable[[], Engine], cast: Cast,
                                           stuck: tuple[Any, Any]) -> None:
    """The engine that failed and one that was never there go on from the same state."""
    door: Door = engine._door
    assert door.cached._live, "the instance was in memory"
    with pytest.raises(StepStuck):
        engine.carry_out(hand_in(*stuck, "dużo"), cast.anna)
    assert not door.cached._live, "and was given up"
    fresh = open_engine()
    with pytest.raises(StepStuck):
        fresh.carry_out(hand_in(*stuck, "mało"), cast.anna)
    receipt = engine.carry_out(hand_in(*stuck, "10"), cast.anna)
    assert receipt.entries == 4
    with engine.database.reading() as connection:
        assert connection.execute(select(t.process_instance.c.ended_at)).scalar_one() is not None


def test_a_stuck_press_may_be_repeated_with_its_token(engine: Engine, cast: Cast, stuck: tuple[Any, Any]) -> None:
    with pytest.raises(StepStuck):
        engine.carry_out(hand_in(*stuck, "dużo", "form-1"), cast.anna)
    assert not engine.carry_out(hand_in(*stuck, "10", "form-1"), cast.anna).repeated


def test_a_message_whose_step_fails_is_not_swallowed(engine: Engine, cast: Cast, stuck: tuple[Any, Any]) -> None:
    before = courses.everything(engine, *TABLES_OF_A_REFUSAL)
    send = SendMessage(case_id=stuck[0], message="VisitMoved", payload={"place": "office"})
    with pytest.raises(StepStuck) as refused:
        engine.carry_out(send, cast.anna)
    assert refused.value.params["element"] == "where"
    assert courses.everything(engine, *TABLES_OF_A_REFUSAL) == before
    assert engine.look(CasePage(stuck[0]), cast.anna).incidents[0].reason == "NoFlowApplies"
    engine.carry_out(SendMessage(case_id=stuck[0], message="VisitMoved", payload={"place": "home"}), cast.anna)
    assert engine.look(MyWork(tab="team"), cast.anna).rows == ()
    assert "WorkItemWithdrawn" in courses.types(engine, stuck[0])


def test_an_incident_that_was_dealt_with_is_closed_once(engine: Engine, cast: Cast, stuck: tuple[Any, Any]) -> None:
    with pytest.raises(StepStuck):
        engine.carry_out(hand_in(*stuck, "dużo"), cast.anna)
    incident = engine.look(CasePage(stuck[0]), cast.anna).incidents[0]
    engine.carry_out(RetryIncident(case_id=stuck[0], incident_id=incident.incident_id), cast.anna)
    assert engine.look(CasePage(stuck[0]), cast.anna).incidents == ()
    with pytest.raises(NotFound):
        engine.carry_out(RetryIncident(case_id=stuck[0], incident_id=incident.incident_id), cast.anna)


def test_other_cases_go_on_beside_a_stuck_one(engine: Engine, cast: Cast, stuck: tuple[Any, Any]) -> None:
    with pytest.raises(StepStuck):
        engine.carry_out(hand_in(*stuck, "dużo"), cast.anna)
    case = ask(engine, cast.anna)
    assert finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe").offered
