"""Where values come from and go to: scopes, mappings, data objects, decisions, and what other tools write."""

from __future__ import annotations

import pytest

from engine.bpmn.bundles import Bundle, compile_bundle
from tests.bpmn.element_checks import table
from tests.bpmn.players import Player, compiled, diagram, flows, play
from tests.bpmn.test_core import S, gateway, script, user
from tests.bpmn.test_events import catch, sub, throw
from tests.bpmn.test_normalise import refusal

ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def mapped(inside: str) -> str:
    return f"<extensionElements><camunda:inputOutput>{inside}</camunda:inputOutput></extensionElements>"


def zeebe(inside: str) -> str:
    return f"<extensionElements {ZEEBE}>{inside}</extensionElements>"


def test_input_parameters_are_local_and_output_parameters_go_out() -> None:
    body = mapped(
        '<camunda:inputParameter name="inner">=x + 1</camunda:inputParameter>'
        '<camunda:outputParameter name="result">=inner * 10 + y</camunda:outputParameter>'
    )
    case = play(S + f'<userTask id="a">{body}</userTask>' + user("z") + flows("s>a", "a>z"), {"x": 1})
    case.complete("a", y=3, inner=5)
    assert case.variables == {"x": 1, "y": 3, "result": 53}


def test_input_parameters_may_be_lists_and_maps() -> None:
    body = mapped(
        '<camunda:inputParameter name="to"><camunda:list><camunda:value>a</camunda:value>'
        "<camunda:value>=x</camunda:value>"
        '</camunda:list></camunda:inputParameter><camunda:inputParameter name="m"><camunda:map>'
        '<camunda:entry key="k">=x</camunda:entry></camunda:map></camunda:inputParameter>'
    )
    case = play(
        S + '<serviceTask id="j" camunda:type="external" camunda:topic="t">' + body + "</serviceTask>" + flows("s>j"),
        {"x": 7},
    )
    assert next(iter(case.jobs.values())).payload == {"to": ["a", 7], "m": {"k": 7}}


def test_data_object_of_a_sub_process_lives_only_in_it() -> None:
    inner = '<dataObject id="d" name="note"/>' + script("i", "note = 1", "kept = note + 1") + user("k") + flows("i>k")
    case = play(S + sub("x", inner) + flows("s>x"), {"note": "outside"})
    assert case.variables == {"note": "outside", "kept": 2}


def test_variable_is_written_where_it_exists() -> None:
    inner = mapped('<camunda:inputParameter name="status">inner</camunda:inputParameter>') + user("i")
    case = play(S + sub("x", inner) + flows("s>x"), {"status": "outer"})
    case.complete("i", status="changed", other=1)
    assert case.variables == {"status": "outer", "other": 1}


def test_parallel_branches_see_each_others_latest_values() -> None:
    case = play(S + gateway("parallel", "g") + user("a", "b", "c") + flows("s>g", "g>a", "g>b", "b>c"), {"list": []})
    case.complete("a", list=[1])
    case.complete("b")
    assert case.variables["list"] == [1]


def test_data_associations_copy_between_names() -> None:
    ends = (
        '<ioSpecification><dataInput id="din" name="amount"/><dataOutput id="dout" name="total"/>'
        "<inputSet/><outputSet/></ioSpecification>"
        "<dataInputAssociation><sourceRef>r1</sourceRef><targetRef>din</targetRef></dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>dout</sourceRef><targetRef>r2</targetRef>"
        "</dataOutputAssociation>"
    )
    objects = (
        '<dataObject id="o1" name="order"/><dataObjectReference id="r1" dataObjectRef="o1"/>'
        '<dataObjectReference id="r2" name="invoice" dataObjectRef="o2"/><dataObject id="o2"/>'
    )
    body = script("a", "total = amount * 2").replace("<script>", ends + "<script>")
    case = play(objects + S + body + flows("s>a"), {"order": 4})
    assert case.variables["invoice"] == 8


