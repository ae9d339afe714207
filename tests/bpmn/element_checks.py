"""The element checks of the evaluation of stock SpiffWorkflow, each with a diagram and what the standard says of it.

A check is a title, a diagram (with variables), and a script: what is done and what must be open then. `refused` names
the problem that publication answers with instead. The table of the documentation is printed from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bpmn.players import Player, diagram, flows
from tests.bpmn.test_core import E, S, boundary, gateway, many, script, timer, user
from tests.bpmn.test_events import (
    CONDITION,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    UNDO,
    catch,
    complex_body,
    end,
    handler,
    sub,
    throw,
    undoable,
)

Act = Callable[[Player], object]


@dataclass(frozen=True)
class Check:
    """One element, one diagram, one course."""

    title: str
    body: str
    acts: tuple[Act, ...] = ()
    open: tuple[str, ...] = ()
    ended: bool | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None
    fails: str | None = None
    start: str | None = None
    files: tuple[bytes, ...] = ()
    table: bytes | None = None


def done(key: str, index: int = 0, **answers: Any) -> Act:
    return lambda case: case.complete(key, index, **answers)


def told(name: str = "M1", **payload: Any) -> Act:
    return lambda case: case.message(name, **payload)


def heard(name: str = "S1") -> Act:
    return lambda case: case.signal(name)


def later(**time: float) -> Act:
    return lambda case: case.advance(**time)


def put(**values: Any) -> Act:
    return lambda case: case.set(**values)


HOUR = timer("timeDuration", "PT1H")
TWO = "<loopCardinality>2</loopCardinality>"
ITEMS = 'camunda:collection="items" camunda:elementVariable="item"'
RESULTS = '<loopDataOutputRef>results</loopDataOutputRef><outputDataItem id="r" name="r"/>'
XYW = {"items": ["x", "y", "w"]}
RULE = (
    '<businessRuleTask id="a" camunda:decisionRef="d" camunda:resultVariable="r" camunda:mapDecisionResult="{}"/>'
    + flows("s>a")
)
WARN = 'attachedToRef="a"'


def table(policy: str, rows: list[tuple[str, str]], kind: str = "number", values: str = "") -> bytes:
    """One input `a`, one output `o`."""
    allowed = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    cells = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text><![CDATA[{test}]]></text></inputEntry>'
        f'<outputEntry id="o{number}"><text><![CDATA[{out}]]></text></outputEntry></rule>'
        for number, (test, out) in enumerate(rows)
    )
    return (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="ds" name="ds" namespace="n">'
        f'<decision id="d" name="d"><decisionTable id="t" hitPolicy="{policy}"><input id="i" label="a">'
        f'<inputExpression id="ie" typeRef="{kind}"><text>a</text></inputExpression></input>'
        f'<output id="o" name="o">{allowed}</output>{cells}</decisionTable></decision></definitions>'
    ).encode()


def decision(
    title: str,
    policy: str,
    rows: list[tuple[str, str]],
    expected: Any,
    a: Any = 3,
    mapping: str = "singleEntry",
    kind: str = "number",
    values: str = "",
    fails: str | None = None,
) -> Check:
    return Check(
        f"businessRuleTask DMN {title}",
        S + RULE.format(mapping),
        variables={"a": a},
        result={"r": expected},
        fails=fails,
        table=table(policy, rows, kind, values),
    )


def boundaries(kind: str, definition: str, act: Act) -> list[Check]:
    rows = []
    for cancel in (True, False):
        body = S + user("a", "h") + boundary("b", "a", definition, cancel) + flows("s>a", "b>h")
        rows.append(
            Check(
                f"boundary {kind} on userTask cancel={str(cancel).lower()}",
                body,
                (act,),
                ("h",) if cancel else ("a", "h"),
            )
        )
    return rows


def many_checks() -> list[Check]:
    rows = []
    for sequential in (False, True):
        flag = str(sequential).lower()
        body = S + many("a", RESULTS, sequential, ITEMS) + user("z") + flows("s>a", "a>z")
        finish = tuple(done("a", r=value) for value in ("x!", "y!", "w!"))
        rows.append(
            Check(
                f"multi-instance userTask sequential={flag}, collection in/out",
                body,
                finish,
                ("z",),
                variables=XYW,
                result={"results": ["x!", "y!", "w!"]},
            )
        )
        stop = RESULTS + '<completionCondition>=r = "y!"</completionCondition>'
        rows.append(
            Check(
                f"multi-instance sequential={flag} completionCondition",
                S + many("a", stop, sequential, ITEMS) + user("z") + flows("s>a", "a>z"),
                finish[:2],
                ("z",),
                variables=XYW,
                result={"results": ["x!", "y!"]},
            )
        )
    return rows


def error_start(kind: str, definition: str) -> Check:
    return Check(
        f"event sub-process {kind} start",
        S
        + user("a")
        + (end if kind == "error" else throw)("x", definition)
        + flows("s>a", "a>x")
        + handler("h", definition),
        (done("a"),),
        ("h_h",),
    )


def in_sub(body: str) -> str:
    return '<startEvent id="S0"/>' + sub("outer", body) + flows("S0>outer")


CALL = '<startEvent id="S0"/><callActivity id="c" calledElement="q"/>' + user("z") + flows("S0>c", "c>z")
AB = user("a", "b")
G = gateway("parallel", "g")

CHECKS: list[Check] = [
    Check("task", S + '<task id="a"/>' + flows("s>a"), open=("a",)),
    Check("userTask", S + user("a") + flows("s>a"), open=("a",)),
    Check("manualTask", S + '<manualTask id="a"/>' + flows("s>a"), open=("a",)),
    Check("scriptTask (assignments)", S + script("a", "x = 1 + 1") + flows("s>a"), ended=True, result={"x": 2}),
    Check("scriptTask (Python)", S + script("a", "import os") + flows("s>a"), refused="script-line"),
    Check(
        "scriptTask scriptFormat=javascript",
        S + '<scriptTask id="a" scriptFormat="javascript"><script>x = 2</script></scriptTask>' + flows("s>a"),
        ended=True,
        result={"x": 2},
    ),
    Check(
        "serviceTask external (camunda)",
        S + '<serviceTask id="a" camunda:type="external" camunda:topic="t"/>' + user("z") + flows("s>a", "a>z"),
        (lambda case: case.job("t", {"r": 1}),),
        ("z",),
        result={"r": 1},
    ),
    Check("serviceTask plain", S + '<serviceTask id="a"/>' + flows("s>a"), refused="service-without-topic"),
    Check(
        "serviceTask with program code",
        S + '<serviceTask id="a" camunda:class="x.Y"/>' + flows("s>a"),
        refused="service-implementation",
    ),
    Check(
        "sendTask / receiveTask with message",
        S + '<sendTask id="a" messageRef="message1"/><receiveTask id="b" messageRef="message2"/>' + flows("s>a", "a>b"),
        (told("M2"),),
        ended=True,
    ),
    decision("UNIQUE '< 5'", "UNIQUE", [("< 5", '"lo"'), (">= 5", '"hi"')], "lo"),
    decision("UNIQUE, two rows match", "UNIQUE", [("> 0", '"x"'), ("< 5", '"y"')], None, fails="DecisionFailed"),
    decision("FIRST '> 0'", "FIRST", [("> 0", '"x"'), ("> 1", '"y"')], "x"),
    decision("ANY '> 0'", "ANY", [("> 0", '"x"'), ("> 1", '"x"')], "x"),
    decision("PRIORITY '> 0'", "PRIORITY", [("> 0", '"x"'), ("> 1", '"y"')], "y", values='"y","x"'),
    decision("COLLECT '> 0'", "COLLECT", [("> 0", "1"), ("> 1", "2")], [1, 2], mapping="collectEntries"),
    decision("RULE ORDER '> 0'", "RULE ORDER", [("> 0", "1"), ("> 1", "2")], [1, 2], mapping="collectEntries"),
    decision(
        "OUTPUT ORDER '> 0'",
        "OUTPUT ORDER",
        [("> 0", "1"), ("> 1", "2")],
        [2, 1],
        mapping="collectEntries",
        values="2,1",
    ),
    decision("COLLECT SUM '> 0'", 'COLLECT" aggregation="SUM', [("> 0", "1"), ("> 1", "2")], 3),
    decision("UNIQUE '[1..5]'", "UNIQUE", [("[1..5]", '"in"'), ("> 5", '"out"')], "in"),
    decision("UNIQUE '1,2,3'", "UNIQUE", [("1,2,3", '"in"'), ("> 5", '"out"')], "in"),
    decision("UNIQUE 'not(3)'", "UNIQUE", [("3", '"in"'), ("not(3)", '"other"')], "other", a=4),
    decision('UNIQUE \'"a","b"\'', "UNIQUE", [('"a","b"', '"in"'), ('"c"', '"out"')], "in", a="a", kind="string"),
    decision("UNIQUE '? in [1,3]'", "UNIQUE", [("? in [1,3]", '"in"'), ("> 5", '"out"')], "in"),
    decision("UNIQUE '4 < ? and ? < 6'", "UNIQUE", [("4 < ? and ? < 6", '"in"'), ("> 6", '"out"')], "in", a=5),
    decision("UNIQUE 'true'", "UNIQUE", [("true", '"yes"'), ("false", '"no"')], "yes", a=True, kind="boolean"),
    decision("UNIQUE ''", "UNIQUE", [("", '"any"')], "any"),
    decision("UNIQUE 'date(..)'", "UNIQUE", [('date("2024-01-01")', '"day"')], "day", a="2024-01-01", kind="date"),
    Check(
        "exclusiveGateway + default",
        S + gateway("exclusive", "g", "f_g_b") + AB + flows("s>g", "g>a:=x > 1", "g>b"),
        open=("b",),
        variables={"x": 0},
    ),
    Check(
        "exclusiveGateway no match, no default",
        S + gateway("exclusive", "g") + AB + flows("s>g", "g>a:=x > 1", "g>b:=x > 2"),
        variables={"x": 0},
        fails="NoFlowApplies",
    ),
    Check(
        "exclusiveGateway with conditions on 3 flows, FEEL `x = 1`",
        S + gateway("exclusive", "g") + AB + user("c") + flows("s>g", "g>a:=x = 1", "g>b:x = 2", "g>c:${x = 3}"),
        open=("b",),
        variables={"x": 2},
    ),
    Check(
        "conditional sequence flow on an activity",
        S + '<userTask id="t" default="f_t_b"/>' + AB + flows("s>t", "t>a:=x > 1", "t>b"),
        (done("t"),),
        ("a",),
        variables={"x": 2},
    ),
    Check(
        "several outgoing flows of a task (implicit split)",
        S + user("t") + AB + flows("s>t", "t>a", "t>b"),
        (done("t"),),
        ("a", "b"),
    ),
    Check("several outgoing flows of the start event", S + AB + flows("s>a", "s>b"), open=("a", "b")),
    Check(
        "several incoming flows of a task (one instance a token)",
        S + AB + user("c") + flows("s>a", "s>b", "a>c", "b>c"),
        (done("a"), done("b")),
        ("c", "c"),
    ),
    Check(
        "parallelGateway split/join",
        S + G + AB + gateway("parallel", "j") + user("c") + flows("s>g", "g>a", "g>b", "a>j", "b>j", "j>c"),
        (done("a", A=1), done("b", B=2)),
        ("c",),
        result={"A": 1, "B": 2},
    ),
    Check(
        "parallelGateway inside a loop",
        S
        + gateway("exclusive", "m")
        + G
        + AB
        + gateway("parallel", "j")
        + gateway("exclusive", "x", "f_x_e")
        + E
        + flows("s>m", "m>g", "g>a", "g>b", "a>j", "b>j", "j>x", "x>m:=again", "x>e"),
        (done("a"), done("b"), done("b"), done("a", again=False)),
        ended=True,
        variables={"again": True},
    ),
    Check(
        "inclusiveGateway split/join, 2 of 3",
        S
        + gateway("inclusive", "g")
        + AB
        + user("c", "z")
        + gateway("inclusive", "j")
        + flows("s>g", "g>a:=x > 1", "g>b:=x > 2", "g>c:=x > 3", "a>j", "b>j", "c>j", "j>z"),
        (done("a"), done("b")),
        ("z",),
        variables={"x": 3},
    ),
    Check(
        "inclusiveGateway join in a loop",
        S
        + gateway("exclusive", "m")
        + gateway("inclusive", "g")
        + AB
        + gateway("inclusive", "j")
        + gateway("exclusive", "x", "f_x_e")
        + E
        + flows("s>m", "m>g", "g>a:=true", "g>b:=true", "a>j", "b>j", "j>x", "x>m:=again", "x>e"),
        (done("a"), done("b"), done("b"), done("a"), done("a", again=False), done("b")),
        ended=True,
        variables={"again": True},
    ),
    Check("complexGateway", complex_body("=activationCount &gt;= 2"), (done("a"), done("c")), ("b", "z")),
    Check("complexGateway joining without activationCondition", complex_body(""), refused="complex-gateway"),
    *(
        Check(
            f"eventBasedGateway {title}",
            S
            + gateway("eventBased", "g")
            + first
            + catch("y", definition)
            + AB
            + flows("s>g", "g>x", "g>y", "x>a", "y>b"),
            (act,),
            (opened,),
        )
        for title, first, definition, act, opened in [
            (
                "message | message",
                catch("x", MESSAGE),
                '<messageEventDefinition messageRef="message2"/>',
                told("M2"),
                "b",
            ),
            ("message | timer (timer first)", catch("x", MESSAGE), HOUR, later(hours=1), "b"),
            ("message | timer, after save+load", catch("x", MESSAGE), HOUR, told(), "a"),
            ("timer | timer (short is 2nd)", catch("x", timer("timeDuration", "PT2H")), HOUR, later(hours=3), "b"),
            ("receiveTask target", '<receiveTask id="x" messageRef="message1"/>', HOUR, told(), "a"),
        ]
    ),
    *(
        Check(
            f"start: {kind}",
            f'<startEvent id="s">{definition}</startEvent>' + user("a") + flows("s>a"),
            (act,),
            ("a",),
        )
        for kind, definition, act in [
            ("timer", HOUR, later(hours=1)),
            ("message", MESSAGE, told()),
            ("signal", SIGNAL, heard()),
            ("conditional", CONDITION, put(x=9)),
        ]
    ),
    Check(
        "start: multiple start events (none + message)",
        S + f'<startEvent id="s2">{MESSAGE}</startEvent>' + AB + flows("s>a", "s2>b"),
        open=("a",),
    ),
    Check(
        "start: the message one of several",
        S + f'<startEvent id="s2">{MESSAGE}</startEvent>' + AB + flows("s>a", "s2>b"),
        open=("b",),
        start="s2",
    ),
    Check(
        "end: terminate",
        S + AB + end("t", "<terminateEventDefinition/>") + flows("s>a", "s>b", "a>t"),
        (done("a"),),
        ended=True,
    ),
    Check(
        "end: terminate inside sub-process ends only it",
        S
        + sub("x", user("i", "k") + end("t", "<terminateEventDefinition/>") + flows("k>t"))
        + user("z")
        + flows("s>x", "x>z"),
        (done("k"),),
        ("z",),
    ),
    Check("end: message", S + end("x", MESSAGE) + flows("s>x"), ended=True),
    Check(
        "end: signal",
        S + catch("c", SIGNAL) + user("a", "t") + end("x", SIGNAL) + flows("s>c", "s>t", "c>a", "t>x"),
        (done("t"),),
        ("a",),
    ),
    *(
        Check(
            f"end: error -> boundary error {title}",
            S
            + sub("a", '<startEvent id="i"/>' + end("x", ERROR) + flows("i>x"))
            + user("h")
            + boundary("b", "a", definition)
            + flows("s>a", "b>h"),
            open=("h",),
        )
        for title, definition in [
            ("(interrupting)", ERROR),
            ("catch-all (no errorRef)", "<errorEventDefinition/>"),
        ]
    ),
    Check("end: error uncaught (an incident)", S + end("x", ERROR) + flows("s>x"), ended=True),
    Check(
        "end: escalation -> boundary escalation non-interrupting",
        S
        + sub("a", '<startEvent id="i"/>' + end("x", ESCALATION) + flows("i>x"))
        + user("h", "z")
        + boundary("b", "a", ESCALATION, False)
        + flows("s>a", "a>z", "b>h"),
        open=("h", "z"),
    ),
    Check(
        "intermediate throw: escalation -> boundary interrupting",
        S
        + sub("a", '<startEvent id="i"/>' + throw("x", ESCALATION) + user("k") + flows("i>x", "x>k"))
        + user("h")
        + boundary("b", "a", ESCALATION)
        + flows("s>a", "b>h"),
        open=("h",),
    ),
    Check(
        "transaction: cancel end + cancel boundary",
        S
        + sub("a", undoable("i") + end("x", "<cancelEventDefinition/>") + flows("i>x"), "transaction")
        + user("h")
        + boundary("b", "a", "<cancelEventDefinition/>")
        + flows("s>a", "b>h"),
        (done("i"), done("i_undo")),
        ("h",),
    ),
    Check(
        "compensation boundary event",
        S + undoable("a") + throw("t", UNDO) + flows("s>a", "a>t"),
        (done("a"),),
        ("a_undo",),
    ),
    Check(
        "compensation intermediate throw",
        S + undoable("a") + throw("t", UNDO) + user("z") + flows("s>a", "a>t", "t>z"),
        (done("a"), done("a_undo")),
        ("z",),
    ),
    Check(
        "link throw -> link catch",
        S
        + throw("t", '<linkEventDefinition name="L"/>')
        + catch("c", '<linkEventDefinition name="L"/>')
        + user("a")
        + flows("s>t", "c>a"),
        open=("a",),
    ),
    *boundaries("timer", HOUR, later(hours=1)),
    *boundaries("message", MESSAGE, told()),
    *boundaries("signal", SIGNAL, heard()),
    Check(
        "boundary message non-interrupting, caught twice",
        S + user("a", "h") + boundary("b", "a", MESSAGE, False) + flows("s>a", "b>h"),
        (told(), told()),
        ("a", "h", "h"),
    ),
    Check(
        "boundary timer cycle R3 non-interrupting",
        S + user("a", "h") + boundary("b", "a", timer("timeCycle", "R3/PT1H"), False) + flows("s>a", "b>h"),
        (later(hours=9),),
        ("a", "h", "h", "h"),
    ),
    Check(
        "boundary conditional on userTask",
        S + user("a", "h") + boundary("b", "a", CONDITION) + flows("s>a", "b>h"),
        (put(x=9),),
        ("h",),
    ),
    Check(
        "boundary error on serviceTask (BpmnError of the job)",
        S + '<serviceTask id="a" camunda:type="external" '
        'camunda:topic="t"/>' + user("h") + boundary("b", "a", ERROR) + flows("s>a", "b>h"),
        (lambda case: case.job("t", "E1"),),
        ("h",),
    ),
    Check(
        "boundary timer on sub-process (interrupting)",
        S + sub("a", user("i")) + user("h") + boundary("b", "a", HOUR) + flows("s>a", "b>h"),
        (later(hours=1),),
        ("h",),
    ),
    Check(
        "boundary timer on callActivity (interrupting)",
        '<startEvent id="S0"/><callActivity id="c" '
        'calledElement="q"/>' + user("h") + boundary("b", "c", HOUR) + flows("S0>c", "b>h"),
        (later(hours=1),),
        ("h",),
        files=(diagram(S + user("w") + flows("s>w"), process="q", roots=""),),
    ),
    *(
        Check(
            f"intermediate catch timer: {title}",
            S + catch("c", timer(form, text)) + user("a") + flows("s>c", "c>a"),
            (later(hours=1),),
            ("a",),
            variables={"when": "PT1H"},
        )
        for title, form, text in [
            ("duration", "timeDuration", "PT1H"),
            ("date", "timeDate", "2026-05-04T09:00:00Z"),
            ("standard unquoted PT1H", "timeDuration", " PT1H "),
            ("expression", "timeDuration", "=when"),
        ]
    ),
    Check(
        "intermediate catch timer: cycle",
        S + catch("c", timer("timeCycle", "R2/PT1H")) + flows("s>c"),
        refused="timer-cycle-here",
    ),
    Check(
        "intermediate catch conditional",
        S + catch("c", CONDITION) + user("a") + flows("s>c", "c>a"),
        (put(x=9),),
        ("a",),
    ),
    Check(
        "intermediate signal throw -> catch in the same instance",
        S + catch("c", SIGNAL) + throw("x", SIGNAL) + user("t", "a") + flows("s>c", "s>t", "t>x", "c>a"),
        (done("t"),),
        ("a",),
    ),
    Check(
        "parallel multiple catch (message+signal)",
        S + catch("c", MESSAGE + SIGNAL, 'parallelMultiple="true"') + user("a") + flows("s>c", "c>a"),
        (told(), heard()),
        ("a",),
    ),
    *(
        Check(
            f"event sub-process {kind}, interrupting={str(stops).lower()}",
            S + user("a") + flows("s>a") + handler("h", definition, stops),
            (act,),
            ("h_h",) if stops else ("a", "h_h"),
        )
        for kind, definition, act in [("message", MESSAGE, told()), ("timer", HOUR, later(hours=1))]
        for stops in (True, False)
    ),
    Check(
        "event sub-process timer; main ends first",
        S + user("a") + flows("s>a") + handler("h", HOUR),
        (done("a"),),
        ended=True,
    ),
    error_start("error", ERROR),
    error_start("escalation", ESCALATION),
    Check(
        "event sub-process message inside an embedded sub-process",
        in_sub(S + user("a") + flows("s>a") + handler("h", MESSAGE)),
        (told(),),
        ("h_h",),
    ),
    Check(
        "event sub-process message in a called process",
        CALL,
        (told(),),
        ("h_h",),
        files=(diagram(S + user("a") + flows("s>a") + handler("h", MESSAGE), process="q"),),
    ),
    *many_checks(),
    Check(
        "multi-instance completionCondition with nrOfCompletedInstances",
        S
        + many(
            "a",
            "<loopCardinality>3"
            "</loopCardinality><completionCondition>=nrOfCompletedInstances &gt;= 2</completionCondition>",
        )
        + user("z")
        + flows("s>a", "a>z"),
        (done("a"), done("a")),
        ("z",),
    ),
    Check(
        "multi-instance parallel sub-process of 3",
        S
        + sub("a", f"<multiInstanceLoopCharacteristics {ITEMS}></multiInstanceLoopCharacteristics>" + user("i"))
        + user("z")
        + flows("s>a", "a>z"),
        (done("i"), done("i"), done("i")),
        ("z",),
        variables=XYW,
    ),
    Check(
        "multi-instance parallel results out of order",
        S + many("a", RESULTS, attributes=ITEMS) + user("z") + flows("s>a", "a>z"),
        (done("a", 2, r="w"), done("a", 1, r="y"), done("a", 0, r="x")),
        ("z",),
        variables=XYW,
        result={"results": ["x", "y", "w"]},
    ),
    Check(
        "multi-instance: empty collection",
        S + many("a", RESULTS, attributes=ITEMS) + user("z") + flows("s>a", "a>z"),
        open=("z",),
        variables={"items": []},
    ),
    Check(
        "multi-instance loopCardinality, output exists already",
        S + many("a", TWO + RESULTS) + user("z") + flows("s>a", "a>z"),
        (done("a", r=1), done("a", r=2)),
        ("z",),
        variables={"results": ["old"]},
        result={"results": [1, 2]},
    ),
    Check(
        "multi-instance task, 2nd pass in a loop",
        S
        + gateway("exclusive", "m")
        + many("a", RESULTS, attributes=ITEMS)
        + gateway("exclusive", "x", "f_x_z")
        + user("z")
        + flows("s>m", "m>a", "a>x", "x>m:=again", "x>z"),
        (done("a", r=1), done("a", r=3, again=False)),
        ("z",),
        variables={"items": ["x"], "again": True},
        refused=None,
    ),
    Check(
        "multi-instance with boundary timer interrupting",
        S + many("a", TWO) + user("h") + boundary("b", "a", HOUR) + flows("s>a", "b>h"),
        (later(hours=1),),
        ("h",),
    ),
    Check(
        "standard loop, condition, maximum",
        S + '<userTask id="a"><standardLoopCharacteristics loopMaximum="2">'
        "<loopCondition>=true</loopCondition></standardLoopCharacteristics></userTask>"
        + user("z")
        + flows("s>a", "a>z"),
        (done("a"), done("a")),
        ("z",),
    ),
    Check(
        "embedded subProcess + data flow",
        S + sub("a", script("i", "q = k")) + flows("s>a"),
        ended=True,
        variables={"k": 1},
        result={"q": 1, "k": 1},
    ),
    Check("subProcess without start event", S + sub("a", user("i")) + flows("s>a"), open=("i",)),
    Check("process without start event", user("a"), open=("a",)),
    Check(
        "callActivity with ioSpecification in callee",
        CALL,
        ended=None,
        open=("z",),
        variables={"i": 1, "other": 1},
        result={"i": 1, "o": 5, "other": 1},
        files=(
            diagram(
                '<ioSpecification><dataInput id="i1" name="i"/><dataOutput id="o1" name="o"/><inputSet/>'
                "<outputSet/></ioSpecification>" + S + script("t", "o = i + 4", "secret = 2") + flows("s>t"),
                process="q",
                roots="",
            ),
        ),
    ),
    Check(
        "data object read/write",
        '<dataObject id="do" name="dob"/><dataObjectReference id="dr" dataObjectRef="do"/>'
        + S
        + script("a", "dob = 7")
        + flows("s>a"),
        ended=True,
        result={"dob": 7},
    ),
    Check(
        "data store (a reference)",
        '<dataStoreReference id="ds" name="register"/>' + S + user("a") + flows("s>a"),
        open=("a",),
    ),
    Check(
        "adHocSubProcess",
        S
        + sub("a", user("i", "k") + "<completionCondition>=ready</completionCondition>", "adHocSubProcess")
        + user("z")
        + flows("s>a", "a>z"),
        (done("i", ready=True),),
        ("z",),
    ),
    Check(
        "adHocSubProcess, no completionCondition",
        S + sub("a", user("i", "k"), "adHocSubProcess") + user("z") + flows("s>a", "a>z"),
        (done("k"), done("i")),
        ("z",),
    ),
    Check(
        "lanes: id and name, nested lanes",
        '<laneSet id="ls"><lane id="l1" name="Inst A"><childLaneSet id="c">'
        '<lane id="l2" name="Dept B"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane>'
        "</laneSet>" + S + user("a") + flows("s>a"),
        open=("a",),
    ),
    Check(
        "pools: collaboration of 2 executable processes + message flow",
        '<collaboration id="co"><participant id="p1" processRef="p"/><participant id="p2" processRef="q"/>'
        '<messageFlow id="mf" sourceRef="x" targetRef="c"/></collaboration>'
        f'<process id="p" isExecutable="true">{S}{user("a")}{throw("x", MESSAGE)}{flows("s>a", "a>x")}</process>'
        f'<process id="q" isExecutable="true"><startEvent id="s2"/>{catch("c", MESSAGE)}{flows("s2>c")}</process>',
        open=("a",),
    ),
    Check(
        "black-box pool (participant without processRef)",
        '<collaboration id="co"><participant id="p1"/>'
        f'</collaboration><process id="p" isExecutable="true">{S}{user("a")}{flows("s>a")}</process>',
        open=("a",),
    ),
    Check(
        "non-executable process beside",
        f'<process id="p" isExecutable="true">{S}{user("a")}{flows("s>a")}</process>'
        '<process id="q" isExecutable="false"><serviceTask id="odd"/></process>',
        open=("a",),
    ),
    Check(
        "group / textAnnotation / association / category",
        '<textAnnotation id="ta"><text>note</text>'
        '</textAnnotation><association id="as" sourceRef="a" targetRef="ta"/><group id="gr"/>'
        + S
        + user("a")
        + flows("s>a"),
        open=("a",),
    ),
    Check(
        "potentialOwner / documentation on userTask",
        S + '<userTask id="a"><documentation>Do it</documentation>'
        '<potentialOwner id="po"><resourceAssignmentExpression id="ra"><formalExpression id="fe">prison'
        "</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>" + flows("s>a"),
        open=("a",),
    ),
    Check(
        "callActivity calledElement unknown",
        S + '<callActivity id="c" calledElement="nope"/>' + flows("s>c"),
        refused="called-process-unknown",
    ),
]
