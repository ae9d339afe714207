"""What a bench found: rows of figures with what they are to reach, as text for people and as JSON for machines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, NamedTuple

Row = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Figures:
    """The result of one bench; times are milliseconds unless the heading says otherwise."""

    name: str
    title: str
    rows: tuple[Row, ...]
    aims: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        rows = [dict(one) for one in self.rows]
        return {"bench": self.name, "title": self.title, "aims": list(self.aims), "rows": rows}

    def text(self) -> str:
        """As a table, headings in the order the rows name them."""
        headings = list(dict.fromkeys(key for row in self.rows for key in row))
        cells = [headings, *([_cell(row.get(key, "")) for key in headings] for row in self.rows)]
        widths = [max(len(line[place]) for line in cells) for place in range(len(headings))]
        lines = ("  ".join(one.rjust(width) for one, width in zip(line, widths, strict=True)) for line in cells)
        return "\n".join([f"{self.name}: {self.title}", *lines, *(f"  aim: {one}" for one in self.aims)])


def _cell(value: str | int | float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


class Spent(NamedTuple):
    """Milliseconds of an act: by the wall clock, and of processor time, which leaves waiting and other programs out."""

    wall: float
    busy: float


def timed(act: Callable[[], Any]) -> Spent:
    """How long an act took."""
    begun, busy = time.perf_counter(), time.process_time()
    act()
    return Spent((time.perf_counter() - begun) * 1000, (time.process_time() - busy) * 1000)


def took(act: Callable[[], Any]) -> float:
    """Milliseconds by the wall clock."""
    return timed(act).wall


def spent(act: Callable[[], Any]) -> float:
    """Milliseconds of processor time."""
    return timed(act).busy


def middle(times: Iterable[float]) -> float:
    """The median, to the hundredth of a microsecond."""
    return round(median(times), 5)


def high(times: Iterable[float]) -> float:
    """The 95th percentile."""
    found = list(times)
    return round(quantiles(found, n=20)[-1], 5) if len(found) > 1 else found[0]


def ratio(one: float, other: float) -> float:
    """How many times the other; 0 when there is nothing to compare with."""
    return round(one / other, 2) if other else 0.0
