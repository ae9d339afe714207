"""The main story: each of the cast in turn takes a release notice to an accepted handover; the auditor reads it all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.model.deadlines import WARSAW
from tests.browser.story_house import TODAY, House, served
from tests.browser.story_people import Somebody

RELEASE = datetime(2027, 5, 14, 10, 0, tzinfo=WARSAW)
DAY = TODAY.astimezone(WARSAW).date()
PERSON = "WESOŁY Jan"

NOTICE = {
    "Numer zgłoszenia": "ZK-CHEŁM/2027/0777", "Jednostka": "Zakład Karny w Chełmie", "Data zgłoszenia": DAY,
    "Podstawa prawna przekazania danych": "KKW art. 165 § 3 — ustalenie potrzebnej pomocy",
    "Osoba do kontaktu w jednostce": "Zofia Wrona, tel. 82 000 00 11", "Nazwisko": "Wesoły", "Imiona": "Jan",
    "Data urodzenia": date(1984, 3, 14), "Dlaczego nie ma numeru PESEL?": "Numer nieznany, ustalamy",
    "Obywatelstwo": "polskie", "Język, w którym rozmawiać": "polski", "Rodzaj zwolnienia": "Koniec kary",
    "Czy data jest pewna?": "Pewna", "Data i godzina zwolnienia": RELEASE,
    "Okres przygotowania do zwolnienia": "Nie wyznaczono", "Gmina, w której osoba chce mieszkać": "Chełm",
    "Czy osoba nie ma dokąd wrócić?": "Nie", "Dowód osobisty": "Ważny", "Czy osoba może pracować?": "Tak",
}  # fmt: skip
NEED = {"Czego dotyczy?": "Mieszkanie", "Kiedy?": "Przed wyjściem", "Czego chce osoba?": "Wrócić do siostry"}
ASSESSMENT = {"Co mówi ta osoba?": "Chcę wrócić do siostry.", "Skąd to wiemy?": ["Osoba"]}
MEETING = {"Kiedy było spotkanie?": datetime(2027, 5, 4, 9, 0, tzinfo=WARSAW),
           "Kto był?": ["Zakład karny", "Koordynator MOPR", "Pracownik socjalny MOPR"],
           "Czy osoba brała udział?": "Tak, zdalnie"}
AGREED = {"Potrzeba": "Mieszkanie", "Co mówi ta osoba?": "Siostra na mnie czeka.", "Ustalenie": "Przyjęta",
          "Kto się tym zajmie?": "Pracownik socjalny MOPR"}
ACTION = {"Potrzeba": "Mieszkanie", "Cel": "Mieszka u siostry", "Po czym poznamy, że się udało?": "Meldunek",
          "Wykonawca": "Pracownik socjalny MOPR", "Termin": date(2027, 5, 20), "Źródło pieniędzy": "Bez kosztów"}
PLAN = {"Czy ktoś daje już tę samą pomoc?": "Nie", "Sprawdzono, że nikt nie daje już tej samej pomocy.": True,
        "Kto prowadzi sprawę po wyjściu?": "Pracownik socjalny MOPR"}
AGREEMENT = {"Czy osoba podpisuje plan?": "Tak", "Czy osoba dostała kopię planu?": "Tak"}
CHECKLIST = {
    **dict.fromkeys(("Dowód osobisty", "Świadectwo zwolnienia", "Miejsce na pierwszą noc", "Pieniądze lub bilet",
                     "Odzież na porę roku", "Dojazd"), "Zrobione"),
    **dict.fromkeys(("Leki", "Skierowanie i wyniki", "Ubezpieczenie zdrowotne", "Pierwsze spotkanie po wyjściu",
                     "Bliscy powiadomieni za zgodą osoby"), "Nie dotyczy"),
}  # fmt: skip
RELEASED = {"Kiedy osoba wyszła?": RELEASE + timedelta(minutes=20), "Rodzaj zwolnienia": "Koniec kary",
            "Dokąd osoba pojechała?": "Do bliskich",
            **dict.fromkeys(("Czy osoba dostała świadectwo zwolnienia?",
                             "Czy osoba dostała swój list z adresami?"), "Tak"),
            "Czy osoba została na noc na własny wniosek?": "Nie"}
OFFER = {"Co jest jeszcze otwarte?": "Rejestracja w urzędzie pracy.", "Co przekazujesz?": ["Plan"],
         "Do kogo dzwonić z pytaniami?": "Zofia Wrona, tel. 82 000 00 11",
         "Wiem, że odpowiadam do czasu przyjęcia.": True}
ACCEPTANCE = {"Decyzja": "Przyjmuję odpowiedzialność", "Czy jest już kontakt z osobą?": "Tak",
              "Pierwsze spotkanie": date(2027, 5, 17), "Kto prowadzi i jaki ma telefon?": "Anna Nowak, 82 000 00 13"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The people of the demonstration, without any case."""
    with served(tmp_path, cases=False) as one:
        yield one


@pytest.fixture
def cast(house: House, new_page: Callable[..., Page], axe: Callable[[Page], None]) -> Callable[[str], Somebody]:
    """Call somebody by their name: they come to one shared computer and sign in."""
    page, seen = new_page(), set()  # type: ignore[var-annotated]
    there: list[Somebody] = []

    def come(name: str) -> Somebody:
        if there:
            there.pop().signs_out()
        there.append(Somebody(page, house, name, axe, seen))
        return there[-1].signs_in()

    return come


