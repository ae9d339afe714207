"""What other tools write differently runs the same, and the author's ids come back."""

from __future__ import annotations

import re

import pytest

from engine.bpmn.bundles import Bundle, compile_bundle
from engine.bpmn.problems import DiagramRefused
from tests.bpmn.players import HEAD, Player, compiled, diagram, flows, play
from tests.bpmn.test_core import E, S, user
from tests.bpmn.test_events import catch, sub, throw


def refusal(*bodies: str | bytes) -> list[tuple[str, str]]:
    """Code and element of every problem."""
    with pytest.raises(DiagramRefused) as refused:
        compiled(*bodies)
    return [(problem.code, problem.element) for problem in refused.value.problems]


def test_ids_that_the_library_uses_itself() -> None:
    body = (
        '<startEvent id="Start"/>'
        + user("Root")
        + sub("_undo", user("End", "_starts"))
        + '<endEvent id="p.EndJoin"/>'
        + flows("Start>Root", "Root>_undo", "_undo>p.EndJoin")
    )
    case = play(body)
    assert case.open == ["Root"]
    case.complete("Root")
    assert case.open == ["End", "_starts"]
    case.complete("End")
    case.complete("_starts")
    assert case.ended
    assert case.ran == {"Start": 1, "Root": 1, "_undo": 1, "End": 1, "_starts": 1, "p.EndJoin": 1}


def test_the_same_ids_in_two_files() -> None:
    caller = diagram(S + user("a") + '<callActivity id="c" calledElement="q"/>' + E + flows("s>a", "a>c", "c>e"))
    callee = diagram(S + user("a") + sub("c", user("i")) + E + flows("s>a", "a>c", "c>e"), process="q")
    case = Player(compiled(caller, callee))
    case.complete("a")
    assert case.open == ["a@1.bpmn"]
    case.complete("a@1.bpmn")
    assert case.open == ["i"]
    case.complete("i")
    assert case.ended


def test_flows_and_elements_without_ids() -> None:
    body = (
        S + user("a") + '<sequenceFlow sourceRef="s" targetRef="a"/><endEvent id="e"/>'
        '<sequenceFlow sourceRef="a" targetRef="e"/>'
    )
    case = play(body)
    assert case.log[0].flows == ()
    case.complete("a")
    assert case.ended


@pytest.mark.parametrize("prefix", ["bpmn2", "semantic", ""])
def test_any_prefix(prefix: str) -> None:
    text = diagram(S + user("a") + flows("s>a")).decode()
    if prefix:
        text = re.sub(r"<(/?)([a-z]\w*)(?=[\s/>])", rf"<\1{prefix}:\2", text).replace("xmlns=", f"xmlns:{prefix}=")
    assert Player(compiled(text.encode())).open == ["a"]


def test_references_with_a_prefix() -> None:
    text = diagram(S + user("a") + flows("s>a")).decode().replace("<definitions ", '<definitions xmlns:tns="test" ')
    text = text.replace('sourceRef="s"', 'sourceRef="tns:s"').replace('targetRef="a"', 'targetRef="tns:a"')
    assert Player(compiled(text.encode())).open == ["a"]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-8", "utf-16"),
        ("windows-1250", "cp1250"),
        ("ISO-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
    ],
)
def test_encodings(name: str, codec: str) -> None:
    label = "Zażółć gęślą" if codec not in ("latin-1", "cp1252") else "Größe é"
    text = diagram(S + f'<userTask id="a" name="{label}"/>' + flows("s>a")).decode().replace("UTF-8", name)
    definition = compiled(text.encode(codec))
    assert definition.elements["a"].name == label
    assert definition.xml("0.bpmn") == text.encode(codec)


def test_reusable_event_definition_is_used_where_it_is_referred_to() -> None:
    root = '<timerEventDefinition id="shared"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    body = S + catch("c", "<eventDefinitionRef>shared</eventDefinitionRef>") + user("a") + flows("s>c", "c>a")
    case = Player(compiled(diagram(body, roots=root)))
    case.advance(hours=1)
    assert case.open == ["a"]


