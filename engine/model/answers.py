"""What a person answered: read from a post, checked against the form, freed of what was not asked.

Raw answers are a JSON object as typed: texts, lists of ticked values, lists of rows, and under ``_confirmed`` the keys
that a person insists on. Checked values are what is kept. Problems are codes; ``PROBLEMS`` holds their sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.model.answer_values import AnswerProblem, printable, value_of
from engine.model.fields import NONANSWERS, Check, Field

CONFIRMED = "_confirmed"
#: More rows than any limit of a form; what comes after is not read from a post.
_ROWS_READ = 200
_MANY = frozenset({"checklist", "file"})
_TICKS = frozenset({"checkbox", "declaration"})
_NONANSWER_VALUES = tuple(NONANSWERS.values())

Evaluate = Callable[[str, Mapping[str, Any]], Any]

#: Code of a problem with an answer → its English sentence. ``{field}`` is the label of the question.
PROBLEMS = {
    "AnswerMissing": "{field}: an answer is needed.",
    "DeclarationMissing": "{field}: tick this to go on.",
    "NonAnswerNotAllowed": "{field}: this question must be answered; it cannot be left as unknown or refused.",
    "NotText": "{field}: this must be text.",
    "TextTooLong": "{field}: at most {limit} characters; there are {length}.",
    "ForbiddenCharacter": "{field}: there is an invisible control character in the text. Type it again.",
    "OneLineOnly": "{field}: this must be one line.",
    "NotANumber": "{field}: this must be a number, written in digits.",
    "TooManyDecimals": "{field}: at most {digits} digits after the comma.",
    "TooSmall": "{field}: not less than {least}.",
    "TooLarge": "{field}: not more than {most}.",
    "NotAnAmount": "{field}: this must be an amount, for example 1234,50.",
    "NotADate": "{field}: this must be a date: day, month and year with four digits.",
    "NoSuchDate": "{field}: there is no such day as {given}.",
    "YearOutOfRange": "{field}: the year must lie between {first} and {last}.",
    "DateTooEarly": "{field}: not before {earliest}.",
    "DateTooLate": "{field}: not after {latest}.",
    "NotATime": "{field}: a time is needed, for example 8:30.",
    "NoSuchTime": "{field}: {given} does not exist on that day, because the clock is put forward.",
    "NotAPesel": "{field}: a PESEL number has 11 digits; there are {length} characters.",
    "PeselCheckDigit": "{field}: the check digit does not fit. Check it, or confirm that the document says so.",
    "NotAnOption": "{field}: “{given}” is not one of the answers.",
    "RowNotThere": "{field}: what was chosen is no longer in the register. Choose again.",
    "PlaceNotFree": "{field}: no place is left there. Choose another.",
    "NotYesOrNo": "{field}: “{given}” is neither yes nor no.",
    "NotAFile": "{field}: this is not an attached file.",
    "NotARow": "{field}: this must be a list of rows.",
    "TooManyRows": "{field}: at most {most}.",
    "TooFewRows": "{field}: at least {least}.",
    "UnknownField": "This form has no question “{name}”.",
    "CheckFailed": "{message}",
}


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one answer. ``key`` is the field's key, or ``list-row-key`` for one in a row (from 0).

    A ``confirmable`` one blocks until the same answer comes with its key among the confirmed ones.
    """

    key: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    confirmable: bool = False


