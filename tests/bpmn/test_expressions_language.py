"""The language itself: operators, loops, paths, filters, types, null. One case a line: expression ⇒ JSON."""

from __future__ import annotations

import pytest

from tests.bpmn.feel import Case, cases, evaluated

COMPARISONS_AND_LOGIC = cases(r"""
null = null ⇒ true
null != null ⇒ false
true = 1 ⇒ null
"a" < "b" ⇒ true
true < false ⇒ null
null < 1 ⇒ null
1 < null ⇒ null
1 in (2..4) ⇒ false
1 in 1 ⇒ true
1 in "a" ⇒ null
10 in (1, < 5, >=10) ⇒ true
null in 1 ⇒ false
null in null ⇒ true
1 in null ⇒ false
5 in (> 3) ⇒ true
5 in (=5) ⇒ true
5 in !=5 ⇒ false
5 between 1 and 10 ⇒ true
null between 1 and 10 ⇒ null
5 between null and 10 ⇒ null
"b" between "a" and "c" ⇒ true
true and null ⇒ null
false and null ⇒ false
null and null ⇒ null
true or null ⇒ true
false or null ⇒ null
true and 1 ⇒ null
false and "a" ⇒ false
true or "a" ⇒ true
1 or false ⇒ null
(< 5) ⇒ "(..5)"
5 in (1..5) ⇒ false
""")

ARITHMETIC_AND_LITERALS = cases(r"""
- "a" ⇒ null
1 / 0 ⇒ null
0 / 0 ⇒ null
1 + null ⇒ null
"a" + "b" ⇒ "ab"
"a" + null ⇒ null
"a" - "b" ⇒ null
2 ** 3 ⇒ 8
2 ** -1 ⇒ 0.5
2 ** 0.5 ⇒ 1.4142135623730951
-2 ** 2 ⇒ 4
2 ** 3 ** 2 ⇒ 64
10 - 3 - 2 ⇒ 5
10 / 5 / 2 ⇒ 1
1 + 2 * 3 - 4 / 2 ⇒ 5
(1 + 2) * 3 ⇒ 9
-(-1) ⇒ 1
--1 ⇒ 1
.5 ⇒ 0.5
1e3 ⇒ 1000
1.5e-2 ⇒ 0.015
-.5 ⇒ -0.5
0.1 + 0.2 ⇒ 0.3
1/3 ⇒ 0.3333333333333333
100000000000000000000 * 100000000000000000000 ⇒ 1e+40
(function(a, b) a + b)(1, 2) ⇒ 3
(function(a, b) a + b)(b: 1, a: 2) ⇒ 3
(function(a: number) a)("x") ⇒ null
(function(a) a)(1, 2) ⇒ null
"\n\t\"\\\u0041" ⇒ "\n\t\"\\A"
"a\sb" ⇒ "a\\sb"
"foo" + " " + "bar" ⇒ "foo bar"
1 /* c */ + 1 // x ⇒ 2
range("(1..3]") ⇒ "(1..3]"
""")

LOOPS_AND_CONDITIONS = cases(r"""
if null then 1 else 2 ⇒ 2
if "a" then 1 else 2 ⇒ 2
if 1 then 1 else 2 ⇒ 2
for x in null return x ⇒ null
for x in 5 return x ⇒ [5]
for x in [] return x ⇒ []
for x in [1,2], y in [x, x*2] return y ⇒ [1, 2, 2, 4]
for x in 3..1 return x ⇒ [3, 2, 1]
for x in [1..3] return x ⇒ [1, 2, 3]
for x in (1..4) return x ⇒ [2, 3]
some x in null satisfies x ⇒ null
some x in [null] satisfies x ⇒ null
some x in [1,2] satisfies x > 1 ⇒ true
every x in [] satisfies x ⇒ true
some x in [] satisfies x ⇒ false
every x in [true, null] satisfies x ⇒ null
every x in [false, null] satisfies x ⇒ false
some x in [true, null] satisfies x ⇒ true
some x in [false, null] satisfies x ⇒ null
if 1 = 1 then "a" else "b" ⇒ "a"
if false then 1 else if true then 2 else 3 ⇒ 2
for x in [1,2,3] return if x = 1 then x else partial[-1] * 10 ⇒ [1, 10, 100]
""")

