"""The functions of the standard on texts, lists, numbers and contexts. One case a line: expression ⇒ JSON."""

from __future__ import annotations

import pytest

from tests.bpmn.feel import Case, cases, evaluated

TEXTS = cases(r"""
number("1 000.5", " ", ".") ⇒ 1000.5
number("1,000.5", ",", ".") ⇒ 1000.5
number("1.000,5", ".", ",") ⇒ 1000.5
number("1000.5", null, ".") ⇒ 1000.5
number("1000.5", null, null) ⇒ 1000.5
number("1000,5", null, ",") ⇒ 1000.5
number("1,000", ",", ",") ⇒ null
number("1 000", "x", ".") ⇒ null
number("abc", null, null) ⇒ null
number("1.1.1", null, null) ⇒ null
number("", null, null) ⇒ null
number("-5", null, null) ⇒ -5
number("1e3", null, null) ⇒ 1000
number(from: "1.5", grouping separator: ",", decimal separator: ".") ⇒ 1.5
number("1.5") ⇒ 1.5
string(1.5) ⇒ "1.5"
string(1.50) ⇒ "1.5"
string(-0) ⇒ "0"
string(null) ⇒ null
string(true) ⇒ "true"
string("a") ⇒ "a"
string([1,2,"a"]) ⇒ "[1, 2, \"a\"]"
string({a: "b"}) ⇒ "{a: \"b\"}"
string([1..5]) ⇒ "[1..5]"
string((1..5]) ⇒ "(1..5]"
string(date("2018-12-08")) ⇒ "2018-12-08"
string(time("10:20:30Z")) ⇒ "10:20:30Z"
string(date and time("2018-12-08T10:20:30+01:00")) ⇒ "2018-12-08T10:20:30+01:00"
string(duration("P14M")) ⇒ "P1Y2M"
string(duration("PT36H")) ⇒ "P1DT12H"
string(duration("-PT36H")) ⇒ "-P1DT12H"
string(duration("PT0S")) ⇒ "PT0S"
string(duration("P0Y")) ⇒ "P0M"
string(123456789012345678901234567890) ⇒ "123456789012345678901234567890"
string(0.000001) ⇒ "0.000001"
substring("foobar", 3) ⇒ "obar"
substring("foobar", 3, 3) ⇒ "oba"
substring("foobar", -2, 1) ⇒ "a"
substring("foobar", -3) ⇒ "bar"
substring("foobar", 0) ⇒ null
substring("foobar", 7) ⇒ null
substring("foobar", -7) ⇒ null
substring("foobar", 3, 10) ⇒ "obar"
substring("foobar", 3, 0) ⇒ null
substring("foobar", 3, -1) ⇒ null
substring("foobar", 3.8) ⇒ "obar"
substring("", 1) ⇒ null
substring(null, 1) ⇒ null
substring("foobar", null) ⇒ null
substring("foobar", 3, null) ⇒ "obar"
substring("\U01F40Eab", 2) ⇒ "ab"
string length("foo") ⇒ 3
string length("") ⇒ 0
string length("\U01F40Eab") ⇒ 3
string length(null) ⇒ null
string length(1) ⇒ null
string length(["a"]) ⇒ 1
upper case("aBc4") ⇒ "ABC4"
lower case("aBc4") ⇒ "abc4"
substring before("foobar", "bar") ⇒ "foo"
substring before("foobar", "xyz") ⇒ ""
substring before("foobar", "") ⇒ ""
substring before("foobar", "o") ⇒ "f"
substring after("foobar", "ob") ⇒ "ar"
substring after("", "a") ⇒ ""
substring after("foo", "") ⇒ "foo"
substring after("foobar", "o") ⇒ "obar"
substring after("foobar", "xyz") ⇒ ""
contains("foobar", "of") ⇒ false
contains("foobar", "") ⇒ true
contains(null, "a") ⇒ null
starts with("foobar", "fo") ⇒ true
ends with("foobar", "r") ⇒ true
matches("foobar", "^fo*b") ⇒ true
matches("foobar", "^fo*z") ⇒ false
matches("abc", "[") ⇒ null
matches("FoO", "foo", "i") ⇒ true
matches("a\nb", "a.b", "s") ⇒ true
matches("a\nb", "a.b") ⇒ false
matches("a\nb", "^b", "m") ⇒ true
matches("foo", "foo", "g") ⇒ null
matches(null, "a") ⇒ null
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") ⇒ "[1=ab][2=]cd"
replace("abracadabra", "bra", "*") ⇒ "a*cada*"
replace("abracadabra", "a.*a", "*") ⇒ "*"
replace("abracadabra", "a.*?a", "*") ⇒ "*c*bra"
replace("abracadabra", "a", "") ⇒ "brcdbr"
replace("abracadabra", "a(.)", "a$1$1") ⇒ "abbraccaddabbra"
replace("AAAA", "A+", "b") ⇒ "b"
replace("AAAA", "A+?", "b") ⇒ "bbbb"
replace("darted", "^(.*?)d(.*)$", "$1c$2") ⇒ "carted"
replace("abc", ".*?", "x") ⇒ null
replace("foobar", "O", "x", "i") ⇒ "fxxbar"
split("John Doe", "\\s") ⇒ ["John", "Doe"]
split("a;b;c;;", ";") ⇒ ["a", "b", "c", "", ""]
split("abc", "") ⇒ null
split("", ";") ⇒ [""]
split("a1b22c", "[0-9]+") ⇒ ["a", "b", "c"]
string join(["a","b","c"], "_and_") ⇒ "a_and_b_and_c"
string join(["a","b","c"], "") ⇒ "abc"
string join(["a","b","c"], null) ⇒ "abc"
string join(["a"], "X") ⇒ "a"
string join(["a", null, "c"], "X") ⇒ "aXc"
string join([], "X") ⇒ ""
string join(["a","b","c"]) ⇒ "abc"
string join(["a", 1]) ⇒ null
string length("\\") ⇒ 1
matches("abc", "\\p{L}+") ⇒ true
matches("żółw", "^\\w+$") ⇒ true
matches("a-b", "[a-z-[b]]-b") ⇒ true
matches("aa", "(a)\\1") ⇒ true
matches("ab", "(a)\\1") ⇒ false
replace("2027-05-03", "([0-9]+)-([0-9]+)-([0-9]+)", "$3.$2.$1") ⇒ "03.05.2027"
replace("a$b", "\\$", "\\$\\$") ⇒ "a$$b"
replace("abc", "b", "$") ⇒ null
split("John  Doe", "\\s+") ⇒ ["John", "Doe"]
""")