def test_multi_instance_over_a_data_object() -> None:
    inside = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>r</loopDataInputRef>"
        '<loopDataOutputRef>r2</loopDataOutputRef><inputDataItem id="x1" name="one"/>'
        '<outputDataItem id="x2" name="done"/></multiInstanceLoopCharacteristics>'
    )
    objects = (
        '<dataObject id="o"/><dataObjectReference id="r" name="people" dataObjectRef="o"/>'
        '<dataObject id="o2"/><dataObjectReference id="r2" name="results" dataObjectRef="o2"/>'
    )
    case = play(objects + S + f'<userTask id="a">{inside}</userTask>' + flows("s>a"), {"people": ["x", "y"]})
    assert [work.item for work in case.live.open_work] == ["x", "y"]
    case.complete("a", done=1)
    case.complete("a", done=2)
    assert case.variables["results"] == [1, 2]


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("singleEntry", "lo"),
        ("singleResult", {"o": "lo"}),
        ("collectEntries", ["lo"]),
        ("resultList", [{"o": "lo"}]),
    ],
)
def test_decision_result_is_mapped(mapping: str, expected: object) -> None:
    where = f'camunda:resultVariable="r" camunda:mapDecisionResult="{mapping}"'
    task = f'<businessRuleTask id="a" camunda:decisionRef="d" {where}/>'
    files = {"p.bpmn": diagram(S + task + flows("s>a")), "t.dmn": table("UNIQUE", [("< 5", '"lo"'), (">= 5", '"hi"')])}
    case = Player(compile_bundle(Bundle(files)), "p", {"a": 3})
    assert case.variables["r"] == expected
    decided = case.log[0].decided[0]
    assert (decided.element, decided.decision, decided.rows, decided.inputs) == ("a", "d", (1,), {"a": 3})
    assert case.definition.read_variables == {"a"}


@pytest.mark.parametrize(("policy", "expected"), [("UNIQUE", "lo"), ("COLLECT", ["lo"])])
def test_a_called_decision_gives_the_value_of_the_decision(policy: str, expected: object) -> None:
    called = zeebe('<zeebe:calledDecision decisionId="d" resultVariable="r"/>')
    task = f'<businessRuleTask id="a">{called}</businessRuleTask>'
    files = {"p.bpmn": diagram(S + task + flows("s>a")), "t.dmn": table(policy, [("< 5", '"lo"'), (">= 5", '"hi"')])}
    assert Player(compile_bundle(Bundle(files)), "p", {"a": 3}).variables["r"] == expected


def test_decision_without_a_result_variable_writes_its_outputs_by_name() -> None:
    files = {
        "p.bpmn": diagram(S + '<businessRuleTask id="a" camunda:decisionRef="d"/>' + flows("s>a")),
        "t.dmn": table("UNIQUE", [("< 5", '"lo"'), (">= 5", '"hi"')]),
    }
    assert Player(compile_bundle(Bundle(files)), "p", {"a": 3}).variables["o"] == "lo"


def test_camunda_8_writes_the_same_in_extension_elements() -> None:
    task = (
        '<userTask id="a">'
        + zeebe(
            '<zeebe:formDefinition formId="notice"/><zeebe:assignmentDefinition '
            'candidateGroups="prison"/><zeebe:taskSchedule dueDate="=when"/>'
        )
        + "</userTask>"
    )
    job = (
        '<serviceTask id="j">'
        + zeebe(
            '<zeebe:taskDefinition type="mail"/><zeebe:ioMapping><zeebe:input source="=x" '
            'target="to"/><zeebe:output source="=sent" target="result"/></zeebe:ioMapping>'
        )
        + "</serviceTask>"
    )
    text = '<scriptTask id="t">' + zeebe('<zeebe:script expression="=x + 1" resultVariable="y"/>') + "</scriptTask>"
    case = play(S + text + job + task + flows("s>t", "t>j", "j>a"), {"x": 1, "when": "2026-06-01T10:00:00Z"})
    assert case.variables["y"] == 2
    assert next(iter(case.jobs.values())).payload == {"to": 1}
    case.job("mail", {"sent": True})
    assert case.variables["result"] is True
    work = case.live.open_work[0]
    assert (work.group, work.due and work.due.isoformat()) == ("prison", "2026-06-01T10:00:00+00:00")
    assert case.definition.elements["a"].form_key == "notice"


def test_called_process_of_camunda_8_gets_everything() -> None:
    call = '<callActivity id="c">' + zeebe('<zeebe:calledElement processId="q"/>') + "</callActivity>"
    callee = diagram('<startEvent id="s2"/>' + script("t", "y = x + 1") + flows("s2>t"), process="q", roots="")
    assert Player(compiled(diagram(S + call + flows("s>c")), callee), "p", {"x": 1}).variables == {"x": 1, "y": 2}


def test_business_rule_done_outside_is_a_job() -> None:
    case = play(S + '<businessRuleTask id="j" camunda:type="external" camunda:topic="t"/>' + flows("s>j"))
    assert [job.topic for job in case.jobs.values()] == ["t"]


