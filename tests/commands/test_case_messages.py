"""Messages people send from the case page, and further ways to begin a case: only who is listed, when asked."""

from __future__ import annotations

import pytest

from engine.assembly import Engine
from engine.model.commands import OpenCase, SendMessage
from engine.model.errors import InvalidAnswers, InvalidInput, NobodyWaits, NotAllowed, NotFound
from engine.queries.cases import CasePage, MayStart, StartPage
from engine.queries.messages import MessagePage
from engine.queries.work_items import MyWork
from tests.cast import ADMINISTRATION, Cast
from tests.schools import ENROLMENT, enrol, school

ABSENT = {"absent_on": "2027-05-03", "excused": "no", "why": "choroba"}


@pytest.fixture
def case(engine: Engine, cast: Cast):
    """An enrolment, with its interview to be done."""
    school(engine, cast)
    return enrol(engine, cast.anna)


def offered(engine, actor, case):
    return [one.message for one in engine.look(CasePage(case.case_id), actor).messages]


def titles(engine, actor, case):
    return sorted(one.title.pl for one in engine.look(MyWork(tab="team"), actor).rows if one.case_id == case.case_id)


def test_the_case_page_offers_each_role_what_it_may_send_and_the_case_waits_for(engine, cast, case):
    assert offered(engine, cast.anna, case) == ["Absence", "Resignation"]
    assert offered(engine, cast.maria, case) == ["Absence"]


def test_answers_to_a_messages_form_are_kept_whole_and_only_what_is_read_travels_on(engine, cast, case):
    engine.carry_out(SendMessage(case_id=case.case_id, message="Absence", payload=ABSENT), cast.maria)
    assert titles(engine, cast.anna, case) == ["Porozmawiaj", "Wyjaśnij nieobecność"]
    page = engine.look(CasePage(case.case_id), cast.anna)
    (given,) = [one for one in page.answers if one.form.id == "absence"]
    assert dict(given.values) == ABSENT
    assert given.institution == "PUP"
    assert given.step.pl == "Nieobecność zgłoszona"
    (line,) = [one for one in page.timeline if one.type == "MessageReceived"]
    assert line.data["form"] == "absence"
    assert line.data["commitment"]
    assert line.actor == "Maria Wrona"
    assert "choroba" not in str(page.timeline)


def test_what_is_not_answered_is_named_and_nothing_is_sent(engine, cast, case):
    with pytest.raises(InvalidAnswers) as refused:
        engine.carry_out(SendMessage(case_id=case.case_id, message="Absence", payload={"why": "x"}), cast.maria)
    assert [one.key for one in refused.value.params["problems"]] == ["absent_on", "excused"]
    assert titles(engine, cast.anna, case) == ["Porozmawiaj"]


def test_a_message_may_be_sent_only_in_a_role_that_the_definition_lists(engine, cast, case):
    with pytest.raises(NotAllowed):
        engine.carry_out(SendMessage(case_id=case.case_id, message="Resignation"), cast.maria)
    with pytest.raises(NotAllowed):
        engine.carry_out(SendMessage(case_id=case.case_id, message="CourseMoved"), cast.anna)
    with pytest.raises(NotFound):
        engine.carry_out(SendMessage(case_id=case.case_id, message="Absence", payload=ABSENT), cast.ewa)
    with pytest.raises(NotAllowed):
        engine.look(MessagePage(case.case_id, "Resignation"), cast.maria)
    with pytest.raises(NotFound):
        engine.look(MessagePage(case.case_id, "Absence"), cast.ewa)


def test_a_message_nobody_waits_for_any_more_is_offered_no_longer(engine, cast, case):
    engine.carry_out(SendMessage(case_id=case.case_id, message="Resignation"), cast.anna)
    assert engine.look(CasePage(case.case_id), cast.anna).row.state == "closed"
    assert offered(engine, cast.anna, case) == []
    with pytest.raises(NobodyWaits):
        engine.look(MessagePage(case.case_id, "Absence"), cast.anna)
    with pytest.raises(NobodyWaits):
        engine.carry_out(SendMessage(case_id=case.case_id, message="Absence", payload=ABSENT), cast.anna)


def test_what_arrives_from_outside_brings_a_payload_of_its_own(engine, cast, case):
    engine.deliver("Absence", {"excused": "yes"}, ADMINISTRATION)
    assert titles(engine, cast.anna, case) == ["Porozmawiaj"]
    assert [one.form.id for one in engine.look(CasePage(case.case_id), cast.anna).answers] == ["enrolment"]


def test_a_case_begins_by_a_further_start_with_its_own_form_for_its_own_roles(engine, cast):
    school(engine, cast)
    assert engine.look(StartPage("course", "transfer"), cast.maria).form.id == "transfer"
    with pytest.raises(NotAllowed):
        engine.look(StartPage("course"), cast.maria)
    with pytest.raises(NotAllowed):
        engine.look(StartPage("course", "transfer"), cast.anna)
    answers = ENROLMENT | {"school": "Szkoła nr 2"}
    with pytest.raises(NotAllowed):
        engine.carry_out(OpenCase(definition="course", start="transfer", answers=answers), cast.anna)
    with pytest.raises(NotAllowed):
        engine.carry_out(OpenCase(definition="course", answers=ENROLMENT), cast.maria)
    case = engine.carry_out(OpenCase(definition="course", start="transfer", answers=answers), cast.maria)
    page = engine.look(CasePage(case.case_id), cast.maria)
    assert [(one.institution, one.role.pl) for one in page.participants] == [
        ("Powiatowy Urząd Pracy", "Nauczyciel"), ("Miejski Ośrodek Pomocy Rodzinie", "Sekretariat")]
    assert page.answers[0].form.id == "transfer"
    assert "taken-over" in {one.element for one in page.steps}
    assert titles(engine, cast.anna, case) == ["Porozmawiaj"]


def test_a_start_that_is_not_there_is_refused(engine, cast):
    school(engine, cast)
    with pytest.raises(NotFound):
        engine.look(StartPage("course", "elsewhere"), cast.anna)
    with pytest.raises(InvalidInput):
        engine.carry_out(OpenCase(definition="course", start="elsewhere", answers=ENROLMENT), ADMINISTRATION)


def test_who_may_begin_something_is_known_for_the_navigation(engine, cast):
    school(engine, cast)
    assert engine.look(MayStart(), cast.maria)
    assert not engine.look(MayStart(), cast.marek)
    assert not engine.look(MayStart(), cast.adam)
