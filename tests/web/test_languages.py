"""Both languages are complete: every sentence has its Polish, with the same parameters and every plural form."""

from __future__ import annotations

import re

import pytest

from tests.web.catalogue import polish, sentences
from web.languages import LANGUAGES, _, ngettext, speaking

PLACEHOLDER = re.compile(r"{\w*}")


@pytest.fixture(scope="module")
def catalogue():
    """The Polish catalogue by msgid."""
    return {one.id if isinstance(one.id, str) else tuple(one.id): one.string for one in polish() if one.id}


def test_every_sentence_has_its_polish(catalogue):
    missing = [one for one in sentences() if not catalogue.get(one) or not all(forms(catalogue[one]))]
    assert sorted(missing, key=str) == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said(catalogue):
    assert sorted(catalogue.keys() - sentences(), key=str) == []


def test_parameters_are_the_same_in_both_languages(catalogue):
    wrong = [one for one, said in catalogue.items()
             if any(set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(forms(one)[-1])) for form in forms(said))]
    assert wrong == []


def test_plurals_have_the_three_polish_forms(catalogue):
    assert [one for one, said in catalogue.items() if isinstance(one, tuple) and len(said) != 3] == []


def test_nothing_in_the_catalogue_waits_for_a_second_look():
    assert [one.id for one in polish() if one.fuzzy and one.id] == []


def forms(said):
    """The forms of a sentence: one, or several plurals."""
    return said if isinstance(said, tuple | list) else (said,)


@pytest.mark.parametrize(("n", "said"), [(1, "1 dzień roboczy"), (2, "2 dni robocze"), (5, "5 dni roboczych"),
                                         (12, "12 dni roboczych"), (22, "22 dni robocze")])
def test_polish_counts_as_poles_do(n, said):
    with speaking("pl"):
        assert ngettext("{n} working day", "{n} working days", n) == said


def test_an_unknown_language_is_polish():
    with speaking("xx"):
        assert _("Yes") == "Tak"
    assert set(LANGUAGES) == {"pl", "en"}


def test_a_brace_in_a_value_means_nothing():
    with speaking("en"):
        assert _("Case {number}", number="{x}") == "Case {x}"
        assert _("Case {number}") == "Case {number}"


def test_sentences_for_people_are_short(catalogue):
    """Plain language: at most twenty words a sentence on the screens (the rules of diagrams may need more)."""
    long = [part for one, said in catalogue.items() for form in forms(said)
            for part in re.split(r"(?<=[.!?:;])\s", form) if len(part.split()) > 20 and "«" not in form]
    assert long == []