def test_signal_payload_and_the_code_that_was_caught() -> None:
    payload = (
        '<signalEventDefinition signalRef="signal1"><extensionElements><camunda:in source="x" target="given"/>'
        "</extensionElements></signalEventDefinition>"
    )
    case = play(
        S
        + catch("c", '<signalEventDefinition signalRef="signal1"/>')
        + throw("t", payload)
        + user("a", "k")
        + flows("s>c", "s>k", "k>t", "c>a"),
        {"x": 5},
    )
    case.complete("k")
    assert case.variables["given"] == 5
    assert case.log[-1].signals == (("S1", {"given": 5}),)
    error = '<errorEventDefinition errorRef="error1" camunda:errorCodeVariable="code"/>'
    case = play(
        S
        + '<serviceTask id="j" camunda:type="external" camunda:topic="t"/>'
        + user("h")
        + f'<boundaryEvent id="b" attachedToRef="j">{error}</boundaryEvent>'
        + flows("s>j", "b>h")
    )
    case.job("t", "E1")
    assert case.variables["code"] == "E1"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            S + user("a") + '<sequenceFlow id="f" sourceRef="s" targetRef="a"><conditionExpression/></sequenceFlow>',
            ("expression", "f"),
        ),
        (
            S
            + '<userTask id="a"><extensionElements><camunda:taskListener event="create" class="x"/></extensionElements>'
            "</userTask>" + flows("s>a"),
            ("listener-code", "a"),
        ),
        (
            S
            + user("a")
            + '<sequenceFlow id="f" sourceRef="s" targetRef="a"><extensionElements><camunda:executionListener/>'
            "</extensionElements></sequenceFlow>",
            ("listener-code", "f"),
        ),
        (
            S
            + '<userTask id="a">'
            + mapped('<camunda:inputParameter name="x"><camunda:script>1</camunda:script></camunda:inputParameter>')
            + "</userTask>"
            + flows("s>a"),
            ("listener-code", "a"),
        ),
    ],
)
def test_program_code_and_empty_conditions_are_refused(body: str, problem: tuple[str, str]) -> None:
    assert problem in refusal(body)


def test_correlation_by_conversation() -> None:
    roots = (
        '<message id="message1" name="M1"/><message id="message2" name="M2"/>'
        '<correlationProperty id="cp" name="person">'
        '<correlationPropertyRetrievalExpression messageRef="message1"><messagePath>who</messagePath>'
        "</correlationPropertyRetrievalExpression>"
        '<correlationPropertyRetrievalExpression messageRef="message2"><messagePath>id</messagePath>'
        "</correlationPropertyRetrievalExpression></correlationProperty>"
        '<collaboration id="co"><participant id="pa" processRef="p"/><correlationKey id="ck" name="k">'
        "<correlationPropertyRef>cp</correlationPropertyRef></correlationKey></collaboration>"
    )
    body = (
        '<startEvent id="s"><messageEventDefinition messageRef="message1"/></startEvent>'
        + catch("c", '<messageEventDefinition messageRef="message2"/>')
        + user("a")
        + flows("s>c", "c>a")
    )
    case = Player(compiled(diagram(body, roots)), "p", start="s", payload={"who": 7})
    assert next(iter(case.subscriptions.values()))[0].correlation == {"person": 7}
    with pytest.raises(Exception, match="waits for M2"):
        case.message("M2", id=8)
    case.message("M2", id=7)
    assert case.open == ["a"]


DEADLINES = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="ds" name="ds" namespace="n">
<decision id="deadlines" name="deadlines"><decisionTable id="t" hitPolicy="FIRST"><input id="i" label="element">
<inputExpression id="ie" typeRef="string"><text>element</text></inputExpression></input>
<input id="i2" label="track"><inputExpression id="ie2" typeRef="string"><text>track</text></inputExpression></input>
<output id="o" name="days"/><output id="o2" name="unit"/>
<rule id="r1"><inputEntry id="a"><text>"U1"</text></inputEntry><inputEntry id="b"><text>"URGENT"</text></inputEntry>
<outputEntry id="c"><text>2</text></outputEntry><outputEntry id="d"><text>"hours"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="e"><text>"U1"</text></inputEntry><inputEntry id="f"><text></text></inputEntry>
<outputEntry id="g"><text>3</text></outputEntry><outputEntry id="h"><text>"working days"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_deadline_follows_its_table_and_counts_from_the_beginning_of_the_work() -> None:
    boundary = (
        '<boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDate>'
        '=deadline("U1")</timeDate></timerEventDefinition></boundaryEvent>'
    )
    body = S + '<userTask id="a" camunda:dueDate="=deadline(&quot;U1&quot;)"/>' + boundary + flows("s>a")
    case = Player(compile_bundle(Bundle({"p.bpmn": diagram(body), "t.dmn": DEADLINES})), "p", {"track": "NORMAL"})
    assert case.live.open_work[0].due.isoformat() == "2026-05-07T21:59:59+00:00"  # type: ignore[union-attr]
    case.advance(hours=1)
    progress = case.set(track="URGENT")
    assert [due.isoformat() for _, due in progress.rescheduled if due] == ["2026-05-04T10:00:00+00:00"]
    assert [timer.due.isoformat() for timer in progress.armed] == ["2026-05-04T10:00:00+00:00"]
    assert {"track", "element"} <= case.definition.read_variables


