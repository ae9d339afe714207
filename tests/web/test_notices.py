"""New notices: one on the screen, many in a file; good rows are taken in, bad ones come back with reasons."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from engine.queries.cases import StartPage
from tests.makers import ask
from tests.web.filling import posted
from web import notice_files

QUESTION = {"family_name": "Gżegżółka", "given_names": "Święcisława", "wanted_by": "2027-06-01",
            "question": "Czy jest miejsce?", "_definition": "opinion"}
CSV = "family_name;given_names;wanted_by;question\r\nGżegżółka;Święcisława;2027-06-01;Czy jest?\r\n"


EXAMPLES = Path(__file__).parents[2] / "processes" / "reentry" / "examples"


def send(visitor, name, data):
    """Send a file for checking."""
    visitor.get("/notices/files")
    content = data if isinstance(data, bytes) else data.encode()
    return visitor.post("/notices/files", {"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def rows(visitor):
    """(sign, reasons) of each row on the page."""
    found = visitor.page.xpath("//tbody/tr")
    return [(one.xpath("./td[2]/span")[0].text, " ".join(one.xpath("./td[last()]")[0].text_content().split()))
            for one in found]


def test_a_notice_opens_a_case_and_the_receipt_names_number_and_next_holder(enter):
    anna = enter("anna").get("/notices/new")
    assert anna.heading() == "Pytanie"
    anna.post("/notices", QUESTION)
    assert anna.heading() == "Zgłoszenie przyjęte"
    assert "2027/0001" in anna.text
    assert "Piłka jest teraz po stronie: PUP" in anna.text


def test_a_notice_sent_twice_opens_one_case(enter):
    anna = enter("anna").get("/notices/new")
    tokens = dict(anna._tokens)
    first = anna.post("/notices", QUESTION).response.request.path
    anna._tokens = tokens
    assert anna.post("/notices", QUESTION).response.request.path == first
    assert len(anna.get("/cases").links(r"/cases/[\w-]{36}")) == 1


def release(engine, cast, **given):
    """A release notice as a browser posts it."""
    form = engine.look(StartPage("reentry"), cast.zofia).form
    return {"_definition": "reentry", **posted(form, date(2027, 5, 4), **given)}


def test_what_was_typed_stays_when_a_date_is_impossible(enter, engine, cast):
    zofia = enter("zofia").get("/notices/new")
    zofia.post("/notices", {**release(engine, cast, family_name="Gżegżółka"), "birth_date-month": "13"})
    assert zofia.status == 422
    assert zofia.errors() == ["Data urodzenia: nie ma takiego dnia: 14.13.2027."]
    assert zofia.field("family_name").get("value") == "Gżegżółka"
    assert zofia.field("birth_date-month").get("value") == "13"


def test_a_wrong_check_digit_warns_and_can_be_insisted_on(enter, engine, cast):
    notice = release(engine, cast, pesel="84020112346", birth_date="01.02.1984")
    zofia = enter("zofia").get("/notices/new")
    zofia.post("/notices", notice)
    assert zofia.errors()[0] == "PESEL: cyfra kontrolna się nie zgadza. Sprawdź lub zaznacz: tak jest w dokumencie."
    assert zofia.field("pesel-confirmed").get("type") == "checkbox"
    zofia.post("/notices", {**notice, "pesel-confirmed": "yes"})
    assert zofia.heading() == "Zgłoszenie przyjęte"


def test_a_live_case_of_the_same_person_asks_for_a_confirmation(enter, engine, cast):
    ask(engine, cast.anna, pesel="44051401359")
    anna = enter("anna").get("/notices/new")
    anna.post("/notices", {**QUESTION, "pesel": "44051401359"})
    assert anna.status == 409
    assert "Jest już sprawa w toku 2027/0001 tej osoby." in anna.text
    anna.post("/notices", {**QUESTION, "pesel": "44051401359", "_same_person": "yes"})
    assert anna.heading() == "Zgłoszenie przyjęte"


def test_who_may_not_send_notices_is_told_so(enter):
    maria = enter("maria").get("/notices/new")
    assert maria.status == 403
    assert "Twoja rola na to nie pozwala: otwarcie sprawy." in maria.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_a_file_is_read_in_the_encodings_offices_write(enter, encoding):
    anna = send(enter("anna"), "zgłoszenia.csv", CSV.encode(encoding))
    assert rows(anna) == [("✔", "–")]
    assert "Gżegżółka Święcisława" in anna.text


def test_nothing_is_taken_in_before_it_is_asked_for(enter):
    anna = send(enter("anna"), "a.csv", CSV)
    assert "Można wczytać 1 zgłoszenie." in anna.text
    assert not anna.get("/cases").links(r"/cases/[\w-]{36}")


def test_good_rows_are_taken_in_and_bad_ones_come_back_with_reasons(enter):
    text = CSV + f"Kowalski;Jan;=1+1;{'x' * 501}\r\nNowak;Ewa\r\n"
    anna = send(enter("anna"), "a.csv", text)
    assert rows(anna) == [
        ("✔", "–"), ("✖", "Pytanie: najwyżej 500 znaków; jest 501."),
        ("✖", "Wiersz ma 2 komórek, a pierwszy wiersz wymienia 4.")]
    bad = anna.page.xpath("//form[contains(@action, 'rejected')]//input[@name='_rows']/@value")[0]
    good = anna.page.xpath("//form[contains(@action, 'import')]//input[@name='_rows']/@value")[0]
    anna.post("/notices/files/import", {"_rows": good, "_name": "a.csv"})
    assert "Wczytano 1 zgłoszenie." in anna.text
    assert len(anna.links(r"/cases/[\w-]{36}")) == 1
    anna.post("/notices/files/rejected", {"_rows": bad})
    lines = anna.response.data.decode("utf-8-sig").split("\r\n")
    assert lines[0].endswith(";dlaczego nie wczytano")
    assert lines[1].startswith("Kowalski;Jan;'=1+1;xxx")
    assert "Pytanie: najwyżej 500 znaków; jest 501." in lines[1]


def test_importing_twice_gives_the_same_cases(enter):
    anna = send(enter("anna"), "a.csv", CSV)
    good = anna.field("_rows").get("value")
    tokens = dict(anna._tokens)
    first = anna.post("/notices/files/import", {"_rows": good}).links(r"/cases/[\w-]{36}")
    anna._tokens = tokens
    assert anna.post("/notices/files/import", {"_rows": good}).links(r"/cases/[\w-]{36}") == first


def test_a_confirmable_problem_in_a_file_is_a_remark(enter):
    example = json.loads(next(EXAMPLES.glob("01-*.json")).read_text(encoding="utf-8"))
    zofia = send(enter("zofia"), "a.json", json.dumps([{**example, "pesel": "84020112346"}]))
    assert rows(zofia)[0][0] == "⚠"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.*")), ids=lambda one: one.name)
def test_every_shipped_example_can_be_read(enter, path):
    zofia = send(enter("zofia"), path.name, path.read_bytes())
    assert zofia.status == 200, zofia.errors()
    assert rows(zofia)


@pytest.mark.parametrize(("name", "data", "reason"), [
    ("a.csv", b"", "nie zawiera żadnego zgłoszenia"),
    ("a.xlsx", b"PK\x03\x04rest", "to arkusz kalkulacyjny; najpierw zapisz go jako CSV"),
    ("a.csv", b"a;b\0c", "to nie jest plik tekstowy"),
    ("a.json", b'{"family_name": ', "to nie jest poprawny JSON"),
    ("a.json", b"[]", "nie zawiera żadnego zgłoszenia"),
    ("a.csv", b"x;y\r\n1;2\r\n", "pierwszy wiersz nie wymienia pytań formularza"),
    ("a.csv", b"family_name;given_names\r\n\"Nowak;Jan\r\n", "nie da się rozdzielić wierszy"),
    ("a.csv", b"family_name\r\n" + b"Nowak\r\n" * 501, "zawiera więcej niż 500 zgłoszeń"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(enter, name, data, reason):
    anna = send(enter("anna"), name, data)
    assert anna.status == 422
    assert reason in anna.errors()[0]


def test_a_file_that_is_too_large_is_refused(enter, monkeypatch):
    monkeypatch.setattr(notice_files, "LARGEST", 10)
    assert "jest większy niż" in send(enter("anna"), "a.csv", CSV).errors()[0]


def test_questions_in_words_name_columns_too(enter):
    anna = send(enter("anna"), "a.csv", "Nazwisko,Imię,Pytanie\r\nŻak,Jan,Czy?\r\n")
    assert rows(anna) == [("✔", "–")]


def test_the_template_has_the_keys_of_the_form(enter):
    anna = enter("anna").get("/notices/files/template")
    assert anna.response.data.decode("utf-8-sig") == "family_name;given_names;pesel;wanted_by;question\r\n"


def test_rows_that_were_tampered_with_are_refused(enter):
    anna = send(enter("anna"), "a.csv", CSV)
    for rows in ("[{]", "[" * 100_000, '[{"number": 1e999, "answers": {}, "notice_id": "", "reasons": []}]'):
        assert anna.post("/notices/files/import", {"_rows": rows}).status == 422
