"""Administration in its first form, and the mailbox of a demonstration."""

from __future__ import annotations

import pytest

from tests.cast import PASSWORD
from tests.makers import ask
from tests.web.visitors import Visitor
from web.app import create_app


def test_the_administrator_begins_at_administration_and_sees_no_case(enter, engine, cast):
    case_id = ask(engine, cast.anna).case_id
    igor = enter("igor")
    assert igor.heading() == "Administracja"
    assert "Administratorzy nie widzą treści spraw." in igor.text
    assert igor.get(f"/cases/{case_id}").status == 404


def test_an_institution_is_entered(enter):
    igor = enter("igor").get("/administration")
    igor.post("/administration/institutions", {"name": "Dom dla Powracających", "short_name": "Dom"})
    assert "Wpisano." in igor.text
    assert "Dom dla Powracających" in igor.text


def test_a_missing_name_is_said_and_what_was_typed_stays(enter):
    igor = enter("igor").get("/administration")
    igor.post("/administration/institutions", {"name": "", "short_name": "Dom"})
    assert igor.status == 422
    assert "instytucja musi mieć nazwę i nazwę skróconą" in igor.text
    assert igor.page.get_element_by_id("institution-short").get("value") == "Dom"


def test_a_new_account_gets_a_link_that_is_shown_once(enter, app, cast):
    igor = enter("igor").get("/administration")
    igor.post("/administration/accounts", {"name": "Nowa Osoba", "email": "nowa@powrot.example"})
    (link,) = igor.page.xpath("//strong[contains(., '/passwords/')]/text()")
    assert link not in igor.get("/administration").text
    new = Visitor(app)
    new.get(link).post(link, {"password": PASSWORD, "again": PASSWORD})
    new.post("/sign-in", {"email": "nowa@powrot.example", "password": PASSWORD})
    assert "Nowa Osoba" in new.text


def test_the_same_address_twice_is_refused(enter):
    igor = enter("igor").get("/administration")
    igor.post("/administration/accounts", {"name": "Inna", "email": "anna@powrot.example"})
    assert "konto z tym adresem już istnieje" in igor.text


def test_a_role_is_given_and_ended(enter, cast):
    igor = enter("igor").get("/administration")
    role = {"account": cast.ewa.account_id.hex, "institution": cast.institutions["ngo"].hex, "role": "ngo"}
    igor.post("/administration/roles", role)
    assert "Nowy Start: Organizacja pozarządowa" in igor.text
    igor.post("/administration/roles/end", {**role, "reason": "pomyłka"})
    assert igor.text.count("Nowy Start: Organizacja pozarządowa") == 1


def test_an_agreement_is_recorded(enter, cast):
    igor = enter("igor").get("/administration")
    igor.post("/administration/agreements", {
        "name": "Nowe porozumienie", "party": [cast.institutions["ngo"].hex, cast.institutions["labour"].hex, ""],
        "party_role": ["ngo", "labour", ""]})
    assert "Nowe porozumienie" in igor.text


@pytest.mark.parametrize("name", ["anna", "adam", "ola", "ewa"])
def test_nobody_else_administers(enter, name):
    somebody = enter(name)
    assert somebody.get("/administration").status == 404
    somebody.post("/administration/institutions", {"name": "x", "short_name": "x"})
    assert somebody.status in {403, 404}


def test_the_mailbox_is_there_in_a_demonstration_only(enter, engine, cast):
    ask(engine, cast.anna)
    assert enter("maria").get("/mailbox").status == 404
    engine.worker().drain()
    app = create_app(engine)
    app.extensions["demo"] = True
    maria = Visitor(app).sign_in("maria").get("/mailbox")
    assert "Masz nowe zadanie – Sprawa 2027/0001" in maria.text
    assert "ŻÓŁĆ" not in maria.text.upper().replace("WERSJA", "")
