"""Events of every kind, in every place the standard allows, each saved and loaded after every step."""

from __future__ import annotations

import pytest

from engine.bpmn.failures import NotWaiting
from tests.bpmn.players import Player, compiled, diagram, flows, play
from tests.bpmn.test_core import E, S, boundary, gateway, script, timer, user

MESSAGE = '<messageEventDefinition messageRef="message1"/>'
SIGNAL = '<signalEventDefinition signalRef="signal1"/>'
ERROR = '<errorEventDefinition errorRef="error1"/>'
ESCALATION = '<escalationEventDefinition escalationRef="escalation1"/>'
CONDITION = "<conditionalEventDefinition><condition>=x &gt; 5</condition></conditionalEventDefinition>"
TIMER = timer("timeDuration", "PT1H")


def catch(key: str, definition: str, attributes: str = "") -> str:
    return f'<intermediateCatchEvent id="{key}" {attributes}>{definition}</intermediateCatchEvent>'


def throw(key: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{key}">{definition}</intermediateThrowEvent>'


def end(key: str, definition: str) -> str:
    return f'<endEvent id="{key}">{definition}</endEvent>'


def sub(key: str, inside: str, tag: str = "subProcess", attributes: str = "") -> str:
    return f'<{tag} id="{key}" {attributes}>{inside}</{tag}>'


def handler(key: str, definition: str, interrupting: bool = True, inside: str = "") -> str:
    flag = "true" if interrupting else "false"
    return sub(
        key,
        f'<startEvent id="{key}_s" isInterrupting="{flag}">{definition}</startEvent>'
        + user(f"{key}_h")
        + inside
        + flows(f"{key}_s>{key}_h"),
        attributes='triggeredByEvent="true"',
    )


def in_scope(where: str, body: str) -> Player:
    """The same body at the top, in a sub-process, in a called process, and in a multi-instance sub-process."""
    if where == "top":
        return play(body)
    if where == "sub":
        return play('<startEvent id="S0"/>' + sub("outer", body) + flows("S0>outer"))
    if where == "called":
        caller = diagram('<startEvent id="S0"/><callActivity id="outer" calledElement="q"/>' + flows("S0>outer"))
        return Player(compiled(caller, diagram(body, process="q")))
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>1</loopCardinality></multiInstanceLoopCharacteristics>"
    return play('<startEvent id="S0"/>' + sub("outer", loop + body) + flows("S0>outer"))


WHERE = ["top", "sub", "called", "many"]
everywhere = pytest.mark.parametrize("where", WHERE)
happens = {"message": MESSAGE, "signal": SIGNAL, "timer": TIMER, "conditional": CONDITION}
triggered = pytest.mark.parametrize("kind", list(happens))
# A called process does not see the variables of its caller, so a condition over them cannot become true in it.
triggered_everywhere = pytest.mark.parametrize(
    ("where", "kind"),
    [(where, kind) for where in WHERE for kind in happens if (where, kind) != ("called", "conditional")],
)


def let_happen(case: Player, kind: str) -> None:
    if kind == "message":
        case.message("M1")
    elif kind == "signal":
        case.signal("S1")
    elif kind == "timer":
        case.advance(hours=1)
    else:
        case.set(x=9)


@triggered_everywhere
def test_interrupting_event_sub_process_ends_everything_else_in_its_scope(where: str, kind: str) -> None:
    case = in_scope(where, S + user("a") + E + flows("s>a", "a>e") + handler("h", happens[kind]))
    assert case.open == ["a"]
    let_happen(case, kind)
    assert case.open == ["h_h"]
    case.complete("h_h")
    assert case.ended
    assert case.ran["h"] == 1
    assert case.ran["a"] == 0


@triggered_everywhere
def test_non_interrupting_event_sub_process_runs_beside(where: str, kind: str) -> None:
    case = in_scope(where, S + user("a") + E + flows("s>a", "a>e") + handler("h", happens[kind], False))
    let_happen(case, kind)
    assert case.open == ["a", "h_h"]
    if kind in ("message", "signal"):
        let_happen(case, kind)
        assert case.open == ["a", "h_h", "h_h"]
        case.complete("h_h")
    case.complete("a")
    assert not case.ended
    case.complete("h_h")
    assert case.ended


@everywhere
@triggered
def test_event_sub_process_is_gone_when_its_scope_has_ended(where: str, kind: str) -> None:
    case = in_scope(where, S + user("a") + E + flows("s>a", "a>e") + handler("h", happens[kind]))
    case.complete("a")
    assert case.ended
    assert case.waits == []


@everywhere
def test_error_event_sub_process_catches_what_its_scope_throws(where: str) -> None:
    case = in_scope(
        where,
        S
        + user("a", "b")
        + gateway("parallel", "g")
        + end("x", ERROR)
        + flows("s>g", "g>a", "g>b", "a>x")
        + handler("h", ERROR),
    )
    assert case.open == ["a", "b"]
    case.complete("a")
    assert case.open == ["h_h"]
    case.complete("h_h")
    assert case.ended


@everywhere
def test_escalation_event_sub_process_runs_beside(where: str) -> None:
    case = in_scope(
        where, S + throw("x", ESCALATION) + user("a") + flows("s>x", "x>a") + handler("h", ESCALATION, False)
    )
    assert case.open == ["a", "h_h"]


def test_error_in_a_handler_goes_outwards_and_not_to_its_neighbour() -> None:
    inner = (
        S
        + user("a")
        + flows("s>a")
        + handler("h", MESSAGE, True, end("h_x", ERROR) + flows("h_h>h_x"))
        + handler("k", ERROR)
    )
    case = play(
        '<startEvent id="S0"/>'
        + sub("outer", inner)
        + user("out")
        + boundary("b", "outer", ERROR)
        + flows("S0>outer", "b>out")
    )
    case.message("M1")
    case.complete("h_h")
    assert case.open == ["out"]


def test_event_sub_process_inside_an_event_sub_process() -> None:
    inner = handler("k", SIGNAL, False)
    case = play(S + user("a") + flows("s>a") + handler("h", MESSAGE, True, inner))
    with pytest.raises(NotWaiting):
        case.signal("S1")
    case.message("M1")
    case.signal("S1")
    assert case.open == ["h_h", "k_h"]


def test_timer_event_sub_process_does_not_keep_its_scope_alive() -> None:
    case = play(S + user("a") + E + flows("s>a", "a>e") + handler("h", TIMER, False))
    assert case.waits == ["h_s"]
    assert [name for _, name in case.log[0].entered] == ["s", "a"]
    case.complete("a")
    assert case.ended
    assert len(case.log[-1].disarmed) == 1


def test_second_instance_of_the_same_definition_starts_clean() -> None:
    definition = compiled(S + user("a") + E + flows("s>a", "a>e") + handler("h", MESSAGE, False))
    first = Player(definition)
    first.message("M1")
    second = Player(definition)
    assert second.open == ["a"]
    second.complete("a")
    assert second.ended


@triggered
def test_catching_event_in_the_flow(kind: str) -> None:
    case = play(S + catch("c", happens[kind]) + user("a") + flows("s>c", "c>a"))
    assert case.open == []
    let_happen(case, kind)
    assert case.open == ["a"]


@triggered
@pytest.mark.parametrize("host", ["user", "sub", "call", "receive", "job"])
def test_interrupting_boundary_event_on_any_activity(kind: str, host: str) -> None:
    hosts = {
        "user": user("a"),
        "sub": sub("a", user("i")),
        "call": '<callActivity id="a" calledElement="q"/>',
        "receive": '<receiveTask id="a" messageRef="message2"/>',
        "job": '<serviceTask id="a" camunda:type="external" camunda:topic="t"/>',
    }
    body = S + hosts[host] + user("h") + boundary("b", "a", happens[kind]) + flows("s>a", "b>h")
    case = Player(compiled(diagram(body), diagram(user("w"), process="q", roots="")))
    let_happen(case, kind)
    assert case.open == ["h"]
    assert case.waits == []
    assert not case.jobs


@triggered
def test_non_interrupting_boundary_event(kind: str) -> None:
    case = play(S + user("a", "h") + boundary("b", "a", happens[kind], False) + flows("s>a", "b>h"))
    let_happen(case, kind)
    assert case.open == ["a", "h"]


def test_condition_fires_again_only_after_it_was_false() -> None:
    case = play(S + user("a", "h") + boundary("b", "a", CONDITION, False) + flows("s>a", "b>h"))
    case.set(x=6)
    case.set(x=7)
    assert case.open == ["a", "h"]
    case.set(x=1)
    case.set(x=8)
    assert case.open == ["a", "h", "h"]


def test_condition_that_holds_already_fires_at_once() -> None:
    assert play(S + catch("c", CONDITION) + user("a") + flows("s>c", "c>a"), {"x": 9}).open == ["a"]


def test_signal_reaches_every_listener_inside_and_is_told_outside() -> None:
    body = (
        S
        + gateway("parallel", "g")
        + catch("c1", SIGNAL)
        + catch("c2", SIGNAL)
        + user("a", "b", "t")
        + throw("x", SIGNAL)
        + flows("s>g", "g>c1", "g>c2", "g>t", "c1>a", "c2>b", "t>x")
    )
    case = play(body)
    case.complete("t")
    assert case.open == ["a", "b"]
    assert case.log[-1].signals == (("S1", {}),)


def test_signal_end_event_throws() -> None:
    case = play(S + end("x", SIGNAL) + flows("s>x"))
    assert case.ended
    assert case.log[-1].signals == (("S1", {}),)


def test_link_goes_on_at_its_catch_from_several_throws() -> None:
    link = '<linkEventDefinition name="L"/>'
    case = play(
        S
        + gateway("parallel", "g")
        + throw("t1", link)
        + throw("t2", link)
        + catch("c", link)
        + user("a")
        + flows("s>g", "g>t1", "g>t2", "c>a")
    )
    assert case.open == ["a", "a"]
    assert all(not flow.startswith("link") for flow in case.log[0].flows)


def test_escalation_is_caught_outside_while_the_thrower_goes_on() -> None:
    inner = '<startEvent id="i_s"/>' + throw("x", ESCALATION) + user("i") + flows("i_s>x", "x>i")
    body = S + sub("a", inner) + user("h", "z")
    case = play(body + boundary("b", "a", ESCALATION, False) + flows("s>a", "a>z", "b>h"))
    assert case.open == ["h", "i"]
    case = play(body + boundary("b", "a", ESCALATION) + flows("s>a", "a>z", "b>h"))
    assert case.open == ["h"]


def test_uncaught_escalation_is_no_incident() -> None:
    case = play(S + throw("x", ESCALATION) + user("a") + flows("s>x", "x>a"))
    assert case.open == ["a"]
    assert case.log[0].uncaught == ()


def test_error_passes_a_called_process_boundary() -> None:
    caller = diagram(
        S + '<callActivity id="c" calledElement="q"/>' + user("h") + boundary("b", "c", ERROR) + flows("s>c", "b>h")
    )
    case = Player(compiled(caller, diagram('<startEvent id="s9"/>' + end("x", ERROR) + flows("s9>x"), process="q")))
    assert case.open == ["h"]


def test_error_does_not_reach_the_boundary_of_an_unrelated_activity() -> None:
    case = play(
        S
        + gateway("parallel", "g")
        + user("a", "b", "h")
        + end("x", ERROR)
        + boundary("bb", "a", ERROR)
        + flows("s>g", "g>a", "g>b", "b>x", "bb>h")
    )
    case.complete("b")
    assert case.open == ["a"]
    assert case.log[-1].uncaught == (("x", "E1"),)


def test_multiple_event_fires_on_the_first_and_parallel_multiple_on_all() -> None:
    both = MESSAGE + SIGNAL
    case = play(S + catch("c", both) + user("a") + flows("s>c", "c>a"))
    case.signal("S1")
    assert case.open == ["a"]
    assert case.waits == []
    case = play(S + catch("c", both + TIMER, 'parallelMultiple="true"') + user("a") + flows("s>c", "c>a"))
    case.signal("S1")
    case.message("M1", x=1)
    assert case.open == []
    case.advance(hours=1)
    assert case.open == ["a"]
    assert case.variables == {"x": 1}


def test_multiple_throw_throws_all_its_definitions() -> None:
    case = play(S + throw("x", MESSAGE + SIGNAL) + user("a") + flows("s>x", "x>a"))
    assert case.open == ["a"]
    assert [message.name for message in case.log[0].thrown] == ["M1"]
    assert case.log[0].signals == (("S1", {}),)


def test_message_carries_only_its_input_parameters() -> None:
    mapped = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="when">${date}'
        "</camunda:inputParameter></camunda:inputOutput></extensionElements>"
    )
    case = play(
        S + f'<sendTask id="x" messageRef="message1">{mapped}</sendTask>' + flows("s>x"),
        {"date": "2026-06-01", "secret": 1},
    )
    assert case.log[0].thrown[0].payload == {"when": "2026-06-01"}
    assert "when" not in case.variables