@dataclass(frozen=True)
class Checked:
    """Values ready to keep, and what stands in the way. ``remarks`` are problems that a person confirmed."""

    values: dict[str, Any]
    problems: tuple[FieldProblem, ...] = ()
    remarks: tuple[FieldProblem, ...] = ()
    pruned: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the answers may be kept."""
        return not self.problems


def read_post(fields: Iterable[Field], post: Mapping[str, list[str]]) -> dict[str, Any]:
    """Raw answers from posted names. Names beginning with ``_`` belong to the page; others nobody asked for stay,
    so that the check can refuse them by name. ``_add`` and ``_remove`` (a list's key; ``key-row``) change rows."""
    seen: set[str] = set()
    answers = _read_fields(fields, "", post, seen)
    confirmed = [name.removesuffix("-confirmed") for name in post if name.endswith("-confirmed")]
    seen.update(f"{key}-confirmed" for key in confirmed)
    if confirmed:
        answers[CONFIRMED] = confirmed
    _change_rows(fields, answers, post)
    strange = {name: values[0] for name, values in post.items() if name not in seen and not name.startswith("_")}
    return strange | answers


def _read_fields(fields: Iterable[Field], prefix: str, post: Mapping[str, list[str]], seen: set[str]) -> dict[str, Any]:
    answers = {}
    for one in fields:
        raw = _read_rows(one, prefix, post, seen) if one.kind == "list" else _read_one(one, prefix, post, seen)
        if raw is not None:
            answers[one.key] = raw
    return answers


def _read_one(one: Field, prefix: str, post: Mapping[str, list[str]], seen: set[str]) -> Any:
    name = prefix + one.key
    parts = [f"{name}-{part}" for part in ("day", "month", "year", "time")]
    seen.update([name, f"{name}-nonanswer", *parts])
    nonanswer = _last(post, f"{name}-nonanswer")
    if nonanswer:
        return nonanswer
    if one.kind in _MANY:
        given = [text for text in post.get(name, ()) if text]
        return given[0] if one.kind == "checklist" and given and given[0] in _NONANSWER_VALUES else given or None
    if one.kind in _TICKS:
        return _last(post, name)
    if one.kind in {"date", "datetime"} and any(_last(post, part) for part in parts):
        day, month, year, time = (_last(post, part) or "" for part in parts)
        return f"{day.strip()}.{month.strip()}.{year.strip()} {time.strip()}".strip()
    return _last(post, name) or None


def _last(post: Mapping[str, list[str]], name: str) -> str | None:
    values = post.get(name)
    return values[-1] if values else None


def _read_rows(one: Field, prefix: str, post: Mapping[str, list[str]], seen: set[str]) -> list[Any] | None:
    name = prefix + one.key
    seen.update([name, f"{name}-nonanswer"])
    row_name = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-")
    numbers = sorted({int(found[1]) for key in post if (found := row_name.match(key))})[:_ROWS_READ]
    return [_read_fields(one.fields, f"{name}-{number}-", post, seen) for number in numbers] or None


def _change_rows(fields: Iterable[Field], answers: dict[str, Any], post: Mapping[str, list[str]]) -> None:
    lists = {one.key for one in fields if one.kind == "list"}
    for key in lists.intersection(post.get("_add", ())):
        answers[key] = [*answers.get(key, []), {}]
    for command in post.get("_remove", ()):
        key, _, number = command.rpartition("-")
        if key in lists and number.isdecimal():
            answers[key] = [row for at, row in enumerate(answers.get(key, [])) if at != int(number)]


def check_answers(
    fields: Iterable[Field],
    checks: Iterable[Check],
    answers: Mapping[str, Any],
    *,
    today: date,
    context: Mapping[str, Any] | None = None,
    evaluate: Evaluate | None = None,
    confirmed: bool = False,
) -> Checked:
    """The checked values with every problem in the order of the form. ``context`` holds facts that questions may
    depend on (``item``: for whom this instance of a multi-instance task is). ``evaluate`` computes an expression over
    values; a form with rules over several answers cannot be checked without it. ``confirmed`` insists on every answer
    that may be insisted on (files, where nobody can be asked)."""
    asked = tuple(fields)
    checking = _Checking(today, context or {}, None if confirmed else _confirmed_keys(answers))
    values = checking.values(asked, answers, {}, "")
    checking.strangers(asked, answers, "")
    if not checking.problems:
        checking.problems.extend(_failed_checks(tuple(checks), values, evaluate))
    return Checked(values, tuple(checking.problems), tuple(checking.remarks), tuple(checking.pruned))


def _confirmed_keys(answers: Mapping[str, Any]) -> frozenset[str]:
    keys = answers.get(CONFIRMED)
    return frozenset(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else frozenset()


def _failed_checks(
    checks: tuple[Check, ...], values: Mapping[str, Any], evaluate: Evaluate | None
) -> list[FieldProblem]:
    if not checks:
        return []
    if evaluate is None:
        raise ValueError("this form has rules over several answers; hand in how to evaluate them")
    # null (an answer the rule needs is not there) is no failure: what must be there is `required`.
    return [
        FieldProblem(check.fields[0], "CheckFailed", {"message": check.message, "message_en": check.message_en})
        for check in checks
        if evaluate(check.expression, values) is False
    ]


class _Checking:
    """One pass over the answers: values out, problems and remarks collected on the way."""

    def __init__(self, today: date, context: Mapping[str, Any], confirmed: frozenset[str] | None) -> None:
        self.today, self.context, self.confirmed = today, context, confirmed
        self.problems: list[FieldProblem] = []
        self.remarks: list[FieldProblem] = []
        self.pruned: list[str] = []

    def values(
        self, fields: tuple[Field, ...], answers: Mapping[str, Any], outer: Mapping[str, Any], prefix: str
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for one in fields:
            name = prefix + one.key
            if not one.shows({**outer, **values}, self.context):
                if _is_there(answers.get(one.key)):
                    self.pruned.append(name)
                continue
            value = self.value(one, answers.get(one.key), {**outer, **values}, name)
            if value is not None:
                values[one.key] = value
        return values

    def value(self, one: Field, raw: Any, outer: Mapping[str, Any], name: str) -> Any:
        try:
            if isinstance(raw, list) and len(raw) == 1 and one.kind == "checklist" and raw[0] in _NONANSWER_VALUES:
                raw = raw[0]
            if isinstance(raw, str) and raw in _NONANSWER_VALUES:
                return _nonanswer(one, raw)
            if one.kind == "list":
                return self.rows(one, raw, outer, name)
            return _present(one, raw, self.today)
        except AnswerProblem as problem:
            return self.settle(name, problem, raw)

    def strangers(self, fields: tuple[Field, ...], answers: Mapping[str, Any], prefix: str) -> None:
        """Note every answer to a question that is not asked here; dropping it would lose what someone typed."""
        known = {one.key for one in fields} | {CONFIRMED}
        for name in (printable(name)[:100] for name in answers if name not in known):
            self.problems.append(FieldProblem(f"{prefix}{name}", "UnknownField", {"name": name}))

    def settle(self, name: str, problem: AnswerProblem, raw: Any) -> Any:
        found = FieldProblem(name, problem.code, problem.params, problem.confirmable)
        insisted = problem.confirmable and (self.confirmed is None or name in self.confirmed)
        (self.remarks if insisted else self.problems).append(found)
        # what may be insisted on counts as an answer while it is not: questions that depend on it are not asked anew
        return "".join(str(raw).split()) if problem.confirmable else None

    def rows(self, one: Field, raw: Any, outer: Mapping[str, Any], name: str) -> list[dict[str, Any]] | None:
        rows = [] if raw is None else raw
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise AnswerProblem("NotARow")
        if len(rows) > one.limits.rows_most:
            raise AnswerProblem("TooManyRows", most=one.limits.rows_most)
        kept = [(at, row) for at, row in enumerate(rows) if any(_is_there(value) for value in row.values())]
        if len(kept) < max(one.limits.rows_least, int(one.required)):
            raise AnswerProblem("TooFewRows", least=max(one.limits.rows_least, 1))
        for at, row in kept:
            self.strangers(one.fields, row, f"{name}-{at}-")
        return [self.values(one.fields, row, outer, f"{name}-{at}-") for at, row in kept] or None


def _is_there(raw: Any) -> bool:
    if isinstance(raw, str):
        return bool(raw.strip())
    return bool(raw) if isinstance(raw, list | dict | bool) else raw is not None


def _nonanswer(one: Field, raw: str) -> str:
    if raw not in {NONANSWERS[name] for name in one.nonanswers}:
        raise AnswerProblem("NonAnswerNotAllowed")
    return raw


def _present(one: Field, raw: Any, today: date) -> Any:
    if one.kind in _TICKS:
        ticked = value_of(one, False if raw is None else raw, today)
        if one.required and not ticked:
            raise AnswerProblem("DeclarationMissing" if one.kind == "declaration" else "AnswerMissing")
        return ticked
    if _is_there(raw):
        return value_of(one, raw, today)
    if one.required:
        raise AnswerProblem("AnswerMissing")
    return None
