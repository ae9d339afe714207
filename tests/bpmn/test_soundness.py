"""The search through a diagram's states finds what gets stuck or doubled, and nothing in diagrams that are right."""

from __future__ import annotations

import pytest

from engine.bpmn.soundness import Soundness, examine
from tests.bpmn.sketches import condition, scope_of, sketch

BOUNDARY = ('<bpmn:boundaryEvent id="b" attachedToRef="u1" cancelActivity="{stops}"><bpmn:timerEventDefinition>'
            "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
            '<bpmn:sequenceFlow id="late" sourceRef="b" targetRef="{target}"/>')
CONDITIONS = {"o1-u1": condition("a"), "o1-u2": condition("b")}


def examined(chains: str, every_choice: bool = True, **drawn: object) -> Soundness:
    return examine(scope_of(sketch(chains, **drawn)), every_choice)  # type: ignore[arg-type]


@pytest.mark.parametrize("chains", [
    "s u1 e",
    "s x1 u1 x2 e; x1 u2 x2",
    "s p1 u1 p2 e; p1 u2 p2",
    "s o1 u1 o2 e; o1 u2 o2; o1 u3 o2",
    "s x0 p1 u1 p2 x1 e; p1 u2 p2; x1 x0",
    "s x0 o1 u1 o2 x1 e; o1 u2 o2; x1 x0",
    "s u1 x1 e1; x1 u1",
    "s p1 u1 e1; p1 u2 e2",
    "s v1 r1 x1 e; v1 r2 x1",
    "s o1 u1 x1 e; o1 o2 u2 x1",
])  # fmt: skip
def test_a_sound_diagram_has_no_findings(chains: str) -> None:
    found = examined(chains)
    assert found.complete
    assert (found.stuck, found.doubled, found.growing) == ({}, set(), set())


def test_a_parallel_join_behind_an_exclusive_choice_never_fires() -> None:
    found = examined("s x1 u1 p1 e; x1 u2 p1")
    assert found.never == {"p1"}
    assert set(found.stuck["p1"]) < {"u1-p1", "u2-p1"}


def test_a_join_that_one_branch_may_leave_alone_gets_stuck_in_some_runs_only() -> None:
    found = examined("s p1 u1 p2 e; p1 x1 u2 p2; x1 e2")
    assert set(found.stuck) == {"p2"}
    assert found.never == set()


def test_two_tokens_of_an_unjoined_split_double_the_join_behind_them() -> None:
    found = examined("s p1 u1 x1 p2 e; p1 u2 x1; p1 u3 p2")
    assert found.doubled == {"p2"}


def test_a_task_behind_an_unjoined_split_runs_once_for_each_token() -> None:
    assert "u3" in examined("s p1 u1 x1 u3 e; p1 u2 x1").repeated


def test_tokens_that_double_in_every_round_grow_without_end() -> None:
    found = examined("s x1 p1 u1 x1; p1 u2 x2 x1; x2 e")
    assert found.growing
    assert not found.complete


def test_an_inclusive_choice_before_a_parallel_join_is_a_matter_of_conditions() -> None:
    chains = "s o1 u1 p1 e; o1 u2 p1"
    assert set(examined(chains, bodies=CONDITIONS).stuck) == {"p1"}
    assert examined(chains, every_choice=False, bodies=CONDITIONS).stuck == {}


@pytest.mark.parametrize(("stops", "doubled"), [("true", set()), ("false", {"p2"})])
def test_a_reminder_that_runs_into_the_join_doubles_it_only_when_it_does_not_interrupt(
    stops: str, doubled: set[str]
) -> None:
    more = BOUNDARY.format(stops=stops, target="x1")
    found = examined("s p1 u1 x1 p2 e; p1 u2 p2", more=more)
    assert found.doubled == doubled
    assert set(found.stuck) == doubled


def test_a_terminate_end_frees_the_tokens_that_wait() -> None:
    ends = {"e2": "<bpmn:terminateEventDefinition/>"}
    assert examined("s p1 u1 p2 e; p1 x1 u2 p2; x1 e2", bodies=ends).stuck == {}


def test_conditional_flows_of_a_task_are_tried_one_by_one() -> None:
    bodies = {"u1-u2": condition("a"), "u1-u3": condition("b")}
    assert set(examined("s u1 u2 p1 e; u1 u3 p1", bodies=bodies).stuck) == {"p1"}


def test_twenty_long_parallel_branches_are_no_explosion() -> None:
    branches = "; ".join(f"p1 u{n} u{n}a u{n}b p2" for n in range(20))
    found = examined(f"s p1; {branches}; p2 e")
    assert found.complete
    assert found.states < 200
    assert found.stuck == {}


def test_a_search_that_hits_its_bound_says_so() -> None:
    tangle = "; ".join(f"p1 o{n} p2{n} e{n}; o{n} u{n} p2{n}; o{n} u{n}a p2{n}" for n in range(12))
    found = examined(f"s p1; {tangle}")
    assert not found.complete


def test_a_joining_complex_gateway_is_not_examined() -> None:
    found = examined("s p1 u1 c1 e; p1 u2 c1")
    assert not found.examined
