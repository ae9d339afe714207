"""Every element check gives the verdict of the standard, or a refusal; saved and loaded after every step."""

from __future__ import annotations

import pytest

from engine.bpmn import failures
from engine.bpmn.bundles import Bundle, Compiled, compile_bundle
from engine.bpmn.problems import DiagramRefused
from tests.bpmn.element_checks import CHECKS, Check
from tests.bpmn.players import Player, diagram


def definition(check: Check) -> Compiled:
    files = {"main.bpmn": diagram(check.body)}
    files.update({f"called{number}.bpmn": data for number, data in enumerate(check.files)})
    if check.table is not None:
        files["table.dmn"] = check.table
    return compile_bundle(Bundle(files))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.title)
def test_element(check: Check) -> None:
    if check.refused is not None:
        with pytest.raises(DiagramRefused) as refused:
            definition(check)
        assert check.refused in [problem.code for problem in refused.value.problems]
        return
    if check.fails is not None:
        with pytest.raises(getattr(failures, check.fails)):
            Player(definition(check), "p", check.variables)
        return
    case = Player(definition(check), "p", check.variables, start=check.start)
    for act in check.acts:
        act(case)
    assert case.open == sorted(check.open)
    if check.ended is not None:
        assert case.ended is check.ended
    assert {name: case.variables.get(name) for name in check.result} == check.result


def test_there_are_as_many_checks_as_were_promised() -> None:
    assert len(CHECKS) >= 117
    assert len({check.title for check in CHECKS}) == len(CHECKS)
