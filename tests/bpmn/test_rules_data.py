"""Which variables may be read before they are written: on every way, through joins, sub-processes and instances."""

from __future__ import annotations

import json

import pytest

from engine.bpmn.checking import check_files
from tests.bpmn.sketches import condition, content, sketch

DEFINITION = {
    "id": "demo", "name": {"pl": "Próba", "en": "Trial"}, "main": "process", "start": {"form": "notice"},
    "person": {}, "coordinator": "anybody", "roles": [{"id": "anybody", "name": {"pl": "Każdy", "en": "Anybody"}}],
}  # fmt: skip
NOTICE = {"type": "default", "id": "notice", "components": [{"type": "textfield", "key": "unit", "label": "Jednostka"}]}


def script(text: str) -> str:
    return f"<bpmn:script>{text}</bpmn:script>"


def unwritten(chains: str, **drawn: object) -> set[tuple[str, str]]:
    """Element and variable of each finding; a case of this definition begins with the variable `unit`."""
    files = {"a.bpmn": sketch(chains, **drawn), "definition.json": json.dumps(DEFINITION).encode(),  # type: ignore[arg-type]
             "forms/notice.form": json.dumps(NOTICE).encode()}
    return {(one.element, one.params["name"]) for one in check_files(files) if one.code == "read-before-written"}


def test_what_the_start_form_asks_is_written() -> None:
    assert unwritten("s a1 e", bodies={"a1": script("x = unit")}) == set()
    assert unwritten("s a1 e", bodies={"a1": script("x = other")}) == {("a1", "other")}


def test_a_line_of_a_script_may_read_what_a_line_above_wrote() -> None:
    assert unwritten("s a1 e", bodies={"a1": script("x = 1\ny = x + 1")}) == set()
    assert unwritten("s a1 e", bodies={"a1": script("y = x + 1\nx = 1")}) == {("a1", "x")}


@pytest.mark.parametrize(("gateway", "found"), [("p", set()), ("x", {("a3", "y")}), ("o", {("a3", "y")})])
def test_a_parallel_join_knows_both_branches_and_an_exclusive_one_only_what_both_write(
    gateway: str, found: set[tuple[str, str]]
) -> None:
    ways = {} if gateway == "p" else {"attributes": {f"{gateway}1": f'default="{gateway}1-a2"'}}
    bodies = {"a1": script("x = 1\ny = 1"), "a2": script("x = 2"), "a3": script("z = x + y")}
    bodies |= {} if gateway == "p" else {f"{gateway}1-a1": condition("=unit = null")}
    chains = f"s {gateway}1 a1 {gateway}2 a3 e; {gateway}1 a2 {gateway}2"
    assert unwritten(chains, bodies=bodies, **ways) == found


def test_a_circle_keeps_what_was_written_before_it() -> None:
    bodies = {"a1": script("n = 0"), "a2": script("n = n + 1\nm = k"), "a3": script("k = n"),
              "x2-e": condition("=n = 3")}
    assert unwritten("s a1 x1 a2 a3 x2 e; x2 x1", bodies=bodies, attributes={"x2": 'default="x2-x1"'}) == {("a2", "k")}


def test_a_boundary_event_knows_only_what_was_written_before_its_activity() -> None:
    late = ('<bpmn:boundaryEvent id="late" attachedToRef="a1"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H'
            "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")
    bodies = {"a1": script("x = 1"), "a2": script("y = x"), "a3": script("z = x")}
    assert unwritten("s a1 a2 e; late. a3 e2", bodies=bodies, more=late) == {("a3", "x")}


def test_what_a_sub_process_writes_is_known_behind_it_and_what_was_written_before_is_known_inside() -> None:
    inner = f'<bpmn:subProcess id="sub">{content("s1 a8 e1", {"a8": script("x = w + v")})}</bpmn:subProcess>'
    bodies = {"a1": script("w = 1"), "a2": script("y = x")}
    assert unwritten("s a1 sub. a2 e", bodies=bodies, more=inner) == {("a8", "v")}


def test_the_item_of_a_multi_instance_activity_exists_inside_only() -> None:
    many = ('<bpmn:multiInstanceLoopCharacteristics camunda:collection="=[1, 2]" camunda:elementVariable="one"/>'
            + script("x = one + loopCounter"))
    bodies = {"a1": f"{script('x = one + loopCounter')}{many.split('<bpmn:script>')[0]}", "a2": script("y = one")}
    assert unwritten("s a1 a2 e", bodies=bodies) == {("a2", "one")}


def test_after_a_message_or_a_task_without_a_form_nobody_knows() -> None:
    message = '<bpmn:message id="m" name="Termin"/>'
    assert unwritten("s r1 a1 e", bodies={"a1": script("x = any")}, root=message,
                     attributes={"r1": 'messageRef="m"'}) == set()
    assert unwritten("s u1 a1 e", bodies={"a1": script("x = any")}) == set()


def test_due_dates_conditions_and_timers_read_too() -> None:
    due = {"u1": 'camunda:dueDate="=when" camunda:formKey="notice"'}
    ways = {"x1-e": condition("=go"), "n1": ""}
    late = ('<bpmn:intermediateCatchEvent id="k"><bpmn:timerEventDefinition><bpmn:timeDate>=later</bpmn:timeDate>'
            "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>")
    found = unwritten("s k. u1 x1 e; x1 e2", attributes=due | {"x1": 'default="x1-e2"'}, bodies=ways, more=late)
    assert found == {("u1", "when"), ("x1", "go"), ("k", "later")}


def test_a_process_of_another_tool_may_be_started_with_anything() -> None:
    problems = check_files({"a.bpmn": sketch("s a1 e", bodies={"a1": script("x = other")})})
    assert "read-before-written" not in {one.code for one in problems}
