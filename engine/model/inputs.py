"""What can be written down at all: whole text, finite numbers, values that are JSON, all of it bounded.

Asked once at the front door, of every request and every question, so that no floor below meets half a character or a
number that no ledger holds. Whether an input makes sense is left to forms and handlers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.model.attachments import Upload
from engine.model.errors import InvalidInput

#: characters of all texts of one request together; a form's own limits are far below
LARGEST = 2_000_000
_DEEPEST = 40
_WHOLE = 2**63
_SHAPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "str": (str, "this must be text"),
    "UUID": (UUID, "this must be an identifier"),
    "int": (int, "this must be a whole number"),
    "Mapping[str, Any]": (Mapping, "this must be an object with named values"),
}


def require_writable_value(name: str, value: Any) -> None:
    """Raise InvalidInput if a value that came alone cannot be kept."""
    _walk(name, value, [LARGEST], 0)


def require_writable(asked: Any) -> None:
    """Raise InvalidInput, naming the field, if a command or query holds something that cannot be kept."""
    budget = [LARGEST]
    for one in fields(asked):
        value = getattr(asked, one.name)
        shape, reason = _SHAPES.get(str(one.type), (object, ""))
        if not isinstance(value, shape):
            raise InvalidInput(field=one.name, reason=reason)
        if not isinstance(value, bytes):
            _walk(one.name, value, budget, 0)


def _walk(name: str, value: Any, budget: list[int], depth: int) -> None:
    if depth > _DEEPEST:
        raise InvalidInput(field=name, reason="it is nested too deeply")
    if isinstance(value, str):
        _text(name, value, budget)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str):
                raise InvalidInput(field=name, reason="every name in it must be text")
            _text(name, key, budget)
            _walk(key[:100] or name, one, budget, depth + 1)
    elif isinstance(value, list | tuple | frozenset):
        for one in value:
            _walk(name, one, budget, depth + 1)
    elif isinstance(value, Upload):
        for text in (value.field, value.name):
            _text(name, text, budget)
    else:
        _plain(name, value)


def _text(name: str, text: str, budget: list[int]) -> None:
    budget[0] -= len(text) + 1
    if budget[0] < 0:
        raise InvalidInput(field=name, reason=f"all texts together may have {LARGEST} characters at most")
    try:
        text.encode()
    except UnicodeEncodeError:
        # the text itself is not repeated: it is what cannot be written
        raise InvalidInput(field=_said(name), reason="it holds half a character (a lone surrogate)") from None
    if "\x00" in text:
        raise InvalidInput(field=_said(name), reason="it holds an invisible character (NUL)")


def _said(name: str) -> str:
    return name.encode(errors="replace").decode().replace("\x00", "?")


def _plain(name: str, value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(field=name, reason="this must be a finite number")
    if isinstance(value, int) and not -_WHOLE <= value < _WHOLE:
        raise InvalidInput(field=name, reason="this number is too large")
    if value is not None and not isinstance(value, bool | int | float | UUID | datetime | date):
        raise InvalidInput(field=name, reason="this is not a value that can be kept")
