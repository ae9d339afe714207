"""Handovers on the screen: offered, accepted, declined, and the receipt on one sheet."""

from __future__ import annotations

import pytest

from engine.model.commands import OfferHandover
from tests.makers import ask, finish


@pytest.fixture
def offered(engine, cast):
    """A handover that waits for the labour office."""
    case = ask(engine, cast.anna)
    written = finish(engine, cast.maria, case.case_id, case.offered[0], opinion="Gotowe")
    checked = finish(engine, cast.anna, case.case_id, written.offered[0], enough="yes")
    return engine.carry_out(OfferHandover(case_id=case.case_id, work_item_id=checked.offered[0], answers={}), cast.anna)


@pytest.fixture
def task(offered):
    """The path of the acceptance."""
    return f"/tasks/{offered.offered[0]}"


def test_maria_finds_the_offer_and_reads_who_is_responsible_until_then(enter, offered):
    maria = enter("maria").get("/handovers")
    assert "ŻÓŁĆ Łukasz" in maria.text
    (link,) = maria.links(r"/handovers/[\w-]{36}")
    maria.get(link)
    assert maria.heading() == "Propozycja przekazania"
    assert "Do czasu przyjęcia odpowiada nadawca: MOPR." in maria.text


def test_the_acceptance_shows_the_three_answers(enter, task):
    maria = enter("maria").get(task)
    assert [one.get("value") for one in maria.page.xpath("//input[@name='decision']")] == [
        "accept", "accept_with_remarks", "decline"]
    assert "Odpowiada do czasu przyjęcia MOPR" in maria.text


@pytest.mark.parametrize(("decision", "state"), [("accept", "Przyjęte"), ("accept_with_remarks", "Przyjęte z uwagami")])
def test_accepting_moves_the_ball_and_gives_a_receipt(enter, task, offered, decision, state):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", {"decision": decision, "reason": "proszę o telefon"})
    assert maria.heading().startswith("Zakończone")
    (link,) = maria.get(f"/cases/{offered.case_id}").links(r"/handovers/[\w-]{36}")
    maria.get(link)
    assert maria.heading() == "Potwierdzenie przekazania"
    assert f"Stan {state}" in maria.text
    assert "Odpowiada teraz PUP" in maria.text
    assert "Anna Nowak" in maria.text
    assert "Maria Wrona" in maria.text


def test_declining_leaves_the_sender_responsible(enter, task, offered):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", {"decision": "decline", "reason": "to nie nasz rejon"})
    link = maria.get(f"/cases/{offered.case_id}").links(r"/handovers/[\w-]{36}")[0]
    maria.get(link)
    assert "Odmówiono przyjęcia. Odpowiada nadal nadawca: MOPR." in maria.text
    assert "to nie nasz rejon" in maria.text


def test_without_a_decision_nothing_moves(enter, task):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion")
    assert maria.errors() == ["Decyzja: potrzebna jest odpowiedź."]
    assert maria.get("/handovers").links(r"/handovers/[\w-]{36}")


def test_nothing_waits_is_said_with_what_comes_next(enter):
    assert "Nic nie czeka na Twoje przyjęcie." in enter("maria").get("/handovers").text


def test_the_receipt_prints_with_room_for_two_signatures(enter, task, offered):
    maria = enter("maria").get(task)
    maria.post(f"{task}/completion", {"decision": "accept"})
    maria.get(maria.get(f"/cases/{offered.case_id}").links(r"/handovers/[\w-]{36}")[0])
    assert maria.page.xpath("//*[contains(@class, 'powrot-signatures')]")
    assert "Wydruk: Maria Wrona" in maria.text
