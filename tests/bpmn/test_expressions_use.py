"""How diagrams and tables use expressions: texts as modellers write them, names, cells, surroundings, JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn.expressions import (
    Environment,
    ExpressionRefused,
    compile_expression,
    compile_unary_tests,
    from_json,
    to_json,
    to_moment,
)
from engine.model.deadlines import Calendar
from tests.bpmn.feel import evaluated
from tests.clocks import FrozenClock


@pytest.mark.parametrize("text", ["x > 5", "=x > 5", "= x > 5", "${x > 5}", "#{ x > 5 }", " x > 5 ", "x > 5 // why"])
def test_expression_stands_with_or_without_the_marks_of_other_tools(text: str) -> None:
    assert compile_expression(text).evaluate({"x": 6}) is True


@pytest.mark.parametrize(
    ("text", "write"),
    [
        ("x == 5", "x = 5"),
        ("${x == 5 && y != 'a'}", '=x = 5 and y != "a"'),
        ("not x", "not(x)"),
        ("!x", "not(x)"),
        ("x is None", "x = null"),
        ("x is not None and x > 1", "x != null and x > 1"),
        ("x not in [1, 2]", "not(x in [1, 2])"),
        ("len(items) > 2", "count(items) > 2"),
        ("x > 3 ? 'a' : 'b'", 'if x > 3 then "a" else "b"'),
        ('"a" if x > 3 else "b"', 'if x > 3 then "a" else "b"'),
        ("x % 2 == 0", "modulo(x, 2) = 0"),
        ("x == True", "x = true"),
        ("name.startswith('A')", 'starts with(name, "A")'),
        ("track == 'URGENT'", 'track = "URGENT"'),
        ("track = 'URGENT'", 'track = "URGENT"'),
    ],
)
def test_python_in_a_diagram_is_refused_with_the_text_to_write(text: str, write: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        compile_expression(text)
    assert refused.value.problem == "NoPython"
    assert refused.value.params["write"] == write
    compile_expression(write)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Empty"), ("=", "Empty"), ("1 +", "Unfinished"), ("(1", "Unfinished"), ("1 2", "Unexpected"),
        ('"abc', "UnclosedText"), ("1 /* x", "UnclosedComment"), ("open(1)", "UnknownFunction"),
        ("a\x00b", "BadCharacter"),
        ('"\\uD800"', "BadCharacter"), ("a\ud800", "BadCharacter"),
        ("x instance of foo", "UnknownType"), ("function(a) external {java: 1}", "External"), ("x <> 7", "Unexpected"),
        ("> 5", "Unexpected"), ("{a 1}", "Unexpected"), ("[1..5", "Unfinished"), ("1e9999999", "BadNumber"),
        ("import os", "Unexpected"), ("lambda x: x", "Unexpected"), ("x := 5", "Unexpected"), ("x; y", "Unexpected"),
    ],
)  # fmt: skip
def test_text_that_is_no_expression_is_refused_with_its_problem(text: str, problem: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        compile_expression(text)
    if problem != "Unexpected":
        assert refused.value.problem == problem
    assert str(refused.value).startswith("The expression «")
    assert refused.value.params["position"] >= 1


@pytest.mark.parametrize(
    ("text", "doubt"), [('@"2027-13-01"', "BadLiteral"), ("substring(5)", "NoSuchForm"), ("date(day: 1)", "NoSuchForm")]
)
def test_what_is_always_null_is_doubted_at_publication(text: str, doubt: str) -> None:
    expression = compile_expression(text)
    assert expression.evaluate({}) is None
    assert [each.problem for each in expression.doubts] == [doubt]


def test_refusal_names_the_place() -> None:
    with pytest.raises(ExpressionRefused, match="at character 7: «\\)» is not expected") as refused:
        compile_expression("x > 5 ))")
    assert refused.value.position == 6
    assert refused.value.code == "ExpressionRefused"


def test_names_read_from_the_scope_are_known() -> None:
    text = 'people[age > limit].name[1] = name and count(x.y) > 0 and (for i in a return i) != "b"'
    expression = compile_expression(text)
    assert expression.reads == {"people", "age", "limit", "name", "x", "a"}
    assert expression.perhaps_reads == {"age", "limit"}


def test_names_with_blanks_and_signs_are_read_as_one_where_declared() -> None:
    names = ["days to release", "a-b", "time in prison", "Applicant's age"]
    scope = {"days to release": 3, "a-b": 4, "time in prison": 5, "Applicant's age": 6}
    text = "days to release + a-b + time in prison + Applicant's age"
    assert compile_expression(text, names=names).evaluate(scope) == 18
    assert compile_expression("days  to release > 2").evaluate(scope) is True
    assert compile_expression("a-b", names=["a", "b"]).evaluate({"a": 9, "b": 2}) == 7
    assert compile_expression("date of birth").evaluate({"date of birth": "2000-01-01"}) == "2000-01-01"


def test_variables_may_bear_the_names_of_functions() -> None:
    assert compile_expression('mode = "fast" and count > 1').evaluate({"mode": "fast", "count": 2}) is True
    assert compile_expression("count(count)").evaluate({"count": [1, 2]}) == 2


@pytest.mark.parametrize("key", ["__class__", "typename", "__dict__", "constructor", "__proto__"])
def test_names_that_mean_something_elsewhere_are_only_data(key: str) -> None:
    assert evaluated(f"x.{key}", x={key: 3}) == 3
    assert evaluated(f"{key} + 1", **{key: 3}) == 4
    assert evaluated(f"x.{key}", x="text") is None


@pytest.mark.parametrize(
    ("tests", "value", "passes"),
    [
        ("-", 1, True), ("", 1, None), ("-", None, True), ("<5", 4, True), ("<5", 5, False), ("<5", None, False),
        ("<5", "a", False), ("<= 5", 5, True), (">5.5", 6, True), ("[1..5]", 5, True), ("(1..5]", 1, False),
        ("]1..5[", 5, False), ("1,2,3", 2, True), ("1,2,3", 4, False), ('"a","b"', "b", True), ('"a"', None, False),
        ("not(3)", 4, True), ("not(3)", 3, False), ("not(1,2)", 2, False), ("not([1..5])", 6, True),
        ("true", True, True),
        ("false", False, True), ("true", False, False), ("true", None, False), ("true", 1, False), ("null", None, True),
        ("null", 1, False), ("not(null)", 1, True), ("not(null)", None, False), ("-5", -5, True), ("< -1", -2, True),
        ("? > 3", 4, True), ("? > 3 and ? < 5", 4, True), ("? in [1,3]", 3, True), ("even(?)", 4, True),
        ("even(?)", 3, False),
        ('starts with(?, "a")', "abc", True), ("[1,2]", 2, True), ("[1,2]", [1, 2], True), ("limit", 7, True),
        ("< limit", 6, True), ("limit > 3", "x", True), ("=5", 5, True), ("!=5", 4, True), ("1.0", 1, True),
        ("0.1", 0.1, True),
        ("[0.1..0.2]", 0.15, True), ("not(? > 3)", 4, False), ('"żółw"', "żółw", True), ("< 10, > 20", 25, True),
        ("if ? = 1 then true else false", 1, True), ("count(?) > 1", [1, 2], True),
    ],
)  # fmt: skip
def test_cell_takes_the_values_its_tests_say(tests: str, value: Any, passes: bool | None) -> None:
    if passes is None:
        with pytest.raises(ExpressionRefused):
            compile_unary_tests(tests)
    else:
        assert compile_unary_tests(tests).matches(value, {"limit": 7}) is passes


def test_cells_compare_days_with_days() -> None:
    cell = compile_unary_tests('>= date("2027-05-03")')
    assert cell.matches(date(2027, 5, 4))
    assert not cell.matches("2027-05-04"), "a text is no day until something says so"


def test_clock_calendar_and_deadlines_come_from_outside() -> None:
    clock = FrozenClock(datetime(2027, 4, 30, 22, 30, tzinfo=UTC))  # already 1 May in Warsaw
    due = {"U1": datetime(2027, 5, 6, 21, 59, 59, tzinfo=UTC), "U2": date(2027, 5, 21)}
    here = Environment(clock, Calendar(frozenset({date(2027, 5, 4)})), due.get)

    def value(text: str) -> Any:
        return to_json(compile_expression(text).evaluate({"from": "2027-04-30"}, here))

    assert value("now()") == "2027-05-01T00:30:00+02:00"
    assert value("today()") == "2027-05-01"
    assert value("working days after(now(), 2)") == "2027-05-06"
    assert value('working days after("2027-04-30", 1)') == "2027-05-05"
    assert value("working days after(from: today(), n: 1)") == "2027-05-05"
    assert value("working days between(date(from), today() + @\"P5D\")") == 2
    assert value('is working day(date("2027-05-03"))') is False
    assert value('deadline("U1")') == "2027-05-06T23:59:59+02:00"
    assert value('deadline("U2") + @"P1D"') == "2027-05-22"
    assert value('deadline("U3")') is None
    assert value("working days after(now(), 1.5)") is None
    assert value("today() < date(\"2027-05-02\")") is True


def test_without_surroundings_the_functions_that_need_them_give_null() -> None:
    assert evaluated("now()") is None
    assert evaluated('deadline("U1")') is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1/3", 1 / 3), ("0.1 + 0.2", 0.3), ("2.50", 2.5), ("10 ** 18", 10**18), ("10 ** 30", 1e30), ("-7 / 2", -3.5),
        ('@"P1Y2M"', "P1Y2M"), ('@"2027-05-03T10:00:00@Europe/Warsaw"', "2027-05-03T10:00:00+02:00"),
        ('@"2027-05-03T10:00:00"', "2027-05-03T10:00:00"),
        ("[1, 2.5, {a: @\"2027-05-03\"}]", [1, 2.5, {"a": "2027-05-03"}]),
        ("function(a) a", "function(a)"), ("[1..5)", "[1..5)"),
    ],
)  # fmt: skip
def test_results_leave_as_json(expression: str, value: Any) -> None:
    found = evaluated(expression)
    assert found == value
    assert type(found) is type(value)


def test_floats_come_in_as_the_decimals_they_print_as() -> None:
    assert from_json([0.1, 2.0, {"a": 1e30}]) == [Decimal("0.1"), 2, {"a": 10**30}]
    assert from_json(float("nan")) is None
    assert evaluated("x * 3 = 0.3 and y + 1 = 1.1", x=0.1, y=0.1) == True  # noqa: E712 - a truth of the test's own kind
    assert evaluated("x", x=float("inf")) is None
    assert evaluated("x", x=object()) is None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2027-05-03", "2027-05-03T21:59:59+00:00"), ("2027-05-03T10:00:00", "2027-05-03T08:00:00+00:00"),
        ("2027-05-03T10:00:00Z", "2027-05-03T10:00:00+00:00"), ("2027-05-03 10:00:00", "2027-05-03T08:00:00+00:00"),
        ("2027-05-03T10:00", "2027-05-03T08:00:00+00:00"),
        (date(2027, 12, 24), "2027-12-24T22:59:59+00:00"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2027-01-01T00:00:00+00:00"),
    ],
)  # fmt: skip
def test_dates_become_moments_for_timers(value: Any, moment: str) -> None:
    assert to_moment(value) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("value", [None, 5, "soon", "", "99999-01-01", [], "2027-02-30"])
def test_what_is_no_date_becomes_no_moment(value: Any) -> None:
    assert to_moment(value) is None


def test_errors_are_null_and_counted() -> None:
    from engine.bpmn.expressions.runs import Run

    run = Run({})
    assert compile_expression('1 + "a"').run(run) is None
    assert compile_expression("substring(5)").run(run) is None
    assert run.warnings == 2
    assert run.problems == {"NotDefined": 1, "NoSuchForm": 1}


def test_expressions_are_compiled_once() -> None:
    assert compile_expression("x > 41") is compile_expression("x > 41")
    assert compile_unary_tests("< 41") is compile_unary_tests("< 41")
