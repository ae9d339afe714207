"""The everyday elements, each saved and loaded after every step."""

from __future__ import annotations

import pytest

from engine.bpmn import runner
from engine.bpmn.failures import BadCardinality, NoFlowApplies, NotWaiting
from tests.bpmn.players import Player, compiled, diagram, flows, play

S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'


def gateway(kind: str, key: str, default: str = "") -> str:
    return f'<{kind}Gateway id="{key}"' + (f' default="{default}"' if default else "") + "/>"


def user(*keys: str) -> str:
    return "".join(f'<userTask id="{key}"/>' for key in keys)


def script(key: str, *lines: str) -> str:
    return f'<scriptTask id="{key}"><script><![CDATA[' + "\n".join(lines) + "]]></script></scriptTask>"


def test_tasks_come_one_after_the_other() -> None:
    case = play(S + user("a") + '<task id="b"/>' + E + flows("s>a", "a>b", "b>e"))
    assert case.open == ["a"]
    case.complete("a", x=1)
    assert case.open == ["b"]
    case.complete("b")
    assert case.ended
    assert case.variables == {"x": 1}
    assert case.ran == {"s": 1, "a": 1, "b": 1, "e": 1}


def test_progress_lists_entered_left_and_flows_in_order() -> None:
    case = play(S + script("a", "x = 1") + user("b") + E + flows("s>a", "a>b", "b>e"))
    progress = case.log[0]
    assert [name for _, name in progress.entered] == ["s", "a", "b"]
    assert progress.flows == ("f_s_a", "f_a_b")
    assert [row.name for row in progress.assigned] == ["x"]
    assert progress.assigned[0].source == "script"


def test_exclusive_gateway_takes_the_first_true_flow_else_the_default() -> None:
    body = (
        S + gateway("exclusive", "g", "f_g_c") + user("a", "b", "c") + flows("s>g", "g>a:=x > 5", "g>b:${x > 1}", "g>c")
    )
    assert play(body, {"x": 9}).open == ["a"]
    assert play(body, {"x": 2}).open == ["b"]
    assert play(body, {"x": 0}).open == ["c"]


def test_exclusive_gateway_without_a_true_flow_fails_with_its_name() -> None:
    with pytest.raises(NoFlowApplies) as refused:
        play(S + gateway("exclusive", "g") + user("a", "b") + flows("s>g", "g>a:=x > 5", "g>b:=x > 1"), {"x": 0})
    assert refused.value.element == "g"


def test_parallel_gateway_waits_for_every_branch_and_keeps_both_updates() -> None:
    case = play(
        S
        + gateway("parallel", "g")
        + user("a", "b")
        + gateway("parallel", "j")
        + E
        + flows("s>g", "g>a", "g>b", "a>j", "b>j", "j>e"),
        {"status": "old", "list": [1]},
    )
    case.complete("a", status="new", list=[2])
    case.complete("b", other=1)
    assert case.ended
    assert case.variables == {"status": "new", "list": [2], "other": 1}
    assert case.ran["j"] == 1


def test_inclusive_gateway_waits_only_for_the_flows_that_were_taken() -> None:
    case = play(
        S
        + gateway("inclusive", "g")
        + user("a", "b", "c", "z")
        + gateway("inclusive", "j")
        + flows("s>g", "g>a:=x > 1", "g>b:=x > 2", "g>c:=x > 3", "a>j", "b>j", "c>j", "j>z"),
        {"x": 3},
    )
    assert case.open == ["a", "b"]
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["z"]
    assert case.ran["j"] == 1


def test_inclusive_join_in_a_loop_fires_once_a_round() -> None:
    case = play(
        S
        + gateway("exclusive", "m")
        + gateway("inclusive", "g")
        + user("a", "b")
        + gateway("inclusive", "j")
        + gateway("exclusive", "x", "f_x_e")
        + E
        + flows("s>m", "m>g", "g>a:=true", "g>b:=true", "a>j", "b>j", "j>x", "x>m:=again", "x>e"),
        {"again": True},
    )
    for again in (True, True, False):
        assert case.open == ["a", "b"]
        case.complete("a")
        case.complete("b", again=again)
    assert case.ended


def test_several_flows_out_of_a_task_split_and_conditions_choose() -> None:
    body = S + '<userTask id="a" default="f_a_d"/>' + user("b", "c", "d") + flows("s>a", "a>b", "a>c:=x > 1", "a>d")
    case = play(body, {"x": 2})
    case.complete("a")
    assert case.open == ["b", "c"]
    case = play(body, {"x": 0})
    case.complete("a")
    assert case.open == ["b", "d"]


