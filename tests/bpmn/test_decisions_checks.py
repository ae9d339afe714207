"""What publication tells of a decision table as a whole: overlaps, gaps, rows that never decide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bpmn.decision_files import decision, read, table


def told(*rows: str, policy: str = "UNIQUE", inputs: Any = (("x", "number", ""),), default: str = "") -> list[str]:
    outputs = [("y", '"a", "b"' if policy == "PRIORITY" else "", default)]
    made = read(decision("d", table(inputs, outputs, rows, policy)))["d"]
    sentences = [(problem.code, problem.sentence()) for problem in made.problems]
    return [f"{code}: {sentence.partition(': ')[2] or sentence}" for code, sentence in sentences]


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        (["<= 5 => 1", "> 5 => 2"], []),
        (["< 5 => 1", "> 5 => 2"], ["DecisionGap: no row applies when x = 5"]),
        (["<= 5 => 1", ">= 5 => 2"], ["DecisionRowsOverlap: rows 1, 2 apply to the same inputs (x = 5)"]),
        (["[1..14] => 1", "[15..90] => 2", "> 90 => 3", "< 1 => 4"], []),
        (["0.5 => 1", "> 0.5 => 2"], ["DecisionGap: no row applies when x < 0.5"]),
        (["- => 1", "3 => 2"], ["DecisionRowsOverlap: rows 1, 2 apply to the same inputs (x = 3)"]),
        (["not(3) => 1", "3 => 2"], []),
        (["< limit => 1", "3 => 2"], []),
        (["[5..1] => 1", "- => 2"], ["DecisionRowNever: row 1 can never decide, because earlier rows cover it"]),
    ],
)
def test_overlaps_and_gaps_of_numbers_are_told(rows: list[str], sentences: list[str]) -> None:
    assert told(*rows) == sentences


def test_overlaps_and_gaps_are_told_over_several_columns() -> None:
    inputs = [("track", "string", '"URGENT", "SHORT"'), ("home", "boolean", "")]
    rows = ['"URGENT" | - => 1', "- | true => 2", '"SHORT" | false => 3']
    assert told(*rows, inputs=inputs) == [
        'DecisionRowsOverlap: rows 1, 2 apply to the same inputs (track = "URGENT", home = true)'
    ]
    assert told('"URGENT" | - => 1', "- | true => 2", policy="FIRST", inputs=inputs) == [
        'DecisionGap: no row applies when track = "SHORT", home = false'
    ]
    assert told('"LATE" | - => 1', "- | - => 2", policy="FIRST", inputs=inputs)[0].startswith("DecisionValueUnknown")


def test_days_and_texts_are_compared_too() -> None:
    days = ['< date("2027-01-01") => 1', '>= date("2027-01-02") => 2']
    assert told(*days, inputs=[("x", "date", "")]) == ["DecisionGap: no row applies when x = 2027-01-01"]
    assert told('"a" => 1', 'not("a") => 2', inputs=[("x", "string", "")]) == []
    assert told('"a","b" => 1', '"b" => 2', inputs=[("x", "string", "")], default="0") == [
        'DecisionRowsOverlap: rows 1, 2 apply to the same inputs (x = "b")'
    ]


def test_rows_that_never_decide_are_told() -> None:
    assert told("< 10 => 1", "< 5 => 2", "- => 3", "7 => 4", policy="FIRST") == [
        "DecisionRowNever: row 2 can never decide, because earlier rows cover it",
        "DecisionRowNever: row 4 can never decide, because earlier rows cover it",
    ]


def test_one_overlap_among_many_rows_is_found() -> None:
    rows = [f"[{at * 10}..{at * 10 + 9}] => {at}" for at in range(1500)]
    assert told(*rows, "14995 => 0")[0].startswith("DecisionRowsOverlap")


def test_wide_tables_are_checked_within_bounds() -> None:
    columns = [(f"x{i}", "boolean", "") for i in range(14)]
    rows = [" | ".join("true" if i == j else "-" for j in range(14)) + " => 1" for i in range(14)]
    assert len(told(*rows, policy="FIRST", inputs=columns)) <= 5