def test_names_are_given_the_same_way_every_time() -> None:
    body = diagram("<task/><task/>")
    first, second = (compile_bundle(Bundle({"x.bpmn": body, "y.txt": extra})) for extra in (b"1", b"2"))
    assert list(first.elements) == list(second.elements)


def test_bundle_packs_to_the_same_bytes_and_back() -> None:
    bundle = Bundle({"b.bpmn": diagram(S), "a/form.form": b"{}"})
    again = Bundle({"a/form.form": b"{}", "b.bpmn": diagram(S)})
    assert bundle.pack() == again.pack()
    assert Bundle.unpack(bundle.pack()).digest == bundle.digest
    with pytest.raises(ValueError, match="packed"):
        Bundle.unpack(b"nonsense")


def test_condition_order_is_the_order_of_the_gateway_not_of_the_drawing() -> None:
    body = (
        S + '<exclusiveGateway id="g"><outgoing>f_g_b</outgoing><outgoing>f_g_a</outgoing>'
        "</exclusiveGateway>" + user("a", "b") + flows("s>g", "g>a:=true", "g>b:=true")
    )
    assert play(body).open == ["b"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (S + user("a") + flows("s>a", "a>nowhere"), ("dangling-reference", "f_a_nowhere")),
        (S + sub("x", user("i")) + flows("s>x", "x>i"), ("flow-crosses-scope", "f_x_i")),
        (S + throw("t", '<linkEventDefinition name="L"/>') + flows("s>t"), ("link-without-catch", "t")),
        (S + user("s"), ("duplicate-id", "s")),
        (S + '<serviceTask id="j"/>' + flows("s>j"), ("service-without-topic", "j")),
        (S + '<serviceTask id="j" camunda:class="x.Y"/>' + flows("s>j"), ("service-implementation", "j")),
        (S + '<callActivity id="c" calledElement="nope"/>' + flows("s>c"), ("called-process-unknown", "c")),
        (S + '<businessRuleTask id="r" camunda:decisionRef="nope"/>' + flows("s>r"), ("decision-unknown", "r")),
        (
            S + '<scriptTask id="x"><script>import os</script></scriptTask>' + flows("s>x"),
            ("script-line", "x"),
        ),
        (S + '<choreographyTask id="x"/>', ("unknown-element", "x")),
        (S + catch("c", "<errorEventDefinition/>") + flows("s>c"), ("unknown-event", "c")),
        (S + catch("c", "") + flows("s>c"), ("event-without-definition", "c")),
        (
            S
            + catch(
                "c",
                "<timerEventDefinition><timeDuration>1 day</timeDuration></timerEventDefinition>",
            )
            + flows("s>c"),
            ("timer-text", "c"),
        ),
        (
            S + '<exclusiveGateway id="g"/>' + user("a", "b") + flows("s>g", "g>a", "g>b"),
            ("gateway-condition", "g"),
        ),
        (S + '<userTask id="a" startQuantity="2"/>' + flows("s>a"), ("token-quantity", "a")),
        (
            S + '<endEvent id="x"><cancelEventDefinition/></endEvent>' + flows("s>x"),
            ("cancel-outside-transaction", "x"),
        ),
        (
            S + '<boundaryEvent id="b" attachedToRef="s"><signalEventDefinition signalRef="signal1"/></boundaryEvent>',
            ("boundary-on-nothing", "b"),
        ),
        (S + sub("x", '<startEvent id="i1"/><startEvent id="i2"/>') + flows("s>x"), ("several-starts", "x")),
        (
            S
            + sub("x", '<startEvent id="i1"><messageEventDefinition messageRef="message1"/></startEvent>')
            + flows("s>x"),
            ("unknown-event", "i1"),
        ),
        (
            S + '<userTask id="a"><multiInstanceLoopCharacteristics/></userTask>' + flows("s>a"),
            ("multi-instance-without-size", "a"),
        ),
    ],
)
def test_what_cannot_run_is_refused_with_its_element(body: str, problem: tuple[str, str]) -> None:
    assert problem in refusal(body)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            S + '<receiveTask id="r" instantiate="true" messageRef="message1"/>' + flows("s>r"),
            ("instantiate", "r"),
        ),
        (
            S
            + throw("t", '<linkEventDefinition name="L"/><signalEventDefinition signalRef="signal1"/>')
            + catch("c", '<linkEventDefinition name="L"/>')
            + flows("s>t"),
            ("several-definitions-here", "t"),
        ),
        (
            S + sub("x", user("i"), attributes='triggeredByEvent="true"') + flows("s>x"),
            ("event-subprocess-flows", "x"),
        ),
        (
            S + catch("c", '<messageEventDefinition messageRef="m"/>') + "</process>"
            '<message id="m" name="order ${id}"/><process id="q">' + flows("s>c"),
            ("computed-name", "c"),
        ),
    ],
)
def test_what_contradicts_itself_is_refused(body: str, problem: tuple[str, str]) -> None:
    assert problem in refusal(diagram(f'<process id="p">{body}</process>'))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-xml"),
        (b"<a", "not-xml"),
        (b"<html/>", "not-bpmn"),
        (b"\x00\x01", "not-xml"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "doctype"),
        (HEAD.encode() + b"</definitions>", "no-process"),
    ],
)
def test_what_is_no_diagram_is_refused(data: bytes, code: str) -> None:
    assert refusal(data)[0][0] == code