LISTS_CONTEXTS_PATHS_AND_FILTERS = cases(r"""
[] = 0 ⇒ null
[] = null ⇒ false
[1] = 1 ⇒ null
{} = [] ⇒ null
{a:1} = {a:1.0} ⇒ true
[1,2] = [1,"a"] ⇒ false
[1] < [2] ⇒ null
1 in [2,3,1] ⇒ true
1 in [[2..4],[1..3]] ⇒ true
[1,2,3] in [[1,2,3,4], [1,2,3]] ⇒ true
[1,2,3] in ([[1,2,3,4]], [[1,2,3]]) ⇒ true
[1,2,3] in ([1,2,3,4], [1,2,3]) ⇒ true
[1,2,3] in [1,2,3] ⇒ true
{a: "foo"} in [{b: "bar"}, {a: "foo"}] ⇒ true
null in [1, null] ⇒ true
[1..3] in [[1..3]] ⇒ true
[1,2,3][1] ⇒ 1
[1,2,3][0] ⇒ null
[1,2,3][-1] ⇒ 3
[1,2,3][4] ⇒ null
[1,2,3][-4] ⇒ null
[1,2,3][1.5] ⇒ null
[1,2,3][null] ⇒ null
[1,2,3][true] ⇒ [1, 2, 3]
[1,2,3][false] ⇒ []
[1,2,3]["a"] ⇒ null
null[1] ⇒ null
null[true] ⇒ []
null[false] ⇒ []
100[1] ⇒ 100
100[0] ⇒ null
100[true] ⇒ [100]
100[false] ⇒ []
100[item > 10] ⇒ [100]
{a:1}[1] ⇒ {"a": 1}
{a:1}[a = 1] ⇒ [{"a": 1}]
{a:1}[a = 2] ⇒ []
true[1] ⇒ true
"foo"["foo" = item] ⇒ ["foo"]
[{item: 1}, {item: 2}][item >= 2] ⇒ [{"item": 2}]
[{a: 1}, {a: 2}, {b: 3}][a >= 1] ⇒ [{"a": 1}, {"a": 2}]
[{a: 1}, {a: 2}, {b: 3}].a ⇒ [1, 2, null]
[{x:1,y:2},{x:2,y:3}][x=1] ⇒ [{"x": 1, "y": 2}]
[{x:1,y:2},{x:null,y:3}][x < 2] ⇒ [{"x": 1, "y": 2}]
[[1],[2]][item[1] = 2] ⇒ [[2]]
[1,2,3,4][item > 1][2] ⇒ 3
[1,2,3,4][even(item)] ⇒ [2, 4]
{a: {b: 3}}.a.b ⇒ 3
{a: 1}.b ⇒ null
null.b ⇒ null
1.b ⇒ null
{a: 1, b: a + 1, c: b * 2} ⇒ {"a": 1, "b": 2, "c": 4}
{"a b": 1}.a b ⇒ 1
{a b: 1, c: a b + 1}.c ⇒ 2
{a: 1, a: 2} ⇒ null
{a+b: 1} ⇒ {"a+b": 1}
[1..5].start ⇒ 1
[1..5).end included ⇒ false
(1..5).start included ⇒ false
[1] + [2] ⇒ null
1 + [2] ⇒ null
finishes(10, [1..10]) ⇒ true
finishes(10, [1..10)) ⇒ false
finishes([5..10], [1..10]) ⇒ true
finished by([1..10], 10) ⇒ true
finished by([1..10], [5..10]) ⇒ true
{ "foo": 1 }.foo ⇒ 1
[1,2,3] [ item > 2 ] ⇒ [3]
range("[1..3]") ⇒ "[1..3]"
range("[\"a\"..\"c\"]") ⇒ "[\"a\"..\"c\"]"
(>= 5).start ⇒ 5
[1..null] ⇒ null
["a"..1] ⇒ null
[3..1] ⇒ "[3..1]"
3 in [3..1] ⇒ false
1 in [null..3] ⇒ null
null in [1..3] ⇒ null
x in [1..3] ⇒ null
[{a: [1,2]}, {a: [5]}][a[item > 4][1] = 5] ⇒ [{"a": [5]}]
{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r ⇒ 3628800
{a: 1, b: {a: a + 1}}.b.a ⇒ 2
5 in [1..5] ⇒ true
"b" in ["a".."c"] ⇒ true
x.y.z ⇒ null
[[1,2],[3,4]][2][1] ⇒ 3
[1,2,3][item > 1][1] ⇒ 2
{a: [{b: 1}, {b: 2}]}.a.b ⇒ [1, 2]
{a: [{b: 1}, {b: 2}]}.a[b = 2].b ⇒ [2]
""")

TYPES = cases(r"""
1 instance of number ⇒ true
null instance of Any ⇒ true
null instance of number ⇒ false
[1] instance of list<number> ⇒ true
[1,"a"] instance of list<number> ⇒ false
[] instance of list<string> ⇒ true
{a: 1} instance of context<a: number> ⇒ true
{a: 1} instance of context<a: string> ⇒ false
{a: 1, b: 2} instance of context<a: number> ⇒ true
[1..3] instance of range<number> ⇒ true
(function(a: number) a) instance of function<number> -> number ⇒ true
1 instance of Any ⇒ true
""")


@pytest.mark.parametrize("case", COMPARISONS_AND_LOGIC, ids=str)
def test_comparisons_and_logic_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", ARITHMETIC_AND_LITERALS, ids=str)
def test_arithmetic_and_literals_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", LOOPS_AND_CONDITIONS, ids=str)
def test_loops_and_conditions_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", LISTS_CONTEXTS_PATHS_AND_FILTERS, ids=str)
def test_lists_contexts_paths_and_filters_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", TYPES, ids=str)
def test_types_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value
