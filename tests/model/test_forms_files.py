"""Reading form files: what the profile allows, and a sentence for everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.model import form_files, json_files
from engine.model.forms import Form, FormRefused


def refusals(schema: Any) -> set[str]:
    with pytest.raises(FormRefused) as refused:
        Form.parse(schema if isinstance(schema, bytes) else json.dumps(schema).encode(), "t.form")
    for problem in refused.value.problems:
        sentence = {**json_files.PROBLEMS, **form_files.PROBLEMS}[problem.code]
        assert "{" not in sentence.format_map(problem.params)
    return {problem.code for problem in refused.value.problems}


def schema(*components: Any, **more: Any) -> dict[str, Any]:
    return {"type": "default", "id": "t", "components": list(components), **more}


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": "Pytanie", **more}


def options(*values: str) -> list[dict[str, str]]:
    return [{"label": value, "value": value} for value in values]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"<xml/>", "NotJson"),
        (b'{"a": NaN}', "NotJson"),
        (b'{"a": 1, "a": 2}', "NotJson"),
        (b"\xff\xfe{", "NotJson"),
        (b"[]", "WrongShape"),
        (b"[" * 100_000, "TooLarge"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "TooLarge"),
        (b" " * 2_000_000, "TooLarge"),
        (schema(), "FormEmpty"),
        (schema(text("a"), text("a")), "Twice"),
        (schema(text("Zły klucz")), "FormKeyInvalid"),
        (schema(text("__class__")), "FormKeyInvalid"),
        (schema({"type": "html", "key": "a", "label": "a"}), "FormTypeUnknown"),
        (schema({"type": "expression", "key": "a", "label": "a"}), "FormTypeUnknown"),
        (schema(text("a", conditional={"hide": "=b"})), "FormExpression"),
        (schema(text("a") | {"label": "=b"}), "FormExpression"),
        (schema(text("a") | {"description": "{{b}}"}), "FormExpression"),
        (schema(text("a", defaultValue="x")), "PropertyUnknown"),
        (schema(text("a", validate={"pattern": "(a+)+$"})), "PropertyUnknown"),
        (schema(text("a", properties={"label_eng": "x"})), "PropertyUnknown"),
        (schema(text("a", properties={"sensitivity": "secret"})), "PropertyInvalid"),
        (schema(text("a", properties={"nonanswers": ["maybe"]})), "PropertyInvalid"),
        (schema(text("a", properties={"show_if": "b"})), "PropertyInvalid"),
        (schema(text("a", properties={"show_if": {"field": "b", "is": ["x"]}})), "FormConditionUnknown"),
        (schema(text("a", properties={"show_if": {"field": "a", "is": ["x"]}})), "FormConditionUnknown"),
        (schema({"type": "radio", "key": "a", "label": "a"}), "FormOptionsMissing"),
        (schema({"type": "radio", "key": "a", "label": "a", "values": options("x", "x")}), "Twice"),
        (schema({"type": "radio", "key": "a", "label": "a", "valuesKey": "b"}), "PropertyUnknown"),
        (schema(text("a"), properties={"checks": [{"check": "a > 1", "fields": ["b"]}]}), "FormCheckFieldUnknown"),
        (schema({"type": "group", "label": "g", "path": "x", "components": [text("a")]}), "PropertyInvalid"),
        (schema("text"), "WrongShape"),
        (schema(text("a", validate={"maxLength": "many"})), "PropertyInvalid"),
        (schema({"type": "number", "key": "a", "label": "a", "validate": {"min": "NaN"}}), "PropertyInvalid"),
    ],
)
def test_what_a_server_cannot_keep_exactly_is_refused(file: Any, code: str) -> None:
    assert code in refusals(file)


def test_a_list_inside_a_list_is_refused() -> None:
    inner = {"type": "dynamiclist", "path": "b", "label": "b", "components": [text("c")]}
    assert "FormNested" in refusals(schema({"type": "dynamiclist", "path": "a", "label": "a", "components": [inner]}))


def test_a_condition_on_an_answer_that_cannot_be_given_is_refused() -> None:
    asked = {"type": "radio", "key": "a", "label": "a", "values": options("x", "y")}
    hidden = text("b", properties={"show_if": {"field": "a", "is": ["z"]}})
    assert refusals(schema(asked, hidden)) == {"FormConditionValueUnknown"}


def test_every_problem_is_named_at_once() -> None:
    file = schema(text("A"), text("b", defaultValue="x"), {"type": "table", "key": "c", "label": "c"})
    assert refusals(file) == {"FormKeyInvalid", "PropertyUnknown", "FormTypeUnknown"}


def test_protection_is_inherited_from_form_and_group_and_overruled_by_the_question() -> None:
    group = {
        "type": "group",
        "label": "Zdrowie",
        "properties": {"label_en": "Health", "sensitivity": "health"},
        "components": [text("a"), text("b", properties={"sensitivity": "social"})],
    }
    form = Form.parse(schema(text("c"), group, properties={"title": "T", "sensitivity": "family", "sees": ["prison"]}))
    assert [(one.key, one.sensitivity, one.sees) for one in form.fields] == [
        ("c", "family", ("prison",)),
        ("a", "health", ("prison",)),
        ("b", "social", ("prison",)),
    ]
    assert [section.title_in("en") for section in form.sections] == ["", "Health"]


def test_a_group_shown_by_a_condition_hides_its_questions() -> None:
    asked = {"type": "radio", "key": "a", "label": "a", "values": options("x", "y")}
    shown = {"show_if": {"field": "a", "is": ["x"]}}
    form = Form.parse(schema(asked, {"type": "group", "label": "g", "properties": shown, "components": [text("b")]}))
    assert [one.key for one in form.visible({"a": "y"})] == ["a"]
    assert [one.key for one in form.visible({"a": "x"})] == ["a", "b"]


def test_words_come_in_both_languages() -> None:
    form = Form.parse(schema(text("a", description="Wskazówka", properties={"label_en": "Name"})))
    assert (form.fields[0].label_in("pl"), form.fields[0].label_in("en")) == ("Pytanie", "Name")
    assert form.fields[0].hint_in("en") == "Wskazówka"


def test_the_estimate_grows_with_the_questions_and_asks_only_the_institution_at_work() -> None:
    for_labour = text("b", properties={"show_if": {"context": "item", "is": ["labour"]}})
    form = Form.parse(schema(*[text(f"q{n}") for n in range(6)], for_labour))
    assert form.minutes_for({"item": "prison"}) == 2
    assert form.minutes == 3
