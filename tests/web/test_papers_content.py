"""The shipped papers themselves: the letter fits its sheet, says nothing that marks a person, and leaves no blank."""

from __future__ import annotations

import json
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import jsonschema
import pypdf
import pytest

from engine.model.definitions import Definition
from engine.model.forms import Form
from engine.model.papers import PaperText
from engine.queries.rows import Words
from engine.queries.rows.papers import MISSING, THERE, Kept, KeptRows, Sheet
from web import press, sheets

ROOT = Path(__file__).parents[2] / "processes"
FOLDER = ROOT / "reentry"
DEFINITION = Definition.parse((FOLDER / "definition.json").read_bytes())
LETTER = DEFINITION.paper("release-letter")
PRINTED = {"at": datetime.fromisoformat("2027-05-10T09:00:00+02:00"), "by": "Zofia Wójcik", "institution": "ZK"}
#: What the values of the letter are in an ordinary case.
ORDINARY = {
    "first_name": "Jan", "out_day": "2027-05-12T10:00:00+02:00", "out_time": "2027-05-12T10:00:00+02:00",
    "release_at": "2027-05-12T10:00:00+02:00", "homeless": "yes", "facility": "Schronisko Zacisze",
    "facility_address": "ul. Fikcyjna 7, 22-100 Chełm", "admits_from": "14:00", "facility_contact": "tel. 82 000 00 09",
    "address": "ul. Zmyślona 3, 22-100 Chełm", "meeting_day": "2027-05-12T13:00:00+02:00",
    "meeting_time": "2027-05-12T13:00:00+02:00", "meeting_place": "ul. Wymyślona 20, pokój 4",
    "office": "Miejski Ośrodek Pomocy Rodzinie", "phone": "82 000 00 02", "work_at": "2027-05-14T09:00:00+02:00",
    "work_place": "ul. Fikcyjna 20", "work_contact": "Maria Wrona", "id_ready": "done",
    "today": "2027-05-10T09:00:00+02:00",
}
MOMENTS = {"out_day", "out_time", "release_at", "meeting_day", "meeting_time", "work_at", "today"}
#: Beginnings of words that reduce a person to what they did, in the languages of the letter.
MARKING = ("przestęp", "kryminal", "skazan", "osadzon", "więź", "więzie", "wyrok", "recydyw", "zakład karn", "offender",
           "convict", "prison", "inmate", "criminal", "jail", "злочин", "засуджен", "тюрм", "в'язн", "в’язн", "вирок")


def letter(language="pl", **values):
    """The letter put in words; None for a value that is not there."""
    text = PaperText.parse((FOLDER / LETTER.text).read_bytes(), LETTER.text, LETTER.languages)
    given = ORDINARY | values
    kept = {name: Kept(THERE if given[name] is not None else MISSING,
                       datetime.fromisoformat(given[name]) if name in MOMENTS and given[name] else given[name],
                       f"answer.test.{name}", Words(name, name)) for name in text.values}
    plan = Form.parse((ROOT.parent / "forms/reentry/plan.form").read_bytes(), "plan").field("actions")
    rows = ({"need": "work", "goal": "Rejestracja w urzędzie pracy", "due": "2027-05-14", "owner": "labour"},
            {"need": "health", "goal": "Wizyta w poradni", "due": "2027-05-13", "owner": "health"},
            {"need": "work", "goal": "Kurs na wózek", "due": "2027-09-01", "owner": "labour"})
    sheet = Sheet(UUID(int=0), "2027/0001", LETTER.id, Words("List", "Letter"), LETTER.languages, 1, LETTER.unreviewed,
                  LETTER.pages, text, (FOLDER / LETTER.layout).read_bytes(), kept,
                  {"plan.actions": KeptRows(plan, rows)})
    return sheet, sheets.composed(sheet, language, PRINTED)


def pressed(language="pl", **values):
    sheet, made = letter(language, **values)
    return press.pdf(made.content, sheet.layout)


def text_of(content):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages).split())


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_the_letter_is_one_sheet_with_bed_meeting_and_telephone(language):
    found = pressed(language)
    text = text_of(found.content)
    assert found.pages == 1
    for said in ("Jan", "Schronisko Zacisze", "ul. Fikcyjna 7", "13:00", "ul. Wymyślona 20", "82 000 00 02", "112"):
        assert said in text
    assert text.count("82 000 00 02") >= 3, "on the letter and on the card"


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_no_word_of_letter_or_card_marks_the_person(language):
    text = text_of(pressed(language).content).casefold()
    assert [word for word in MARKING if word in text] == []


