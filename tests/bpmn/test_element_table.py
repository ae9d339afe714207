"""The table of elements in the documentation says what the checks say; `RECORD=1 pytest` writes it anew."""

from __future__ import annotations

import os
from pathlib import Path

from engine.bpmn.problems import SENTENCES
from tests.bpmn.element_checks import CHECKS, Check

PAGE = Path(__file__).parents[2] / "docs" / "elements.md"
HEAD = """# Elements: what runs and what is refused

Each row is a test (`tests/bpmn/element_checks.py`): a small diagram, played with a save and a load after every step.
*runs* means as BPMN 2.0.2 (or DMN 1.5) says; *refused* means publication answers with that rule; *stops* means the step
fails with a sentence, is rolled back and becomes an incident. This page is written by the tests.

| Element | Verdict |
|---|---|
"""


def verdict(check: Check) -> str:
    if check.refused is not None:
        return f"refused: `{check.refused}`"
    return f"stops: `{check.fails}`" if check.fails is not None else "runs"


def page() -> str:
    rows = (f"| {check.title.replace('|', 'or')} | {verdict(check)} |" for check in CHECKS)
    return HEAD + "\n".join(rows) + "\n"


def test_the_page_of_elements_is_what_the_checks_say() -> None:
    if os.environ.get("RECORD"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_refusal_has_a_sentence() -> None:
    assert [check.refused for check in CHECKS if check.refused and check.refused not in SENTENCES] == []
