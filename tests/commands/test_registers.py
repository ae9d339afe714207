"""Registers through the door: who edits, what stays readable, and that no place is ever taken twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from engine.model.commands import (
    BookPlace,
    EndAgreement,
    PutRegisterRow,
    ReleasePlace,
    RetireRegisterRow,
)
from engine.model.errors import ChangedMeanwhile, InvalidAnswers, InvalidInput, NotAllowed, NotFound
from engine.model.registers import NoPlaceLeft, RowRetired
from engine.queries.people import Agreements
from engine.queries.registers import BookedPlaces, RegisterPage, RegisterRows, Registers, RowPage
from engine.queries.work_items import TaskPage
from tests.cast import ADMINISTRATION
from tests.makers import finish, housing, put, request


@pytest.fixture
def house(engine, cast):
    housing(engine, cast)
    return cast


def beds(engine, house, places=1, name="Nocleg przy rynku"):
    return put(engine, house.natalia, "beds", name=name, places=str(places))


def planned(engine, house, row, **more):
    case_id, item = request(engine, house.anna)
    return case_id, finish(engine, house.anna, case_id, item, actions=[{"place": row.hex, "due": "2027-06-01"} | more])


def titles(engine, actor, register, **how):
    return [one.row.title for one in engine.look(RegisterPage(register, **how), actor).rows]


def test_an_editor_enters_changes_and_retires_and_every_version_stays(engine, house, clock):
    row = put(engine, house.anna, "helpers", name="Schronisko", address="ul. Długa 1", kind="shelter")
    clock.move(days=1)
    engine.carry_out(PutRegisterRow(register="helpers", row_id=row, revision=1, values={
        "name": "Schronisko Świt", "address": "ul. Krótka 2", "kind": "shelter"}), house.anna)
    sheet = engine.look(RowPage("helpers", row), house.anna)
    assert [(one.revision, one.title, one.put_by) for one in sheet.versions] == [
        (2, "Schronisko Świt", "Anna Nowak"), (1, "Schronisko", "Anna Nowak")]
    engine.carry_out(RetireRegisterRow(register="helpers", row_id=row, reason="zamknięte"), house.anna)
    assert titles(engine, house.anna, "helpers") == []
    assert titles(engine, house.anna, "helpers", retired=True) == ["Schronisko Świt"]
    with pytest.raises(RowRetired):
        engine.carry_out(PutRegisterRow(register="helpers", row_id=row, revision=2, values={"name": "x"}), house.anna)


def test_who_holds_no_editing_role_is_refused_and_nothing_changes(engine, house):
    for stranger in (house.maria, house.ewa, house.adam, house.natalia):
        with pytest.raises(NotAllowed):
            put(engine, stranger, "helpers", name="Cudze")
    assert titles(engine, house.anna, "helpers") == []
    with pytest.raises(NotFound):
        put(engine, house.anna, "nothing-of-the-kind", name="x")


def test_two_who_change_the_same_row_do_not_overwrite_each_other(engine, house):
    row = put(engine, house.anna, "helpers", name="Schronisko")
    engine.carry_out(PutRegisterRow(register="helpers", row_id=row, revision=1, values={"name": "A"}), house.anna)
    with pytest.raises(ChangedMeanwhile):
        engine.carry_out(PutRegisterRow(register="helpers", row_id=row, revision=1, values={"name": "B"}),
                         house.barbara)
    assert titles(engine, house.anna, "helpers") == ["A"]


def test_a_row_is_checked_like_a_form_and_the_same_content_makes_no_version(engine, house):
    with pytest.raises(InvalidAnswers):
        put(engine, house.anna, "helpers", kind="castle")
    row = put(engine, house.anna, "helpers", name="A")
    receipt = engine.carry_out(PutRegisterRow(register="helpers", row_id=row, revision=1, values={"name": "A"}),
                               house.anna)
    assert receipt.entries == 0
    with pytest.raises(InvalidInput):
        engine.carry_out(RetireRegisterRow(register="helpers", row_id=row, reason=" "), house.anna)


def test_an_owner_keeps_its_own_rows_only_while_its_agreement_is_in_force(engine, house):
    row = beds(engine, house)
    theirs = put(engine, house.ola, "beds", name="Dom miejski", places="2")
    assert titles(engine, house.natalia, "beds") == ["Nocleg przy rynku"]
    assert titles(engine, house.anna, "beds") == ["Dom miejski", "Nocleg przy rynku"]
    with pytest.raises(NotAllowed):
        engine.carry_out(PutRegisterRow(register="beds", row_id=theirs, revision=1, values={"name": "Mój"}),
                         house.natalia)
    with pytest.raises(NotFound):
        engine.look(RowPage("beds", theirs), house.natalia)
    agreement = next(one for one in engine.look(Agreements(), ADMINISTRATION) if one.name == "Noclegi")
    engine.carry_out(EndAgreement(agreement_id=agreement.agreement_id, reason="koniec"), ADMINISTRATION)
    with pytest.raises(NotAllowed):
        engine.carry_out(PutRegisterRow(register="beds", row_id=row, revision=1, values={"name": "x"}), house.natalia)
    assert [one.title for one in engine.look(RegisterRows("beds"), house.anna)] == ["Dom miejski"]


def test_search_folds_letters_and_only_readers_find_a_register(engine, house):
    put(engine, house.anna, "helpers", name="Łódzka przystań", address="ul. Żółta 3", kind="shelter")
    assert titles(engine, house.anna, "helpers", search="lodzka zolta") == ["Łódzka przystań"]
    assert titles(engine, house.anna, "helpers", search="schronisko") == ["Łódzka przystań"]
    assert titles(engine, house.anna, "helpers", search="zamek") == []
    assert [one.id for one in engine.look(Registers(), house.maria)] == ["helpers"]
    with pytest.raises(NotFound):
        engine.look(RegisterPage("beds"), house.maria)


def test_a_form_offers_live_rows_that_fit_and_chooses_none(engine, house):
    shelter = put(engine, house.anna, "helpers", name="Schronisko", kind="shelter")
    put(engine, house.anna, "helpers", name="Urząd", kind="office")
    _, item = request(engine, house.anna)
    task = engine.look(TaskPage(item), house.anna)
    assert [(one.value, one.label) for one in task.form.field("provider").options] == [(shelter.hex, "Schronisko")]
    assert task.values == {}


def test_a_retired_row_cannot_be_answered_and_an_old_answer_keeps_its_old_name(engine, house, clock):
    row = put(engine, house.anna, "helpers", name="Schronisko", kind="shelter")
    case_id, item = request(engine, house.anna)
    following = finish(engine, house.anna, case_id, item, provider=row.hex).offered[0]
    clock.move(days=1)
    engine.carry_out(PutRegisterRow(register="helpers", row_id=row, revision=1, values={
        "name": "Dom", "kind": "shelter"}), house.anna)
    engine.carry_out(RetireRegisterRow(register="helpers", row_id=row, reason="zamknięte"), house.anna)
    said = engine.look(TaskPage(following), house.anna).answers[0]
    assert said.form.field("provider").option_label(said.values["provider"], "pl") == "Schronisko"
    case_id, item = request(engine, house.anna)
    with pytest.raises(InvalidAnswers) as refused:
        finish(engine, house.anna, case_id, item, provider=row.hex)
    assert [one.code for one in refused.value.params["problems"]] == ["RowNotThere"]


def test_a_plan_books_a_place_and_a_changed_plan_gives_it_back(engine, house):
    row, other = beds(engine, house), beds(engine, house, name="Inny")
    case_id, receipt = planned(engine, house, row)
    assert [one.free for one in engine.look(RegisterRows("beds"), house.anna)] == [1, 0]
    again = finish(engine, house.anna, case_id, receipt.offered[0], ready="no").offered[0]
    finish(engine, house.anna, case_id, again, actions=[{"place": other.hex}])
    assert {one.title: one.free for one in engine.look(RegisterRows("beds"), house.anna)} == {
        "Inny": 0, "Nocleg przy rynku": 1}
    places = engine.look(BookedPlaces(case_id), house.anna).places
    assert sorted((one.title, one.released_at is None) for one in places) == [
        ("Inny", True), ("Nocleg przy rynku", False)]


def test_a_full_row_refuses_the_answer_and_nothing_is_half_done(engine, house):
    row = beds(engine, house)
    planned(engine, house, row)
    case_id, item = request(engine, house.anna)
    with pytest.raises(InvalidAnswers) as refused:
        finish(engine, house.anna, case_id, item, actions=[{"place": row.hex}])
    assert [(one.key, one.code) for one in refused.value.params["problems"]] == [("actions-0-place", "PlaceNotFree")]
    assert engine.look(TaskPage(item), house.anna).row.state == "ready"
    assert engine.look(BookedPlaces(case_id), house.anna).places == ()


def test_the_last_place_is_taken_once_though_two_ask_at_the_same_instant(engine, open_engine, house):
    row = beds(engine, house)
    asked = [(request(engine, house.anna)[0], other) for other in (engine, open_engine())]

    def book(one):
        try:
            one[1].carry_out(BookPlace(case_id=one[0], row_id=row), house.anna)
        except NoPlaceLeft:
            return "full"
        return "booked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(book, asked)) == ["booked", "full"]
    assert engine.look(RowPage("beds", row), house.anna).row.taken == 1


def test_booking_twice_for_one_case_takes_one_place_and_releasing_frees_it(engine, house):
    row = beds(engine, house)
    case_id, _ = request(engine, house.anna)
    booking = UUID(engine.carry_out(BookPlace(case_id=case_id, row_id=row), house.anna).extra["booking"])
    assert engine.carry_out(BookPlace(case_id=case_id, row_id=row), house.anna).entries == 0
    with pytest.raises(InvalidInput):
        engine.carry_out(ReleasePlace(case_id=case_id, booking_id=booking, reason=""), house.anna)
    engine.carry_out(ReleasePlace(case_id=case_id, booking_id=booking, reason="zmiana planu"), house.anna)
    with pytest.raises(NotFound):
        engine.carry_out(ReleasePlace(case_id=case_id, booking_id=booking, reason="znowu"), house.anna)
    assert engine.look(RowPage("beds", row), house.anna).row.free == 1


def test_only_who_coordinates_books_and_a_stranger_does_not_learn_of_the_case(engine, house):
    row = beds(engine, house)
    case_id, _ = request(engine, house.anna)
    with pytest.raises(NotFound):
        engine.carry_out(BookPlace(case_id=case_id, row_id=row), house.natalia)
    with pytest.raises(NotFound):
        engine.look(BookedPlaces(case_id), house.ewa)


def test_the_owner_learns_name_contact_and_day_with_consent_and_nothing_without(engine, house):
    row = beds(engine, house, places=2)
    planned(engine, house, row, told="yes")
    planned(engine, house, row, told="no")
    sheet = engine.look(RowPage("beds", row), house.natalia)
    assert [(one.name, one.phone, one.starts_on) for one in sheet.guests] == [
        ("Łukasz Żółć", "500 600 700", "2027-06-01")]
    assert sheet.unnamed == 1
    for other in (house.anna, house.ola):
        assert engine.look(RowPage("beds", row), other).guests == ()


def test_what_the_owner_was_told_ends_with_the_booking(engine, house):
    row = beds(engine, house)
    case_id, _ = request(engine, house.anna)
    booked = engine.carry_out(BookPlace(case_id=case_id, row_id=row, consented=True), house.anna)
    engine.carry_out(ReleasePlace(case_id=case_id, booking_id=UUID(booked.extra["booking"]), reason="odwołana zgoda"),
                     house.anna)
    assert engine.look(RowPage("beds", row), house.natalia).guests == ()


def test_every_chain_still_verifies(engine, house):
    planned(engine, house, beds(engine, house))
    assert all(verdict.agrees for _, verdict in engine.verify())
