"""Decision tables: every hit policy, what the rows are told as the basis, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.decisions import Decision, DecisionFailed, DecisionFileRefused, parse_decisions
from tests.bpmn.decision_files import decision, file, literal, read, table

NAMESPACES = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]
RANKS = ('"red", "amber", "green"', "")


def ranked(policy: str, aggregation: str = "", default: str = "") -> Decision:
    """Rows 1 (x > 0: green), 2 (x > 10: red), 3 (x > 20: amber), 4 (x > 30: red)."""
    rows = ['> 0 => "green"', '> 10 => "red"', '> 20 => "amber"', '> 30 => "red"']
    made = table([("x", "number", "")], [("colour", RANKS[0], default)], rows, policy, aggregation)
    return read(decision("d", made))["d"]


def numbers(policy: str, aggregation: str = "") -> Decision:
    made = table([("x", "", "")], [("n", "", "")], ["> 0 => 5", "> 10 => 2.5", "> 20 => 5"], policy, aggregation)
    return read(decision("d", made))["d"]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_files_of_every_version_are_read(namespace: str) -> None:
    made = read(decision("d", table([("x", "", "")], [("y", "", "")], ["1 => 2"])), namespace=namespace)
    assert made["d"].decide({"x": 1}).outputs == 2


@pytest.mark.parametrize(
    ("policy", "x", "outputs", "rows"),
    [
        ("UNIQUE", 5, "green", (1,)), ("UNIQUE", 0, None, ()), ("FIRST", 35, "green", (1,)), ("FIRST", 0, None, ()),
        ("PRIORITY", 15, "red", (2,)), ("PRIORITY", 35, "red", (2,)), ("PRIORITY", 0, None, ()),
        ("RULE ORDER", 25, ["green", "red", "amber"], (1, 2, 3)), ("RULE ORDER", 0, [], ()),
        ("OUTPUT ORDER", 35, ["red", "red", "amber", "green"], (2, 4, 3, 1)), ("OUTPUT ORDER", 0, [], ()),
        ("COLLECT", 25, ["green", "red", "amber"], (1, 2, 3)), ("COLLECT", 0, [], ()), ("U", 5, "green", (1,)),
    ],
)  # fmt: skip
def test_hit_policy_chooses_the_rows(policy: str, x: int, outputs: Any, rows: tuple[int, ...]) -> None:
    outcome = ranked(policy).decide({"x": x})
    assert (outcome.outputs, outcome.rows) == (outputs, rows)
    assert outcome.inputs == {"x": x}


@pytest.mark.parametrize(
    ("aggregation", "x", "value"),
    [
        ("SUM", 25, 12.5), ("SUM", 5, 5), ("SUM", 0, None), ("MIN", 25, 2.5), ("MIN", 0, None), ("MAX", 25, 5),
        ("COUNT", 25, 3), ("COUNT", 0, 0), ("", 25, [5, 2.5, 5]),
    ],
)  # fmt: skip
def test_collect_aggregates(aggregation: str, x: int, value: Any) -> None:
    assert numbers("COLLECT", aggregation).decide({"x": x}).outputs == value


def test_unique_refuses_two_rows_with_a_sentence() -> None:
    with pytest.raises(DecisionFailed, match=r"the rows 1, 2 apply at once") as failed:
        ranked("UNIQUE").decide({"x": 15})
    assert failed.value.problem == "NotUnique"


def test_any_takes_rows_that_agree_and_refuses_others() -> None:
    outcome = numbers("ANY").decide({"x": 5})
    assert (outcome.outputs, outcome.rows) == (5, (1,))
    agreeing = read(decision("d", table([("x", "", "")], [("n", "", "")], ["> 0 => 1", "> 5 => 1.0"], "ANY")))["d"]
    assert agreeing.decide({"x": 9}).rows == (1, 2)
    assert agreeing.decide({"x": 9}).outputs == 1
    with pytest.raises(DecisionFailed, match="different results"):
        numbers("ANY").decide({"x": 15})


def test_default_output_stands_where_no_row_applies() -> None:
    assert ranked("UNIQUE", default='"grey"').decide({"x": 0}).outputs == "grey"
    assert ranked("UNIQUE", default='"grey"').decide({"x": 5}).outputs == "green"
    outcome = ranked("FIRST", default='"gr" + "ey"').decide({})
    assert (outcome.outputs, outcome.rows) == ("grey", ())


def test_several_outputs_make_a_context() -> None:
    made = table(
        [("age", "number", ""), ("member", "boolean", "")],
        [("price", "", ""), ("note", "", '"none"')],
        ['< 18 | - => 5 | "child"', '>= 18 | true => age * 2 | null', '>= 18 | false => 100 | "full"'],
    )
    tariff = read(decision("d", made))["d"]
    assert tariff.decide({"age": 10}).outputs == {"price": 5, "note": "child"}
    assert tariff.decide({"age": 20, "member": True}).outputs == {"price": 40, "note": None}
    assert tariff.decide({"age": 20}).outputs == {"price": None, "note": "none"}, "unanswered is not false"
    assert tariff.decide({"age": 20, "member": False}).results == ({"price": 100, "note": "full"},)


def test_several_outputs_are_ranked_by_their_columns_in_order() -> None:
    made = table(
        [("x", "", "")],
        [("a", '"high", "low"', ""), ("b", "1, 2, 3", "")],
        ['> 0 => "low" | 1', '> 1 => "high" | 3', '> 2 => "high" | 2'],
        "OUTPUT ORDER",
    )
    outcome = read(decision("d", made))["d"].decide({"x": 5})
    assert outcome.rows == (3, 2, 1)
    assert outcome.outputs[0] == {"a": "high", "b": 2}


def test_rows_tell_what_their_author_wrote_beside_them() -> None:
    rows = ['[1..14] => "URGENT" # art. 164', '> 14 => "STANDARD"']
    made = read(decision("track", table([("days", "number", "")], [("track", "", "")], rows)))["track"]
    outcome = made.decide({"days": 3})
    assert outcome.annotations == ("art. 164",)
    assert made.rows[0].annotation == "art. 164"
    assert [row.number for row in made.rows] == [1, 2]


def test_english_stands_in_attributes_of_our_own() -> None:
    xml = file(
        '<decision id="d" name="Tor" powrot:nameEn="Track"><decisionTable><input label="Dni" powrot:labelEn="Days">'
        "<inputExpression><text>days</text></inputExpression></input>"
        "<output name='t' label='Tor' powrot:labelEn='Track'/><annotation name='Uwaga'/>"
        "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry>"
        "<annotationEntry powrot:textEn='because'><text>bo tak</text></annotationEntry>"
        "</rule></decisionTable></decision>"
    )
    made = parse_decisions(xml, "a.dmn")["d"]
    assert (made.name, made.name_en) == ("Tor", "Track")
    assert made.table is not None
    assert (made.table.inputs[0].label, made.table.inputs[0].label_en) == ("Dni", "Days")
    assert (made.rows[0].annotation, made.rows[0].annotation_en) == ("bo tak", "because")
    assert made.decide({}).annotations_en == ("because",)


@pytest.mark.parametrize(
    ("cell", "value", "applies"),
    [
        ("[1..5]", 3, True), ("1,2,3", 2, True), ('"a","b"', "b", True), ("true", True, True), ("true", None, False),
        ("null", None, True), ('date("2027-05-03")', "2027-05-03", True), ("", None, True), ("-", "x", True),
        ('not("a")', "b", True), ("limit", 7, True), ("> limit + 1", 9, True), ('>= date("2027-05-03")', "2027-05-04",
        True),
    ],
)  # fmt: skip
def test_cells_apply_to_case_values(cell: str, value: Any, applies: bool) -> None:
    type_ref = "date" if "date" in cell else ""
    made = read(decision("d", table([("x", type_ref, "")], [("y", "", "")], [f"{cell} => true"])))["d"]
    assert made.decide({"x": value, "limit": 7}).rows == ((1,) if applies else ())


def test_value_outside_the_allowed_ones_is_null_and_counted() -> None:
    made = table([("track", "string", '"URGENT", "SHORT"')], [("days", "[1..30]", "")], ['"URGENT" => n',
    '"SHORT" => 5'])
    terms = read(decision("d", made))["d"]
    assert terms.decide({"track": "URGENT", "n": 30}).outputs == 30
    for outside in ({"track": "LATE"}, {"track": "URGENT", "n": 31}):
        outcome = terms.decide(outside)
        assert (outcome.outputs, outcome.warnings) == (None, 1)
    assert terms.decide({}).warnings == 0, "unanswered is not outside"


def test_decision_knows_what_it_reads() -> None:
    made = read(decision("d", table([("days", "", "")], [("y", "", "")], ["> limit => other + 1"])))["d"]
    assert made.reads == {"days", "limit", "other"}


def test_many_decisions_stand_in_one_file() -> None:
    made = read(decision("a", literal("1")), decision("b", literal("2")))
    assert list(made) == ["a", "b"]
    assert made["b"].decide({}).outputs == 2


@pytest.mark.parametrize(
    "xml",
    [
        b"", b"no xml", b"<a/>", b'<definitions xmlns="http://example.com"/>', "<definitions".encode("utf-16"),
        b'<!DOCTYPE d [<!ENTITY a "b">]><definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/">&a;</definitions>',
        b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/"/>',
        b"<a>" * 5000,
        b'<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/">' + b"<x>" * 240 + b"</x>" * 240
        + b"</definitions>",
    ],
)  # fmt: skip
def test_files_that_are_no_decisions_are_refused_with_a_sentence(xml: bytes) -> None:
    with pytest.raises(DecisionFileRefused, match=r"The decision file bad\.dmn cannot be read"):
        parse_decisions(xml, "bad.dmn")


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        (table([("x", "", "")], [("y", "", "")], ["< => 1"]), "DecisionExpression"),
        (table([("x ==", "", "")], [("y", "", "")], ["1 => 1"]), "DecisionExpression"),
        (table([("x", "", "")], [("y", "", "")], ["1 => len(x)"]), "DecisionExpression"),
        (table([("x", "", "")], [("y", "", "")], ["1 | 2 => 1"]), "DecisionRuleWidth"),
        (table([("x", "", "")], [("y", "", "")], ["1 => 1"], "LUCKY"), "DecisionHitPolicy"),
        (table([("x", "", "")], [("y", "", "")], ["1 => 1"], "UNIQUE", "SUM"), "DecisionAggregation"),
        (table([("x", "", "")], [("y", "", "")], ["1 => 1"], "PRIORITY"), "DecisionPriorities"),
        (table([("x", "Foo", "")], [("y", "", "")], ["1 => 1"]), "DecisionType"),
        ("", "DecisionEmpty"),
        ("<literalExpression/>", "DecisionEmpty"),
        ('<literalExpression expressionLanguage="python"><text>1</text></literalExpression>', "DecisionLanguage"),
        ('<functionDefinition kind="Java"/>', "DecisionExternal"),
        (literal("non existing function(1)"), "DecisionExpression"),
        (literal("123(1)"), "DecisionExpression"),
        (literal('date("x", 1)'), "DecisionDoubt"),
    ],
)
def test_problems_are_told_at_publication(logic: str, code: str) -> None:
    made = read(decision("d", logic))["d"]
    assert code in [problem.code for problem in made.problems]
    assert all(problem.sentence() for problem in made.problems)


def test_forgotten_quotation_marks_are_told() -> None:
    made = read(decision("d", table([("x", "", "")], [("y", "", "")], ['URGENT => SHORT', '"a" => x'], "FIRST")))["d"]
    words = [problem.params["word"] for problem in made.problems if problem.code == "DecisionBareWord"]
    assert words == ["URGENT", "SHORT"]


def test_invalid_decision_never_decides() -> None:
    made = read(decision("d", table([("x", "", "")], [("y", "", "")], ["< => 1"])))["d"]
    with pytest.raises(DecisionFailed, match="it was never valid"):
        made.decide({"x": 1})


def test_result_type_that_a_hit_policy_cannot_give_is_told() -> None:
    made = decision("d", table([("x", "", "")], [("y", "", "")], ["1 => 1"], "COLLECT"), type_ref="number")
    assert [problem.code for problem in read(made)["d"].problems] == ["DecisionResultType"]


def test_files_of_camunda_run_as_they_are() -> None:
    xml = b"""<?xml version="1.0" encoding="UTF-8"?>
    <definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"
      id="m" name="Menu" namespace="http://camunda.org/schema">
      <decision id="dish" name="Dish">
        <informationRequirement><requiredDecision href="#season"/></informationRequirement>
        <decisionTable id="t1">
          <input id="i1" label="Season"><inputExpression typeRef="string"><text>season</text></inputExpression></input>
          <input id="i2"><inputExpression typeRef="integer" expressionLanguage="juel">
            <text>${guests}</text></inputExpression></input>
          <output id="o1" name="dish" typeRef="string"/>
          <rule id="r1"><inputEntry><text>not("Spring", "Summer")</text></inputEntry>
            <inputEntry><text><![CDATA[<= 8]]></text></inputEntry><outputEntry><text>"Roast"</text></outputEntry></rule>
          <rule id="r2"><description>Save money</description><inputEntry><text></text></inputEntry>
            <inputEntry><text>&gt; 8</text></inputEntry><outputEntry><text>"Stew"</text></outputEntry></rule>
        </decisionTable>
      </decision>
      <decision id="season" name="Season decision"><decisionTable id="t2">
        <input id="i3"><inputExpression typeRef="integer"><text>celsius</text></inputExpression></input>
        <output id="o2" name="season" typeRef="string"/>
        <rule id="r3"><inputEntry><text>&lt; 10</text></inputEntry>
          <outputEntry><text>"Winter"</text></outputEntry></rule>
      </decisionTable></decision>
    </definitions>"""
    dish = parse_decisions(xml, "dish.dmn")["dish"]
    assert {problem.level for problem in dish.model.problems} == {"hint"}
    assert dish.reads == {"celsius", "guests"}
    assert dish.decide({"celsius": 5, "guests": 4}).outputs == "Roast"
    outcome = dish.decide({"celsius": 5, "guests": 12})
    assert (outcome.outputs, outcome.annotations, outcome.required) == ("Stew", ("Save money",), (("season", (1,)),))