LISTS = cases(r"""
list contains([1,2,3], 2) ⇒ true
list contains([1,2,null], null) ⇒ true
list contains([1,2], "a") ⇒ false
list contains(null, null) ⇒ null
count([1,2,3]) ⇒ 3
count([]) ⇒ 0
count([null]) ⇒ 1
count(null) ⇒ null
count(1) ⇒ 1
min([1,2,3]) ⇒ 1
min(1,2,3) ⇒ 1
min([]) ⇒ null
min(null) ⇒ null
min([null]) ⇒ null
min([1, null]) ⇒ null
min("a","b") ⇒ "a"
min(["a", 1]) ⇒ null
min([date("2020-01-01"), date("2019-01-01")]) ⇒ "2019-01-01"
max(1,2,3) ⇒ 3
max([]) ⇒ null
max([duration("P1D"), duration("PT1H")]) ⇒ "P1D"
sum([1,2,3]) ⇒ 6
sum(1,2,3) ⇒ 6
sum([]) ⇒ null
sum([1,"a"]) ⇒ null
sum(null) ⇒ null
sum([1, null]) ⇒ null
mean([1,2,3]) ⇒ 2
mean([]) ⇒ null
mean(1,2) ⇒ 1.5
mean([1,2]) ⇒ 1.5
all([true, true]) ⇒ true
all([true, false]) ⇒ false
all([]) ⇒ true
all([true, null]) ⇒ null
all([false, null]) ⇒ false
all([null]) ⇒ null
all(null) ⇒ null
all(true, false) ⇒ false
all([true, 1]) ⇒ null
all() ⇒ null
any([true, false]) ⇒ true
any([]) ⇒ false
any([false, null]) ⇒ null
any([true, null]) ⇒ true
any(null) ⇒ null
any(false) ⇒ false
any() ⇒ null
sublist([4,5,6], 1, 2) ⇒ [4, 5]
sublist([4,5,6], 2) ⇒ [5, 6]
sublist([4,5,6], -2) ⇒ [5, 6]
sublist([4,5,6], 0) ⇒ null
sublist([4,5,6], 4) ⇒ null
sublist([4,5,6], 1, 4) ⇒ null
sublist([4,5,6], 1, 0) ⇒ []
sublist([4,5,6], -4) ⇒ null
sublist(null, 1) ⇒ null
append([1], 2, 3) ⇒ [1, 2, 3]
append([1], [2]) ⇒ [1, [2]]
append([], null) ⇒ [null]
append(null, 1) ⇒ null
append(1, 2) ⇒ [1, 2]
append([1]) ⇒ [1]
concatenate([1,2],[3]) ⇒ [1, 2, 3]
concatenate([1],null) ⇒ null
concatenate(1,2) ⇒ [1, 2]
concatenate() ⇒ null
insert before([1,3], 1, 2) ⇒ [2, 1, 3]
insert before([1,3], -1, 2) ⇒ [1, 2, 3]
insert before([1,3], 3, 2) ⇒ null
insert before([1,3], 0, 2) ⇒ null
insert before([], 1, 2) ⇒ null
insert before([1,3], 1, null) ⇒ [null, 1, 3]
remove([1,2,3], 2) ⇒ [1, 3]
remove([1,2,3], -1) ⇒ [1, 2]
remove([1,2,3], 0) ⇒ null
remove([1,2,3], 4) ⇒ null
reverse([1,2,3]) ⇒ [3, 2, 1]
reverse([]) ⇒ []
reverse(null) ⇒ null
reverse(1) ⇒ [1]
index of([1,2,3,2], 2) ⇒ [2, 4]
index of([1,null], null) ⇒ [2]
index of([1], 2) ⇒ []
union([1,2],[2,3]) ⇒ [1, 2, 3]
union([1,1],[2]) ⇒ [1, 2]
distinct values([1,2,3,2,1]) ⇒ [1, 2, 3]
distinct values([1,null,null]) ⇒ [1, null]
distinct values(1) ⇒ [1]
flatten([[1,2],[[3]],4]) ⇒ [1, 2, 3, 4]
flatten([]) ⇒ []
flatten(1) ⇒ [1]
product([2,3,4]) ⇒ 24
product([]) ⇒ null
product(2,3) ⇒ 6
median(8,2,5,3,4) ⇒ 4
median([6,1,2,3]) ⇒ 2.5
median([]) ⇒ null
median([1,"a"]) ⇒ null
stddev(2,4,7,5) ⇒ 2.0816659994661326
stddev([47]) ⇒ null
stddev([]) ⇒ null
stddev([1,null]) ⇒ null
mode(6,3,9,6,6) ⇒ [6]
mode([6,1,9,6,1]) ⇒ [1, 6]
mode([]) ⇒ []
mode([1,"a"]) ⇒ null
mode([null]) ⇒ null
sort([3,1,2], function(x,y) x < y) ⇒ [1, 2, 3]
sort([{a: 3}, {a: 1}], function(x,y) x.a < y.a) ⇒ [{"a": 1}, {"a": 3}]
sort(["b","a"], function(x,y) x < y) ⇒ ["a", "b"]
list replace([2,4,7,8], 3, 6) ⇒ [2, 4, 6, 8]
list replace([2,4,7,8], -2, 6) ⇒ [2, 4, 6, 8]
list replace([2,4,7,8], 0, 6) ⇒ null
list replace([2,4,7,8], function(item, newItem) item < newItem, 5) ⇒ [5, 5, 7, 8]
""")