ANCHORED = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="ds" name="ds" namespace="n">
<decision id="deadlines" name="deadlines"><decisionTable id="t" hitPolicy="FIRST"><input id="i" label="element">
<inputExpression id="ie" typeRef="string"><text>element</text></inputExpression></input>
<output id="o" name="days"/><output id="o2" name="unit"/><output id="o3" name="from"/><output id="o4" name="late"/>
<rule id="r1"><inputEntry id="a"><text>"wait"</text></inputEntry><outputEntry id="c"><text>-2</text></outputEntry>
<outputEntry id="d"><text>"days to the hour"</text></outputEntry>
<outputEntry id="e"><text>date and time(at)</text></outputEntry><outputEntry id="f"><text></text></outputEntry></rule>
<rule id="r2"><inputEntry id="g"><text>"a"</text></inputEntry><outputEntry id="h"><text>1</text></outputEntry>
<outputEntry id="j"><text>"working days"</text></outputEntry><outputEntry id="k"><text>now()</text></outputEntry>
<outputEntry id="l"><text>2</text></outputEntry></rule></decisionTable></decision></definitions>"""


def test_deadline_may_count_backwards_from_a_day_of_the_case_and_says_when_help_is_called() -> None:
    late = (
        '<boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDate>'
        '=escalation("a")</timeDate></timerEventDefinition></boundaryEvent>'
    )
    wait = '<timerEventDefinition><timeDate>=deadline("wait")</timeDate></timerEventDefinition>'
    body = S + catch("w", wait) + '<userTask id="a" camunda:dueDate="=deadline(&quot;a&quot;)"/>' + late
    files = {"p.bpmn": diagram(body + flows("s>w", "w>a")), "t.dmn": ANCHORED}
    case = Player(compile_bundle(Bundle(files)), "p", {"at": "2026-05-08T09:30:00+02:00"})
    assert [timer.due.isoformat() for rows in case.timers.values() for timer in rows] == ["2026-05-06T07:30:00+00:00"]
    moved = case.set(at="2026-05-11T09:30:00+02:00")
    assert [timer.due.isoformat() for timer in moved.armed] == ["2026-05-09T07:30:00+00:00"]
    case.advance(days=6)
    assert case.live.open_work[0].due.isoformat() == "2026-05-11T21:59:59+00:00"  # type: ignore[union-attr]
    assert [timer.due.isoformat() for rows in case.timers.values() for timer in rows] == ["2026-05-13T21:59:59+00:00"]


def test_data_object_with_a_name_of_several_words_may_be_read() -> None:
    objects = '<dataObject id="d"/><dataObjectReference id="r" name="release notice" dataObjectRef="d"/>'
    body = objects + S + gateway("exclusive", "g", "f_g_b") + user("a", "b")
    body += flows("s>g", "g>a:=release notice > 1", "g>b")
    assert play(body, {"release notice": 2}).open == ["a"]


def test_output_parameters_of_a_sub_process_see_its_data_objects() -> None:
    inner = mapped('<camunda:outputParameter name="result">=note * 2</camunda:outputParameter>')
    inner += '<dataObject id="d" name="note"/>' + script("i", "note = 4")
    assert play(S + sub("x", inner) + flows("s>x")).variables == {"result": 8}


def test_potential_owners_count_as_candidate_groups() -> None:
    owner = (
        "<potentialOwner><resourceAssignmentExpression><formalExpression>=who</formalExpression>"
        "</resourceAssignmentExpression></potentialOwner>"
    )
    case = play(S + f'<userTask id="a">{owner}</userTask>' + flows("s>a"), {"who": "prison"})
    assert case.live.open_work[0].group == "prison"
