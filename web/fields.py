"""Questions on a page: each question of a form becomes the settings of one component, with what was typed put back.

Names follow ``Form.read``. A question that is asked only after another answer carries its condition: a script hides it
until then, and without a script its words say when it is meant. What the answers mean is left to the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from engine.model.answers import CONFIRMED, FieldProblem
from engine.model.fields import CHOICES, Condition, Field, Note
from engine.model.fields import NONANSWERS as KEPT
from engine.model.forms import Form
from engine.queries.rows import Earlier, Words
from web import words
from web.languages import _, ngettext, spoken

#: Files come beside the answers, under this and the key of their question; the answer holds their identifiers.
FILE = "_file-"
#: Kinds that offer "don't know" among their answers; the others ask below why there is none.
_ANSWERED_THERE = frozenset({"radio", "select"})
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}))?")
#: Roles that are named one by one; more make a line nobody reads.
_FEW = 5


@dataclass(frozen=True)
class Block:
    """One question (or heading, or note) ready for its macro: ``macro`` names it, ``params`` are its settings."""

    macro: str
    params: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    text: str = ""
    asked_if: str = ""
    condition: str = ""
    nonanswer: dict[str, Any] | None = None
    confirm: dict[str, Any] | None = None
    earlier: tuple[dict[str, Any], ...] = ()
    rows: tuple[tuple[Block, ...], ...] = ()
    error: str = ""
    can_add: bool = False


@dataclass(frozen=True)
class Shown:
    """What a form is shown with: raw answers, problems, facts of the task, earlier answers, who reads what."""

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Earlier, ...]] = field(default_factory=dict)
    readers: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    non_readers: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def blocks(form: Form, shown: Shown) -> tuple[Block, ...]:
    """Everything the form shows, in order."""
    return tuple(_Blocks(form, shown).all())


def summary(form: Form, problems: Iterable[FieldProblem]) -> list[dict[str, str]]:
    """The lines of the error summary, each with a link to the question."""
    return [
        {"text": words.problem(one, question(form, one.key)), "href": f"#{_anchor(form, one.key)}"} for one in problems
    ]


def typed(form: Form, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Raw answers as question and text, for who has to copy them because they could not be handed in."""
    return [(one.label_in(spoken()), _as_typed(one, answers[one.key])) for one in form.fields if answers.get(one.key)]


def _as_typed(one: Field, raw: Any) -> str:
    if one.kind == "list" and isinstance(raw, list):
        rows = (", ".join(_as_typed(inner, row[inner.key]) for inner in one.fields if row.get(inner.key))
                for row in raw if isinstance(row, dict))
        return "; ".join(row for row in rows if row)
    # dates stay as they were typed: they may not be dates yet
    return str(raw) if one.kind in {"date", "datetime", "money", "file"} else words.answer(one, raw)


def question(form: Form, key: str) -> Field | None:
    """The question that a posted name belongs to: ``key`` or ``list-0-key``."""
    found = form.field(key)
    row = re.fullmatch(r"(\w+)-\d+-(\w+)", key)
    return found or (form.field(f"{row[1]}.{row[2]}") if row else None)


def _anchor(form: Form, key: str) -> str:
    found = question(form, key)
    if found is None:
        return "main-content"
    return f"{key}-day" if found.kind in {"date", "datetime"} else key


def date_parts(raw: Any) -> tuple[str, str, str, str]:
    """Day, month, year and time as typed, or from a kept ISO text."""
    text = str(raw or "").strip()
    iso = _ISO.match(text)
    if iso:
        return iso[3].lstrip("0"), iso[2].lstrip("0"), iso[1], iso[4] or ""
    day_text, _blank, time_text = text.partition(" ")
    parts = [*re.split(r"[./-]", day_text, maxsplit=2), "", ""]
    return parts[0], parts[1], parts[2], time_text


