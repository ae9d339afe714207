"""Answers to a form: read from a post, checked, pruned, and never silently changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.forms import Form

TODAY = date(2027, 5, 4)
YES_NO = [{"label": "Tak", "value": "yes"}, {"label": "Nie", "value": "no"}]


def question(kind: str, key: str, **more: Any) -> dict[str, Any]:
    properties = more.pop("properties", {})
    words = {"dateLabel": key, "subtype": more.pop("subtype", "date")} if kind == "datetime" else {"label": key}
    return {"type": kind, "key": key, **words, "properties": properties, **more}


def form(*components: dict[str, Any], **properties: Any) -> Form:
    schema = {"type": "default", "id": "t", "components": list(components), "properties": properties}
    return Form.parse(schema, "t.form")


def required(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return question(kind, key, validate={"required": True}, **more)


def codes(form: Form, answers: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return [(problem.key, problem.code) for problem in form.check(answers, today=TODAY, **more).problems]


@pytest.mark.parametrize(
    ("component", "raw", "kept"),
    [
        (question("textfield", "x"), "  Żółć ", "Żółć"),
        (question("textfield", "x"), "Z\u0307o\u0301łc\u0301", "Żółć"),
        (question("textarea", "x"), "a\r\nb", "a\nb"),
        (question("number", "x"), "1 200", 1200),
        (question("number", "x", decimalDigits=1), "1,5", 1.5),
        (question("number", "x"), "3,0", 3),
        (question("textfield", "x", properties={"format": "money"}), "1 234,5 zł", "1234.50"),
        (question("textfield", "x", properties={"format": "money"}), "0012", "12.00"),
        (question("datetime", "x"), "12.5.2027", "2027-05-12"),
        (question("datetime", "x"), "2027-05-12", "2027-05-12"),
        (question("datetime", "x", subtype="datetime"), "12.5.2027 8:30", "2027-05-12T08:30:00+02:00"),
        (question("datetime", "x", subtype="datetime"), "2027-01-12T08:30", "2027-01-12T08:30:00+01:00"),
        (question("datetime", "x", subtype="datetime"), "2027-05-12T06:30:00Z", "2027-05-12T08:30:00+02:00"),
        (question("textfield", "x", properties={"format": "pesel"}), "84 84 01 00 00 0", "84840100000"),
        (question("radio", "x", values=YES_NO), "yes", "yes"),
        (question("checklist", "x", values=YES_NO), ["no", "yes"], ["yes", "no"]),
        (question("checkbox", "x"), "yes", True),
        (question("checkbox", "x"), None, False),
        (question("filepicker", "x"), "token-1", ["token-1"]),
    ],
)
def test_an_answer_is_kept_in_its_plain_form(component: dict[str, Any], raw: Any, kept: Any) -> None:
    assert form(component).check({"x": raw}, today=TODAY, confirmed=True).values.get("x") == kept


@pytest.mark.parametrize(
    ("component", "raw", "code"),
    [
        (required("textfield", "x"), "   ", "AnswerMissing"),
        (question("textfield", "x"), "a" * 10_000_000, "TextTooLong"),
        (question("textfield", "x"), "a\nb", "OneLineOnly"),
        (question("textarea", "x"), "a\x00b", "ForbiddenCharacter"),
        (question("textarea", "x"), "a\ud800b", "ForbiddenCharacter"),
        (question("textfield", "x"), "Now\u202eak", "ForbiddenCharacter"),
        (question("textfield", "x"), "\u0141uk\ufffdsz", "ForbiddenCharacter"),
        (question("textfield", "x"), {"a": 1}, "NotText"),
        (question("number", "x"), "dwa", "NotANumber"),
        (question("number", "x"), "9" * 200, "TextTooLong"),
        (question("number", "x"), "1,5", "TooManyDecimals"),
        (question("number", "x", validate={"min": 0}), "-1", "TooSmall"),
        (question("number", "x", validate={"max": 10}), "11", "TooLarge"),
        (question("number", "x"), "nan", "NotANumber"),
        (question("textfield", "x", properties={"format": "money"}), "1.234.567", "NotAnAmount"),
        (question("datetime", "x"), "31.2.2027", "NoSuchDate"),
        (question("datetime", "x"), "jutro", "NotADate"),
        (question("datetime", "x"), "1.1.0027", "YearOutOfRange"),
        (question("datetime", "x", properties={"not_before": "today"}), "3.5.2027", "DateTooEarly"),
        (question("datetime", "x", properties={"not_after": "today"}), "5.5.2027", "DateTooLate"),
        (question("datetime", "x", subtype="datetime"), "12.5.2027", "NotATime"),
        (question("datetime", "x", subtype="datetime"), "12.5.2027 25:00", "NotATime"),
        (question("datetime", "x", subtype="datetime"), "28.3.2027 2:30", "NoSuchTime"),
        (question("textfield", "x", properties={"format": "pesel"}), "123", "NotAPesel"),
        (question("radio", "x", values=YES_NO), "maybe", "NotAnOption"),
        (question("radio", "x", values=YES_NO), ["yes"], "NotAnOption"),
        (question("radio", "x", values=YES_NO), "__unknown__", "NonAnswerNotAllowed"),
        (question("checklist", "x", values=YES_NO), [["yes"]], "NotAnOption"),
        (question("checkbox", "x"), "perhaps", "NotYesOrNo"),
        (required("checkbox", "x", properties={"format": "declaration"}), None, "DeclarationMissing"),
        (question("filepicker", "x"), ["a", "b"], "TooManyRows"),
        (question("filepicker", "x"), 7, "NotAFile"),
    ],
)
def test_a_wrong_answer_gets_its_own_code(component: dict[str, Any], raw: Any, code: str) -> None:
    assert codes(form(component), {"x": raw}) == [("x", code)]


def test_an_answer_nobody_asked_for_is_refused_by_name() -> None:
    asked = form(question("textfield", "name"))
    assert codes(asked, {"name": "Jan", "offence": "x"}) == [("offence", "UnknownField")]
    posted = asked.read({"name": ["Jan"], "offence": ["x"], "_token": ["t"]})
    assert codes(asked, posted) == [("offence", "UnknownField")]


def test_the_refusal_of_a_strange_name_can_always_be_written_down() -> None:
    problems = form(question("textfield", "name")).check({"\ud800\x00" + "x" * 500: "1"}, today=TODAY).problems
    assert [problem.key for problem in problems] == ["??" + "x" * 98]


def test_a_doubtful_pesel_is_kept_once_a_person_insists() -> None:
    asked = form(required("textfield", "pesel", properties={"format": "pesel"}))
    first = asked.check(asked.read({"pesel": ["84840100000"]}), today=TODAY)
    assert [(one.code, one.confirmable) for one in first.problems] == [("PeselCheckDigit", True)]
    second = asked.check(asked.read({"pesel": ["8484 0100000"], "pesel-confirmed": ["yes"]}), today=TODAY)
    assert second.ok
    assert second.values == {"pesel": "84840100000"}
    assert [one.code for one in second.remarks] == ["PeselCheckDigit"]


def test_insisting_does_not_help_against_letters() -> None:
    asked = form(required("textfield", "pesel", properties={"format": "pesel"}))
    assert codes(asked, {"pesel": "abc", "_confirmed": ["pesel"]}) == [("pesel", "NotAPesel")]


def chain() -> Form:
    return form(
        required("radio", "home", values=YES_NO, properties={"nonanswers": ["unknown", "refused"]}),
        required("radio", "shelter", values=YES_NO, properties={"show_if": {"field": "home", "is": ["no"]}}),
        required("textfield", "where", properties={"show_if": {"field": "shelter", "is": ["yes"]}}),
    )


def test_an_answer_to_a_hidden_question_is_dropped_and_named() -> None:
    checked = chain().check({"home": "yes", "shelter": "yes", "where": "Chełm"}, today=TODAY)
    assert checked.values == {"home": "yes"}
    assert checked.pruned == ("shelter", "where")


def test_a_hidden_required_question_blocks_nobody() -> None:
    assert codes(chain(), {"home": "yes"}) == []
    assert codes(chain(), {"home": "no"}) == [("shelter", "AnswerMissing")]
    assert codes(chain(), {"home": "no", "shelter": "yes"}) == [("where", "AnswerMissing")]


def test_a_person_may_refuse_to_answer_where_the_form_allows_it() -> None:
    asked = chain()
    checked = asked.check(asked.read({"home-nonanswer": ["__refused__"]}), today=TODAY)
    assert checked.ok
    assert checked.values == {"home": "__refused__"}
    assert codes(asked, {"home": "__not_asked__"}) == [("home", "NonAnswerNotAllowed")]


def test_a_list_of_ticks_may_be_refused_as_a_whole() -> None:
    asked = form(question("checklist", "x", values=YES_NO, properties={"nonanswers": ["refused"]}))
    for raw in ("__refused__", ["__refused__"]):
        assert asked.check({"x": raw}, today=TODAY).values == {"x": "__refused__"}
    assert codes(asked, {"x": ["yes", "__refused__"]}) == [("x", "NotAnOption")]


def needs(**more: Any) -> dict[str, Any]:
    inner = [
        required("select", "code", values=[{"label": "Praca", "value": "work"}, {"label": "Inne", "value": "other"}]),
        required("textfield", "words", properties={"show_if": {"field": "code", "is": ["other"]}}),
    ]
    return {"type": "dynamiclist", "path": "needs", "label": "Potrzeby", "components": inner, **more}


def test_rows_keep_their_order_and_problems_name_their_row() -> None:
    asked = form(needs())
    post = {"needs-0-code": ["work"], "needs-0-words": [""], "needs-3-code": ["other"], "needs-3-words": [""]}
    raw = asked.read(post)
    assert raw == {"needs": [{"code": "work"}, {"code": "other"}]}
    assert codes(asked, raw) == [("needs-1-words", "AnswerMissing")]


def test_rows_are_added_and_removed_without_script() -> None:
    asked = form(needs())
    post = {"needs-0-code": ["work"], "needs-1-code": ["other"]}
    assert asked.read(post | {"_add": ["needs"]})["needs"] == [{"code": "work"}, {"code": "other"}, {}]
    assert asked.read(post | {"_remove": ["needs-0"]})["needs"] == [{"code": "other"}]


def test_empty_rows_are_not_kept_and_too_few_are_named() -> None:
    asked = form(needs(validate={"required": True}))
    assert codes(asked, {"needs": [{}, {"code": ""}]}) == [("needs", "TooFewRows")]
    assert asked.check({"needs": [{}, {"code": "work"}]}, today=TODAY).values == {"needs": [{"code": "work"}]}


def test_a_row_with_a_question_of_its_own_invention_is_refused() -> None:
    assert codes(form(needs()), {"needs": [{"code": "work", "risk": "high"}]}) == [("needs-0-risk", "UnknownField")]
    assert codes(form(needs()), {"needs": "work"}) == [("needs", "NotARow")]


def test_a_question_for_one_institution_is_not_asked_of_another() -> None:
    asked = form(
        required("textfield", "training", properties={"show_if": {"context": "item", "is": ["labour"]}}),
        question("textfield", "note"),
    )
    assert codes(asked, {}, context={"item": "labour"}) == [("training", "AnswerMissing")]
    assert codes(asked, {"note": "x"}, context={"item": "prison"}) == []


def test_date_parts_are_read_as_typed() -> None:
    asked = form(question("datetime", "x", subtype="datetime"))
    post = {"x-day": ["31"], "x-month": [" 2"], "x-year": ["2027"], "x-time": ["8:30"]}
    assert asked.read(post) == {"x": "31.2.2027 8:30"}
    assert asked.read({"x-day": [""], "x-month": [""], "x-year": [""], "x-time": [""]}) == {}


def test_a_rule_over_several_answers_speaks_at_its_field() -> None:
    rule = {"check": "to >= from", "message": "Koniec przed początkiem", "message_en": "Ends first", "fields": ["to"]}
    asked = form(question("datetime", "from"), question("datetime", "to"), checks=[rule])
    answers = {"from": "2027-05-05", "to": "2027-05-04"}
    checked = asked.check(answers, today=TODAY, evaluate=lambda text, scope: scope["to"] >= scope["from"])
    assert [(one.key, one.code) for one in checked.problems] == [("to", "CheckFailed")]
    assert asked.check(answers, today=TODAY, evaluate=lambda text, scope: None).ok
    with pytest.raises(ValueError, match="rules over several answers"):
        asked.check(answers, today=TODAY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["home", "shelter", "where", "_confirmed", "odd"]), JSON))
def test_no_answer_whatever_makes_the_check_fall_over(answers: dict[str, Any]) -> None:
    checked = chain().check(answers, today=TODAY)
    assert checked.ok or checked.problems


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=12), min_size=1, max_size=3), max_size=6))
def test_no_post_whatever_makes_the_reading_fall_over(post: dict[str, list[str]]) -> None:
    asked = form(needs(), question("datetime", "x"), question("checklist", "many", values=YES_NO))
    asked.check(asked.read(post), today=TODAY)
