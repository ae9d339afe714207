"""Fills in forms the way a browser posts them: one plausible answer a question, of the kind that is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from engine.model.fields import Field
from engine.model.forms import Form


def posted(form: Form, today: date, context: Mapping[str, Any] | None = None, **given: str) -> dict[str, Any]:
    """Names and values that answer everything required; ``given`` are raw answers by key that win."""
    answers: dict[str, Any] = {}
    post: dict[str, Any] = {}
    for field in form.fields:
        raw = given.get(field.key)
        if not field.shows(answers, context or {}) or (raw is None and not _needed(field)):
            continue
        answers[field.key] = raw if raw is not None else _answer(field, today)
        post |= dict(_names(field, field.key, answers[field.key], today))
    return post


def _needed(field: Field) -> bool:
    return field.required or field.limits.rows_least > 0


def _answer(field: Field, today: date) -> Any:
    soon = today + timedelta(days=10)
    if field.limits.not_after == "today":
        soon = today - timedelta(days=1)
    return {
        "radio": lambda: field.options[0].value, "select": lambda: field.options[0].value,
        "checklist": lambda: field.options[0].value, "checkbox": lambda: "yes", "declaration": lambda: "yes",
        "date": lambda: f"{soon:%d.%m.%Y}", "datetime": lambda: f"{soon:%d.%m.%Y} 10:00", "number": lambda: "1",
        "money": lambda: "120,50", "pesel": lambda: "", "list": lambda: "",
    }.get(field.kind, lambda: "Zażółć gęślą jaźń")()  # fmt: skip


def _names(field: Field, name: str, raw: str, today: date) -> Iterable[tuple[str, str]]:
    if field.kind == "list":
        rows = [(f"{name}-0-{inner.key}", inner) for inner in field.fields if inner.required]
        return [one for path, inner in rows for one in _names(inner, path, _answer(inner, today), today)]
    if field.kind not in {"date", "datetime"}:
        return [(name, raw)]
    day, _blank, time = raw.partition(" ")
    parts = dict(zip(("day", "month", "year"), day.split("."), strict=True)) | ({"time": time} if time else {})
    return [(f"{name}-{part}", value) for part, value in parts.items()]