def test_correlation_keys_must_all_match() -> None:
    keys = (
        '<extensionElements><camunda:properties><camunda:property name="correlation.person" value="=who"/>'
        '<camunda:property name="correlation.place" value="=where"/></camunda:properties></extensionElements>'
    )
    case = play(S + catch("c", keys + MESSAGE) + user("a") + flows("s>c", "c>a"), {"who": 1, "where": "C"})
    assert next(iter(case.subscriptions.values()))[0].correlation == {"person": 1, "place": "C"}
    with pytest.raises(NotWaiting):
        case.message("M1", {"person": 1})
    case.message("M1", {"person": 1, "place": "C"})
    assert case.open == ["a"]


def test_one_message_reaches_one_waiter_the_oldest() -> None:
    case = play(
        S
        + gateway("parallel", "g")
        + catch("c1", MESSAGE)
        + catch("c2", MESSAGE)
        + user("a", "b")
        + flows("s>g", "g>c1", "g>c2", "c1>a", "c2>b")
    )
    case.message("M1")
    assert case.open == ["a"]
    case.message("M1")
    assert case.open == ["a", "b"]


def test_instance_started_without_a_choice_waits_for_any_of_its_starts() -> None:
    body = (
        f'<startEvent id="s1">{MESSAGE}</startEvent><startEvent id="s2">{TIMER}</startEvent>'
        + user("a", "b")
        + flows("s1>a", "s2>b")
    )
    case = play(body)
    assert case.waits == ["M1", "s2"]
    case.advance(hours=1)
    assert case.open == ["b"]
    assert case.waits == []


