"""Ewa has no business here: whatever address of whatever case she tries, there is nothing."""

from __future__ import annotations

import pytest

from tests.courses import handed_over
from tests.makers import ask


@pytest.fixture
def addresses(engine, cast, enter):
    """Every address of every case that somebody who takes part can find."""
    handed_over(engine, cast)
    ask(engine, cast.anna)
    found = set()
    for name in ("anna", "maria"):
        somebody = enter(name)
        for page in ("/cases", "/?tab=team", "/?tab=done", "/?tab=waiting", "/handovers"):
            found |= set(somebody.get(page).links(r"/(cases|tasks|handovers)/.*"))
        for case in [one for one in found if one.startswith("/cases/") and one.count("/") == 2]:
            found |= set(somebody.get(case).links(r"/(cases|tasks|handovers|attachments|notices)/[0-9a-f].*"))
            found |= {f"{case}/diagram", f"{case}/attributes", case.replace("/cases/", "/notices/"),
                      case.replace("/cases/", "/audits/cases/")}
    return sorted(found | {f"{one}/completion" for one in found if one.startswith("/tasks/")})


def test_ewa_gets_nothing_at_any_address(addresses, enter):
    assert len(addresses) > 10
    ewa = enter("ewa")
    answers = {path: ewa.get(path).status for path in addresses}
    assert set(answers.values()) == {404}


def test_ewa_can_change_nothing_either(addresses, enter):
    ewa = enter("ewa")
    for path in addresses:
        if path.startswith("/tasks/") and path.count("/") == 2:
            for act in ("claim", "release", "draft", "completion"):
                assert ewa.post(f"{path}/{act}", {"opinion": "x"}).status == 404
        if path.startswith("/cases/") and path.count("/") == 2:
            assert ewa.post(f"{path}/attributes", {"reason": "x"}).status == 404


def test_ewas_lists_are_empty_and_a_number_does_not_help(addresses, enter):
    ewa = enter("ewa")
    for page in ("/?tab=team", "/?tab=waiting", "/?tab=done", "/cases", "/cases?q=2027/0001", "/?tab=team&q=Żółć"):
        assert not ewa.get(page).links(r"/(cases|tasks)/.+")
        assert "ŻÓŁĆ Łukasz" not in ewa.text


def test_the_answer_for_a_hidden_case_is_the_answer_for_none(addresses, enter):
    ewa = enter("ewa")
    case = next(one for one in addresses if one.startswith("/cases/") and one.count("/") == 2)
    hidden = ewa.get(case).text
    assert ewa.get("/cases/00000000-0000-7000-8000-000000000000").text == hidden
