"""Registers and booked places on their pages."""

from __future__ import annotations

import pytest

from tests.makers import housing, put, request


@pytest.fixture
def house(engine, cast):
    housing(engine, cast)
    return cast


def test_an_editor_enters_a_row_and_finds_it(enter, house):
    anna = enter("anna").get("/registers/helpers/new")
    anna.post("/registers/helpers/new", {"name": "Schronisko Świt", "kind": "shelter"})
    assert anna.heading() == "Schronisko Świt"
    assert "Schronisko Świt" in anna.get("/registers/helpers?q=swit").text


def test_who_may_not_edit_reads_and_gets_no_form(enter, house):
    maria = enter("maria").get("/registers/helpers")
    assert maria.status == 200
    assert "/registers/helpers/new" not in maria.text
    assert maria.get("/registers/helpers/new").status == 403
    assert maria.get("/registers/beds").status == 404


def test_the_owner_of_a_booked_place_reads_name_and_contact_and_no_offence(enter, engine, house):
    row = put(engine, house.natalia, "beds", name="Nocleg", places="1")
    case_id, _ = request(engine, house.anna)
    anna = enter("anna").get(f"/cases/{case_id}/places")
    anna.post(f"/cases/{case_id}/places", {"row": row.hex, "consent": "yes"})
    assert "Zarezerwowane" in anna.text
    natalia = enter("natalia").get(f"/registers/beds/rows/{row}")
    assert "Łukasz Żółć" in natalia.text
    assert "500 600 700" in natalia.text
    for hidden in ("278", str(case_id), "2027/0"):
        assert hidden not in natalia.text
    assert natalia.get(f"/cases/{case_id}").status == 404
    assert natalia.get(f"/cases/{case_id}/places").status == 404