def test_instantiating_receive_task_starts_with_its_message() -> None:
    case = play(
        '<receiveTask id="r" instantiate="true" messageRef="message1"/>' + user("a") + flows("r>a"),
        start="r",
        payload={"x": 1},
    )
    assert case.open == ["a"]
    assert case.variables == {"x": 1}


def test_parallel_instantiating_gateway_waits_for_the_other_events_too() -> None:
    body = (
        '<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>'
        + catch("c1", MESSAGE)
        + catch("c2", SIGNAL)
        + user("a", "b")
        + flows("g>c1", "g>c2", "c1>a", "c2>b")
    )
    case = play(body, start="c1")
    assert case.open == ["a"]
    case.complete("a")
    assert not case.ended
    case.signal("S1")
    case.complete("b")
    assert case.ended


# -- compensation and transactions ------------------------------------------------------------------------------------

UNDO = "<compensateEventDefinition/>"


def undoable(key: str, host: str = "") -> str:
    return (
        (host or user(key))
        + boundary(f"{key}_b", key, UNDO)
        + f'<userTask id="{key}_undo" isForCompensation="true"/>'
        + f'<association id="{key}_as" sourceRef="{key}_b" targetRef="{key}_undo" associationDirection="One"/>'
    )


@everywhere
def test_compensation_undoes_what_completed_newest_first(where: str) -> None:
    case = in_scope(
        where,
        S
        + undoable("a")
        + undoable("b")
        + user("c")
        + undoable("d")
        + throw("t", UNDO)
        + user("z")
        + gateway("parallel", "g")
        + flows("s>g", "g>a", "g>d", "a>b", "b>c", "c>t", "t>z"),
    )
    for key in ("a", "b", "c"):
        case.complete(key)
    assert case.open == ["b_undo", "d"]
    case.complete("b_undo")
    assert case.open == ["a_undo", "d"]
    case.complete("a_undo")
    assert case.open == ["d", "z"]


