"""Registers as files, and forms that take answers from them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from engine.model.fields import Option
from engine.model.forms import Form, FormRefused
from engine.model.registers import Register, RegisterRefused, Wish, filled, fits, wishes

ROW = "0" * 31 + "7"


def form(**properties):
    question = {"type": "select", "key": "place", "label": "Miejsce",
                "properties": {"options_from": "places"} | properties}
    return Form.parse({"components": [
        {"type": "dynamiclist", "path": "actions", "label": "Działania", "components": [
            question, {"type": "datetime", "subtype": "date", "key": "due", "dateLabel": "Termin"},
            {"type": "radio", "key": "told", "label": "Zgoda", "values": [{"value": "yes", "label": "Tak"}]}]}]})


def test_a_register_names_itself_its_form_and_its_people():
    found = Register.parse({"id": "offers", "name": {"pl": "Oferty"}, "form": "offer", "title": "post",
                            "owners": ["employer"], "reads": ["coordinator"], "places": "posts", "tells": True},
                           "registers/offers.json")
    assert (found.owners, found.places, found.tells) == (("employer",), "posts", True)
    assert found.may_read(frozenset({"coordinator"}))
    assert not found.may_read(frozenset({"employer"}))


@pytest.mark.parametrize(("change", "code"), [
    ({"id": "Offers"}, "PropertyInvalid"), ({"form": ""}, "PropertyMissing"), ({"colour": "red"}, "PropertyUnknown"),
])
def test_every_problem_of_a_register_is_named(change, code):
    given = {"id": "offers", "name": {"pl": "Oferty"}, "form": "offer", "title": "post"} | change
    with pytest.raises(RegisterRefused) as refused:
        Register.parse(given, "registers/offers.json")
    assert code in {one.code for one in refused.value.problems}


def test_a_question_of_a_register_has_no_answers_of_its_own():
    with pytest.raises(FormRefused):
        Form.parse({"components": [{"type": "select", "key": "place", "label": "Miejsce",
                                    "values": [{"value": "a", "label": "A"}],
                                    "properties": {"options_from": "places"}}]})


def test_only_rows_that_are_there_can_be_answered_and_nothing_is_chosen_beforehand():
    asked = filled(form(), lambda _field: (Option(ROW, "Schronisko", ""),))
    good = asked.check({"actions": [{"place": ROW}]}, today=date(2027, 5, 4))
    assert good.ok
    assert good.values == {"actions": [{"place": ROW}]}
    gone = asked.check({"actions": [{"place": "1" * 32}]}, today=date(2027, 5, 4))
    assert [(one.key, one.code) for one in gone.problems] == [("actions-0-place", "RowNotThere")]
    assert asked.check({"actions": [{"due": "2027-06-01"}]}, today=date(2027, 5, 4)).values == {
        "actions": [{"due": "2027-06-01"}]}


def test_a_filter_keeps_rows_that_say_one_of_the_values():
    where = (("kind", ("shelter", "flat")),)
    assert fits({"kind": "shelter"}, where)
    assert fits({"kind": ["course", "flat"]}, where)
    assert not fits({"kind": "course"}, where)
    assert not fits({}, where)


def test_an_answer_books_with_its_day_and_only_with_a_spoken_yes():
    asked = form(books={"starts_on": "due", "consent": "told"})
    one = {"place": ROW, "due": "2027-06-01"}
    assert wishes(asked, {"actions": [one]}) == (Wish(UUID(ROW), "2027-06-01", False, "actions-0-place"),)
    assert wishes(asked, {"actions": [one | {"told": "yes"}]})[0].consented
    assert wishes(asked, {"actions": [{"place": "__unknown__"}]}) == ()
    assert wishes(form(), {"actions": [one]}) == ()
