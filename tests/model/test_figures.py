"""Counts may be shown if nobody can be found in them, not even by subtraction."""

from __future__ import annotations

import random
from datetime import date
from itertools import product

import pytest

from engine.model.figures import SMALLEST, Cell, quarter, shown


def table(inner: dict[Cell, int], shape: tuple[int, ...]) -> dict[Cell, int]:
    """The counts with all their margins."""
    counts: dict[Cell, int] = {}
    for cell in product(*(range(one + 1) for one in shape)):
        counts[cell] = sum(count for one, count in inner.items()
                           if all(at in (0, here) for at, here in zip(cell, one, strict=True)))
    return counts


def test_a_large_table_is_shown_whole() -> None:
    counts = table({(1, 1): 20, (1, 2): 30, (2, 1): 15, (2, 2): 40}, (2, 2))
    assert shown(counts) == counts.keys()


def test_a_small_cell_takes_others_with_it() -> None:
    counts = table({(1, 1): 3, (1, 2): 30, (2, 1): 15, (2, 2): 40}, (2, 2))
    seen = shown(counts)
    assert (1, 1) not in seen
    assert (0, 0) in seen
    assert not {(1, 0), (1, 2)} <= seen, "the small count would be the difference of these two"
    assert not {(0, 1), (2, 1)} <= seen


@pytest.mark.parametrize("seed", range(30))
def test_no_hidden_count_follows_along_a_line(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # nothing secret is thrown
    shape = (dice.randint(1, 4), dice.randint(1, 4), dice.randint(1, 3))
    inner = {cell: dice.choice([0, 1, 4, 9, 10, 12, 50, 200])
             for cell in product(*(range(1, one + 1) for one in shape))}
    counts = table(inner, shape)
    seen = shown(counts)
    assert all(counts[cell] >= SMALLEST for cell in seen)
    for cell in counts.keys() - seen:
        for dimension, size in enumerate(shape):
            line = [(*cell[:dimension], at, *cell[dimension + 1:]) for at in range(size + 1)]
            gone = [one for one in line if one not in seen]
            together = sum(counts[one] for one in gone)
            assert not together or len(gone) > 1
            assert not together or line[0] in gone or together >= SMALLEST


@pytest.mark.parametrize(("day", "number"), [
    (date(2027, 1, 1), 20271), (date(2027, 3, 31), 20271), (date(2027, 4, 1), 20272), (date(2027, 12, 31), 20274)])
def test_quarters(day: date, number: int) -> None:
    assert quarter(day) == number