def test_compensation_of_one_activity() -> None:
    case = play(
        S
        + undoable("a")
        + undoable("b")
        + throw("t", '<compensateEventDefinition activityRef="a"/>')
        + user("z")
        + flows("s>a", "a>b", "b>t", "t>z")
    )
    case.complete("a")
    case.complete("b")
    assert case.open == ["a_undo"]
    case.complete("a_undo")
    assert case.open == ["z"]


def test_nothing_completed_means_nothing_to_compensate() -> None:
    case = play(
        S + undoable("a") + throw("t", UNDO) + user("z") + gateway("parallel", "g") + flows("s>g", "g>a", "g>t", "t>z")
    )
    assert case.open == ["a", "z"]


def test_completed_sub_process_is_undone_inside() -> None:
    inner = '<startEvent id="i_s"/>' + undoable("i") + undoable("k") + flows("i_s>i", "i>k")
    case = play(S + sub("x", inner) + throw("t", UNDO) + user("z") + flows("s>x", "x>t", "t>z"))
    case.complete("i")
    case.complete("k")
    assert case.open == ["k_undo"]
    case.complete("k_undo")
    assert case.open == ["i_undo"]
    case.complete("i_undo")
    assert case.open == ["z"]
    assert case.ran["x"] == 1


def test_compensation_event_sub_process_undoes_its_scope() -> None:
    own = handler("u", UNDO, True, throw("u_t", UNDO) + flows("u_h>u_t"))
    inner = '<startEvent id="i_s"/>' + undoable("i") + flows("i_s>i") + own
    case = play(S + sub("x", inner) + throw("t", UNDO) + user("z") + flows("s>x", "x>t", "t>z"))
    case.complete("i")
    assert case.open == ["u_h"]
    case.complete("u_h")
    assert case.open == ["i_undo"]
    case.complete("i_undo")
    assert case.open == ["z"]