def test_what_somebody_typed_is_left_out_where_it_marks_the_person():
    for typed in ("Pokój dla osadzonych", "Dla SKAZANYCH, ul. Fikcyjna 7", "84831400011 – pokój 3"):
        _, made = letter(facility=typed)
        assert [one.name for one in made.gaps if one.state == sheets.UNFIT] == ["facility"], typed
        assert typed not in json.dumps(made.content, ensure_ascii=False)


def test_the_plan_gives_what_comes_next_but_nothing_about_health():
    text = text_of(pressed().content)
    assert "Rejestracja w urzędzie pracy" in text
    assert "Wizyta w poradni" not in text
    assert "Kurs na wózek" not in text
    assert "Rejestracja w urzędzie pracy" not in text_of(pressed("uk").content), "nobody translated it"


@pytest.mark.parametrize("name", ["facility", "facility_address", "facility_contact", "meeting_day", "meeting_place"])
def test_a_missing_address_hour_or_telephone_is_listed_and_never_blank(name):
    _, made = letter(**{name: None})
    assert name in made.missing
    said = json.dumps(made.content["parts"], ensure_ascii=False)
    assert not re.search(r"\{|: ,|, ,|\(\)|: \.", " ".join(re.findall(r'"text": "([^"]*)"', said)))


def test_who_has_a_home_is_told_that_address_and_no_shelter():
    _, made = letter(homeless="no", facility=None, facility_address=None, facility_contact=None)
    assert made.missing == ()
    assert "Schronisko" not in json.dumps(made.content, ensure_ascii=False)


def test_very_long_names_make_the_letter_too_long_and_not_small():
    long = "Międzygminne Stowarzyszenie Wzajemnej Pomocy i Samopomocy Mieszkańców " * 6
    assert pressed(first_name="Wielosłowobrzmiący-Przeciwnymi").pages == 1
    assert pressed(facility_address="A" * 200).pages == 1
    assert pressed(facility=long, meeting_place=long, office=long).pages > LETTER.pages
    _, made = letter(meeting_place=long)
    assert made.lengths[0][1] == len(long)


def test_the_letter_is_printed_in_twelve_points_or_more():
    sizes: dict[float, str] = {}
    page = pypdf.PdfReader(BytesIO(pressed().content)).pages[0]
    height = float(page.mediabox.height)

    def note(text, _matrix, position, _font, size):
        if text.strip() and position[5] > 0:
            sizes.setdefault(round(abs(size), 1), text)

    page.extract_text(visitor_text=note)
    assert height > 800
    body = [size for size, text in sizes.items() if "Zadzwoń: " in text or "Dzień dobry" in text or "Nocleg" in text]
    assert all(size >= 12 for size in body)


def test_every_shipped_paper_keeps_to_the_schema():
    schema = json.loads((ROOT / "paper.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    files = sorted(ROOT.glob("*/papers/*.json"))
    assert len(files) > 5
    for file in files:
        jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), schema)


def test_every_paper_of_a_definition_has_words_in_all_its_languages():
    for folder in sorted({file.parent.parent for file in ROOT.glob("*/papers/*.json")}):
        for paper in Definition.parse((folder / "definition.json").read_bytes()).papers:
            assert PaperText.parse((folder / paper.text).read_bytes(), paper.text, paper.languages).parts


ATTACKS = ('#read("/etc/passwd")', '#import "@preview/cetz:0.3.0"', '#import "/etc/passwd"', '#plugin("x.wasm")',
           "#let f(n) = f(n + 1)\n#f(0)")


@pytest.mark.parametrize("layout", ATTACKS)
def test_a_layout_reaches_no_file_and_no_network(layout):
    _, made = letter()
    with pytest.raises(press.PaperNotSet):
        press.pdf(made.content, layout.encode())


def test_a_paper_without_end_is_refused():
    _, made = letter()
    with pytest.raises(press.PaperTooLarge):
        press.pdf({**made.content, "title": "x" * 3_000_000})


def test_another_process_has_a_paper_without_a_line_of_python():
    paper = Definition.parse((ROOT / "opinion/definition.json").read_bytes()).paper("summary")
    assert paper.layout == ""
    assert set(paper.languages) == {"pl", "en"}
