"""What suites of other engines expect and small diagrams of ours had not asked: one test a kind of mistake found."""

from __future__ import annotations

from tests.bpmn.players import Player, compiled, diagram, flows, play
from tests.bpmn.test_core import E, S, boundary, user
from tests.bpmn.test_events import ERROR, MESSAGE, UNDO, end, handler, sub, throw, undoable


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
    case = play(S + user("a") + throw("t", UNDO) + E + flows("s>a", "a>t", "t>e") + handler("h", MESSAGE, False, inside))
    case.message("M1")
    case.complete("h_h")
    case.complete("b")
    case.complete("a")
    assert case.open == ["b_undo"]
    case.complete("b_undo")
    assert case.ended