def test_every_instance_of_a_multi_instance_activity_is_undone() -> None:
    host = (
        '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
        "</multiInstanceLoopCharacteristics></userTask>"
    )
    case = play(S + undoable("a", host) + throw("t", UNDO) + user("z") + flows("s>a", "a>t", "t>z"))
    case.complete("a")
    case.complete("a")
    case.complete("a_undo")
    case.complete("a_undo")
    assert case.open == ["z"]


def test_cancelled_transaction_compensates_and_leaves_by_its_cancel_event() -> None:
    inner = (
        '<startEvent id="i_s"/>'
        + undoable("i")
        + user("k", "o")
        + end("i_c", "<cancelEventDefinition/>")
        + gateway("parallel", "i_g")
        + flows("i_s>i_g", "i_g>i", "i_g>o", "i>k", "k>i_c")
    )
    case = play(
        S
        + sub("x", inner, "transaction")
        + boundary("b", "x", "<cancelEventDefinition/>")
        + user("h", "z")
        + flows("s>x", "x>z", "b>h")
    )
    case.complete("i")
    case.complete("k")
    assert case.open == ["i_undo"]
    case.complete("i_undo")
    assert case.open == ["h"]
    assert case.ran["x"] == 0


def test_compensation_in_an_error_handler_of_the_scope() -> None:
    case = play(
        S
        + undoable("a")
        + end("x", ERROR)
        + flows("s>a", "a>x")
        + handler("h", ERROR, True, throw("h_t", UNDO) + flows("h_h>h_t"))
    )
    case.complete("a")
    case.complete("h_h")
    assert case.open == ["a_undo"]
    case.complete("a_undo")
    assert case.ended


