"""Functions on texts (DMN 1.5, 10.3.4.3). Positions count characters from 1; negative ones count from the end."""

from __future__ import annotations

from typing import Any

from engine.bpmn.expressions import patterns
from engine.bpmn.expressions.decimals import Number
from engine.bpmn.expressions.functions.registry import function
from engine.bpmn.expressions.runs import Run


@function("substring", "string: string, start position: number, length?: number?")
def substring(run: Run, string: str, start: Number, length: Number | None = None) -> str | None:
    """So many characters from a position on; null outside the text."""
    place = int(start)
    if place == 0 or abs(place) > len(string) or (length is not None and length < 1):
        return None
    first = place - 1 if place > 0 else len(string) + place
    return string[first:] if length is None else string[first : first + int(min(length, len(string)))]


@function("string length", "string: string")
def string_length(run: Run, string: str) -> int:
    """How many characters a text has."""
    return len(string)


@function("upper case", "string: string")
def upper_case(run: Run, string: str) -> str:
    """The text in capital letters."""
    return run.text(string.upper())


@function("lower case", "string: string")
def lower_case(run: Run, string: str) -> str:
    """The text in small letters."""
    return run.text(string.lower())


@function("substring before", "string: string, match: string")
def substring_before(run: Run, string: str, match: str) -> str:
    """What stands before the first match; empty if there is none."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@function("substring after", "string: string, match: string")
def substring_after(run: Run, string: str, match: str) -> str:
    """What stands after the first match; empty if there is none."""
    return string.partition(match)[2] if match else string


@function("contains", "string: string, match: string")
def contains(run: Run, string: str, match: str) -> bool:
    """Whether a text stands inside another."""
    return match in string


@function("starts with", "string: string, match: string")
def starts_with(run: Run, string: str, match: str) -> bool:
    """Whether a text begins with another."""
    return string.startswith(match)


@function("ends with", "string: string, match: string")
def ends_with(run: Run, string: str, match: str) -> bool:
    """Whether a text ends with another."""
    return string.endswith(match)


@function("string join", "list: list, delimiter?: string?, prefix?: string?, suffix?: string?")
def string_join(run: Run, items: list[Any], delimiter: str | None = None, prefix: str | None = None,
                suffix: str | None = None) -> str | None:  # fmt: skip
    """The texts of a list with a delimiter between them; nulls are left out."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        run.warn("NotOfType")
        return None
    run.spend(len(texts) + sum(map(len, texts)) // 64 + len(texts) * len(delimiter or "") // 64)
    return run.text((prefix or "") + (delimiter or "").join(texts) + (suffix or ""))


@function("matches", "input: string, pattern: string, flags?: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether a pattern is found in a text (XPath fn:matches); null for a pattern that is none."""
    program = patterns.compiled(run, pattern, flags or "")
    return None if program is None else patterns.search(run, program, text, 0) is not None


@function("replace", "input: string, pattern: string, replacement: string, flags?: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """The text with every match replaced; $1 stands for the first group (XPath fn:replace)."""
    program = patterns.compiled(run, pattern, flags or "")
    return None if program is None else patterns.replaced(run, program, text, replacement)


@function("split", "string: string, delimiter: string")
def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    """The parts of a text between the matches of a pattern."""
    program = patterns.compiled(run, delimiter, "")
    return None if program is None else patterns.parts(run, program, text)