def test_each_token_runs_a_task_with_several_incoming_flows() -> None:
    case = play(S + gateway("parallel", "g") + user("a", "b", "c") + flows("s>g", "g>a", "g>b", "a>c", "b>c"))
    case.complete("a")
    case.complete("b")
    assert case.open == ["c", "c"]


def timer(form: str, text: str) -> str:
    return f"<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>"


def boundary(key: str, host: str, definition: str, cancel: bool = True) -> str:
    flag = "true" if cancel else "false"
    return f'<boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{flag}">{definition}</boundaryEvent>'


MESSAGE = '<messageEventDefinition messageRef="message1"/>'


def test_intermediate_timer_waits_for_its_duration() -> None:
    case = play(
        S
        + f'<intermediateCatchEvent id="t">{timer("timeDuration", "PT1H")}</intermediateCatchEvent>'
        + user("a")
        + flows("s>t", "t>a")
    )
    assert case.open == []
    case.advance(minutes=59)
    assert case.open == []
    case.advance(minutes=1)
    assert case.open == ["a"]


def test_timer_is_not_fired_before_it_is_due() -> None:
    case = play(
        S + f'<intermediateCatchEvent id="t">{timer("timeDuration", "PT1H")}</intermediateCatchEvent>' + flows("s>t")
    )
    with pytest.raises(NotWaiting):
        runner.fire_timer(case.live, next(iter(case.timers)), case.clock)


def test_intermediate_message_sets_variables_and_goes_on() -> None:
    case = play(
        S + f'<intermediateCatchEvent id="t">{MESSAGE}</intermediateCatchEvent>' + user("a") + flows("s>t", "t>a")
    )
    assert case.waits == ["M1"]
    case.message("M1", x=1)
    assert case.open == ["a"]
    assert case.variables == {"x": 1}
    with pytest.raises(NotWaiting):
        case.message("M1")


def test_interrupting_boundary_timer_withdraws_the_task() -> None:
    case = play(S + user("a", "h") + boundary("t", "a", timer("timeDuration", "PT1H")) + E + flows("s>a", "a>e", "t>h"))
    case.advance(hours=1)
    assert case.open == ["h"]
    assert len(case.log[-1].withdrawn) == 1
    case.complete("h")
    assert case.ended


def test_non_interrupting_boundary_message_fires_any_number_of_times_and_outlives_the_task() -> None:
    case = play(S + user("a", "h") + boundary("m", "a", MESSAGE, False) + E + flows("s>a", "a>e", "m>h"))
    case.message("M1")
    case.message("M1")
    assert case.open == ["a", "h", "h"]
    case.complete("a")
    assert case.open == ["h", "h"]
    assert not case.ended
    with pytest.raises(NotWaiting):
        case.message("M1")
    case.complete("h")
    case.complete("h")
    assert case.ended
    assert case.ran["m"] == 2


def test_completed_task_disarms_its_timer() -> None:
    case = play(
        S + user("a", "z", "h") + boundary("t", "a", timer("timeDuration", "PT1H")) + flows("s>a", "a>z", "t>h")
    )
    case.complete("a")
    assert case.waits == []
    assert len(case.log[-1].disarmed) == 1


def test_cycle_on_a_boundary_fires_each_round_and_collapses_missed_ones() -> None:
    body = S + user("a", "h") + boundary("t", "a", timer("timeCycle", "R3/PT1H"), False) + flows("s>a", "t>h")
    case = play(body)
    case.advance(hours=5)
    assert case.open == ["a", "h", "h", "h"]
    case = play(body)
    case.standstill(hours=2)
    assert case.open == ["a", "h"]
    case.advance(hours=9)
    assert case.open == ["a", "h", "h"]


def test_sub_process_runs_inside_and_goes_on_when_empty() -> None:
    case = play(
        S
        + '<subProcess id="sub"><startEvent id="s2"/>'
        + user("i")
        + '<endEvent id="e2"/>'
        + flows("s2>i", "i>e2")
        + "</subProcess>"
        + user("z")
        + flows("s>sub", "sub>z")
    )
    assert case.open == ["i"]
    case.complete("i", q=1)
    assert case.open == ["z"]
    assert case.variables == {"q": 1}
    assert case.ran["sub"] == 1


