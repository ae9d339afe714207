"""Pausing a case on the screen: everybody sees that its clocks stand still, why, and when they go on."""

from __future__ import annotations

import pytest

from tests.schools import enrol, school


@pytest.fixture
def opened(engine, cast):
    """An enrolment."""
    school(engine, cast)
    return enrol(engine, cast.anna)


@pytest.fixture
def case(opened):
    """Its path."""
    return f"/cases/{opened.case_id}"


def test_anna_pauses_the_case_and_everybody_sees_why_and_until_when(enter, case, opened, clock):
    anna = enter("anna").get(case)
    assert f"{case}/pause" in anna.links(".*")
    anna.get(f"{case}/pause")
    assert anna.heading() == "Wstrzymaj sprawę"
    anna.post(f"{case}/pause", {"kind": "holiday", "reason": "ferie", "until-day": "31", "until-month": "5",
                                "until-year": "2027"})
    assert "Sprawa jest wstrzymana; jej terminy stoją." in anna.text
    maria = enter("maria").get(case)
    assert "Wstrzymana od: wt. 04.05.2027, 08:00. Ferie. Powód: ferie." in maria.text
    assert "Ma ruszyć dalej: pon. 31.05.2027" in maria.text.replace("pn.", "pon.")
    anna.get(f"/tasks/{opened.offered[0]}")
    assert "żadnego zadania nie można zakończyć" in anna.text
    assert anna.page.xpath("//*[@id='task-form']") == []
    assert "termin stoi" in anna.get("/?tab=team").text
    clock.move(days=7)
    anna = enter("anna")                                        # the session of last week has ended
    anna.get(f"{case}/pause").post(f"{case}/resumption", {"note": "po feriach"})
    assert "Sprawa ruszyła dalej. Nowe terminy są niżej." in anna.text
    assert "Ruszyła dalej: wt. 11.05.2027, 08:00." in anna.text


def test_a_pause_without_a_reason_is_sent_back_with_what_was_typed(enter, case):
    anna = enter("anna").get(f"{case}/pause")
    anna.post(f"{case}/pause", {"kind": "holiday", "reason": ""})
    assert anna.status == 422
    assert anna.errors() == ["Dlaczego sprawa jest wstrzymana: potrzebna jest odpowiedź."]
    assert anna.page.xpath("//input[@name='kind'][@value='holiday']/@checked")


def test_who_may_not_pause_finds_no_way_to_it(enter, case):
    assert enter("natalia").get(f"{case}/pause").status == 404
    assert enter("ewa").get(f"{case}/pause").status == 404
