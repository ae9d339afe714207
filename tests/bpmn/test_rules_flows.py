"""What the rules on the control flow say of circles, of branches and of what never comes."""

from __future__ import annotations

import pytest

from engine.bpmn.checking import check_files
from tests.bpmn.sketches import condition, content, sketch

SCRIPT = {name: "<bpmn:script>n = 1</bpmn:script>" for name in ("a1", "a2", "a3")}
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"


def said(code: str, chains: str, **drawn: object) -> list[str]:
    """The elements at which a rule does not hold."""
    problems = check_files({"a.bpmn": sketch(chains, **drawn)})  # type: ignore[arg-type]
    return [one.element for one in problems if one.code == code]


def leaving(flow: str) -> dict[str, object]:
    """A choice with one condition and the other way as default."""
    gateway, target = flow.split("-")
    return {"bodies": SCRIPT | {flow: condition("=n > 3")}, "attributes": {gateway: f'default="{gateway}-{target}"'}}


@pytest.mark.parametrize("chains", ["s x1 a1 x1", "s x1 a1 p1 x1; p1 e", "s x1 a1 x2 a2 x1; x2 a3 x1"])
def test_a_circle_without_a_wait_or_a_way_out_is_an_error(chains: str) -> None:
    bodies = SCRIPT | {"x2-a2": condition("=n = 1"), "x2-a3": condition("=n = 2")}
    assert said("endless-cycle", chains, bodies=bodies) == ["x1"]


@pytest.mark.parametrize("chains", [
    "s x1 a1 x2 e; x2 x1",              # a choice with a way out
    "s x1 a1 u1 x1",                    # a person
    "s x1 a1 k. x1",                    # a timer
    "s x1 a1 o1 x1; o1 e",              # an inclusive choice
    "s p1 x1 p2 a1 x1; p1 a2 p2; p2 e", # a join that waits for the other branch
])  # fmt: skip
def test_a_circle_that_waits_or_may_be_left_is_none(chains: str) -> None:
    more = f'<bpmn:intermediateCatchEvent id="k">{TIMER}</bpmn:intermediateCatchEvent>' if "k." in chains else ""
    bodies = SCRIPT | {"x2-e": condition("=n > 3"), "o1-e": condition("=n > 3"), "o1-x1": condition("=n = 1")}
    attributes = {"x2": 'default="x2-x1"'} if "x2" in chains else {}
    assert said("endless-cycle", chains, bodies=bodies, more=more, attributes=attributes) == []


def test_a_circle_that_an_event_around_it_may_end_is_left_to_run_time() -> None:
    inner = content("s1 x1 a1 n1 x1", SCRIPT | {"n1": '<bpmn:escalationEventDefinition escalationRef="up"/>'})
    caught = ('<bpmn:boundaryEvent id="b" attachedToRef="sub"><bpmn:escalationEventDefinition escalationRef="up"/>'
              "</bpmn:boundaryEvent>")
    sub = f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>'
    root = '<bpmn:escalation id="up" escalationCode="UP"/>'
    assert said("endless-cycle", "s sub. e", more=sub, root=root) == ["x1"]
    assert said("endless-cycle", "s sub. e; b. e2", more=sub + caught, root=root) == []


def test_links_event_sub_processes_and_handlers_need_no_incoming_flow() -> None:
    link = '<bpmn:linkEventDefinition name="A"/>'
    handler = content("s9 u9 e9", {"s9": TIMER})
    more = (f'<bpmn:intermediateCatchEvent id="k">{link}</bpmn:intermediateCatchEvent>'
            f'<bpmn:subProcess id="sub" triggeredByEvent="true">{handler}</bpmn:subProcess>'
            '<bpmn:boundaryEvent id="undo" attachedToRef="u1"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
            '<bpmn:userTask id="u2" name="u2" isForCompensation="true"/>'
            '<bpmn:association id="a" sourceRef="undo" targetRef="u2" associationDirection="One"/>')
    drawn = {"bodies": {"n1": link}, "more": more}
    assert said("no-incoming", "s u1 n1; k. u3 e", **drawn) == []
    assert said("unreachable", "s u1 n1; k. u3 e", **drawn) == []
    assert said("dead-end", "s u1 n1; k. u3 e", **drawn) == []


def test_a_process_without_start_and_end_is_no_fault() -> None:
    assert [code for code in ("no-incoming", "unreachable", "dead-end") if said(code, "u1 u2; u3")] == []


def test_the_inside_of_an_ad_hoc_sub_process_is_not_judged_by_its_flows() -> None:
    more = f'<bpmn:adHocSubProcess id="k" name="k">{content("u1;u2 u3")}</bpmn:adHocSubProcess>'
    assert [code for code in ("no-incoming", "unreachable", "dead-end") if said(code, "s k. e", more=more)] == []


def test_processes_that_are_not_executable_are_not_judged() -> None:
    data = sketch("s u1 e; u2 e").replace(b'isExecutable="true"', b'isExecutable="false"')
    assert "no-incoming" not in {one.code for one in check_files({"a.bpmn": data})}


@pytest.mark.parametrize("place", ["sub", "handler", "caller"])
def test_an_error_is_caught_by_whoever_stands_around_it(place: str) -> None:
    thrown = '<bpmn:errorEventDefinition errorRef="err"/>'
    root = '<bpmn:error id="err" errorCode="E1"/>'
    inner = content("s1 u1 e1", {"e1": thrown})
    sub = f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>'
    catching = {
        "sub": f'<bpmn:boundaryEvent id="b" attachedToRef="sub">{thrown}</bpmn:boundaryEvent>',
        "handler": f'<bpmn:subProcess id="h" triggeredByEvent="true">{content("s9 u9 e9", {"s9": thrown})}'
                   "</bpmn:subProcess>",
        "caller": "",
    }[place]
    chains = "s sub. e; b. e2" if place == "sub" else "s sub. e"
    found = said("error-nobody-catches", chains, more=sub + catching, root=root)
    assert found == ([] if catching else ["e1"])
