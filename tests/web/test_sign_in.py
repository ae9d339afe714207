"""Signing in: who one is, where one wanted to go, in which language, for which institution."""

from __future__ import annotations

import pytest

from engine.model.commands import AddAccount, GrantRole
from tests.cast import ADMINISTRATION, PASSWORD, email
from tests.makers import ask
from tests.web.visitors import Visitor


def test_anna_signs_in_and_sees_as_whom(visitor):
    visitor.sign_in("anna")
    assert visitor.heading() == "Moja praca"
    assert "Anna Nowak · MOPR" in visitor.text


def test_a_wrong_password_never_says_which_part_was_wrong(visitor):
    visitor.get("/sign-in").post("/sign-in", {"email": email("anna"), "password": "nie to"})
    known = visitor.errors()
    visitor.post("/sign-in", {"email": "nikt@powrot.example", "password": "nie to"})
    assert visitor.status == 403
    assert visitor.errors() == known
    assert known == ["E-mail lub hasło jest niewłaściwe. Sprawdź jedno i drugie i spróbuj ponownie."]


def test_the_typed_address_stays_after_a_wrong_password(visitor):
    visitor.post("/sign-in", {"email": email("anna"), "password": "nie to"})
    assert visitor.field("email").get("value") == email("anna")


def test_a_deep_link_survives_signing_in(visitor, engine, cast):
    case_id = ask(engine, cast.anna).case_id
    visitor.get(f"/cases/{case_id}")
    assert visitor.response.headers["Location"] == f"/sign-in?next=/cases/{case_id}"
    visitor.get(visitor.response.headers["Location"])
    visitor.post("/sign-in", {"email": email("anna"), "password": PASSWORD, "next": f"/cases/{case_id}"})
    assert "ŻÓŁĆ Łukasz" in visitor.heading()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:x", "x",
                                       "//["])
def test_the_way_back_never_leads_elsewhere(visitor, elsewhere):
    visitor.post("/sign-in", {"email": email("anna"), "password": PASSWORD, "next": elsewhere}, follow=False)
    assert visitor.response.headers["Location"] == "/"


def test_the_session_is_in_the_cookie_and_nothing_else_is(visitor):
    visitor.post("/sign-in", {"email": email("anna"), "password": PASSWORD}, follow=False)
    (cookie,) = visitor.response.headers.getlist("Set-Cookie")
    assert cookie.startswith("powrot=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_colleague_signs_in_where_somebody_forgot_to_sign_out(enter):
    anna = enter("anna")
    forgotten = {one.key: one.value for one in anna.client._cookies.values()}
    anna.get("/sign-in").post("/sign-in", {"email": email("maria"), "password": PASSWORD, "csrf_token": ""})
    assert "Maria Wrona · PUP" in anna.text
    anna.client.set_cookie("powrot", forgotten["powrot"])
    assert anna.get("/").status == 302


def test_after_signing_out_the_session_is_dead_on_the_server(enter):
    anna = enter("anna")
    stolen = {one.key: one.value for one in anna.client._cookies.values()}
    anna.post("/sign-out")
    assert "Wylogowano." in anna.text
    anna.client.set_cookie("powrot", stolen["powrot"])
    assert anna.get("/").status == 302


def test_signing_out_twice_is_no_error(enter):
    anna = enter("anna")
    anna.post("/sign-out")
    anna.post("/sign-out")
    assert anna.heading() == "Zaloguj się"


def test_a_session_that_lay_idle_ends(enter, clock):
    anna = enter("anna")
    clock.move(hours=2)
    assert anna.get("/").status == 302


def test_a_visitor_reads_english_and_stays_on_the_page(visitor):
    visitor.get("/help").post("/language", {"language": "en", "next": "/help"})
    assert visitor.response.request.path == "/help"
    assert visitor.heading() == "Help"


def test_anna_reads_english_from_now_on_and_on_another_computer(enter):
    anna = enter("anna")
    anna.post("/language", {"language": "en", "next": "/cases"})
    assert anna.heading() == "Cases"
    assert enter("anna").heading() == "My work"


def test_who_works_for_two_institutions_chooses_one(engine, enter, cast, app):
    engine.carry_out(GrantRole(account_id=cast.anna.account_id, institution_id=cast.institutions["ngo"], role="ngo"),
                     ADMINISTRATION)
    anna = Visitor(app).sign_in("anna")
    assert anna.heading() == "Dla której instytucji teraz pracujesz?"
    anna.post("/institutions", {"institution": cast.institutions["ngo"].hex, "next": "/"})
    assert "Anna Nowak · Nowy Start" in anna.text


def test_nobody_chooses_an_institution_that_is_not_theirs(enter, cast):
    anna = enter("anna")
    assert anna.post("/institutions", {"institution": cast.institutions["prison"].hex}).status == 404
    assert anna.post("/institutions", {"institution": "x"}).status == 404


def test_a_one_time_link_opens_an_account_once(visitor, engine):
    made = engine.carry_out(AddAccount(email="nowa@powrot.example", name="Nowa Osoba"), ADMINISTRATION)
    path = f"/passwords/{made.extra['link']}"
    visitor.get(path)
    visitor.post(path, {"password": "za krótkie", "again": "za krótkie"})
    assert visitor.status == 422
    assert "co najmniej 15 znaków" in visitor.errors()[0]
    visitor.post(path, {"password": PASSWORD, "again": PASSWORD + "!"})
    assert visitor.errors() == ["Hasła są różne. Wpisz oba jeszcze raz."]
    visitor.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert "Hasło jest ustawione" in visitor.text
    visitor.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert visitor.status == 403


def test_a_form_from_another_site_is_refused(enter):
    anna = enter("anna")
    refused = anna.client.post("/language", data={"language": "en", "csrf_token": anna._tokens["csrf_token"]},
                               headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert anna.client.post("/language", data={"language": "en"}).status_code == 403
    assert anna.client.post("/sign-in", headers={"Origin": "https://example.org"}).status_code == 403
    assert anna.get("/").heading() == "Moja praca"


def test_a_lost_session_asks_to_sign_in_and_says_what_is_safe(enter, clock):
    anna = enter("anna")
    clock.move(hours=2)
    anna.post("/notices", {"_definition": "opinion"})
    assert anna.status == 401
    assert "Sesja wygasła" in anna.text
