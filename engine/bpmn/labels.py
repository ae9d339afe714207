"""Words that fit their box: wrapped, then smaller, then cut with an ellipsis (the whole text stays in the title)."""

from __future__ import annotations

from typing import NamedTuple

from engine.bpmn.placements import Box

_SIZES = (12, 11, 10, 9)
_NARROW, _WIDE = frozenset("iIjlłft.,:;'’|!()[]-„” "), frozenset("mMwWOQG@%—ŻŹÓĆŚ")


class Label(NamedTuple):
    """A text with its box; `place`: "middle" of the box, from its "top" (both centred), or from its "start"."""

    text: str
    box: Box
    place: str
    most_lines: int


class Line(NamedTuple):
    """One line with its estimated width in pixels."""

    text: str
    width: int


def width_of(text: str, size: int) -> int:
    """The width of a text in a sans-serif face, rather too much than too little."""
    units = sum(0.33 if one in _NARROW else 0.92 if one in _WIDE else 0.7 if one.isupper() else 0.58 for one in text)
    return int(units * size) + 1


def lines_of(label: Label) -> tuple[list[Line], int]:
    """The lines and their size in pixels."""
    words = label.text.split()
    for size in _SIZES:
        lines = _wrapped(words, label.box.width, size)
        height = size * 6 // 5 * len(lines)
        low = label.place == "top" or height <= max(label.box.height, size * 6 // 5)
        if low and len(lines) <= label.most_lines and all(line.width <= label.box.width for line in lines):
            return lines, size
    return _cut(_wrapped(_broken(words, label.box.width), label.box.width, _SIZES[-1]), label), _SIZES[-1]


def _wrapped(words: list[str], width: int, size: int) -> list[Line]:
    lines: list[str] = []
    for word in words:
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return [Line(line, width_of(line, size)) for line in lines]


def _broken(words: list[str], width: int) -> list[str]:
    """Words that are too long for a line, in pieces with a hyphen."""
    pieces: list[str] = []
    for word in words:
        rest = word
        while width_of(rest, _SIZES[-1]) > width and len(rest) > 2:
            count = next((n for n in range(len(rest) - 1, 1, -1) if width_of(rest[:n] + "-", _SIZES[-1]) <= width), 1)
            pieces.append(rest[:count] + "-")
            rest = rest[count:]
        pieces.append(rest)
    return pieces


def _cut(lines: list[Line], label: Label) -> list[Line]:
    size = _SIZES[-1]
    room = label.most_lines if label.place == "top" else max(1, label.box.height // (size * 6 // 5))
    most = min(label.most_lines, room)
    if len(lines) <= most:
        return lines
    last = lines[most - 1].text
    while last and width_of(last + "…", size) > label.box.width:
        last = last[:-1]
    return [*lines[:most - 1], Line(last + "…", width_of(last + "…", size))]
