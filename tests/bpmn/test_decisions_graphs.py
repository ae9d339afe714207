"""Graphs of decisions: requirements, functions, services, boxed expressions and types, as DMN 1.5 means them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.decisions import DecisionFailed, DecisionFileRefused, parse_decisions
from engine.bpmn.expressions import EvaluationStopped
from tests.bpmn.decision_files import (
    decision,
    file,
    input_data,
    item,
    literal,
    needs,
    part,
    read,
    table,
)


def bkm(name: str, parameters: str, logic: str, requirements: str = "") -> str:
    formal = "".join(f'<formalParameter name="{p.partition(":")[0]}"' + _ref(p) + "/>" for p in parameters.split())
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/><encapsulatedLogic>{formal}{logic}'
        f"</encapsulatedLogic>{requirements}</businessKnowledgeModel>"
    )


def _ref(parameter: str) -> str:
    type_ref = parameter.partition(":")[2]
    return f' typeRef="{type_ref}"' if type_ref else ""


def box(logic: str, type_ref: str = "", **scope: Any) -> Any:
    """What a decision of one boxed expression gives."""
    return read(decision("d", logic, type_ref=type_ref))["d"].decide(scope).outputs


def entry(name: str | None, logic: str, type_ref: str = "") -> str:
    variable = f'<variable name="{name}"' + (f' typeRef="{type_ref}"' if type_ref else "") + "/>" if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


# --- requirements -----------------------------------------------------------------------------------------------------


def test_required_decisions_are_decided_first_and_told() -> None:
    tariff = table([("age", "number", "")], [("band", "", "")], ['< 18 => "child"', '>= 18 => "adult"'])
    made = read(
        input_data("age", "number"),
        decision("band", tariff, needs("input:age")),
        decision("greeting", literal('"Hello " + band'), needs("band")),
    )
    outcome = made["greeting"].decide({"age": 20})
    assert outcome.outputs == "Hello adult"
    assert outcome.inputs == {"band": "adult"}
    assert outcome.required == (("band", (2,)),)
    assert made["greeting"].reads == {"age"}


def test_decisions_without_a_variable_are_known_by_id_and_outputs() -> None:
    season = table([("month", "", "")], [("season", "", "")], ['> 9 => "Winter"', '<= 9 => "Summer"'])
    both = table([("month", "", "")], [("low", "", ""), ("high", "", "")], ["- => 1 | 2"])
    made = read(
        f'<decision id="Season" name="Pora roku">{season}</decision>',
        f'<decision id="Span" name="Zakres">{both}</decision>',
        decision("dish", literal('season + " " + Season + " " + string(high)'), needs("Season", "Span")),
    )
    assert made["dish"].decide({"month": 10}).outputs == "Winter Winter 2"
    assert made["dish"].reads == {"month"}


def test_decision_required_twice_is_decided_once() -> None:
    chain = [decision("d0", literal("1"))]
    chain += [decision(f"d{i}", literal(f"d{i - 1} + d{i - 1}"), needs(f"d{i - 1}")) for i in range(1, 500)]
    assert read(*chain)["d499"].decide({}).outputs == float(2**499)


def test_names_with_blanks_and_signs_find_each_other() -> None:
    made = read(
        decision("a", literal("[1, 2]"), name="in a list"),
        decision("b", literal("for i in in a list return i * 2"), needs("a"), name="Total (a-b)"),
        decision("c", literal("sum(decision b 2.1) + 1"), needs("e")),
        decision("e", literal("[5]"), name="decision b 2.1"),
    )
    assert made["b"].decide({}).outputs == [2, 4]
    assert made["c"].decide({}).outputs == 6


def test_decision_that_requires_itself_is_told_and_never_runs() -> None:
    made = read(decision("a", literal("b"), needs("b")), decision("b", literal("a"), needs("a")))
    assert {problem.code for problem in made["a"].problems} == {"DecisionCycle"}
    with pytest.raises(DecisionFailed):
        made["a"].decide({})


def test_requirement_that_does_not_exist_is_told() -> None:
    made = read(decision("a", literal("1"), needs("gone")))["a"]
    assert [problem.code for problem in made.problems] == ["DecisionRequirement"]


def test_types_of_inputs_are_kept() -> None:
    made = read(
        input_data("n", "number"), input_data("when", "date"),
        decision("a", literal('if n = null then "none" else string(n)'), needs("input:n")),
        decision("b", literal("when.year"), needs("input:when")),
    )  # fmt: skip
    assert made["a"].decide({"n": 5}).outputs == "5"
    assert made["a"].decide({"n": "5"}).outputs == "none", "a text is no number"
    assert made["b"].decide({"when": "2027-05-03"}).outputs == 2027


def test_other_files_are_imported_by_their_namespace() -> None:
    def refer(kind: str, target: str) -> str:
        outer = {"Knowledge": "knowledge"}.get(kind, "information")
        return f'<{outer}Requirement><required{kind} href="urn:lib#{target}"/></{outer}Requirement>'

    base = decision("base", literal("20 + x"), needs("input:x"))
    library = file(base, input_data("x", "number"), bkm("twice", "n", literal("n * 2")))
    lib = parse_decisions(library.replace(b"urn:test", b"urn:lib"), "lib.dmn")
    user = file(
        '<import namespace="urn:lib" name="my lib" importType="x"/>',
        decision("d", literal("my lib.twice(my lib.base) + my lib.x"),
                 refer("Decision", "base") + refer("Knowledge", "twice") + refer("Input", "x")),
    )  # fmt: skip
    made = parse_decisions(user, "user.dmn", [lib["base"].model])["d"]
    assert made.problems == ()
    assert made.decide({"my lib": {"x": 1}}).outputs == 43
    assert made.decide({"x": 1}).outputs == 43


# --- functions --------------------------------------------------------------------------------------------------------


def test_business_knowledge_is_called_by_position_and_by_name() -> None:
    made = read(
        bkm("f", "a:number b:number", literal("a - b")),
        decision("d", literal("f(5, 2) + f(b: 1, a: 3)"), needs("knowledge:f")),
        decision("wrong", literal('f(5) = null and f("x", 1) = null and f(c: 1, a: 2) = null'), needs("knowledge:f")),
    )
    assert made["d"].decide({}).outputs == 5
    assert made["wrong"].decide({}).outputs is True


def test_knowledge_sees_only_what_it_requires() -> None:
    made = read(
        input_data("x", "number"),
        bkm("inner", "n", literal("n * 2")),
        bkm("outer", "n", literal("inner(n) + (if x = null then 1 else 100)"), needs("knowledge:inner")),
        decision("d", literal("outer(x)"), needs("input:x", "knowledge:outer")),
    )
    assert made["d"].decide({"x": 10}).outputs == 21


def test_functions_close_over_what_they_saw() -> None:
    made = read(
        bkm("times", "a", literal("function(b) a * b")),
        decision("f", literal("function(n) n + seed"), name="f"),
        decision("d", literal("times(10)(3) + f(1) + times(2)(f(0))"), needs("f", "knowledge:times")),
    )
    assert made["d"].decide({"seed": 5}).outputs == 30 + 6 + 10


def test_knowledge_may_be_a_table_and_may_call_itself() -> None:
    rating = table([("score", "", "")], [("r", "", "")], ['> 5 => "high"', '<= 5 => "low"'])
    made = read(
        bkm("rate", "score", rating),
        bkm("fac", "n", literal("if n < 2 then 1 else n * fac(n - 1)")),
        bkm("forever", "n", literal("forever(n + 1)")),
        decision("d", literal("rate(7)"), needs("knowledge:rate")),
        decision("e", literal("fac(10)"), needs("knowledge:fac")),
        decision("g", literal("forever(1)"), needs("knowledge:forever")),
    )
    outcome = made["d"].decide({})
    assert (outcome.outputs, outcome.required) == ("high", (("rate", (1,)),)), "the row of a function is told too"
    assert made["e"].decide({}).outputs == 3628800
    with pytest.raises(EvaluationStopped, match="too deeply"):
        made["g"].decide({})


def test_functions_of_the_language_and_of_the_model_are_values() -> None:
    made = read(
        bkm("before2", "a b", literal("a > b")),
        bkm("apply", "f x", literal("f(x)")),
        decision("d", literal("sort([1,3,2], before2)"), needs("knowledge:before2")),
        decision("e", literal("apply(sqrt, 9)"), needs("knowledge:apply")),
    )
    assert made["d"].decide({}).outputs == [3, 2, 1]
    assert made["e"].decide({}).outputs == 3


def test_decision_services_are_functions_and_decide_alone() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#out"/>'
        '<inputDecision href="#mid"/><inputData href="#x"/></decisionService>'
    )
    made = read(
        input_data("x", "string"), decision("mid", literal('"never decided"'), type_ref="string"),
        decision("out", literal("x + mid"), needs("input:x", "mid")), service,
        decision("d", literal('s("a", "b") + s(mid: "d", x: "c")'), needs("knowledge:s")),
        decision("e", literal("s() = null and s(1, 2) = null"), needs("knowledge:s")),
    )  # fmt: skip
    assert made["d"].decide({}).outputs == "abcd"
    assert made["e"].decide({}).outputs is True
    assert made["s"].decide({"x": "p", "mid": "q"}).outputs == "pq"


# --- boxes ------------------------------------------------------------------------------------------------------------


def test_boxed_contexts_see_their_earlier_entries() -> None:
    assert box("<context>" + entry("a", literal("2")) + entry("b", literal("a * x")) + "</context>", x=5) == {"a": 2,
    "b": 10}
    assert box("<context>" + entry("a b", literal("2")) + entry(None, literal("a b + 1")) + "</context>") == 3
    assert box("<context>" + entry("a", literal('"x"'), "number") + entry(None,
    literal("a = null")) + "</context>") is True


def test_boxed_function_and_invocation() -> None:
    parameter = '<formalParameter name="n" typeRef="number"/>'
    function = f"<functionDefinition>{parameter}{literal('n * k')}</functionDefinition>"
    call = f'<invocation>{literal("f")}<binding><parameter name="n"/>{literal("4")}</binding></invocation>'
    assert box("<context>" + entry("k", literal("3")) + entry("f", function) + entry(None, call) + "</context>") == 12


def test_boxed_lists_and_relations() -> None:
    assert box("<list>" + literal("1") + literal("x") + "</list>", x="b") == [1, "b"]
    relation = (
        '<relation><column name="a"/><column name="b"/><row>' + literal("1") + literal("2") + "</row><row>"
        + literal("3")
        + literal("null") + "</row></relation>"
    )  # fmt: skip
    assert box(relation) == [{"a": 1, "b": 2}, {"a": 3, "b": None}]


def test_boxed_conditions_and_loops() -> None:
    sides = f"<then>{literal('1')}</then><else>{literal('2')}</else>"
    condition = f"<conditional><if>{literal('x > 1')}</if>{sides}</conditional>"
    assert box(condition, x=2) == 1
    assert box(condition, x=None) == 2

    def loop(kind: str, domain: str, body: str) -> Any:
        inner = "return" if kind == "for" else "satisfies"
        inside = f"<in>{literal(domain)}</in><{inner}>{literal(body)}</{inner}>"
        return box(f'<{kind} iteratorVariable="e">{inside}</{kind}>')

    assert loop("for", "[1,2,3]", "e * 2") == [2, 4, 6]
    assert loop("for", "[1..3]", "count(partial)") == [0, 1, 2]
    assert loop("for", "[]", "e") == []
    assert loop("some", "[1,2]", "e > 1") is True
    assert loop("some", "[1,2]", "e > 2") is False
    assert loop("every", "[1,2]", "e > 0") is True
    assert loop("every", "[1,2]", "e > 1") is False
    match = literal("a > 2 and item.a < 9")
    assert box(f"<filter><in>{literal('[{a: 1}, {a: 5}]')}</in><match>{match}</match></filter>") == [{"a": 5}]


def test_decision_of_boxes_knows_what_it_reads() -> None:
    logic = "<context>" + entry("a", literal("x + 1")) + entry(None, literal("a * other + count(z)")) + "</context>"
    made = read(decision("other", literal("w")), decision("d", logic, needs("other")))
    assert made["d"].reads == {"x", "z", "w"}


def test_boxes_nested_too_deeply_are_refused_with_a_sentence() -> None:
    for depth in (40, 95):
        nested = "<list>" * depth + literal("1") + "</list>" * depth
        assert str(box(nested)) == "[" * depth + "1" + "]" * depth
    deep = "<context><contextEntry>" * 110 + literal("1") + "</contextEntry></context>" * 110
    with pytest.raises(DecisionFileRefused, match="nested"):
        box(deep)


def test_boxed_table_inside_a_context() -> None:
    inner = table([("a", "", "")], [("r", "", "")], ["> 1 => true", "<= 1 => false"])
    assert box("<context>" + entry("a", literal("2")) + entry(None, inner) + "</context>") is True


# --- types ------------------------------------------------------------------------------------------------------------

TYPES = [
    item("tAge", "number", "[0..150]"), item("tTrack", "string", '"URGENT", "SHORT"'), item("tAges", "tAge",
    collection=True),
    item("tPerson", parts=part("name", "string") + part("age", "tAge")), item("tPeople", "tPerson", collection=True),
    item("tText", "feel:string"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "type_ref", "value"),
    [
        ("1 + 1", "string", None), ("1 + 1", "number", 2), ('"a"', "tText", "a"), ("200", "tAge", None), ("20", "tAge",
        20),
        ("[20, 30]", "tAges", [20, 30]), ("[20, 300]", "tAges", None), ("20", "tAges", [20]), ("[20]", "tAge", 20),
        ('["x"]', "tAge", None), ("null", "tAges", None), ('{name: "A", age: 20}', "tPerson", {"name": "A", "age": 20}),
        ('{name: "A"}', "tPerson", None), ('{name: "A", age: 200}', "tPerson", None),
        ('{name: "A", age: 20, more: 1}', "tPerson", {"name": "A", "age": 20, "more": 1}),
        ('[{name: "A", age: 20}]', "tPeople", [{"name": "A", "age": 20}]), ('"LATE"', "tTrack", None),
        ("@\"2027-05-03\"", "date and time", "2027-05-03T00:00:00Z"), ("[1, 2]", "Any", [1, 2]), ("[1,2]", "number",
        None),
    ],
)  # fmt: skip
def test_results_are_made_to_fit_their_type(source: str, type_ref: str, value: Any) -> None:
    made = read(*TYPES, decision("d", literal(source), type_ref=type_ref))["d"]
    assert made.decide({}).outputs == value
    assert read(*TYPES, decision("d", literal(source, type_ref)))["d"].decide({}).outputs == value


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ("200 instance of tAge", True), ('"x" instance of tAge', False), ("[1] instance of tAges", True),
        ("null instance of tAge", False),
        ('{name: "A", age: 1} instance of tPerson', True), ('{name: "A"} instance of tPerson', False),
        ("1 instance of tPerson.age", True),
    ],
)  # fmt: skip
def test_types_of_the_file_can_be_asked_for(source: str, truth: bool) -> None:
    assert read(*TYPES, decision("d", literal(source)))["d"].decide({}).outputs is truth


def test_components_with_signs_in_their_names_are_found() -> None:
    made = read(item("tBill", parts=part("Pre-tax total", "number")), input_data("bill", "tBill"),
                decision("d", literal("bill.Pre-tax total * 2"), needs("input:bill")))  # fmt: skip
    assert made["d"].decide({"bill": {"Pre-tax total": 4}}).outputs == 8


def test_at_run_time_errors_are_null_as_the_standard_says() -> None:
    sources = ['@"foo" = null', "nothing(1) = null", "date() = null", "substring(1, 2, 3, 4) = null",
    "date(foo: 1) = null"]
    for source in sources:
        made = read(decision("d", literal(source)))["d"]
        assert made.decide({}).outputs is True
        code = "DecisionExpression" if source.startswith("nothing") else "DecisionDoubt"
        assert [problem.code for problem in made.problems] == [code], "but publication tells"
