"""Messages from the case page: a link a message, a page that says what happens, typed text that is never lost."""

from __future__ import annotations

import pytest

from tests.schools import enrol, school


@pytest.fixture
def case(engine, cast):
    """The path of an enrolment."""
    school(engine, cast)
    return f"/cases/{enrol(engine, cast.anna).case_id}"


DAY = {"absent_on-day": "3", "absent_on-month": "5", "absent_on-year": "2027"}


def test_the_teacher_reports_an_absence_and_the_case_goes_on(enter, case):
    maria = enter("maria").get(case)
    assert "Zgłoś nieobecność – Sekretariat dostaje zadanie, żeby to wyjaśnić." in maria.text
    assert maria.links(r".*/messages/.*") == [f"{case}/messages/Absence"]
    maria.get(f"{case}/messages/Absence")
    assert maria.heading() == "Zgłoś nieobecność"
    maria.post(f"{case}/messages/Absence", {**DAY, "excused": "no", "why": "przeziębienie"})
    assert "Wysłano. Sprawa poszła dalej" in maria.text
    assert "Nadszedł komunikat „Zgłoś nieobecność”." in maria.text
    assert "Wyjaśnij nieobecność" in maria.text
    assert "przeziębienie" in maria.text


def test_what_needs_correcting_is_named_and_what_was_typed_stays(enter, case):
    maria = enter("maria").get(f"{case}/messages/Absence")
    maria.post(f"{case}/messages/Absence", {"why": "przeziębienie", "absent_on-day": "31", "absent_on-month": "2",
                                            "absent_on-year": "2027"})
    assert maria.status == 422
    assert maria.errors() == ["Którego dnia: nie ma takiego dnia: 31.2.2027.",
                              "Usprawiedliwiona: potrzebna jest odpowiedź."]
    assert maria.field("why").get("value") == "przeziębienie"
    assert maria.field("absent_on-day").get("value") == "31"
    assert "Wyjaśnij" not in maria.get(case).text


def test_what_cannot_be_taken_back_asks_for_a_deliberate_yes(enter, case):
    anna = enter("anna").get(f"{case}/messages/Resignation")
    anna.post(f"{case}/messages/Resignation", {})
    assert anna.status == 422
    assert anna.errors() == ["Potwierdź, że tego chcesz: tego nie da się cofnąć."]
    anna.post(f"{case}/messages/Resignation", {"_confirmed": "yes"})
    assert "sprawa jest zamknięta" in anna.text.lower() or "zamknięto" in anna.text.lower()


def test_who_may_not_send_it_is_refused(enter, case):
    assert enter("maria").get(f"{case}/messages/Resignation").status == 403
    assert enter("ewa").get(f"{case}/messages/Absence").status == 404


def test_enter_in_a_text_field_sends_nothing(enter, case):
    maria = enter("maria").get(f"{case}/messages/Absence")
    maria.post(f"{case}/messages/Absence", {**DAY, "excused": "no", "why": "x", "_stay": ""})
    assert maria.status == 200
    assert maria.heading() == "Zgłoś nieobecność"
    assert maria.field("why").get("value") == "x"


def test_a_process_with_several_beginnings_offers_each_to_its_roles(enter, case):
    maria = enter("maria").get("/notices/new")
    assert maria.field("school") is not None
    maria.post("/notices", {"_definition": "course", "_start": "transfer", "family_name": "Nowy", "given_names": "Jan",
                            "starts_on-day": "1", "starts_on-month": "6", "starts_on-year": "2027"})
    assert maria.errors() == ["Z której szkoły: potrzebna jest odpowiedź."]
    maria.post("/notices", {"_definition": "course", "_start": "transfer", "family_name": "Nowy", "given_names": "Jan",
                            "starts_on-day": "1", "starts_on-month": "6", "starts_on-year": "2027", "school": "Nr 2"})
    assert maria.status == 200
    assert "2027/0002" in maria.text


def test_only_who_may_begin_a_case_sees_the_way_to_it(enter, case):
    assert "/notices/new" in enter("maria").get("/").links("/notices/new")
    assert enter("marek").get("/").links("/notices/new") == []
    assert enter("adam").get("/audits").links("/notices/new") == []
