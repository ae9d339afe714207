"""A paused case: its clocks stand still and say so, nothing is finished, and afterwards every deadline has moved on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.assembly import Engine
from engine.model.commands import (
    ChangeAttributes,
    ClaimWorkItem,
    CompleteWorkItem,
    ResumeCase,
    SendMessage,
    SuspendCase,
)
from engine.model.deadlines import to_warsaw
from engine.model.errors import CaseNotPaused, CasePaused, InvalidInput, NotAllowed, NotFound
from engine.queries.cases import CasePage
from engine.queries.work_items import MyWork, TaskPage
from tests.cast import Cast
from tests.makers import finish
from tests.schools import enrol, school


@pytest.fixture
def case(engine: Engine, cast: Cast):
    """An enrolment on 4 May 2027, with its interview to be done within 14 working days."""
    school(engine, cast)
    return enrol(engine, cast.anna)


def suspend(engine, actor, case, **more):
    return engine.carry_out(SuspendCase(case_id=case.case_id, reason="wyjazd rodziny", **more), actor)


def days(engine, actor, case):
    rows = engine.look(CasePage(case.case_id), actor).work
    return {one.title.pl: to_warsaw(one.due_at).date().isoformat() if one.due_at else "" for one in rows}


def test_nothing_is_finished_while_the_case_is_paused_and_nothing_is_lost(engine, cast, case, clock):
    suspend(engine, cast.anna, case)
    with pytest.raises(CasePaused):
        finish(engine, cast.anna, case.case_id, case.offered[0], level="B1")
    engine.carry_out(ClaimWorkItem(case_id=case.case_id, work_item_id=case.offered[0]), cast.anna)
    task = engine.look(TaskPage(case.offered[0]), cast.anna)
    assert task.allowed == {"release", "draft"}
    assert task.pause.reason == "wyjazd rodziny"
    assert task.row.paused_at == clock.now()
    clock.move(days=1)
    engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)
    finish(engine, cast.anna, case.case_id, case.offered[0], level="B1")


def test_due_times_that_count_from_a_moment_move_by_the_working_days_of_the_pause(engine, cast, case, clock):
    assert days(engine, cast.anna, case) == {"Porozmawiaj": "2027-05-24"}
    clock.move(days=6)                                     # Monday 10 May
    suspend(engine, cast.anna, case)
    clock.move(days=11)                                    # Friday 21 May: nine working days later
    engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)
    # 24 May and nine working days, Corpus Christi on 27 May left out
    assert days(engine, cast.anna, case) == {"Porozmawiaj": "2027-06-07"}


def test_due_times_that_hang_on_a_date_stay_with_the_date(engine, cast, case, clock):
    finish(engine, cast.anna, case.case_id, case.offered[0], level="B1")
    assert days(engine, cast.anna, case) == {"Przygotuj zajęcia": "2027-06-01", "Spotkaj się": "2027-05-09"}
    suspend(engine, cast.anna, case)
    clock.move(days=14)
    engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)
    assert days(engine, cast.anna, case) == {"Przygotuj zajęcia": "2027-06-01", "Spotkaj się": "2027-05-21"}


def test_a_second_pause_and_a_moved_date_count_the_first_pause_too(engine, cast, case, clock):
    for _ in range(2):
        suspend(engine, cast.anna, case)
        clock.move(days=7)
        engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)
    assert days(engine, cast.anna, case) == {"Porozmawiaj": "2027-06-08"}
    engine.forget_live_cases()
    engine.carry_out(ChangeAttributes(case_id=case.case_id, values={"starts_on": "2027-07-01"}, reason="sala"),
                     cast.anna)
    assert days(engine, cast.anna, case) == {"Porozmawiaj": "2027-06-08"}


def test_what_was_late_before_the_pause_stays_late(engine, cast, case, clock):
    clock.move(days=30)
    suspend(engine, cast.anna, case)
    late = engine.look(CasePage(case.case_id), cast.anna).work[0].days_overdue
    assert late > 0
    clock.move(days=30)
    (row,) = engine.look(CasePage(case.case_id), cast.anna).work
    assert row.days_overdue == late, "the clock stands still"
    engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)
    assert days(engine, cast.anna, case) == {"Porozmawiaj": "2027-05-24"}


def test_nothing_becomes_late_while_the_clock_stands_still(engine, cast, case, clock):
    suspend(engine, cast.anna, case)
    clock.move(days=60)
    (row,) = engine.look(MyWork(tab="team"), cast.anna).rows
    assert row.days_overdue == 0
    assert row.paused_at is not None
    assert engine.look(MyWork(tab="team", overdue=True), cast.anna).rows == ()


def test_a_timer_that_comes_due_in_a_pause_waits_and_goes_on_where_it_stopped(engine, cast, case, clock):
    finish(engine, cast.anna, case.case_id, case.offered[0], level="B1")     # 4 May: the timer is set for 14 May
    clock.move(days=6)
    suspend(engine, cast.anna, case)
    clock.move(days=14)
    engine.worker().drain()
    assert "Przypomnij" not in days(engine, cast.anna, case)
    engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)
    engine.worker().drain()
    assert "Przypomnij" not in days(engine, cast.anna, case)
    clock.move(days=3)
    engine.worker().drain()
    assert "Przypomnij" not in days(engine, cast.anna, case)
    clock.move(days=7)
    engine.worker().drain()
    assert "Przypomnij" in days(engine, cast.anna, case)
    assert engine.verify()[0][1].reason == ""


def test_listed_messages_are_heard_in_a_pause_and_work_they_bring_counts_from_its_end(engine, cast, case, clock):
    suspend(engine, cast.anna, case)
    clock.move(days=7)
    engine.carry_out(SendMessage(case_id=case.case_id, message="Absence", payload={
        "absent_on": "2027-05-03", "excused": "no"}), cast.maria)
    assert "Wyjaśnij nieobecność" in days(engine, cast.anna, case)
    engine.carry_out(SendMessage(case_id=case.case_id, message="Resignation"), cast.anna)
    page = engine.look(CasePage(case.case_id), cast.anna)
    assert page.row.state == "closed"
    assert page.row.paused_at is None


def test_the_case_page_shows_every_pause_with_its_reason_and_both_dates(engine, cast, case, clock):
    until = clock.now() + timedelta(days=20)
    suspend(engine, cast.anna, case, until=until)
    clock.move(days=7)
    engine.carry_out(ResumeCase(case_id=case.case_id, reason="wrócili"), cast.anna)
    (pause,) = engine.look(CasePage(case.case_id), cast.maria).pauses
    assert (pause.kind, pause.reason, pause.until) == ("other", "wyjazd rodziny", until)
    assert pause.from_at == datetime(2027, 5, 4, 6, tzinfo=UTC)
    assert pause.ended_at == clock.now()
    assert pause.by == "Anna Nowak"
    entries = engine.look(CasePage(case.case_id), cast.anna).timeline
    assert [one.type for one in entries if "Case" in one.type] == ["CaseResumed", "CaseSuspended", "CaseOpened"]


def test_who_coordinates_pauses_and_others_where_the_definition_names_them(engine, cast, case):
    with pytest.raises(NotAllowed):
        suspend(engine, cast.maria, case)
    with pytest.raises(NotFound):
        suspend(engine, cast.ewa, case)
    suspend(engine, cast.maria, case, kind="holiday")
    with pytest.raises(CasePaused):
        suspend(engine, cast.anna, case)
    engine.carry_out(ResumeCase(case_id=case.case_id), cast.maria)
    with pytest.raises(CaseNotPaused):
        engine.carry_out(ResumeCase(case_id=case.case_id), cast.anna)


def test_a_pause_needs_a_reason_a_known_kind_and_an_end_that_lies_ahead(engine, cast, case, clock):
    for wrong in ({"kind": "whim"}, {"until": clock.now() - timedelta(days=1)}):
        with pytest.raises(InvalidInput):
            suspend(engine, cast.anna, case, **wrong)
    with pytest.raises(InvalidInput):
        engine.carry_out(SuspendCase(case_id=case.case_id, reason=" "), cast.anna)
    assert engine.look(CasePage(case.case_id), cast.anna).pauses == ()


def test_a_task_is_not_finished_by_a_stale_page_either(engine, cast, case):
    suspend(engine, cast.anna, case)
    with pytest.raises(CasePaused):
        engine.carry_out(CompleteWorkItem(case_id=case.case_id, work_item_id=case.offered[0], answers={}), cast.barbara)
