"""Hostile and random texts: each is refused, stopped, or gives plain JSON; nothing reaches Python."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.expressions import (
    EvaluationStopped,
    ExpressionRefused,
    compile_expression,
    compile_unary_tests,
    from_json,
    to_json,
)
from engine.bpmn.expressions.runs import MAX_SOURCE
from engine.model.errors import Refused

SCOPE: dict[str, Any] = {"x": 7, "y": {"a": [1, 2, {"b": None}]}, "s": "text", "f": 0.5, "__class__": 1,
"typename": "X"}
_LISTS = "{a: [1,1,1,1,1,1,1,1,1,1]" + "".join(f", {b}: [{','.join(a * 10)}]" for a, b in zip("abcdefg", "bcdefgh",
strict=True))
_TEXTS = '{a: "' + "x" * 5000 + '"' + "".join(f", {b}: {'+'.join(a * 9)}" for a, b in zip("abcd", "bcde",
strict=True)) + "}"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getpid()", '__import__("os").system("id")', "open(\"/etc/passwd\")", "eval(\"1\")",
        "exec(\"1\")",
        "().__class__.__base__.__subclasses__()", "[].__class__.__mro__[1].__subclasses__()", "(lambda: 1)()",
        "globals()",
        "getattr(x, \"a\")", "x := 5", "[i for i in range(9)]", "f\"{x}\"", "x if x else y", "print(x)", "import os",
        "del x",
        "x; y", "@x", "x = y = lambda", "{**x}", "*x", "`id`", "$x", "x->y",
        "function(a) external {java: {class: \"X\"}}",
        "x.a()", "y.a.append(3)", "s.upper()", "s.format(x)", "\"%s\" % x", "x << 3", "x ^ 2", "~x", "0x1F", "1_000",
        "''.join(s)", "b\"x\"", "yield x", "await x", "{x for x in y}", "x ? y : s",
    ],
)  # fmt: skip
def test_ways_into_python_are_refused_or_null(text: str) -> None:
    try:
        assert to_json(compile_expression(text).evaluate(SCOPE)) is None
    except ExpressionRefused as refused:
        _has_a_sentence(refused)


@pytest.mark.parametrize(
    "text", ["s.__class__", "x.__class__.__mro__", "(function() 1).__globals__", "y.__dict__", "now.call",
    "[1,2].append",
             "@\"2027-05-03\".__class__", "y.a.__len__", "{}.items", "count.forms", "x.real", "s.upper", "f.hex"],
)  # fmt: skip
def test_attributes_of_python_objects_do_not_exist(text: str) -> None:
    value = to_json(compile_expression(text).evaluate(SCOPE))
    assert value is None or value == [None] * len(value)


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i", "for a in 1..1000, b in 1..1000, c in 1..1000 return a", _TEXTS,
        _LISTS + "}",
        _LISTS + ", i: flatten(h)}", _LISTS + ", i: string(h)}", _LISTS + ", i: h = [g,g,g,g,g,g,g,g,g,g]}",
        _LISTS + ", i: distinct values(h)}", 'matches("' + "a" * 60 + '", "(a*)*\\\\1b")',
        "{f: function(n) f(n+1), r: f(1)}",
        "{f: function(n) [f(n+1), f(n+1)], r: f(1)}", "distinct values(for i in 1..5000 return i)",
        'string join(for i in 1..40000 return "' + "x" * 60 + '", ",")',
        "some i in 1..50000, j in 1..50000 satisfies i = j - 1e6",
        "for i in 1..40000 return [i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i]",
        "for i in 1e300..1e301 return i",
        "for i in 1..300 return for j in 1..300 return for k in 1..300 return 1",
        'replace("' + "a" * 9000 + '", "a", "' + "$0" * 400 + '")',
        "sort(for i in 1..50000 return -i, function(a, b) some i in 1..500 satisfies i = a)", "10 ** 6000", "1e6000",
        "f ** -4000",
        "working days after(date(\"2027-01-01\"), 1000000000)",
        "(for i in 1..40000 return i)[some j in 1..40000 satisfies j = -item]",
    ],
)  # fmt: skip
def test_bombs_are_stopped(text: str) -> None:
    with pytest.raises(EvaluationStopped, match="was stopped"):
        _bounded(text)


def _bounded(text: str) -> Any:
    try:
        return to_json(compile_expression(text).evaluate(SCOPE))
    except EvaluationStopped as stopped:
        raise EvaluationStopped(stopped.stop, text) from None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000, "[" * 5000 + "]" * 5000, "not(" * 2000 + "true" + ")" * 2000, "x" + ".x" * 4000,
        "x" + "[1]" * 3000, "if true then " * 700 + "1", "{a:" * 3000, "1" * MAX_SOURCE + "1", "x = " * 2000 + "1",
        "function(a) " * 800 + "1", "for i in " * 1000, "x instance of list<" + "list<" * 2000, "1, " * 6000,
        '"' * 9999, "/*" * 5000,
        "1 in (" * 1500, "some i in x satisfies " * 400 + "i", "@" * 9999, "\\" * 9999, "f(" * 3000, "]" * 5000,
        "..".join("1" * 3000),
    ],
)  # fmt: skip
def test_texts_too_deep_or_too_long_are_refused(text: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        compile_expression(text)
    assert len(str(refused.value)) < 500


def test_long_flat_texts_are_fine() -> None:
    assert compile_expression("1" + "+1" * 2000).evaluate({}) == 2001
    assert compile_expression(" or ".join(f"x = {i}" for i in range(900))).evaluate({"x": 899}) is True
    ladder = "if x = 0 then 0 else " * 450 + "1"
    assert compile_expression(ladder).evaluate({"x": 1}) == 1


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("(a+)+b", False), ("(a|a)*b", False), ("(a|aa)+$", True), ("a*a*a*a*a*a*b", False), ("(.*)*x", False),
    ("(a?){50}a{50}", True)],
)
def test_patterns_that_hang_other_engines_are_matched(pattern: str, found: bool) -> None:
    text = "a" * 400
    assert compile_expression(f'matches("{text}", "{pattern}")').evaluate({}) is found


@pytest.mark.parametrize("pattern", ["(a{1000}){1000}", "a{2000}", "((((a{99}){99}){99}){99})", "(", "[", "a**",
"\\\\1(a)", "(?=a)",
                                     "a{3,1}", "[z-a]", "\\\\p{Foo}", "(?P<x>a)", "\\\\"])  # fmt: skip
def test_patterns_that_are_none_or_too_large_give_null(pattern: str) -> None:
    assert compile_expression(f'matches("aaa", "{pattern}")').evaluate({}) is None


WORDS = st.sampled_from(
    ["x", "y", "y.a", "s", "f", "null", "true", "1", "2.5", "-3", '"a"', "[1,2]", "[1..3]", "{a: 1}", "(", ")", "[",
    "]", "{",
     "}", ",", "+", "-", "*", "/", "**", "<", "<=", "=", "!=", " in ", " and ", " or ", " between ", "..", "if ",
     " then ", " else ",
     "for i in ", " return ", "some i in ", " satisfies ", "not(", "count(", "sum(", "date(", "duration(", "string(",
     "function(a) ",
     " instance of ", "number", ".a", ":", "?", "item", '@"2027-05-03"', '@"P1D"', '@"10:00:00"', "matches(s, ",
     "replace(", "sort(",
     "before(", "get value(", "1e400", "0", '"\\u0041"', "partial", "//", "/*", "list<", ">", "substring("]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=14).map("".join))
def test_any_sequence_of_words_is_refused_or_evaluated(text: str) -> None:
    _survives(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_refused_or_evaluated(text: str) -> None:
    _survives(text)


def _survives(text: str) -> None:
    for compiled in (_compiled(compile_expression, text), _compiled(compile_unary_tests, text)):
        if compiled is None:
            continue
        try:
            value = compiled.evaluate(SCOPE) if hasattr(compiled, "evaluate") else compiled.matches(7, SCOPE)
            json.dumps(to_json(value), allow_nan=False)
        except Refused as refused:
            _has_a_sentence(refused)


def _has_a_sentence(refused: Refused) -> None:
    assert str(refused).endswith(".")


def _compiled(compile_text: Any, text: str) -> Any:
    try:
        return compile_text(text)
    except ExpressionRefused as refused:
        _has_a_sentence(refused)
        return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c", "__class__"]), inner,
    max_size=3),
    max_leaves=8,
)
PROBES = [
    "x + x", "x * 2", "-x", "x = x", "x < x", "x[1]", "x[item = 1]", "x.a", "string(x)", "count(x)", "sum(x)",
    "min(x)", "sort(x)",
    "distinct values(x)", "flatten(x)", "x in [x]", "for i in x return i", "if x then 1 else 2", "get entries(x)",
    "x instance of number",
    "upper case(x)", "date(x)", "number(x, null, null)", "abs(x)", "x ** x", "x / 3", "modulo(x, 3)", "decimal(x, 2)",
    "mode(x)", "stddev(x)",
    "not(x)", "x and true", "[x, x][x = x]", "{a: x}.a", "reverse(x)", "append(x, x)", "median(x)", "duration(x)",
    "range(x)", "context(x)",
]  # fmt: skip


def test_values_nested_too_deeply_are_stopped() -> None:
    deep: Any = 1
    for _ in range(20_000):
        deep = [deep]
    for text in ("x", "x = [x]", "string(x)", "flatten(x)[1] + 0", "{a: x}", "distinct values([x, x])"):
        try:
            assert to_json(compile_expression(text).evaluate({"x": deep})) == 1
        except EvaluationStopped as stopped:
            _has_a_sentence(stopped)
    with pytest.raises(EvaluationStopped):
        from_json(deep)


@settings(max_examples=80, deadline=None)
@given(JSON)
def test_any_json_value_can_be_worked_with(value: Any) -> None:
    for probe in PROBES:
        try:
            result = compile_expression(probe).evaluate({"x": value})
            json.dumps(to_json(result), allow_nan=False)
        except EvaluationStopped:
            continue
