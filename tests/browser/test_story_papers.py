"""Stories of paper: a worker looks what is missing, prints, and finds the print noted; every page without barriers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.story_house import House, served
from tests.browser.story_people import Somebody

Sits = Callable[..., Somebody]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration with all its cases."""
    with served(tmp_path_factory.mktemp("house"), cases=True) as one:
        yield one


@pytest.fixture
def krystyna(house: House, new_page: Callable[..., Page], axe: Callable[[Page], None]) -> Somebody:
    """The coordinator at her computer; each page is looked over."""
    return Somebody(new_page(), house, "Krystyna Maj", axe, set()).signs_in()


def test_krystyna_prints_a_letter_without_what_is_missing(krystyna: Somebody, axe: Callable[[Page], None]) -> None:
    page = krystyna.goes_to("Sprawy").follows(re.compile("GŻEGŻÓŁKA")).page
    page.get_by_role("link", name="Dokumenty do druku").first.click()
    krystyna.sees("List na dzień wyjścia", "Godzina pierwszego spotkania")
    axe(page)
    page.get_by_role("button", name=re.compile("PDF.*List na dzień wyjścia.*polski")).click()
    krystyna.sees("Czegoś brakuje, więc niczego nie wydrukowano")
    axe(page)
    with page.expect_download() as file:
        page.get_by_role("button", name="Drukuj bez tych wierszy").click()
    assert Path(file.value.path()).read_bytes().startswith(b"%PDF")
    assert file.value.suggested_filename.endswith("release-letter-pl.pdf")
    page.get_by_role("link", name="Dokumenty do druku").click()
    krystyna.sees("Wydrukowano: „List na dzień wyjścia i karta do portfela” (polski).")


@pytest.mark.parametrize("paper", ["release-letter/pl", "release-letter/uk", "agreed-plan/en", "assessment-minutes/pl",
                                   "probation-notice/pl", "blank.assessment/pl", "filled.notice/en"])
def test_a_paper_as_a_page_has_no_barrier(krystyna: Somebody, axe: Callable[[Page], None], paper: str) -> None:
    page = krystyna.goes_to("Sprawy").follows(re.compile("GŻEGŻÓŁKA")).page
    page.goto(f"{page.url.partition('?')[0]}/papers/{paper}")
    axe(page)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="PDF").is_visible()
