"""Declared types at every place a model may name one: what does not fit becomes null (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bpmn.decision_files import decision, input_data, item, literal, needs, part, read, table, text

WORDS = item("tWord", "string", '"foo", "bar"')
FUNCTION = (
    '<itemDefinition name="tFunction"><functionItem outputTypeRef="tWord"><parameters name="a"/></functionItem>'
    "</itemDefinition>"
)
GIVEN = input_data("given")


def function(name: str, variable: str = "", logic: str = "") -> str:
    typed = f' typeRef="{variable}"' if variable else ""
    own = f' typeRef="{logic}"' if logic else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"{typed}/><encapsulatedLogic{own}>'
        f'<formalParameter name="a"/>{literal("a")}</encapsulatedLogic></businessKnowledgeModel>'
    )


def outputs(logic: str, value: Any, *more: str, required: tuple[str, ...] = ()) -> Any:
    made = decision("d", logic, needs("input:given", *required))
    found = read(WORDS, FUNCTION, GIVEN, made, *more)["d"]
    assert [problem.sentence() for problem in found.problems if problem.level == "error"] == []
    return found.decide({"given": value}).outputs


INVOCATION = (
    "<invocation{result}>" + literal("function(a) a") + '<binding><parameter name="a"{parameter}/>' + literal("given")
    + "</binding></invocation>"
)
PLACES = {
    "column of a relation": (
        '<relation><column name="c" typeRef="tWord"/><row>' + literal("given") + "</row></relation>",
        [{"c": "foo"}],
        [{"c": None}],
    ),
    "argument": (INVOCATION.format(result="", parameter=' typeRef="tWord"'), "foo", None),
    "result of an invocation": (INVOCATION.format(result=' typeRef="tWord"', parameter=""), "foo", None),
    "output column": (
        f'<decisionTable><output name="c" typeRef="tWord"/><rule><outputEntry>{text("given")}</outputEntry></rule>'
        "</decisionTable>",
        "foo",
        None,
    ),
    "output cell": (
        f'<decisionTable><output name="c"/><rule><outputEntry typeRef="tWord">{text("given")}</outputEntry></rule>'
        "</decisionTable>",
        "foo",
        None,
    ),
    "function type of a text": (
        "<context><contextEntry><variable name='f'/>" + literal("function(a) a", "tFunction") + "</contextEntry>"
        "<contextEntry>" + literal("f(given)") + "</contextEntry></context>",
        "foo",
        None,
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_value_that_does_not_fit_a_declared_type_is_null(place: str) -> None:
    logic, fits, does_not = PLACES[place]
    assert outputs(logic, "foo") == fits
    assert outputs(logic, "elsewhere") == does_not


@pytest.mark.parametrize(("variable", "logic"), [("tFunction", ""), ("", "tFunction"), ("tWord", "")])
def test_result_of_a_function_fits_what_its_model_declares(variable: str, logic: str) -> None:
    """By a function type, or, as files of DMN 1.1 write it, by the type of the result alone."""
    for value, expected in (("foo", "foo"), ("elsewhere", None)):
        called = function("f", variable, logic)
        assert outputs(literal("f(given)"), value, called, required=("knowledge:f",)) == expected


def test_allowed_values_of_a_derived_type_replace_those_of_its_base() -> None:
    derived = item("tSide", "tWord", '"left", "right"')
    for value, expected in (("left", "left"), ("foo", None)):
        assert outputs(literal("given", "tSide"), value, derived) == expected


def test_a_list_is_taken_apart_and_made_only_where_its_items_fit() -> None:
    many = item("tWords", "tWord", collection=True)
    for value, expected in (("foo", ["foo"]), (["foo", "bar"], ["foo", "bar"]), (["foo", "x"], None)):
        assert outputs(literal("given", "tWords"), value, many) == expected
    assert outputs(literal("given", "tWord"), ["bar"]) == "bar"


def test_several_outputs_cannot_be_one_text() -> None:
    """The standard would give null for it; that is told before anything runs."""
    made = table([("given", "", "")], [("a", "", ""), ("b", "", "")], ['- => "x" | "y"'])
    single = read(GIVEN, decision("d", made, needs("input:given"), "string"))["d"]
    assert [problem.code for problem in single.problems if problem.level == "error"] == ["DecisionResultType"]
    typed = item("tBoth", parts=part("a", "string") + part("b", "string"))
    both = read(typed, GIVEN, decision("d", made, needs("input:given"), "tBoth"))["d"]
    assert both.decide({"given": 1}).outputs == {"a": "x", "b": "y"}


def test_values_outside_the_listed_ones_are_null_to_the_rows() -> None:
    made = table([("given", "", '"foo", "bar"')], [("c", "", "")], ['"foo" => "known"', 'null => "unknown"'])
    assert [outputs(made, value) for value in ("foo", "elsewhere", None)] == ["known", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ("-", "any"), ("", "any"), ('"any", "other"', "any"), ('("any", "other")', "any"), ("?", "any"),
        ("string length(?) >= 3", "any"), ("string length(?) > 3", None), ('not("any")', None), ('"other"', None),
        ('"x", string length("?") = 1', None),
    ],
)  # fmt: skip
def test_output_values_may_be_written_as_any_tests(values: str, result: str | None) -> None:
    assert outputs(table([("given", "", "")], [("c", values, "")], ['- => "any"']), 1) == result


def test_an_open_decision_beside_others_is_only_a_hint() -> None:
    """The example of the standard draws one that a person takes."""
    found = read(decision("a", literal("1")), decision("b", "", needs("a")))
    assert [(problem.code, problem.level) for problem in found["b"].problems] == [("DecisionOpen", "hint")]
    assert found["a"].decide({}).outputs == 1
    needed = read(decision("a", literal("b"), needs("b")), decision("b", ""))
    assert [(problem.code, problem.level) for problem in needed["b"].problems] == [("DecisionEmpty", "error")]
