"""What suites of other engines expect and small diagrams of ours had not asked: one test a kind of mistake found."""

from __future__ import annotations

import pytest

from engine.bpmn.problems import DiagramRefused
from tests.bpmn.players import Player, compiled, diagram, flows, play
from tests.bpmn.test_core import E, S, boundary, script, timer, user
from tests.bpmn.test_events import ERROR, MESSAGE, UNDO, catch, end, handler, sub, throw, undoable


def test_event_that_catches_every_error_hears_which_one_it_was() -> None:
    caught = '<errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="why"/>'
    roots = '<error id="error1" errorCode="E1" camunda:errorMessage="No such address"/>'
    body = S + sub("in", S.replace('"s"', '"s2"') + end("x", ERROR) + flows("s2>x")) + boundary("b", "in", caught)
    case = Player(compiled(diagram(body + user("h") + flows("s>in", "b>h"), roots)))
    assert case.open == ["h"]
    assert case.variables == {"code": "E1", "why": "No such address"}


def test_event_sub_process_compensates_what_completed_in_it_and_around_it() -> None:
    inside = undoable("b") + throw("t", UNDO) + flows("h_h>b", "b>t")
    case = play(S + undoable("a") + user("w") + flows("s>a", "a>w") + handler("h", MESSAGE, True, inside))
    case.complete("a")
    case.message("M1")
    case.complete("h_h")
    case.complete("b")
    assert case.open == ["b_undo"]
    case.complete("b_undo")
    assert case.open == ["a_undo"]
    case.complete("a_undo")
    assert case.ended


def test_what_a_finished_event_sub_process_did_is_compensated_later() -> None:
    inside = undoable("b") + flows("h_h>b")
    body = S + user("a") + throw("t", UNDO) + E + flows("s>a", "a>t", "t>e")
    case = play(body + handler("h", MESSAGE, False, inside))
    case.message("M1")
    case.complete("h_h")
    case.complete("b")
    case.complete("a")
    assert case.open == ["b_undo"]
    case.complete("b_undo")
    assert case.ended


def test_link_is_found_by_its_references_or_by_the_name_of_its_event() -> None:
    thrown = '<linkEventDefinition id="l1" name="A"><target>l2</target></linkEventDefinition>'
    case = play(
        S
        + throw("t", thrown)
        + catch("c", '<linkEventDefinition id="l2" name="B"/>')
        + '<intermediateThrowEvent id="t2" name="K"><linkEventDefinition name=""/></intermediateThrowEvent>'
        + '<intermediateCatchEvent id="c2" name="K"><linkEventDefinition/></intermediateCatchEvent>'
        + user("a", "b")
        + flows("s>t", "c>a", "a>t2", "c2>b")
    )
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["b"]


def test_called_process_of_camunda_8_hands_out_what_its_output_mappings_read() -> None:
    mappings = (
        '<extensionElements><zeebe:ioMapping xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
        '<zeebe:input source="=a" target="v"/><zeebe:output source="=r * 10" target="result"/></zeebe:ioMapping>'
        "</extensionElements>"
    )
    caller = diagram(S + f'<callActivity id="c" calledElement="q">{mappings}</callActivity>' + flows("s>c"))
    called = diagram('<startEvent id="qs"/>' + script("x", "r = v + 1") + flows("qs>x"), "", "q")
    assert Player(compiled(caller, called), "p", {"a": 1}).variables == {"a": 1, "result": 20}


@pytest.mark.parametrize("text", ["-PT1H", "R-1/PT1H", "2026-02-30T00:00:00Z", "@sometimes"])
def test_time_with_a_mistake_is_no_expression(text: str) -> None:
    form = "timeCycle" if text[0] in "R@" else "timeDate" if text[0] == "2" else "timeDuration"
    with pytest.raises(DiagramRefused) as refused:
        play(S + user("a") + boundary("b", "a", timer(form, text), False) + flows("s>a"))
    assert [problem.code for problem in refused.value.problems] == ["timer-text"]


def test_repetition_may_be_a_nickname_of_cron() -> None:
    body = S + user("a", "h") + boundary("b", "a", timer("timeCycle", "@daily"), False) + flows("s>a", "b>h")
    case = play(body)
    case.advance(days=2)
    assert case.open == ["a", "h", "h"]


@pytest.mark.parametrize("text", ["${empty name}", '${execution.getVariable("x") > 5}', '${name.startsWith("a")}'])
def test_call_of_another_language_is_not_quietly_null(text: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        play(S + f'<exclusiveGateway id="g" default="f_g_b"/>{user("a", "b")}' + flows("s>g", f"g>a:{text}", "g>b"))
    assert [problem.code for problem in refused.value.problems] == ["expression"]
