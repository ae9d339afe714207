"""A reason why there is no answer, beside an answer: neither is lost, and the page asks which one counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.answers import FieldProblem
from web.languages import _

_NONANSWER = "-nonanswer"
_PARTS = ("day", "month", "year", "time")


def contradictions(post: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """A problem for each question that was answered and left as unknown or refused at the same time."""
    sentence = _("There is an answer, and also a reason why there is none. Keep one of them.")
    return tuple(FieldProblem(key, "CheckFailed", {"message": sentence, "message_en": sentence})
                 for key in _said_twice(post))


def without_contradictions(post: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The post without the reasons that would push out what was typed."""
    twice = {f"{key}{_NONANSWER}" for key in _said_twice(post)}
    return {name: values for name, values in post.items() if name not in twice}


def _said_twice(post: Mapping[str, Any]) -> list[str]:
    keys = [name.removesuffix(_NONANSWER) for name in post if name.endswith(_NONANSWER) and any(post[name])]
    return [key for key in keys if any(_is_typed(post.get(name)) for name in _names(key))]


def _names(key: str) -> tuple[str, ...]:
    return (key, *(f"{key}-{part}" for part in _PARTS))


def _is_typed(given: Any) -> bool:
    return any(one.strip() for one in ([given] if isinstance(given, str) else given or ()))
