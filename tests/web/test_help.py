"""Help, licences, error pages, the two health addresses, and the headers that every answer carries."""

from __future__ import annotations

import pytest

from web.app import POLICY


@pytest.mark.parametrize("path", ["/sign-in", "/help", "/healthz", "/nowhere", "/static/dist/app.css", "/static/none"])
def test_every_answer_carries_the_security_headers(visitor, path):
    headers = visitor.get(path).response.headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_and_built_files_are(enter):
    anna = enter("anna")
    assert anna.response.headers["Cache-Control"] == "no-store"
    sheet = anna.page.xpath("//link[@rel='stylesheet']/@href")[0]
    assert "v=" in sheet
    assert "immutable" in anna.get(sheet).response.headers["Cache-Control"]


def test_no_page_holds_a_script_or_style_of_its_own(enter):
    for path in ("/", "/cases", "/notices/new", "/help"):
        page = enter("anna").get(path).page
        assert not page.xpath("//script[not(@src)] | //style | //@style | //@onclick")


def test_licences_are_in_full(visitor):
    visitor.get("/licences")
    assert "EUPL-1.2" in visitor.text
    for name in ("spiffworkflow", "bpmn-js", "govuk-frontend"):
        assert name in visitor.text.lower()


def test_an_unknown_page_says_what_to_do(visitor):
    visitor.get("/nowhere")
    assert visitor.status == 404
    assert visitor.heading() == "Nie ma dla Ciebie takiej strony"


def test_a_page_used_the_wrong_way_is_not_a_traceback(enter):
    assert enter("anna").post("/help").status == 405


def test_what_we_did_not_foresee_gets_a_number_and_never_a_traceback(enter, app, monkeypatch):
    def broken(*_args):
        raise RuntimeError("secret detail")

    anna = enter("anna")
    monkeypatch.setattr(app.extensions["engine"], "look", broken)
    anna.get("/cases")
    assert anna.status == 500
    assert "Numer incydentu:" in anna.text
    assert "secret detail" not in anna.response.text
    assert "To, co zakończono wcześniej, jest bezpieczne." in anna.text


def test_the_process_and_the_database_answer(visitor):
    assert visitor.get("/healthz").response.json == {"status": "ok"}
    assert visitor.get("/readyz").response.json == {"missing": {}, "status": "ready"}


def test_a_database_that_is_away_is_said_with_503(visitor, app, monkeypatch):
    monkeypatch.setattr(app.extensions["engine"], "ready", lambda: {"database": "the database does not answer"})
    assert visitor.get("/readyz").status == 503


def test_a_demonstration_says_so_on_every_page(engine, visitor, app):
    assert "Wersja pokazowa" not in visitor.get("/help").text
    app.extensions["demo"] = True
    for path in ("/sign-in", "/help", "/licences", "/nowhere"):
        assert "Wersja pokazowa" in visitor.get(path).text