# -- gateways and sub-processes of the rarer kinds --------------------------------------------------------------------


def complex_body(condition: str) -> str:
    return (
        S
        + gateway("parallel", "g")
        + user("a", "b", "c")
        + f'<complexGateway id="j"><activationCondition>{condition}</activationCondition></complexGateway>'
        + user("z")
        + E
        + flows("s>g", "g>a", "g>b", "g>c", "a>j", "b>j", "c>j", "j>z", "z>e")
    )


def test_complex_gateway_fires_when_enough_have_come_and_absorbs_the_rest() -> None:
    case = play(complex_body("=activationCount &gt;= 2"))
    case.complete("a")
    assert case.open == ["b", "c"]
    case.complete("b")
    assert case.open == ["c", "z"]
    case.complete("z")
    assert not case.ended
    case.complete("c")
    assert case.ended
    assert case.ran["z"] == 1


def test_ad_hoc_offers_everything_and_ends_by_its_condition() -> None:
    inner = user("i", "k") + "<completionCondition>=done</completionCondition>"
    case = play(S + sub("x", inner, "adHocSubProcess") + user("z") + flows("s>x", "x>z"))
    assert case.open == ["i", "k"]
    case.complete("i", done=True)
    assert case.open == ["z"]


def test_sequential_ad_hoc_offers_one_after_the_other() -> None:
    case = play(
        S + sub("x", user("i", "k"), "adHocSubProcess", 'ordering="Sequential"') + user("z") + flows("s>x", "x>z")
    )
    assert case.open == ["i"]
    case.complete("i")
    assert case.open == ["k"]
    case.complete("k")
    assert case.open == ["z"]


def test_ad_hoc_may_let_the_rest_finish() -> None:
    inner = user("i", "k") + "<completionCondition>=done</completionCondition>"
    case = play(
        S + sub("x", inner, "adHocSubProcess", 'cancelRemainingInstances="false"') + user("z") + flows("s>x", "x>z")
    )
    case.complete("i", done=True)
    assert case.open == ["k"]
    case.complete("k")
    assert case.open == ["z"]


@pytest.mark.parametrize(("before", "start", "rounds"), [("true", False, 0), ("false", False, 1), ("true", True, 3)])
def test_standard_loop(before: str, start: bool, rounds: int) -> None:
    loop = (
        f'<standardLoopCharacteristics testBefore="{before}" loopMaximum="3"><loopCondition>=more'
        "</loopCondition></standardLoopCharacteristics>"
    )
    case = play(S + f'<userTask id="a">{loop}</userTask>' + user("z") + flows("s>a", "a>z"), {"more": start})
    while case.open == ["a"]:
        case.complete("a")
    assert case.open == ["z"]
    assert case.ran["a"] == rounds


def test_script_may_read_what_it_wrote() -> None:
    assert play(S + script("a", "x = 1", "y = x + 1") + flows("s>a")).variables == {"x": 1, "y": 2}


def test_scope_cancelled_before_its_first_step_never_begins() -> None:
    case = play(
        S
        + gateway("parallel", "g")
        + sub("x", '<startEvent id="i_s"/>' + user("i") + flows("i_s>i"))
        + throw("t", ESCALATION)
        + flows("s>g", "g>x", "g>t")
        + handler("h", ESCALATION)
    )
    assert case.open == ["h_h"]
    case.complete("h_h")
    assert case.ended


def test_nothing_of_a_finished_scope_stays_behind() -> None:
    inner = '<startEvent id="i_s"/>' + user("i") + flows("i_s>i")
    case = play(
        S
        + gateway("exclusive", "m")
        + sub("x", inner)
        + gateway("exclusive", "k", "f_k_e")
        + E
        + flows("s>m", "m>x", "x>k", "k>m:=again", "k>e"),
        {"again": True},
        reload=False,
    )
    for _ in range(30):
        case.complete("i")
    assert len(case.live.workflow.tokens) == 4
