"""What every page has: one heading, a title, a language, landmarks, labels, captions, and no dead end on paper."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.courses import handed_over
from tests.makers import ask

PAGES = {
    "anna": ["/", "/?tab=team", "/?tab=waiting", "/?tab=done", "/cases", "/notices/new", "/notices/files", "/handovers",
             "/help", "/licences", "CASE", "CLOSED", "ATTRIBUTES"],
    "maria": ["TASK", "/?tab=team"],
    "zofia": ["/notices/new"],
    "adam": ["/audits", "HISTORY", "/audits/streams/access"],
    "igor": ["/administration"],
    "nobody": ["/sign-in", "/passwords/x", "/nowhere"],
}  # fmt: skip


@pytest.fixture
def places(engine, cast):
    """Addresses that depend on the cases there are."""
    closed, opened = handed_over(engine, cast), ask(engine, cast.anna)
    return {
        "CASE": f"/cases/{opened.case_id}", "CLOSED": f"/cases/{closed.case_id}", "TASK": f"/tasks/{opened.offered[0]}",
        "ATTRIBUTES": f"/cases/{opened.case_id}/attributes", "HISTORY": f"/audits/cases/{closed.case_id}",
    }  # fmt: skip


@pytest.fixture(params=[(who, page) for who, pages in PAGES.items() for page in pages], ids=lambda one: " ".join(one))
def page(request, enter, visitor, places):
    """Each page in turn, as a tree."""
    who, path = request.param
    somebody = visitor if who == "nobody" else enter(who)
    return somebody.get(places.get(path, path)).page


def test_a_page_is_built_for_everybody(page):
    assert page.get("lang") == "pl"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//title")[0].text.endswith(" – Powrót")
    assert page.xpath("//main[@id='main-content']")
    assert page.xpath("//a[@href='#main-content']")
    assert page.xpath("//header")
    assert page.xpath("//footer")
    assert unlabelled(page) == []
    assert [one for one in page.xpath("//table") if not one.xpath("./caption") and not one.get("aria-labelledby")] == []
    assert page.xpath("//th[not(@scope)]") == []
    assert page.xpath("//img[not(@alt)]") == []
    assert repeated_ids(page) == []
    assert headings_that_skip(page) == []
    assert page.xpath("//a[contains(@class, 'back-link')][not(ancestor::nav)]") == []


def unlabelled(page):
    """Names of fields without a label."""
    labelled = {one.get("for") for one in page.xpath("//label")}
    fields = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    return [one.get("name") for one in fields if one.get("id") not in labelled and not one.get("aria-label")]


def repeated_ids(page):
    """Identifiers that stand twice."""
    found = page.xpath("//@id")
    return sorted({one for one in found if found.count(one) > 1})


def headings_that_skip(page):
    """Headings that lie more than one level below the one before."""
    levels = [int(one.tag[1]) for one in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    return [(above, below) for above, below in pairwise(levels) if below > above + 1]


@pytest.mark.parametrize("name", ["anna", "maria", "adam", "igor"])
def test_no_word_of_the_other_language_is_left(enter, name, places):
    somebody = enter(name)
    somebody.post("/language", {"language": "en", "next": "/help"})
    for path in PAGES[name]:
        text = somebody.get(places.get(path, path)).text
        for polish in ("Zobaczą", "Sprawa 2027", "Osoba i", "Zapisz", "Otwórz", "Wydruk", "Dlaczego"):
            assert polish not in text, (path, polish)
        assert somebody.page.get("lang") == "en"
