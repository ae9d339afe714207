"""Stories of a working day in the house of the demonstration: files, drafts, two people on one task, keys, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.model.deadlines import WARSAW
from engine.queries.cases import CaseList, CasePage
from tests.browser.story_house import House, served
from tests.browser.story_people import Somebody
from web.demo import PROCESSES

EXAMPLES = PROCESSES / "reentry" / "examples"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SMALL = {"viewport": {"width": 360, "height": 740}}
LARGEST_PICTURE = 250_000
PASSWORD = "demo demo demo demo"
DISSENT = "Urząd pracy proponuje kurs przed wyjściem."
Sits = Callable[..., Somebody]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration with all its cases, one for the stories of this file."""
    with served(tmp_path_factory.mktemp("house"), cases=True) as one:
        yield one


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The kinds of pages that were looked over for barriers."""
    return set()


@pytest.fixture
def sits_down(house: House, new_page: Callable[..., Page], axe: Callable[[Page], None], seen: set[str]) -> Sits:
    """Somebody sits down at a computer of their own."""
    return lambda name, language="pl", **screen: Somebody(new_page(**screen), house, name, axe, seen, language)


def test_zofia_brings_a_file_in_which_one_row_is_wrong(sits_down: Sits) -> None:
    lines = (EXAMPLES / "12-zbiorcze.csv").read_text(encoding="utf-8").splitlines()
    wrong = lines[1].replace("2027/0012", "2027/0099").replace("Ćwik", "Ćma").replace("1986-04-05", "1986-02-31")
    file = {"name": "zbiorcze.csv", "mimeType": "text/csv",
            "buffer": "\r\n".join([*lines, wrong]).encode("cp1250")}

    zofia = sits_down("Zofia Wrona").signs_in().goes_to("Nowe zgłoszenie").follows(re.compile("Wyślij plik"))
    zofia.page.get_by_label("Plik (CSV albo JSON)").set_input_files(files=[file])  # type: ignore[list-item]
    zofia.presses("Sprawdź plik").sees("4 zgłoszenia", "1 wiersz do poprawy", "Ćma Adam", "Data urodzenia")
    with zofia.page.expect_download() as bad:
        zofia.main.get_by_role("button", name=re.compile("^Pobierz 1 zły wiersz")).click()
    assert "Ćma" in Path(bad.value.path()).read_text(encoding="utf-8-sig")
    zofia.presses(re.compile("^Wczytaj 4 dobre wiersze")).sees("Ćwik Adam", "Sprawa 2027/")
    zofia.goes_to("Sprawy").sees("ĆWIK Adam").sees_not("ĆMA")


def test_two_people_on_one_task_and_a_double_click(sits_down: Sits) -> None:
    answers = {"Co mówi ta osoba?": "Nie wiem jeszcze, dokąd pójdę.", "Skąd to wiemy?": ["Osoba"],
               "Gdzie osoba zamieszka?": "Nowy adres"}
    need = {"Czego dotyczy?": "Mieszkanie", "Kiedy?": "Teraz", "Czego chce osoba?": "Pokój"}
    anna, barbara = sits_down("Anna Nowak").signs_in(), sits_down("Barbara Lis").signs_in()
    for one in (anna, barbara):
        one.opens("ŁABĘDŹ", "Zrób pilny wywiad").answers(answers).answers(need, row=1)
    barbara.answers({"Co mówi ta osoba?": "Ma siostrę w Chełmie."})

    anna.main.get_by_role("button", name=re.compile("^Zakończ i przekaż")).dblclick()
    anna.arrives().sees("Zakończone: Zrób pilny wywiad")
    barbara.presses(re.compile("^Zakończ i przekaż")).sees("Anna Nowak", "Co wpisano", "Ma siostrę w Chełmie.")

    anna.follows(re.compile("^Otwórz sprawę"))
    expect(anna.main.get_by_role("group").filter(has_text="Zrób pilny wywiad: MOPR Chełm, Anna Nowak")).to_have_count(1)


def test_a_draft_outlives_the_browser_and_the_language(sits_down: Sits) -> None:
    krystyna = sits_down("Krystyna Maj").signs_in().opens("ŻÓŁĆ", "Przeprowadź wspólną ocenę")
    krystyna.answers({"Zdanie odrębne": DISSENT, "Kiedy było spotkanie?": datetime(2027, 5, 4, 9, 0, tzinfo=WARSAW)})
    expect(krystyna.main.get_by_role("status").filter(has_text="Zapisano")).to_be_visible()
    krystyna.page.close()

    again = sits_down("Krystyna Maj").signs_in().opens("ŻÓŁĆ", "Przeprowadź wspólną ocenę")
    expect(again.main.get_by_role("textbox", name=re.compile("^Zdanie odrębne"))).to_have_value(DISSENT)
    again.page.get_by_role("button", name="English").click()
    again.language = "en"
    again.arrives().sees("Seen by", "Hold the joint assessment", "Finish and pass on")
    expect(again.main.get_by_role("textbox", name=re.compile("^Dissent"))).to_have_value(DISSENT)
    again.goes_to("My work").sees("For me", "Waiting on others")
    again.page.get_by_role("button", name="Polski").click()
    again.language = "pl"
    again.arrives().sees("Moja praca")


def test_a_session_that_ends_while_typing_loses_nothing(sits_down: Sits) -> None:
    krystyna = sits_down("Krystyna Maj").signs_in().opens("ŻÓŁĆ", "Przeprowadź wspólną ocenę")
    krystyna.page.context.clear_cookies()
    krystyna.answers({"Zdanie odrębne": "Wpisane bez sesji."})
    krystyna.main.get_by_role("button", name=re.compile("^Zakończ i przekaż")).click()
    expect(krystyna.main.get_by_role("status").filter(has_text="Sesja wygasła")).to_be_visible()

    elsewhere = krystyna.page.context.new_page()
    elsewhere.goto(krystyna.house.address)
    elsewhere.get_by_label("E-mail", exact=True).fill("krystyna@powrot.example")
    elsewhere.get_by_label("Hasło", exact=True).fill(PASSWORD)
    elsewhere.get_by_role("button", name="Zaloguj się", exact=True).click()
    expect(elsewhere.get_by_role("heading", level=1, name="Moja praca")).to_be_visible()
    krystyna.main.get_by_role("button", name="Zapisz szkic").click()
    expect(krystyna.main.get_by_role("status").filter(has_text="Szkic jest zapisany")).to_be_visible()
    expect(krystyna.main.get_by_role("textbox", name=re.compile("^Zdanie odrębne"))).to_have_value("Wpisane bez sesji.")


def test_leon_uses_only_the_keyboard(sits_down: Sits) -> None:
    leon = sits_down("Leon Zając")
    leon.page.goto(leon.house.address)
    keys = Keys(leon.page)
    keys.reaches("Przejdź do treści").presses("Enter").reaches("E-mail").types("leon@powrot.example")
    keys.reaches("Hasło").types(PASSWORD).presses("Enter")
    leon.arrives()
    keys.reaches("Mój zespół").presses("Enter")
    leon.arrives()
    keys.reaches("WĘDROWNY").presses("Enter")
    leon.arrives()
    keys.reaches("Prowadzimy sprawę").presses("ArrowDown")  # the next of the answers: a notice sent twice
    keys.reaches("Numer sprawy, która już jest").types("2027/0001").presses("Enter")
    expect(leon.main.get_by_role("status").filter(has_text="Szkic jest zapisany")).to_be_visible()  # not handed in
    keys.reaches("Zakończ i przekaż").presses("Enter")
    leon.sees("Zakończone: Sprawdź zgłoszenie").arrives()


class Keys:
    """Hands on the keyboard, eyes on what has the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reaches(self, words: str) -> Keys:
        """Tabs on until something with these words has the focus; it must be in sight then."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            said, top, bottom, high = self.page.evaluate(
                "() => { const e = document.activeElement, box = e.getBoundingClientRect();"
                " const label = e.labels && e.labels.length ? e.labels[0].innerText : '';"
                " return [`${label} ${e.innerText || ''}`, box.top, box.bottom, innerHeight]; }")
            if words in said:
                assert bottom > 0, f"{words} has the focus above the screen"
                assert top < high, f"{words} has the focus below the screen"
                return self
        raise AssertionError(f"Tab never reaches {words!r}")

    def types(self, text: str) -> Keys:
        self.page.keyboard.type(text)
        return self

    def presses(self, key: str) -> Keys:
        self.page.keyboard.press(key)
        return self


def test_marek_works_on_a_small_screen(sits_down: Sits) -> None:
    marek = sits_down("Marek Dąb", **SMALL).signs_in()
    marek.opens("ZAŻÓŁĆ-JAŹŃ", "Skontaktuj się po wyjściu").sees("Zobaczą:")
    marek.goes_to("Sprawy").follows(re.compile("ZAŻÓŁĆ-JAŹŃ")).sees("To samo jako lista", "Oś czasu")
    marek.goes_to("Przekazania").goes_to("Pomoc")
    sits_down("Zofia Wrona", **SMALL).signs_in().goes_to("Nowe zgłoszenie")
    adam = sits_down("Adam Rewers", **SMALL).signs_in().goes_to("Biurko audytora")
    adam.follows(re.compile("^Sprawa 2027")).sees("Kto oglądał")


def test_a_link_from_a_mail_survives_signing_in(house: House, sits_down: Sits) -> None:
    link = sits_down("Krystyna Maj").signs_in().opens("ŹREBIEC-ŁOŚ", "Ułóż plan").page.url
    somebody = sits_down("Krystyna Maj")
    somebody.page.goto(link)
    somebody.arrives().sees("Zaloguj się").sees_not("ŹREBIEC")
    somebody.signs_in_with("krystyna@powrot.example", PASSWORD).sees("Ułóż plan", "ŹREBIEC-ŁOŚ")


def test_ewa_finds_no_case_behind_any_address(house: House, sits_down: Sits) -> None:
    ewa = sits_down("Ewa Obca").signs_in()
    kept = ewa.page.get_by_role("button", name="Wyloguj się").evaluate("b => Object.fromEntries(new FormData(b.form))")
    found = {f"{method} {address}": ewa.page.request.fetch(
        house.address + address, method=method, form=kept if method == "POST" else None).status
        for method, address in addresses(house)}
    assert found
    assert {address: status for address, status in found.items() if status != 404} == {}


def addresses(house: House) -> Iterator[tuple[str, str]]:
    """Every route that names a case or something in one, for every case of the house."""
    krystyna = house.engine.actor_by_email("krystyna@powrot.example")
    known: dict[str, list[Any]] = {"case_id": [row.case_id for row in house.engine.look(CaseList(), krystyna).rows]}
    files = [house.engine.look(CasePage(one), krystyna) for one in known["case_id"]]
    known["work_item_id"] = [row.work_item_id for file in files for row in file.work]
    known["handover_id"] = [one.handover_id for file in files for one in file.handovers]
    assert all(known.values()), "the house has a case, a task and a handover to look for"
    adapter = house.app.url_map.bind("")
    for rule in house.app.url_map.iter_rules():
        named = sorted(rule.arguments & known.keys())
        if not named:
            continue
        others = dict.fromkeys(rule.arguments - {named[0]}, "0" * 32)
        for one in known[named[0]]:
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield method, adapter.build(rule.endpoint, {named[0]: one, **others}, method=method)


def test_the_pictures_of_the_readme(sits_down: Sits, tmp_path: Path) -> None:
    krystyna = sits_down("Krystyna Maj", viewport={"width": 1366, "height": 900}).signs_in()
    krystyna.page.get_by_role("link", name=re.compile("^Mój zespół")).click()
    krystyna.arrives()
    takes(krystyna, "my-work", tmp_path)
    krystyna.goes_to("Sprawy").follows(re.compile("KOWALSKI"))
    krystyna.page.wait_for_load_state("networkidle")
    krystyna.main.get_by_role("heading", name="Gdzie jest sprawa").evaluate("one => one.scrollIntoView()")
    expect(krystyna.main.get_by_role("button", name="Powiększ")).to_be_visible()
    takes(krystyna, "case", tmp_path)


def takes(somebody: Somebody, name: str, folder: Path) -> None:
    """Takes a picture; it is kept if the README has none yet, so that a test does not change a tree."""
    kept, made = PICTURES / f"{name}.png", folder / f"{name}.png"
    somebody.page.screenshot(path=str(made if kept.is_file() else kept))
    assert (kept if not made.is_file() else made).stat().st_size <= LARGEST_PICTURE
