"""The case page: who has the ball, where the case is, what happened, who takes part, who looked."""

from __future__ import annotations

import json

import pytest

from tests.makers import ask, finish


@pytest.fixture
def asked(engine, cast):
    """A question that waits for the labour office."""
    return ask(engine, cast.anna)


@pytest.fixture
def case(asked):
    """The path of its case."""
    return f"/cases/{asked.case_id}"


def test_the_case_is_in_the_list_with_the_columns_its_definition_declares(enter, case):
    anna = enter("anna").get("/cases")
    assert anna.links(r"/cases/[\w-]+") == [case]
    assert "Potrzebna do" in anna.text
    assert "wt. 01.06.2027" in anna.text
    assert "00:00" not in anna.text


def test_the_case_says_in_one_glance_who_has_the_ball_and_until_when(enter, case):
    anna = enter("anna").get(case)
    assert anna.heading() == "ŻÓŁĆ Łukasz"
    assert "Piłka jest po stronie PUP, Opiniujący, tel. 82 500 00 04 – Napisz opinię; do wt. 11.05.2027" in anna.text
    assert "Odpowiada MOPR" in anna.text


def test_the_list_says_the_same_as_the_diagram(enter, case):
    anna = enter("anna").get(case)
    (now,) = anna.page.xpath("//tr[@aria-current='step']")
    assert "Napisz opinię" in now.text_content()
    (frame,) = anna.page.xpath("//*[@data-diagram-url]")
    assert json.loads(frame.get("data-marks"))["write"] == "current"
    drawn = anna.get(frame.get("data-diagram-url")).response
    assert drawn.mimetype == "application/xml"
    assert b"bpmn:definitions" in drawn.data


def test_the_timeline_is_sentences_newest_first(enter, case, engine, cast, asked):
    finish(engine, cast.maria, asked.case_id, asked.offered[0], opinion="Tak")
    anna = enter("anna").get(case)
    titles = [one.text_content() for one in anna.page.xpath("//*[@class='moj-timeline__title']")]
    assert titles[-1] == "Otwarto sprawę 2027/0001."
    assert "Zakończono zadanie „Napisz opinię”." in titles
    assert titles.index("Zadanie „Sprawdź opinię” trafiło do: MOPR (Pytający).") < titles.index(titles[-1])


def test_participants_documents_and_viewers_have_their_parts(enter, case):
    enter("maria").get(case)
    anna = enter("anna").get(case)
    for words in ("Uczestnicy", "Powiatowy Urząd Pracy", "Nikt nie dołączył dokumentu", "Kto oglądał", "Maria Wrona"):
        assert words in anna.text


def test_anna_moves_a_date_with_a_reason_and_everybody_sees_it(enter, case):
    anna = enter("anna").get(f"{case}/attributes")
    assert anna.field("wanted_by-day").get("value") == "1"
    day = {"wanted_by-day": "11", "wanted_by-month": "6", "wanted_by-year": "2027"}
    anna.post(f"{case}/attributes", day)
    assert anna.status == 422
    assert anna.errors() == ["Dlaczego to się zmienia: potrzebna jest odpowiedź."]
    anna.post(f"{case}/attributes", {**day, "reason": "Sąd przesunął termin"})
    assert "Zmiana zapisana." in anna.text
    maria = enter("maria").get(case)
    assert "pt. 11.06.2027" in maria.text
    assert "Sąd przesunął termin" in maria.text
    assert "zmieniono 1 raz" in maria.text


def test_an_impossible_date_is_named_and_nothing_changes(enter, case):
    anna = enter("anna").get(f"{case}/attributes")
    anna.post(f"{case}/attributes", {"wanted_by-day": "31", "wanted_by-month": "2", "wanted_by-year": "2027",
                                     "reason": "x"})
    assert anna.errors() == ["Potrzebna do: nie ma takiego dnia: 31.2.2027."]
    assert "wt. 01.06.2027" in anna.get(case).text


def test_who_may_not_change_facts_is_refused(enter, case):
    maria = enter("maria").get(case)
    assert f"{case}/attributes" not in maria.links(".*")
    maria.post(f"{case}/attributes", {"wanted_by-day": "1", "wanted_by-month": "7", "wanted_by-year": "2027",
                                      "reason": "x"})
    assert maria.status == 403
    assert "zmiana danych sprawy" in maria.text


