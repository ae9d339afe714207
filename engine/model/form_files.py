"""Reading a ``.form`` file: form-js JSON in our profile (``forms/profile.schema.json``) into questions and sections.

What form-js can say and a server cannot keep exactly (free expressions, pre-ticked answers, remote options, regular
expressions, nested paths) is refused by name. Words missing in one language are no matter here: see ``form_checks``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.model.fields import (
    CHOICES,
    NONANSWERS,
    Check,
    Condition,
    Field,
    Limits,
    Note,
    Option,
    Section,
)
from engine.model.json_files import FileRefused, Reader, load
from engine.model.visibility import CLASSES

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_LENGTHS = {"textarea": 2000}
_LONGEST = 20_000

#: Code of a problem of a form file → its English sentence (beside those of ``json_files``).
PROBLEMS = {
    "FormTypeUnknown": "A component of type “{type}” cannot be used in a form here.",
    "FormKeyInvalid": "“{key}” cannot be the key of a question: lower-case letters, digits and _ only, a letter first.",
    "FormExpression": "“{name}” holds an expression or a template; a form may only show a question by show_if.",
    "FormOptionsMissing": "This question has no answers to choose from.",
    "FormOptionEnglishUnknown": "options_en names “{value}”, which is not an answer of this question.",
    "FormConditionUnknown": "show_if names “{name}”, which is not a question above this one.",
    "FormConditionValueUnknown": "show_if waits for “{value}”, which “{name}” can never be.",
    "FormCheckFieldUnknown": "A rule of this form names “{name}”, which is not a question of it.",
    "FormNested": "A list inside a list is not possible.",
    "FormEmpty": "This form asks nothing.",
}


class FormRefused(FileRefused):
    """The form {file} cannot be used: {count} problems."""


#: form-js type (and format) → kind of question.
_KINDS = {
    ("textfield", ""): "text", ("textfield", "pesel"): "pesel", ("textfield", "money"): "money",
    ("textarea", ""): "textarea", ("number", ""): "number", ("radio", ""): "radio", ("select", ""): "select",
    ("checklist", ""): "checklist", ("checkbox", ""): "checkbox", ("checkbox", "declaration"): "declaration",
    ("filepicker", ""): "file", ("dynamiclist", ""): "list", ("datetime", "date"): "date",
    ("datetime", "datetime"): "datetime",
}  # fmt: skip
_SILENT = frozenset({"separator", "spacer"})
#: form-js properties that change nothing in what is asked or kept.
_LAYOUT = frozenset({
    "id", "type", "key", "path", "label", "description", "layout", "appearance", "properties", "validate", "values",
    "subtype", "dateLabel", "timeLabel", "timeSerializingFormat", "timeInterval", "use24h", "components", "showOutline",
    "isRepeating", "allowAddRemove", "defaultRepetitions", "disableCollapse", "nonCollapsedItems", "searchable",
    "decimalDigits", "increment", "accept", "multiple", "text", "verticalAlignment", "disallowPassedDates", "height",
})  # fmt: skip
_VALIDATE = frozenset({"required", "maxLength", "min", "max"})
_INHERITED = ("sees", "sensitivity", "basis", "retention", "kind")
_PROPERTIES = frozenset({
    *_INHERITED, "label_en", "description_en", "options_en", "text_en", "format", "prefill", "nonanswers", "show_if",
    "not_before", "not_after", "min_rows", "max_rows", "options_from", "options_where", "books",
    "record",
})  # fmt: skip
_FORM_PROPERTIES = frozenset({*_INHERITED, "title", "title_en", "checks"})


def parse(data: bytes | str | Mapping[str, Any], file: str) -> dict[str, Any]:
    """The parts of a `forms.Form`. Raises `FormRefused` with every problem found."""
    reading = _Reading(file)
    parts = reading.form(load(data, file, FormRefused))
    reading.refuse_problems(FormRefused)
    return parts


class _Reading(Reader):
    """One pass over a form file."""

    def form(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        properties = self.typed(schema, "properties", dict, "", {})
        self.known(properties, _FORM_PROPERTIES, "")
        defaults = {name: properties[name] for name in _INHERITED if name in properties}
        sections = self.sections(self.typed(schema, "components", list, "", []), defaults)
        fields = [item for section in sections for item in section.items if isinstance(item, Field)]
        if not fields and not self.problems:
            self.problem("FormEmpty", "")
        self.conditions(fields)
        return {
            "id": str(schema.get("id", "")),
            "title": str(properties.get("title", "")),
            "title_en": str(properties.get("title_en", "")),
            "sections": tuple(sections),
            "checks": self.checks(properties, {one.key for one in fields}),
            "file": self.file,
        }

    def sections(self, components: list[Any], defaults: dict[str, Any]) -> list[Section]:
        sections = [Section("", "", ())]
        for component in components:
            if isinstance(component, dict) and component.get("type") == "group":
                sections.append(self.group(component, defaults))
            else:
                last = sections[-1] if not sections[-1].title else Section("", "", ())
                if last is not sections[-1]:
                    sections.append(last)
                items = self.items([component], defaults, ())
                sections[-1] = replace(last, items=last.items + tuple(items))
        return [section for section in sections if section.items]

    def group(self, component: dict[str, Any], defaults: dict[str, Any]) -> Section:
        name = str(component.get("label", "group"))
        if component.get("path"):
            self.problem("PropertyInvalid", name, name="path", value=component["path"])
        properties = self.properties(component, name)
        inherited = defaults | {key: properties[key] for key in _INHERITED if key in properties}
        shown = self.show_if(properties, name)
        inner = self.typed(component, "components", list, name, [])
        items = self.items(inner, inherited, shown)
        return Section(name, str(properties.get("label_en", "")), tuple(items), shown)

    def items(
        self, components: list[Any], defaults: dict[str, Any], shown: tuple[Condition, ...], in_list: bool = False
    ) -> list[Field | Note]:
        items: list[Field | Note] = []
        for component in components:
            if not isinstance(component, dict):
                self.problem("WrongShape", "", name="components", expected="a list of objects")
            elif component.get("type") == "text":
                items.append(self.note(component, shown))
            elif component.get("type") not in _SILENT:
                found = self.question(component, defaults, shown, in_list)
                items.extend([found] if found else [])
        return items

    def note(self, component: dict[str, Any], shown: tuple[Condition, ...]) -> Note:
        text = str(component.get("text", ""))
        properties = self.properties(component, "text")
        self.plain(text, "text", "text")
        return Note(text, str(properties.get("text_en", "")), shown + self.show_if(properties, "text"))

    def question(
        self, component: dict[str, Any], defaults: dict[str, Any], shown: tuple[Condition, ...], in_list: bool
    ) -> Field | None:
        is_list = component.get("type") == "dynamiclist"
        key = str(component.get("path" if is_list else "key", ""))
        properties = self.properties(component, key)
        kind = self.kind(component, properties, key)
        if not _KEY.fullmatch(key):
            self.problem("FormKeyInvalid", key, key=key)
        if is_list and in_list:
            self.problem("FormNested", key)
        if kind is None or (is_list and in_list):
            return None
        label = str(component.get("dateLabel" if component.get("type") == "datetime" else "label", ""))
        hint = str(component.get("description", ""))
        for name, text in (("label", label), ("description", hint)):
            self.plain(text, name, key)
        effective = defaults | properties
        rows = self.items(self.typed(component, "components", list, key, []), effective, (), True) if is_list else []
        inner = tuple(item for item in rows if isinstance(item, Field))
        self.unique([item.key for item in inner], key)
        validate = self.typed(component, "validate", dict, key, {})
        self.known(validate, _VALIDATE, key)
        return Field(
            key=key, kind=kind, label=label, label_en=str(properties.get("label_en", "")), hint=hint,
            hint_en=str(properties.get("description_en", "")), required=validate.get("required") is True,
            options=self.options(component, properties, kind, key),
            sees=tuple(self.texts(effective, "sees", key)),
            sensitivity=self.one_of(effective, "sensitivity", CLASSES, key, "basic"),
            basis=str(effective.get("basis", "")), retention=str(effective.get("retention", "")),
            prefill=str(properties.get("prefill", "")),
            fact=self.one_of(effective, "kind", ("fact", "assessment"), key, "fact"),
            nonanswers=tuple(self.texts(properties, "nonanswers", key, tuple(NONANSWERS))),
            show_if=shown + self.show_if(properties, key),
            limits=self.limits(component, properties, validate, key, kind), fields=inner,
            accept=str(component.get("accept", "")),
            suffix=str(self.typed(component, "appearance", dict, key, {}).get("suffixAdorner", "")),
            options_from=str(properties.get("options_from", "")), options_where=self.options_where(properties, key),
            books=self.books(properties, key), record=self.record(properties, key),
        )  # fmt: skip

    def kind(self, component: dict[str, Any], properties: Mapping[str, Any], key: str) -> str | None:
        for name, value in component.items():
            if name in {"conditional", "readonly", "disabled"} and value:
                self.problem("FormExpression", key, name=name)
            elif name not in _LAYOUT and name not in {"conditional", "readonly", "disabled"}:
                self.problem("PropertyUnknown", key, name=name)
        form = component.get("subtype", "") if component.get("type") == "datetime" else properties.get("format", "")
        kind = _KINDS.get((str(component.get("type")), str(form)))
        if kind is None:
            self.problem("FormTypeUnknown", key, type=f"{component.get('type')} {form}".strip())
        return kind

    def limits(
        self, component: dict[str, Any], properties: Mapping[str, Any], validate: Mapping[str, Any], key: str, kind: str
    ) -> Limits:
        length = int(self.number(validate, "maxLength", key, 1, _LONGEST) or _LENGTHS.get(kind, 500))
        not_before = "today" if component.get("disallowPassedDates") is True else None
        one_file = kind == "file" and component.get("multiple") is not True
        return Limits(
            length=length,
            least=self.number(validate, "min", key),
            most=self.number(validate, "max", key),
            digits=int(self.number(component, "decimalDigits", key, 0, 10) or 0),
            not_before=self.day(properties, "not_before", key) or not_before,
            not_after=self.day(properties, "not_after", key),
            rows_least=int(self.number(properties, "min_rows", key, 0, 100) or 0),
            rows_most=1 if one_file else int(self.number(properties, "max_rows", key, 1, 100) or 50),
        )

    def options(
        self, component: dict[str, Any], properties: Mapping[str, Any], kind: str, key: str
    ) -> tuple[Option, ...]:
        values = self.typed(component, "values", list, key, [])
        register: str = self.typed(properties, "options_from", str, key, "")
        if register and (kind not in CHOICES or values):
            self.problem("PropertyInvalid", key, name="options_from", value=register)
        if kind not in CHOICES or register:
            return ()
        english = self.typed(properties, "options_en", dict, key, {})
        found = [one for one in values if isinstance(one, dict) and isinstance(one.get("value"), str)]
        if not found or len(found) < len(values):
            self.problem("FormOptionsMissing", key)
        self.unique([one["value"] for one in found], key)
        for value in english.keys() - {one["value"] for one in found}:
            self.problem("FormOptionEnglishUnknown", key, value=value)
        for one in found:
            self.plain(str(one.get("label", "")), "values", key)
        return tuple(
            Option(one["value"], str(one.get("label", "")), str(english.get(one["value"], ""))) for one in found
        )

    def options_where(self, properties: Mapping[str, Any], key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        given = self.typed(properties, "options_where", dict, key, {})
        return tuple((name, tuple(self.texts(given, name, key))) for name in given)

    def record(self, properties: Mapping[str, Any], key: str) -> str:
        given: str = self.typed(properties, "record", str, key, "")
        if given and not re.fullmatch(r"information|basis|consent(:[a-z][a-z0-9-]*)?", given):
            self.problem("PropertyInvalid", key, name="record", value=given)
        return given

    def books(self, properties: Mapping[str, Any], key: str) -> tuple[str, str] | None:
        if "books" not in properties:
            return None
        given = self.typed(properties, "books", dict, key, {})
        self.known(given, frozenset({"starts_on", "consent"}), key)
        if not properties.get("options_from"):
            self.problem("PropertyMissing", key, name="options_from")
        return str(given.get("starts_on", "")), str(given.get("consent", ""))

    def show_if(self, properties: Mapping[str, Any], key: str) -> tuple[Condition, ...]:
        given = properties.get("show_if", [])
        conditions = []
        for one in given if isinstance(given, list) else [given]:
            values = one.get("is") if isinstance(one, dict) else None
            names = {"field", "context"}.intersection(one) if isinstance(one, dict) else set()
            if not isinstance(values, list) or not values or len(names) != 1 or len(one) != 2:
                self.problem("PropertyInvalid", key, name="show_if", value=str(one)[:60])
                continue
            name = names.pop()
            conditions.append(Condition(str(one[name]), tuple(str(value) for value in values), name == "context"))
        return tuple(conditions)

    def conditions(self, fields: list[Field]) -> None:
        self.unique([one.key for one in fields], "")
        above: dict[str, Field] = {}
        for one in fields:
            self.condition_of(one, above)
            inside = dict(above)
            for inner in one.fields:
                self.condition_of(inner, inside)
                inside[inner.key] = inner
            above[one.key] = one

    def condition_of(self, one: Field, above: Mapping[str, Field]) -> None:
        for condition in one.show_if:
            if condition.of_context:
                continue
            asked = above.get(condition.name)
            if asked is None:
                self.problem("FormConditionUnknown", one.key, name=condition.name)
            elif asked.kind in CHOICES and not asked.options_from:
                possible = {option.value for option in asked.options} | {NONANSWERS[name] for name in asked.nonanswers}
                for value in set(condition.values) - possible - {""}:
                    self.problem("FormConditionValueUnknown", one.key, name=condition.name, value=value)

    def checks(self, properties: Mapping[str, Any], keys: set[str]) -> tuple[Check, ...]:
        found = []
        for one in self.typed(properties, "checks", list, "", []):
            if not isinstance(one, dict) or not isinstance(one.get("check"), str) or not one.get("fields"):
                self.problem("PropertyInvalid", "", name="checks", value=str(one)[:60])
                continue
            self.known(one, frozenset({"check", "message", "message_en", "fields"}), "")
            fields = tuple(self.texts(one, "fields", ""))
            for name in set(fields) - keys:
                self.problem("FormCheckFieldUnknown", "", name=name)
            found.append(Check(one["check"], str(one.get("message", "")), str(one.get("message_en", "")), fields))
        return tuple(found)

    def properties(self, component: dict[str, Any], key: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.typed(component, "properties", dict, key, {})
        self.known(properties, _PROPERTIES, key)
        return properties

    def plain(self, text: str, name: str, key: str) -> None:
        if text.startswith("=") or "{{" in text:
            self.problem("FormExpression", key, name=name)
