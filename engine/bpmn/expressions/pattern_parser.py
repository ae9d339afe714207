"""The grammar of XPath's regular expressions (XML Schema part 2, appendix F, and XPath), read to a program."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

MAX_STEPS = 4_000
MAX_REPEAT = 1_000
MAX_NESTING = 40
_UNBOUNDED = -1
Test = Callable[[str], bool]


class PatternRefused(ValueError):
    """The text is no pattern, or one too large."""


def _nothing(_: str) -> bool:
    return False


class Instruction(NamedTuple):
    """One step of the matcher."""

    operation: str
    first: int = 0
    second: int = 0
    test: Test = _nothing


Piece = list[Instruction]  # with jumps counted from the instruction itself


def parse_pattern(pattern: str, flags: str) -> tuple[list[Instruction], int, int]:
    """The program of a pattern, the number of its groups and of places to remember.

    Raises PatternRefused, for other flags than s, m, i, x, q too.
    """
    if set(flags) - set("smixq"):
        raise PatternRefused
    reader = _Reader(pattern, flags)
    body = reader.literal() if "q" in flags else reader.alternatives(0)
    if reader.at < len(reader.text):
        raise PatternRefused
    program = [Instruction("save", 0), *body, Instruction("save", 1), Instruction("end")]
    if len(program) > MAX_STEPS:
        raise PatternRefused
    width = 2 * reader.groups + 2
    return [_absolute(step, at, width) for at, step in enumerate(program)], reader.groups, width + reader.marks


def _absolute(step: Instruction, at: int, width: int) -> Instruction:
    if step.operation in ("jump", "split"):
        return step._replace(first=at + step.first, second=at + step.second)
    if step.operation in ("mark", "progress"):  # marks of repetitions lie behind the groups
        return step._replace(operation="save" if step.operation == "mark" else "progress", first=width + step.first)
    return step


class _Reader:
    def __init__(self, text: str, flags: str) -> None:
        self.flags = flags
        self.text = "".join(text.split()) if "x" in flags and "q" not in flags else text
        self.at = 0
        self.groups = 0
        self.marks = 0
        self.closed: set[int] = set()

    @property
    def sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        if self.at >= len(self.text):
            raise PatternRefused
        self.at += 1
        return self.text[self.at - 1]

    def literal(self) -> Piece:
        self.at = len(self.text)
        return [Instruction("take", test=self._cased({letter})) for letter in self.text]

    def alternatives(self, depth: int) -> Piece:
        if depth > MAX_NESTING:
            raise PatternRefused
        branches = [self._branch(depth)]
        while self.sign == "|":
            self.at += 1
            branches.append(self._branch(depth))
        whole = branches.pop()
        for branch in reversed(branches):
            whole = [Instruction("split", 1, len(branch) + 2), *branch, Instruction("jump", len(whole) + 1), *whole]
        return _bounded(whole)

    def _branch(self, depth: int) -> Piece:
        steps: Piece = []
        while self.sign and self.sign not in "|)":
            steps += self._quantified(self._atom(depth))
        return _bounded(steps)

    def _quantified(self, piece: Piece) -> Piece:
        least, most = self._quantity()
        if (least, most) == (1, 1):
            return piece
        lazy = self.sign == "?"
        self.at += lazy
        if len(piece) * max(least, most, 1) > MAX_STEPS:
            raise PatternRefused
        steps = piece * least
        if most == _UNBOUNDED:
            return steps + self._repeated(piece, lazy)
        optional: Piece = []
        for _ in range(most - least):
            optional = [_fork(len(piece) + len(optional) + 1, lazy), *piece, *optional]
        return _bounded(steps + optional)

    def _repeated(self, piece: Piece, lazy: bool) -> Piece:
        if len(piece) == 1 and piece[0].operation == "take":
            return [_fork(3, lazy), *piece, Instruction("jump", -2)]
        mark = self.marks
        self.marks += 1
        inside = [Instruction("mark", mark), *piece, Instruction("progress", mark)]
        return [_fork(len(inside) + 2, lazy), *inside, Instruction("jump", -len(inside) - 1)]

    def _quantity(self) -> tuple[int, int]:
        sign = self.sign
        if sign and sign in "?*+":
            self.at += 1
            return {"?": (0, 1), "*": (0, _UNBOUNDED), "+": (1, _UNBOUNDED)}[sign]
        if sign != "{":
            return 1, 1
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, self.at)].partition(",")
        if end < 0 or not _is_count(low) or not (_is_count(high) or not high):
            raise PatternRefused
        self.at = end + 1
        least = int(low)
        most = int(high) if high else (_UNBOUNDED if comma else least)
        if max(least, most) > MAX_REPEAT or (most != _UNBOUNDED and most < least):
            raise PatternRefused
        return least, most

    def _atom(self, depth: int) -> Piece:
        sign = self.next()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return [Instruction("take", test=self._ignoring_case(self._set(depth)))]
        if sign == ".":
            return [Instruction("take", test=(lambda c: True) if "s" in self.flags else (lambda c: c not in "\n\r"))]
        if sign in "^$":
            return [Instruction("start" if sign == "^" else "stop", int("m" in self.flags))]
        if sign == "\\":
            return self._escape()
        if sign in "?*+{}])":
            raise PatternRefused
        return [Instruction("take", test=self._cased({sign}))]

    def _group(self, depth: int) -> Piece:
        if self.text.startswith("?:", self.at):
            self.at += 2
            piece = self.alternatives(depth + 1)
        elif self.sign == "?":
            raise PatternRefused
        else:
            self.groups += 1
            number = self.groups
            piece = [
                Instruction("save", 2 * number),
                *self.alternatives(depth + 1),
                Instruction("save", 2 * number + 1),
            ]
            self.closed.add(number)
        if self.next() != ")":
            raise PatternRefused
        return piece

    def _escape(self) -> Piece:
        if self.sign.isdecimal() and self.sign.isascii():
            number = int(self.next())
            if number not in self.closed:
                raise PatternRefused
            return [Instruction("back", number)]
        return [Instruction("take", test=self._ignoring_case(self._escaped()))]

    def _escaped(self) -> Test:
        sign = self.next()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign in "pP":
            return self._property(sign == "P")
        if sign in "nrt":
            return _one_of({"n": "\n", "r": "\r", "t": "\t"}[sign])
        if sign.isalnum():
            raise PatternRefused
        return _one_of(sign)

    def _property(self, negated: bool) -> Test:
        end = self.text.find("}", self.at)
        if self.next() != "{" or end < 0:
            raise PatternRefused
        name, self.at = self.text[self.at : end], end + 1
        if name.startswith("Is") or not (1 <= len(name) <= 2 and name.isalpha()):
            raise PatternRefused
        return lambda c: unicodedata.category(c).startswith(name) is not negated

    def _set(self, depth: int) -> Test:
        if depth > MAX_NESTING:
            raise PatternRefused
        negated = self.sign == "^"
        self.at += negated
        members: list[Test] = []
        less: Test = _nothing
        while self.sign != "]" or not members:
            if self.sign == "-" and self.text.startswith("-[", self.at):
                self.at += 2
                less = self._set(depth + 1)
                if self.sign != "]":
                    raise PatternRefused
                break
            members.append(self._member())
        self.next()
        return lambda c: (any(member(c) for member in members) is not negated) and not less(c)

    def _member(self) -> Test:
        first = self._single()
        if not isinstance(first, str) or self.sign != "-" or self.text[self.at + 1 : self.at + 2] in ("]", "[", ""):
            return first if not isinstance(first, str) else _one_of(first)
        self.at += 1
        last = self._single()
        if not isinstance(last, str) or last < first:
            raise PatternRefused
        return lambda c: first <= c <= last

    def _single(self) -> str | Test:
        sign = self.next()
        if sign == "[":
            raise PatternRefused
        if sign != "\\":
            return sign
        if self.sign and not self.sign.isalnum():
            return self.next()
        if self.sign and self.sign in "nrt":
            return {"n": "\n", "r": "\r", "t": "\t"}[self.next()]
        return self._escaped()

    def _cased(self, letters: set[str]) -> Test:
        return self._ignoring_case(letters.__contains__)

    def _ignoring_case(self, test: Test) -> Test:
        if "i" not in self.flags:
            return test
        return lambda c: test(c) or test(c.lower()) or test(c.upper())


def _fork(away: int, lazy: bool) -> Instruction:
    return Instruction("split", away, 1) if lazy else Instruction("split", 1, away)


def _bounded(steps: Piece) -> Piece:
    if len(steps) > MAX_STEPS:
        raise PatternRefused
    return steps


def _is_count(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= 4


def _one_of(letter: str) -> Test:
    return lambda c: c == letter


def _is_word(c: str) -> bool:
    return unicodedata.category(c)[0] not in "PZC"


def _starts_name(c: str) -> bool:
    return c.isalpha() or c in "_:"


def _in_name(c: str) -> bool:
    return c.isalnum() or c in "_:.-·"


def _not(test: Test) -> Test:
    return lambda c: not test(c)


_CLASSES: dict[str, Test] = {
    "s": lambda c: c in " \t\n\r",
    "d": str.isdecimal,
    "w": _is_word,
    "i": _starts_name,
    "c": _in_name,
}
_CLASSES |= {name.upper(): _not(test) for name, test in list(_CLASSES.items())}
