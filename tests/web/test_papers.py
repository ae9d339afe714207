"""Papers of a case on the screen: what is missing is listed and never blank, what is printed is recorded."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from engine.model.commands import OpenCase
from engine.queries.audits import CaseHistory

EXAMPLES = Path(__file__).parents[2] / "processes" / "reentry" / "examples"
ATTACK = '#read("/etc/passwd") $x$ *b* <x> \\ [y] ul. Długa 1'
PESEL = "84831400011"


@pytest.fixture
def case(engine, cast):
    """A case that has only its notice."""
    given = json.loads((EXAMPLES / "01-kowalski.json").read_text(encoding="utf-8"))
    answers = {key: value for key, value in given.items() if not key.startswith("$")} | {"declared_address": ATTACK}
    return engine.carry_out(OpenCase(definition="reentry", answers=answers), cast.zofia).case_id


def printed(visitor, case, paper, language="pl", **fields):
    """What comes back when the button is pressed on the list of papers."""
    visitor.get(f"/cases/{case}/papers")
    return visitor.post(f"/cases/{case}/papers/{paper}/{language}/prints", fields)


def pdf(visitor):
    assert visitor.response.mimetype == "application/pdf", visitor.text
    return pypdf.PdfReader(BytesIO(visitor.response.data))


def words(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def entries(engine, cast, case):
    return [line for line in engine.look(CaseHistory(case), cast.adam).lines if line.type == "PaperPrinted"]


def test_the_list_names_each_paper_and_what_it_lacks(enter, case):
    zofia = enter("zofia").get(f"/cases/{case}/papers")
    assert "List na dzień wyjścia" in zofia.text
    for missing in ("Adres pierwszego spotkania", "Godzina pierwszego spotkania"):
        assert missing in zofia.text
    assert "nie sprawdził tego tłumacz" in zofia.text
    assert f"/cases/{case}/papers" in zofia.get(f"/cases/{case}").links(r"/cases/[\w-]{36}/papers")


def test_what_lacks_something_is_not_printed_unless_a_person_says_so(enter, case, engine, cast):
    zofia = printed(enter("zofia"), case, "release-letter")
    assert zofia.status == 422
    assert "Adres pierwszego spotkania" in zofia.text
    assert entries(engine, cast, case) == []
    text = words(pdf(printed(zofia, case, "release-letter", without="missing")))
    assert "Z kim i kiedy" not in text
    (entry,) = entries(engine, cast, case)
    assert "meeting_place" in entry.data["left_out"]


def test_what_cannot_do_without_a_value_is_never_printed(enter, case, engine, cast):
    krystyna = printed(enter("krystyna"), case, "transfer-package", without="missing")
    assert krystyna.status == 422
    assert entries(engine, cast, case) == []


def test_a_print_is_one_entry_with_digest_and_places_but_no_value(enter, case, engine, cast):
    zofia = printed(enter("zofia"), case, "release-letter", without="missing")
    (entry,) = entries(engine, cast, case)
    assert entry.data["digest"] == hashlib.sha256(zofia.response.data).hexdigest()
    assert "answer.notice.declared_address" in entry.data["fields"]
    assert ATTACK not in json.dumps(entry.data)
    assert "Wydrukowano: „List na dzień wyjścia i karta do portfela” (polski)." in zofia.get(f"/cases/{case}").text


def test_every_print_counts_even_from_the_same_page(enter, case, engine, cast):
    zofia = enter("zofia")
    for _ in range(2):
        printed(zofia, case, "blank.inform")
    assert len(entries(engine, cast, case)) == 2


def test_a_pdf_is_tagged_titled_and_knows_its_language(enter, case):
    for language in ("pl", "en", "uk"):
        reader = pdf(printed(enter("zofia"), case, "release-letter", language, without="missing"))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert root["/StructTreeRoot"]["/K"]
        assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
        assert reader.metadata.title
        assert len(reader.pages) == 1


def test_what_somebody_typed_is_never_markup(enter, case):
    zofia = enter("zofia")
    assert ATTACK in words(pdf(printed(zofia, case, "release-letter", without="missing")))
    page = zofia.get(f"/cases/{case}/papers/release-letter/pl")
    assert ATTACK in page.text
    assert not page.page.xpath("//article//x")


def test_the_page_speaks_the_language_of_the_paper_and_says_who_checked_it(enter, case):
    zofia = enter("zofia").get(f"/cases/{case}/papers/release-letter/uk")
    (article,) = zofia.page.xpath("//article")
    assert article.get("lang") == "uk"
    assert "перекладач" in article.text_content()
    assert "перекладач" not in zofia.get(f"/cases/{case}/papers/release-letter/pl").text


def test_any_form_is_printed_empty_with_numbered_questions_and_without_a_name(enter, case):
    text = words(pdf(printed(enter("zofia"), case, "blank.inform")))
    assert "1 Kiedy rozmawiano?" in text
    assert "Sprawa 2027/0001" in text
    for hidden in ("KOWALSKI", "Kowalski", PESEL):
        assert hidden not in text


def test_a_form_that_was_filled_in_is_printed_with_its_answers_and_a_masked_number(enter, case):
    text = words(pdf(printed(enter("zofia"), case, "filled.notice", "en")))
    assert "Kowalski" in text
    assert PESEL not in text
    assert "•11" in text


@pytest.mark.parametrize("path", ["", "/release-letter/pl", "/blank.notice/pl"])
def test_who_does_not_take_part_finds_no_paper(enter, case, path):
    for outsider in ("ewa", "adam", "natalia"):
        assert enter(outsider).get(f"/cases/{case}/papers{path}").status == 404


def test_who_does_not_take_part_prints_nothing(enter, case, engine, cast):
    ewa = enter("ewa").get("/cases")
    assert ewa.post(f"/cases/{case}/papers/blank.notice/pl/prints").status == 404
    assert entries(engine, cast, case) == []


def test_a_paper_of_other_roles_is_refused(enter, case, engine, cast):
    zofia = printed(enter("zofia"), case, "transfer-package", without="missing")
    assert zofia.status == 403
    assert entries(engine, cast, case) == []


@pytest.mark.parametrize("path", [
    "release-letter/de", "nothing/pl", "blank.nothing/pl", "blank.inform/uk", "x" * 300 + "/pl"])
def test_a_paper_or_language_that_is_not_there_is_not_found(enter, case, path):
    assert enter("zofia").get(f"/cases/{case}/papers/{path}").status == 404


def test_a_task_leads_to_its_form_on_paper(enter, case):
    krystyna = enter("krystyna").get("/?tab=team")
    task = krystyna.links(r"/tasks/[\w-]{36}")[0]
    assert krystyna.get(task).links(rf"/cases/{case}/papers/blank\.verify/pl")
