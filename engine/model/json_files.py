"""Reading JSON that people write (forms, definitions): safely, and with every problem named instead of the first.

What the values mean is left to ``form_files`` and ``definitions``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.model.errors import Refused

_LARGEST_FILE = 1_000_000
_DEEPEST = 20
_SHAPES: dict[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}

#: Code of a problem of any JSON file → its English sentence. ``FileProblem.element`` names the place in the file.
PROBLEMS = {
    "NotJson": "This file is not valid JSON ({reason}).",
    "TooLarge": "This file is too large or too deeply nested.",
    "WrongShape": "“{name}” must be {expected}.",
    "PropertyMissing": "“{name}” is missing.",
    "PropertyUnknown": "“{name}” is not a property that stands here.",
    "PropertyInvalid": "“{name}” cannot be “{value}”.",
    "Twice": "“{name}” stands here twice.",
}


@dataclass(frozen=True)
class FileProblem:
    """What is wrong in a file, and at which element. ``level`` as with diagrams: error, house, hint."""

    code: str
    file: str
    element: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    level: str = "error"


class FileRefused(Refused):
    """The file {file} cannot be used: {count} problems."""

    status = 422

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        self.problems = problems
        super().__init__(file=problems[0].file, count=len(problems), first=problems[0].code)


def load(data: bytes | str | Mapping[str, Any], file: str, refused: type[FileRefused]) -> dict[str, Any]:
    """The JSON object in these bytes; an object given as such stays. Raises ``refused`` with the one reason."""
    if isinstance(data, Mapping):
        return dict(data)
    if len(data) > _LARGEST_FILE:
        raise refused((FileProblem("TooLarge", file),))
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        loaded = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except RecursionError as error:
        raise refused((FileProblem("TooLarge", file),)) from error
    except ValueError as error:
        raise refused((FileProblem("NotJson", file, params={"reason": str(error)[:120]}),)) from error
    if not isinstance(loaded, dict):
        raise refused((FileProblem("WrongShape", file, params={"name": file, "expected": "an object"}),))
    if _depth(loaded) > _DEEPEST:
        raise refused((FileProblem("TooLarge", file),))
    return loaded


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level and depth <= _DEEPEST:
        level = [inner for one in level for inner in _inside(one)]
        depth += 1
    return depth


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


class Reader:
    """One pass over a file; each reader gives a usable value and notes what was wrong, so that an author sees all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[FileProblem] = []

    def problem(self, code: str, element: str, **params: Any) -> None:
        """Note a problem at an element."""
        self.problems.append(FileProblem(code, self.file, element, params))

    def refuse_problems(self, refused: type[FileRefused]) -> None:
        """Raise ``refused`` if anything was noted."""
        if self.problems:
            raise refused(tuple(self.problems))

    def known(self, given: Mapping[str, Any], names: frozenset[str], element: str) -> None:
        """Note every property that is not among the names: a misspelt one would be lost silently."""
        for name in sorted(given.keys() - names):
            self.problem("PropertyUnknown", element, name=name)

    def typed(self, given: Mapping[str, Any], name: str, kind: type, element: str, default: Any) -> Any:
        """The property if it is of this kind; the default if it is not there."""
        value = given.get(name, default)
        if isinstance(value, kind):
            return value
        self.problem("WrongShape", element, name=name, expected=_SHAPES[kind])
        return default

    def needed(self, given: Mapping[str, Any], name: str, element: str) -> str:
        """A text that must be there."""
        value = given.get(name)
        if not isinstance(value, str) or not value.strip():
            self.problem("PropertyMissing", element, name=name)
            return ""
        return value

    def objects(self, given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """A list of objects."""
        values = self.typed(given, name, list, "", [])
        if not all(isinstance(one, dict) for one in values):
            self.problem("WrongShape", "", name=name, expected="a list of objects")
        return [one for one in values if isinstance(one, dict)]

    def texts(self, given: Mapping[str, Any], name: str, element: str, allowed: tuple[str, ...] = ()) -> list[str]:
        """A list of texts, each among the allowed ones if there are any."""
        values = self.typed(given, name, list, element, [])
        for value in values:
            if not isinstance(value, str) or (allowed and value not in allowed):
                self.problem("PropertyInvalid", element, name=name, value=str(value)[:60])
        return [str(value) for value in values]

    def one_of(self, given: Mapping[str, Any], name: str, allowed: tuple[str, ...], element: str, default: str) -> str:
        """One of the allowed texts."""
        value = given.get(name, default)
        if value not in allowed:
            self.problem("PropertyInvalid", element, name=name, value=str(value)[:60])
            return default
        return str(value)

    def number(
        self,
        given: Mapping[str, Any],
        name: str,
        element: str,
        least: float = float("-inf"),
        most: float = float("inf"),
    ) -> float | None:
        """A finite number within bounds, or None where there is none. Modelers write it as text, too."""
        value = given.get(name)
        if value is None or value == "":
            return None
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if number - number == 0 and least <= number <= most:
            return number
        self.problem("PropertyInvalid", element, name=name, value=str(value)[:60])
        return None

    def day(self, given: Mapping[str, Any], name: str, element: str) -> str | None:
        """An ISO date or ``today``."""
        value = given.get(name)
        try:
            return value if value is None or value == "today" else date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            self.problem("PropertyInvalid", element, name=name, value=str(value)[:60])
            return None

    def unique(self, names: list[str], element: str) -> None:
        """Note every name that stands twice."""
        for name in sorted({one for one in names if names.count(one) > 1}):
            self.problem("Twice", element or name, name=name)