def test_sub_process_without_start_and_end_runs_what_has_no_incoming() -> None:
    case = play(S + '<subProcess id="sub">' + user("i", "k") + "</subProcess>" + flows("s>sub"))
    assert case.open == ["i", "k"]
    case.complete("i")
    case.complete("k")
    assert case.ended


def test_call_activity_shares_only_what_is_mapped() -> None:
    caller = diagram(
        S
        + """<callActivity id="c" calledElement="q"><extensionElements>
      <camunda:in source="a" target="i"/><camunda:in sourceExpression="=a + 1" target="k"/>
      <camunda:out source="o" target="result"/></extensionElements></callActivity>"""
        + user("z")
        + flows("s>c", "c>z")
    )
    callee = diagram(
        '<startEvent id="s3"/>' + script("t", "o = i + k", "secret = 1") + user("w") + flows("s3>t", "t>w"),
        process="q",
        roots="",
    )
    case = Player(compiled(caller, callee), "p", {"a": 5})
    assert case.open == ["w"]
    case.complete("w", inner=2)
    assert case.variables == {"a": 5, "result": 11}
    assert case.open == ["z"]


def many(key: str, inside: str, sequential: bool = False, attributes: str = "") -> str:
    flag = "true" if sequential else "false"
    return (
        f'<userTask id="{key}"><multiInstanceLoopCharacteristics isSequential="{flag}" {attributes}>{inside}'
        "</multiInstanceLoopCharacteristics></userTask>"
    )


OVER = 'camunda:collection="=items" camunda:elementVariable="item"'
OUT = '<loopDataOutputRef>results</loopDataOutputRef><outputDataItem id="r" name="r"/>'


def test_parallel_multi_instance_collects_results_in_input_order() -> None:
    case = play(S + many("a", OUT, attributes=OVER) + user("z") + flows("s>a", "a>z"), {"items": ["x", "y", "w"]})
    assert [(work.item, work.loop_index) for work in case.live.open_work] == [("x", 0), ("y", 1), ("w", 2)]
    case.complete("a", 2, r="w!")
    case.complete("a", 0, r="x!")
    case.complete("a", 0, r="y!")
    assert case.open == ["z"]
    assert case.variables["results"] == ["x!", "y!", "w!"]
    assert case.ran["a"] == 3
    assert "r" not in case.variables


def test_sequential_multi_instance_offers_one_at_a_time() -> None:
    case = play(S + many("a", OUT, True, OVER) + user("z") + flows("s>a", "a>z"), {"items": ["x", "y"]})
    assert case.open == ["a"]
    case.complete("a", r=1)
    assert [work.item for work in case.live.open_work] == ["y"]
    case.complete("a", r=2)
    assert case.open == ["z"]
    assert case.variables["results"] == [1, 2]


@pytest.mark.parametrize("name", ["numberOfCompletedInstances", "nrOfCompletedInstances"])
def test_completion_condition_ends_the_rest(name: str) -> None:
    inside = f"<loopCardinality>3</loopCardinality><completionCondition>{name} = 2</completionCondition>"
    case = play(S + many("a", inside) + user("z") + flows("s>a", "a>z"))
    case.complete("a")
    case.complete("a")
    assert case.open == ["z"]
    assert len(case.log[-1].withdrawn) == 1


def test_multi_instance_over_nothing_goes_on() -> None:
    case = play(S + many("a", OUT, attributes=OVER) + user("z") + flows("s>a", "a>z"), {"items": []})
    assert case.open == ["z"]
    assert case.variables["results"] == []


def test_interrupting_boundary_on_multi_instance_ends_all_instances() -> None:
    case = play(
        S
        + many("a", "<loopCardinality>3</loopCardinality>")
        + user("h")
        + boundary("t", "a", timer("timeDuration", "PT1H"))
        + flows("s>a", "t>h")
    )
    case.complete("a")
    case.advance(hours=1)
    assert case.open == ["h"]


def test_huge_cardinality_is_refused_at_once() -> None:
    with pytest.raises(BadCardinality):
        play(S + many("a", "<loopCardinality>1000000000</loopCardinality>") + flows("s>a"))