NUMBERS_AND_TRUTHS = cases(r"""
not(null) ⇒ null
not(1) ⇒ null
not("a") ⇒ null
decimal(1/3, 2) ⇒ 0.33
decimal(1.5, 0) ⇒ 2
decimal(2.5, 0) ⇒ 2
decimal(1234, -2) ⇒ 1200
decimal(1.5, null) ⇒ null
decimal(null, 1) ⇒ null
decimal(1.5, 6177) ⇒ null
floor(1.5) ⇒ 1
floor(-1.5) ⇒ -2
floor(-1.56, 1) ⇒ -1.6
ceiling(1.5) ⇒ 2
ceiling(-1.5) ⇒ -1
ceiling(-1.56, 1) ⇒ -1.5
round up(5.5, 0) ⇒ 6
round up(-5.5, 0) ⇒ -6
round up(1.121, 2) ⇒ 1.13
round down(5.5, 0) ⇒ 5
round half up(5.5, 0) ⇒ 6
round half up(-5.5, 0) ⇒ -6
round half up(1.126, 2) ⇒ 1.13
round half down(5.5, 0) ⇒ 5
round half down(-5.5, 0) ⇒ -5
round half down(1.126, 2) ⇒ 1.13
round up(5.5) ⇒ null
abs(-10) ⇒ 10
abs(@"-PT5H") ⇒ "PT5H"
abs(duration("-P1Y")) ⇒ "P1Y"
abs(null) ⇒ null
abs("a") ⇒ null
abs(n: -1) ⇒ 1
modulo(12, 5) ⇒ 2
modulo(-12, 5) ⇒ 3
modulo(12, -5) ⇒ -3
modulo(-12, -5) ⇒ -2
modulo(10.1, 4.5) ⇒ 1.1
modulo(-10.1, 4.5) ⇒ 3.4
modulo(10.1, -4.5) ⇒ -3.4
modulo(1, 0) ⇒ null
sqrt(16) ⇒ 4
sqrt(2) ⇒ 1.4142135623730951
sqrt(-1) ⇒ null
log(10) ⇒ 2.302585092994046
log(0) ⇒ null
log(-1) ⇒ null
exp(5) ⇒ 148.4131591025766
exp(0) ⇒ 1
odd(5) ⇒ true
odd(-5) ⇒ true
odd(2) ⇒ false
odd(5.5) ⇒ false
odd(0) ⇒ false
even(5) ⇒ false
even(-2) ⇒ true
even(0) ⇒ true
even(2.5) ⇒ false
""")