def test_a_release_notice_becomes_an_accepted_handover(house: House, cast: Callable[[str], Somebody]) -> None:
    zofia = cast("Zofia Wrona").goes_to("Nowe zgłoszenie").answers(NOTICE).presses("Wyślij zgłoszenie")
    zofia.sees("Zgłoszenie przyjęte", "2027/0001", PERSON, "Koordynator MOPR", "82 000 00 02")

    krystyna = cast("Krystyna Maj").opens(PERSON, "Sprawdź zgłoszenie").sees("Zofia Wrona", "Zobaczą:")
    krystyna.answers({"Co robimy ze zgłoszeniem?": "Prowadzimy sprawę",
                      "Czy data zwolnienia jest sprawdzona w zakładzie?": "Tak"}).finishes()
    krystyna.sees("ZK Chełm")  # the receipt names who has the ball now

    cast("Zofia Wrona").does(PERSON, "Poinformuj i zapytaj osobę", {
        "Kiedy rozmawiano?": DAY, "Jak przekazano informację?": "Rozmowa i ulotka",
        "Osoba wie, że instytucje pomagają na podstawie ustawy, nie zgody.": True,
        "Co mówi ta osoba?": "Chcę wrócić do siostry.", "Czy chce wsparcia po wyjściu?": "Tak",
        "Komu wolno przekazać dane ponad obowiązek ustawowy?": ["Organizacja pozarządowa"]})

    everybody_assesses(cast)
    krystyna = cast("Krystyna Maj").opens(PERSON, "Przeprowadź wspólną ocenę").answers(MEETING)
    krystyna.answers(AGREED, row=1).finishes()
    krystyna.opens(PERSON, "Ułóż plan").answers(ACTION, row=1).answers(PLAN).finishes()
    cast("Anna Nowak").does(PERSON, "Przyjmij działania", {"Decyzja": "Przyjmujemy"})
    zofia = cast("Zofia Wrona").opens(PERSON, "Uzgodnij plan z osobą")
    zofia.answers({"Czy osoba się zgadza?": "Tak"}, row=1).answers(AGREEMENT).finishes()
    cast("Maria Kania").does(PERSON, "Umów rejestrację i ofertę", {
        "Termin rejestracji": datetime(2027, 5, 18, 9, 0, tzinfo=WARSAW), "Adres i pokój": "ul. Fikcyjna 20, pokój 4",
        "Osoba do kontaktu": "Maria Kania", "Oferty pracy": "Nieliczne"})
    cast("Zofia Wrona").does(PERSON, "Sprawdź gotowość do wyjścia", CHECKLIST)

    house.days_pass(10.1)
    zofia = cast("Zofia Wrona").does(PERSON, "Zapisz dzień zwolnienia", RELEASED)
    zofia.does(PERSON, "Wykonaj zawiadomienie", {"Czy zawiadomienie wykonano?": "Nie dotyczy"})
    zofia.opens(PERSON, "Przekaż odpowiedzialność").answers(OFFER).finishes()
    zofia.sees("MOPR Chełm")
    anna = cast("Anna Nowak").goes_to("Przekazania").follows(re.compile(PERSON)).sees("Czeka na odpowiedź")
    anna.opens(PERSON, "Przyjmij sprawę").answers(ACCEPTANCE).finishes()
    anna.goes_to("Sprawy").follows(re.compile(PERSON)).sees("Po wyjściu", "Piłka jest po stronie")
    anna.follows("ZK Chełm → MOPR Chełm")
    anna.sees("Potwierdzenie przekazania", "ZK Chełm, Zofia Wrona", "Anna Nowak, pt. 14.05.2027", "Wersja procesu")

    the_auditor_reads_who_did_what(cast)
    the_outsider_sees_nothing(cast)


def everybody_assesses(cast: Callable[[str], Somebody]) -> None:
    more: dict[str, dict[str, Any]] = {
        "Zofia Wrona": {}, "Anna Nowak": {"Gdzie osoba zamieszka?": "Wraca do domu"}, "Maria Kania": {},
        "Natalia Żak": {"Co możemy dać?": ["Towarzyszenie"]},
    }  # fmt: skip
    for name, own in more.items():
        cast(name).opens(PERSON, "Oceń potrzeby").answers(ASSESSMENT | own).answers(NEED, row=1).finishes()


def the_auditor_reads_who_did_what(cast: Callable[[str], Somebody]) -> None:
    adam = cast("Adam Rewers").goes_to("Biurko audytora").sees_not("WESOŁY").follows("Sprawa 2027/0001")
    adam.sees("wersja 1", "Anna Nowak, Pracownik socjalny MOPR, MOPR Chełm", "Zofia Wrona, Zakład karny, ZK Chełm",
              "04.05.2027", "Kto oglądał")
    adam.presses("Sprawdź integralność")
    expect(adam.page.get_by_role("alert", name="Integralność")).to_contain_text("Niczego później nie zmieniono")


def the_outsider_sees_nothing(cast: Callable[[str], Somebody]) -> None:
    ewa = cast("Ewa Obca").sees_not("WESOŁY")
    ewa.goes_to("Sprawy").sees_not("WESOŁY", "2027/0001")
