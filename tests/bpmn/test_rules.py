"""Every rule has a sentence, a way round, a page, and two examples: a good one it lets pass and a bad one it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.bpmn.checking import check_files
from engine.bpmn.problems import SENTENCES
from engine.bpmn.rules import LEVELS, RULES
from tests.bpmn.examples import example, rules_with_examples
from tests.bpmn.rule_pages import PAGE, page

SOURCES = Path(__file__).parents[2] / "engine" / "bpmn"


@pytest.mark.parametrize("code", RULES)
def test_the_bad_example_is_named_and_the_good_one_passes(code: str) -> None:
    bad = [one for one in check_files(example(code, "bad")) if one.code == code]
    assert bad
    assert {one.level for one in bad} == {RULES[code].level}
    assert all(set(re.findall(r"{(\w+)}", RULES[code].sentence)) <= set(one.params) for one in bad)
    good = check_files(example(code, "good"))
    assert code not in {one.code for one in good}
    assert [one.sentence() for one in good if one.level == "error"] == []


@pytest.mark.parametrize("code", RULES)
def test_a_bad_example_is_bad_in_this_one_way_only(code: str) -> None:
    others = {one.code for one in check_files(example(code, "bad")) if one.level == "error"} - {code}
    assert others == set()


def test_every_rule_has_two_examples_and_every_example_a_rule() -> None:
    assert rules_with_examples() == set(RULES)


def test_every_refusal_of_the_compiler_is_a_rule() -> None:
    sources = (path for path in SOURCES.rglob("*.py") if path.name not in ("problems.py", "checking.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    said = set(re.findall(r'(?:[pP]roblem|refused)\("([a-z-]+)"', text))
    assert (said & set(SENTENCES)) - set(RULES) == set()


def test_every_rule_that_only_reading_can_break_is_one_that_reading_knows() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES.parent.rglob("*.py"))
    for rule in RULES.values():
        assert rule.check is not None or text.count(f'"{rule.code}"') > 2, rule.code


def test_every_rule_says_how_to_get_round_it() -> None:
    for rule in RULES.values():
        assert rule.level in LEVELS
        assert rule.sentence.endswith((".", "?")), rule.code
        assert rule.way.endswith((".", "…")), rule.code
        assert SENTENCES[rule.code] == rule.sentence


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.bpmn.rule_pages"
