"""A case goes through the one door from its first question to an accepted handover."""

from __future__ import annotations

import pytest

from engine.assembly import Engine
from engine.model.commands import AcceptHandover, ClaimWorkItem, OfferHandover
from engine.model.errors import AlreadyDone, NotFound
from engine.queries.audits import CaseHistory
from engine.queries.cases import CasePage
from engine.queries.work_items import MyWork, TaskPage
from tests.cast import Cast
from tests.clocks import FrozenClock
from tests.makers import ask, finish


def test_a_question_reaches_the_other_institutions_worklist(engine: Engine, cast: Cast) -> None:
    receipt = ask(engine, cast.anna)
    assert receipt.number == "2027/0001"
    page = engine.look(MyWork(tab="team"), cast.maria)
    assert [(row.title.en, row.person.family_name, row.number) for row in page.rows] == [
        ("Write the opinion", "ŻÓŁĆ", "2027/0001")]
    assert page.counts["team"] == 1
    waiting = engine.look(MyWork(tab="waiting"), cast.anna)
    assert [row.institution for row in waiting.rows] == ["PUP"]


def test_an_outsider_finds_nothing(engine: Engine, cast: Cast) -> None:
    receipt = ask(engine, cast.anna)
    for query in (CasePage(receipt.case_id), TaskPage(receipt.offered[0])):
        with pytest.raises(NotFound):
            engine.look(query, cast.ewa)
    assert engine.look(MyWork(tab="team"), cast.ewa).rows == ()
    with pytest.raises(NotFound):
        engine.carry_out(ClaimWorkItem(case_id=receipt.case_id, work_item_id=receipt.offered[0]), cast.ewa)


def test_a_case_goes_to_an_accepted_handover_and_its_chain_agrees(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe", diagnosis="zdrowy")
    checked = finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    offered = engine.carry_out(
        OfferHandover(case_id=case.case_id, work_item_id=checked.offered[0], answers={}), cast.anna)
    assert engine.look(CasePage(case.case_id), cast.anna).row.responsible == "MOPR"
    engine.carry_out(AcceptHandover(case_id=case.case_id, work_item_id=offered.offered[0],
                                    answers={"decision": "accept"}), cast.maria)
    page = engine.look(CasePage(case.case_id), cast.anna)
    assert (page.row.responsible, page.row.state) == ("PUP", "closed")
    history = engine.look(CaseHistory(case.case_id, verify=True), cast.adam)
    assert history.verified.agrees
    assert history.row.person.masked
    assert {view.actor for view in history.views} >= {"Anna Nowak"}
    assert all(verdict.agrees for _, verdict in engine.verify())


def test_the_same_task_is_finished_once(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    with pytest.raises(AlreadyDone):
        finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Jeszcze raz")


def test_health_answers_stay_with_who_is_cleared(engine: Engine, cast: Cast) -> None:
    case = ask(engine, cast.anna)
    finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe", diagnosis="zdrowy")
    given = next(one for one in engine.look(CasePage(case.case_id), cast.anna).answers if one.element == "write")
    assert given.values == {"opinion": "Gotowe"}
    assert given.hidden == ("diagnosis",)


def test_a_reminder_comes_when_its_time_has_come(engine: Engine, cast: Cast, clock: FrozenClock) -> None:
    ask(engine, cast.anna)
    worker = engine.worker()
    worker.drain()
    clock.move(days=6)
    assert worker.drain() == 0
    clock.move(days=1, seconds=1)
    assert worker.drain() == 2
    assert [row.title.pl for row in engine.look(MyWork(tab="team"), cast.barbara).rows] == ["Zapytaj o opóźnienie"]