class _Blocks:
    def __init__(self, form: Form, shown: Shown) -> None:
        self.form, self.shown, self.language = form, shown, spoken()
        self.errors = {one.key: words.problem(one, question(form, one.key)) for one in shown.problems}
        self.confirmable = {one.key for one in shown.problems if one.confirmable}
        self.confirmed = frozenset(shown.values.get(CONFIRMED) or ())

    def all(self) -> Iterable[Block]:
        for section in self.form.sections:
            items = [item for item in section.items if self.asked_here(item.show_if)]
            if section.title and items:
                yield Block("heading", text=section.title_in(self.language), **self.condition(section.show_if))
            for item in items:
                if isinstance(item, Note):
                    yield Block("note", text=item.text_in(self.language), **self.condition(item.show_if))
                else:
                    yield self.block(item, item.key, item.key, self.shown.values.get(item.key))

    def asked_here(self, conditions: tuple[Condition, ...]) -> bool:
        return all(one.holds({}, self.shown.context) for one in conditions if one.of_context)

    def condition(self, conditions: tuple[Condition, ...], prefix: str = "") -> dict[str, Any]:
        """The condition for the script and, for a page without one, in words."""
        given = [one for one in conditions if not one.of_context]
        if not given:
            return {}
        rules = [{"name": self.posted_name(one.name, prefix), "is": list(one.values)} for one in given]
        said = "; ".join(self.condition_words(one, prefix) for one in given)
        return {"asked_if": json.dumps(rules), "condition": _("Only if: {condition}", condition=said)}

    def posted_name(self, name: str, prefix: str) -> str:
        return name if self.form.field(name) or not prefix else f"{prefix}{name}"

    def condition_words(self, one: Condition, prefix: str) -> str:
        asked = self.form.field(one.name) or (self.form.field(f"{prefix.split('-')[0]}.{one.name}") if prefix else None)
        if asked is None:
            return one.name
        values = [words.answer(asked, True if value == "yes" and asked.kind not in CHOICES else value)
                  for value in one.values]
        either = _("or")
        alternatives = f" {either} ".join(values)
        return f"{asked.label_in(self.language)} – {alternatives}"

    def block(self, one: Field, path: str, name: str, raw: Any, prefix: str = "") -> Block:
        nonanswer = raw if isinstance(raw, str) and raw in KEPT.values() else ""
        made = _MAKERS[one.kind](self, one, name, raw if not nonanswer or one.kind in _ANSWERED_THERE else None)
        macro, params = made
        error = self.errors.get(name, "")
        if error:
            params["errorMessage"] = {"text": error, "visuallyHiddenText": _("Error")}
        return Block(
            macro, self.explained(one, path, params), key=name, error=error,
            nonanswer=self.nonanswer(one, name, nonanswer), confirm=self.confirm(name),
            earlier=self.earlier(one, path, raw), rows=self.rows(one, raw) if one.kind == "list" else (),
            can_add=one.kind == "list" and len(raw or ()) < one.limits.rows_most,
            **self.condition(one.show_if, prefix),
        )  # fmt: skip

    def explained(self, one: Field, path: str, params: dict[str, Any]) -> dict[str, Any]:
        """Put the hint and the line that says who will read the answer below the question."""
        params["hint_text"] = one.hint_in(self.language)
        params["readers"], params["non_readers"] = audience(
            self.shown.readers.get(path, ()), self.shown.non_readers.get(path, ()))
        return params

    def title(self, one: Field) -> str:
        text = one.label_in(self.language)
        required = one.required or one.limits.rows_least > 0
        if required or one.kind in {"checkbox", "declaration"}:
            return text
        return _("{question} (not obligatory)", question=text)

    def label(self, one: Field) -> dict[str, str]:
        return {"text": self.title(one), "classes": "govuk-label--s"}

    def legend(self, one: Field) -> dict[str, Any]:
        return {"legend": {"text": self.title(one), "classes": "govuk-fieldset__legend--s"}}

    def options(self, one: Field) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The answers to choose from, and what can be said instead of one."""
        given = [{"value": option.value, "text": one.option_label(option.value, self.language)}
                 for option in one.options]
        return given, [{"value": KEPT[code], "text": _(words.NONANSWERS[KEPT[code]])} for code in one.nonanswers]

    def nonanswer(self, one: Field, name: str, chosen: str) -> dict[str, Any] | None:
        if not one.nonanswers or one.kind in _ANSWERED_THERE:
            return None
        given = self.options(one)[1]
        return {
            "id": f"{name}-nonanswer", "name": f"{name}-nonanswer", "value": chosen,
            # several questions of a page ask this; to who listens, each says which one it means
            "label": {"html": Markup('{}<span class="govuk-visually-hidden">: {}</span>').format(
                _("If there is no answer, why?"), one.label_in(self.language))},
            "items": [{"value": "", "text": _("There is an answer")}, *given],
        }  # fmt: skip

    def confirm(self, name: str) -> dict[str, Any] | None:
        if name not in self.confirmable and name not in self.confirmed:
            return None
        return {
            "name": f"{name}-confirmed", "classes": "govuk-checkboxes--small",
            "items": [{"value": "yes", "text": _("The document says so"), "checked": name in self.confirmed}],
        }  # fmt: skip

    def earlier(self, one: Field, path: str, raw: Any) -> tuple[dict[str, Any], ...]:
        return tuple(
            {"who": given.institution, "when": given.given_at, "answer": words.answer(one, given.value),
             "same": path if one.kind != "list" and raw != given.value else ""}
            for given in self.shown.earlier.get(path, ())
        )  # fmt: skip

    def rows(self, one: Field, raw: Any) -> tuple[tuple[Block, ...], ...]:
        given = raw if isinstance(raw, list) else []
        made = [row if isinstance(row, Mapping) else {} for row in given] or [{}]
        return tuple(
            tuple(
                self.block(inner, f"{one.key}.{inner.key}", f"{one.key}-{at}-{inner.key}", row.get(inner.key),
                           f"{one.key}-{at}-")
                for inner in one.fields if self.asked_here(inner.show_if)
            )
            for at, row in enumerate(made)
        )  # fmt: skip

    # --- one maker a kind

    def input(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        params = {"id": name, "name": name, "value": raw, "label": self.label(one), **_INPUTS.get(one.kind, {})}
        suffix = "zł" if one.kind == "money" else one.suffix
        if suffix:
            params["suffix"] = {"text": suffix}
        return "input", params

    def textarea(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        params = {
            "id": name, "name": name, "value": raw or "", "label": self.label(one), "rows": 4,
            "maxlength": one.limits.length, "threshold": 50,
            "textareaDescriptionText": _("You can enter up to {limit} characters.", limit="%{count}"),
            "charactersUnderLimitText": _plural("{n} character left", "{n} characters left"),
            "charactersOverLimitText": _plural("{n} character too many", "{n} characters too many"),
            "charactersAtLimitText": _("No characters left"),
        }  # fmt: skip
        return "character_count", params

    def choice(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        items, without = self.options(one)
        params = {
            "idPrefix": name, "name": name, "value": raw, "fieldset": self.legend(one),
            "classes": "govuk-radios--small",
            "items": [*items, *([{"divider": _("or")}, *without] if without else [])],
        }  # fmt: skip
        if not without and len(items) < 4 and all(len(item["text"]) < 25 for item in items):
            params["classes"] += " govuk-radios--inline"
        return "radios", params

    def select(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        items, without = self.options(one)
        params = {"id": name, "name": name, "value": raw, "label": self.label(one),
                  "items": [{"value": "", "text": _("Choose")}, *items, *without]}
        return "select", params

    def checklist(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        items, _without = self.options(one)
        ticked = raw if isinstance(raw, list) else [raw] if raw else []
        return "checkboxes", {"idPrefix": name, "name": name, "values": ticked, "fieldset": self.legend(one),
                              "items": items, "classes": "govuk-checkboxes--small"}

    def tick(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        ticked = raw is True or str(raw).lower() in {"yes", "true", "on", "1"}
        return "tick", {"idPrefix": name, "name": name,
                        "items": [{"value": "yes", "text": self.title(one), "checked": ticked}]}

    def dates(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        parts = [("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4), ("time", _("Time"), 4)]
        items: list[dict[str, Any]] = [
            {"name": part, "label": label, "classes": f"govuk-input--width-{width}", "value": value}
            for (part, label, width), value in zip(parts, date_parts(raw), strict=True)
        ]
        if one.kind == "date":
            items.pop()
        else:
            items[-1]["inputmode"] = "text"
        return "date_input", {"id": name, "namePrefix": name, "fieldset": self.legend(one), "items": items}

    def file(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        kept = [{"value": token, "text": self.shown.files.get(token, token), "checked": True} for token in raw or ()]
        params = {"id": name, "name": f"{FILE}{name}", "label": self.label(one), "multiple": one.limits.rows_most > 1,
                  "attributes": {"accept": ".pdf,.jpg,.jpeg,.png,.docx"}, "kept": kept}
        return "file", params

    def several(self, one: Field, name: str, raw: Any) -> tuple[str, dict[str, Any]]:
        return "rows", {"id": name, "fieldset": self.legend(one)}


_INPUTS: dict[str, dict[str, Any]] = {
    "pesel": {"inputmode": "numeric", "classes": "govuk-input--width-10", "spellcheck": False, "autocomplete": "off"},
    "number": {"inputmode": "decimal", "classes": "govuk-input--width-5", "spellcheck": False},
    "money": {"inputmode": "decimal", "classes": "govuk-input--width-5", "spellcheck": False},
}
_MAKERS = {
    "text": _Blocks.input, "pesel": _Blocks.input, "number": _Blocks.input, "money": _Blocks.input,
    "textarea": _Blocks.textarea, "radio": _Blocks.choice, "select": _Blocks.select, "checklist": _Blocks.checklist,
    "checkbox": _Blocks.tick, "declaration": _Blocks.tick, "date": _Blocks.dates, "datetime": _Blocks.dates,
    "list": _Blocks.several, "file": _Blocks.file,
}  # fmt: skip


def audience(readers: tuple[Words, ...], others: tuple[Words, ...]) -> tuple[str, str]:
    """Who will and who will not see an answer; where many roles take part, the longer list is "the others"."""
    seen, unseen = _said(readers), _said(others)
    if not others:
        return (_("everyone who takes part") if readers else ""), ""
    if len(readers) + len(others) <= _FEW:
        return seen, unseen
    return (_("the others who take part"), unseen) if len(readers) > len(others) else (seen, _("the others"))


def _said(readers: Iterable[Words]) -> str:
    return ", ".join(one.in_language(spoken()) for one in readers)


def _plural(one: str, many: str) -> dict[str, str]:
    """The forms that the character counter chooses among, by the names of the Unicode plural rules."""
    numbers = {"one": 1, "few": 2, "many": 5, "other": 5} if spoken() == "pl" else {"one": 1, "other": 5}
    return {name: ngettext(one, many, n).replace(str(n), "%{count}", 1) for name, n in numbers.items()}