def test_non_executable_process_beside_an_executable_one() -> None:
    body = (
        f'<process id="p" isExecutable="true">{S}{user("a")}{flows("s>a")}</process>'
        '<process id="other" isExecutable="false"><complexGateway id="odd"/></process>'
    )
    definition = compiled(diagram(body))
    assert list(definition.processes) == ["p"]
    assert Player(definition).open == ["a"]


def test_a_message_flow_names_the_message_of_both_its_ends() -> None:
    """Two pools as most modellers draw them: no message anywhere, only the dashed lines between them."""
    pools = ('<collaboration id="c"><participant id="pa" processRef="p"/><participant id="pb" processRef="q"/>'
             '<messageFlow id="asked" sourceRef="send" targetRef="begin"/>'
             '<messageFlow id="told" name="Reply" sourceRef="end" targetRef="wait"/></collaboration>'
             '<process id="p" isExecutable="true"><startEvent id="s"/><sendTask id="send"/><receiveTask id="wait"/>'
             f'<userTask id="u"/>{flows("s>send", "send>wait", "wait>u")}</process>'
             '<process id="q" isExecutable="true"><startEvent id="begin"><messageEventDefinition/></startEvent>'
             f'<endEvent id="end"><messageEventDefinition/></endEvent>{flows("begin>end")}</process>')
    definition = compiled(diagram(pools))
    assert definition.processes["q"].starts[0].ref == "asked"
    case = Player(definition)
    assert [(one.element, one.name) for one in case.log[0].thrown] == [("send", "asked")]
    case.message("Reply")
    assert case.open == ["u"]
    assert b"message:" not in definition.xml("0.bpmn")


def test_a_message_flow_leaves_a_named_message_alone() -> None:
    pools = ('<collaboration id="c"><participant id="pa" processRef="p"/><participant id="out"/>'
             '<messageFlow id="f1" sourceRef="out" targetRef="wait"/></collaboration>'
             '<process id="p" isExecutable="true"><startEvent id="s"/><receiveTask id="wait" messageRef="message1"/>'
             f'<userTask id="u"/>{flows("s>wait", "wait>u")}</process>')
    case = Player(compiled(diagram(pools)))
    case.message("M1")
    assert case.open == ["u"]


@pytest.mark.parametrize(
    ("flow", "sentence"),
    [
        ('<sequenceFlow id="f" sourceRef="s"/>', "The targetRef names nothing, which does not exist here."),
        (
            '<userTask id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t">'
            '<conditionExpression xsi:type="tFormalExpression">(x</conditionExpression></sequenceFlow>',
            "(x: The expression «(x» is not valid at character 3: it ends too early; «)» is missing.",
        ),
    ],
)
def test_sentences_are_whole_where_text_is_missing_or_ends_by_itself(flow: str, sentence: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        compile_bundle(Bundle({"p.bpmn": diagram(S + flow)}))
    assert sentence in [problem.sentence() for problem in refused.value.problems]