CONTEXTS = cases(r"""
get value({a: 1}, "a") ⇒ 1
get value({a: 1}, "b") ⇒ null
get value(null, "a") ⇒ null
get value({a: {b: 2}}, ["a","b"]) ⇒ 2
get entries({a: 1, b: 2}) ⇒ [{"key": "a", "value": 1}, {"key": "b", "value": 2}]
get entries(null) ⇒ null
get entries({}) ⇒ []
context([{key: "a", value: 1}]) ⇒ {"a": 1}
context([{key: "a", value: 1}, {key: "a", value: 2}]) ⇒ null
context([{key: "a"}]) ⇒ null
context({key: "a", value: 1}) ⇒ {"a": 1}
context put({a: 1}, "b", 2) ⇒ {"a": 1, "b": 2}
context put({a: 1}, "a", 2) ⇒ {"a": 2}
context put({a: {b: 1}}, ["a", "b"], 2) ⇒ {"a": {"b": 2}}
context put({}, ["a", "b"], 2) ⇒ null
context put({a: 1}, [], 2) ⇒ null
context merge([{a: 1}, {b: 2}, {a: 3}]) ⇒ {"a": 3, "b": 2}
context merge([]) ⇒ {}
context merge({a: 1}) ⇒ {"a": 1}
""")


@pytest.mark.parametrize("case", TEXTS, ids=str)
def test_texts_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", LISTS, ids=str)
def test_lists_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", NUMBERS_AND_TRUTHS, ids=str)
def test_numbers_and_truths_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value


@pytest.mark.parametrize("case", CONTEXTS, ids=str)
def test_contexts_follow_the_standard(case: Case) -> None:
    assert evaluated(case.expression) == case.value