def test_event_based_gateway_takes_the_first_event() -> None:
    body = (
        S
        + gateway("eventBased", "g")
        + f'<intermediateCatchEvent id="m">{MESSAGE}</intermediateCatchEvent>'
        + "".join(
            f'<intermediateCatchEvent id="t{n}">{timer("timeDuration", f"PT{n}H")}</intermediateCatchEvent>'
            for n in (2, 1)
        )
        + user("a", "b", "c")
        + flows("s>g", "g>m", "g>t2", "g>t1", "m>a", "t2>b", "t1>c")
    )
    case = play(body)
    case.message("M1", x=1)
    assert case.open == ["a"]
    assert case.waits == []
    assert case.variables == {"x": 1}
    case = play(body)
    case.advance(hours=3)
    assert case.open == ["c"]
    assert case.ran["g"] == 1


def test_terminate_ends_its_scope_only() -> None:
    case = play(
        S
        + '<subProcess id="sub"><startEvent id="s2"/>'
        + user("i", "k")
        + '<endEvent id="t"><terminateEventDefinition/></endEvent>'
        + flows("s2>i", "s2>k", "k>t")
        + "</subProcess>"
        + user("z")
        + flows("s>sub", "sub>z")
    )
    case.complete("k")
    assert case.open == ["z"]


def test_error_end_is_caught_on_the_boundary_by_code_before_catch_all() -> None:
    inner = (
        '<startEvent id="s2"/>' + user("i") + '<endEvent id="x"><errorEventDefinition errorRef="error1"/>'
        "</endEvent>" + flows("s2>i", "i>x")
    )
    body = (
        S
        + f'<subProcess id="sub">{inner}</subProcess>'
        + user("all", "one", "z")
        + boundary("ball", "sub", "<errorEventDefinition/>")
        + boundary("bone", "sub", '<errorEventDefinition errorRef="error1"/>')
        + flows("s>sub", "sub>z", "ball>all", "bone>one")
    )
    case = play(body)
    case.complete("i")
    assert case.open == ["one"]


def test_uncaught_error_end_is_reported_and_ends_its_path() -> None:
    case = play(S + '<endEvent id="x"><errorEventDefinition errorRef="error1"/></endEvent>' + flows("s>x"))
    assert case.log[0].uncaught == (("x", "E1"),)
    assert case.ended


def test_external_job_returns_a_result_or_a_business_error() -> None:
    body = (
        S
        + '<serviceTask id="j" camunda:type="external" camunda:topic="mail"/>'
        + user("z", "h")
        + boundary("b", "j", '<errorEventDefinition errorRef="error1"/>')
        + flows("s>j", "j>z", "b>h")
    )
    case = play(body)
    assert [job.topic for job in case.jobs.values()] == ["mail"]
    case.job("mail", {"sent": True})
    assert case.open == ["z"]
    assert case.variables == {"sent": True}
    case = play(body)
    case.job("mail", "E1")
    assert case.open == ["h"]


def test_message_start_brings_its_payload() -> None:
    body = (
        '<startEvent id="s1"/><startEvent id="s2"><messageEventDefinition messageRef="message1"/></startEvent>'
        + user("a", "b")
        + flows("s1>a", "s2>b")
    )
    assert play(body).open == ["a"]
    case = play(body, start="s2", payload={"x": 1})
    assert case.open == ["b"]
    assert case.variables == {"x": 1}
    kinds = {(start.element, start.kind, start.ref) for start in case.definition.processes["p"].starts}
    assert kinds == {("s1", "none", None), ("s2", "message", "M1")}


def test_due_date_follows_the_data_it_reads() -> None:
    case = play(
        S + '<userTask id="a" camunda:dueDate="=release" camunda:candidateGroups="=who"/>' + flows("s>a"),
        {"release": "2026-06-01", "who": "prison"},
    )
    work = case.live.open_work[0]
    assert work.due is not None
    assert work.due.isoformat() == "2026-06-01T21:59:59+00:00"
    assert work.group == "prison"
    progress = case.set(release="2026-07-01")
    assert [due.isoformat() for _, due in progress.rescheduled if due] == ["2026-07-01T21:59:59+00:00"]


def test_lanes_are_inherited_into_sub_processes() -> None:
    definition = compiled(
        '<laneSet id="ls"><lane id="prison" name="Zakład"><flowNodeRef>sub</flowNodeRef>'
        "</lane></laneSet>" + S + '<subProcess id="sub">' + user("i") + "</subProcess>" + flows("s>sub")
    )
    assert definition.elements["i"].lane == "prison"
    assert definition.elements["i"].scope == "sub"


def test_read_variables_are_those_that_expressions_read() -> None:
    definition = compiled(S + gateway("exclusive", "g", "f_g_b") + user("a", "b") + flows("s>g", "g>a:=x > 1", "g>b"))
    assert definition.read_variables == {"x"}
