"""The benches run, in a size too small to mean anything, and print what they promise. No figure is asserted."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from web.cli import main

#: bench → what its rows must tell
TOLD = {
    "completion": {"database", "shape", "past", "warm", "cold", "floor", "warm/floor", "cold/floor", "step+commit",
                   "warm/step+commit", "our step", "stock step", "statements"},
    "process": {"database", "completion", "statements", "commits", "task page", "receipt page", "bytes a case",
                "bytes a view"},
    "worklist": {"database", "page", "open", "ms", "to least", "statements"},
    "timers": {"database", "waiting", "to lease 10", "with none waiting", "fired a second"},
    "verify": {"database", "entries", "verify", "read and digest", "ratio"},
    "loops": {"shape", "size", "step", "to least", "snapshot bytes"},
    "snapshots": {"trial", "steps", "halfway", "largest"},
}


def bench(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["bench", *arguments, "--tiny", "--only", "sqlite"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("name", TOLD)
def test_a_bench_tells_its_figures_as_json(name):
    told = json.loads(bench(name, "--json"))
    assert told["bench"] == name
    assert told["rows"]
    for row in told["rows"]:
        assert set(row) >= TOLD[name], "a row without a promised figure"


def test_a_bench_prints_a_table_with_what_is_aimed_at():
    lines = bench("loops").splitlines()
    assert lines[0].startswith("loops: ")
    assert lines[1].split()[:2] == ["shape", "size"]
    assert any("aim: " in line for line in lines)


def test_completing_a_task_over_http_spends_few_statements_and_one_commit():
    """Counts have budgets, unlike times: looking up the session is part of them."""
    row = json.loads(bench("process", "--json"))["rows"][0]
    assert row["statements"] <= 12
    assert row["commits"] == 1


def test_completing_a_task_spends_at_most_ten_statements_at_the_front_door():
    """Two to read, one each for what changes; a boundary timer that is taken back is the tenth."""
    rows = json.loads(bench("completion", "--json"))["rows"]
    assert max(row["statements"] for row in rows) <= 10
