"""Regular expressions as XPath 2.0 means them (fn:matches, fn:replace, fn:tokenize), matched without blowing up.

A pattern becomes a small program; the matcher tries it with backtracking but never tries one instruction at one place
twice, so time grows with pattern × text at most. Only a pattern with back-references can be slower, and then the budget
of the evaluation stops it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from engine.bpmn.expressions.pattern_parser import Instruction, PatternRefused, parse_pattern
from engine.bpmn.expressions.runs import Run

MAX_PATTERN = 1_000
_REPLACEMENT_SIGNS = "\\$"


class Program(NamedTuple):
    """A pattern ready to be matched."""

    steps: tuple[Instruction, ...]
    groups: int
    slots: int
    """Places to remember: two of each group and of the whole, and one of each repetition."""
    remembers: bool
    """Whether it refers back to a group, so that trying a place twice can give another answer."""


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Program | None:
    try:
        steps, groups, slots = parse_pattern(pattern, flags)
    except PatternRefused:
        return None
    return Program(tuple(steps), groups, slots, any(step.operation == "back" for step in steps))


def compiled(run: Run, pattern: str, flags: str) -> Program | None:
    """The program of a pattern, or None (counted) if it is none or too large."""
    program = _compiled(pattern, flags) if len(pattern) <= MAX_PATTERN and len(flags) < 10 else None
    if program is None:
        run.warn("BadPattern")
    return program


Groups = tuple[int, ...]


def search(run: Run, program: Program, text: str, start: int) -> Groups | None:
    """The first match from a place on: where each group starts and ends, -1 where it took no part."""
    tried: set[int] = set()
    for at in range(start, len(text) + 1):
        found = _match_at(run, program, text, at, tried)
        if found is not None:
            return found
    return None


def _match_at(run: Run, program: Program, text: str, at: int, tried: set[int]) -> Groups | None:
    steps, width = program.steps, len(program.steps)
    empty = (-1,) * program.slots
    stack: list[tuple[int, int, Groups]] = [(0, at, empty)]
    while stack:
        counter, place, groups = stack.pop()
        while True:
            run.spend(2)
            key = place * width + counter
            if not program.remembers:
                if key in tried:
                    break
                tried.add(key)
            step = steps[counter]
            if step.operation == "end":
                return groups
            length = _length(step, text, place, groups)
            if length is None:
                break
            if step.operation == "split":
                stack.append((step.second, place, groups))
            elif step.operation == "save":
                groups = (*groups[: step.first], place, *groups[step.first + 1 :])
            place += length
            counter = step.first if step.operation in _JUMPS else counter + 1
    return None


_JUMPS = frozenset({"split", "jump"})


def _length(step: Instruction, text: str, place: int, groups: Groups) -> int | None:
    """How many characters a step takes at a place, or None if it cannot be taken there."""
    if step.operation == "take":
        return 1 if place < len(text) and step.test(text[place]) else None
    if step.operation in ("split", "jump", "save"):
        return 0
    if step.operation == "back":
        start, end = groups[2 * step.first], groups[2 * step.first + 1]
        taken = text[start:end] if start >= 0 and end >= 0 else ""
        return len(taken) if text.startswith(taken, place) else None
    if step.operation == "start":
        return 0 if place == 0 or (step.first and text[place - 1] == "\n") else None
    if step.operation == "stop":
        return 0 if place == len(text) or (step.first and text[place] == "\n") else None
    # «progress»: a round of a repetition must take something, else it would go round for ever
    return 0 if groups[step.first] != place else None


def _matches(run: Run, program: Program, text: str) -> Iterator[Groups]:
    at = 0
    while (found := search(run, program, text, at)) is not None:
        yield found
        at = found[1] if found[1] > found[0] else found[1] + 1
        if at > len(text):
            return


def parts(run: Run, program: Program, text: str) -> list[str] | None:
    """What stands between the matches; None for a pattern that matches nothing at all."""
    if search(run, program, "", 0) is not None:
        run.warn("BadPattern")
        return None
    pieces, at = [], 0
    for found in _matches(run, program, text):
        pieces.append(text[at : found[0]])
        at = found[1]
    return run.items([*pieces, text[at:]])


def replaced(run: Run, program: Program, text: str, replacement: str) -> str | None:
    """The text with all matches replaced; None for a pattern that matches nothing at all or a bad replacement."""
    template = _template(replacement, program.groups)
    if template is None or search(run, program, "", 0) is not None:
        run.warn("BadPattern")
        return None
    made: list[str] = []
    at = size = 0
    for found in _matches(run, program, text):
        piece = [text[at : found[0]], *(_filled(program, text, found, part) for part in template)]
        at = found[1]
        made.extend(piece)
        size += sum(map(len, piece))
        run.spend(len(piece))
        if size > len(text) * 2:
            run.text(" " * min(size, 10**7))
    return run.text("".join(made) + text[at:])


def _filled(program: Program, text: str, found: Groups, part: str | int) -> str:
    """A part of a replacement: a text itself, or what a group took."""
    if isinstance(part, str):
        return part
    start, end = found[2 * part : 2 * part + 2] if part <= program.groups else (-1, -1)
    return text[start:end] if start >= 0 and end >= 0 else ""


def _template(replacement: str, groups: int) -> list[str | int] | None:
    """The replacement as texts and numbers of groups: $1, and \\$ and \\\\ for the signs themselves."""
    template: list[str | int] = []
    at = 0
    while at < len(replacement):
        sign, following = replacement[at], replacement[at + 1 : at + 2]
        if sign == "$" and following.isdecimal() and following.isascii():
            number, at = int(following), at + 2
            while (
                at < len(replacement)
                and replacement[at] in "0123456789"
                and number * 10 + int(replacement[at]) <= groups
            ):
                number, at = number * 10 + int(replacement[at]), at + 1
            template.append(number)
        elif sign in _REPLACEMENT_SIGNS:
            if sign == "$" or following not in ("\\", "$"):
                return None
            template.append(following)
            at += 2
        else:
            template.append(sign)
            at += 1
    return template
