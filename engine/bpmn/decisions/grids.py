"""Rows of a decision table as sets of bits, so that large tables are compared without a look at every pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def rows_by_piece(masks: Sequence[int], pieces: int) -> list[int]:
    """For each piece of a column the rows that take it, from the pieces that each row takes."""
    changes = [0] * (pieces + 1)
    for row, mask in enumerate(masks):
        for place in bits(mask ^ (mask << 1)):  # where its runs of pieces begin and end
            changes[place] ^= 1 << row
    found, taking = [], 0
    for change in changes[:pieces]:
        taking ^= change
        found.append(taking)
    return found


def perhaps_common(columns: Sequence[tuple[Sequence[int], int]], rows: int) -> Iterator[tuple[int, int]]:
    """The pairs of rows whose lowest and highest pieces overlap in every column; others have nothing in common."""
    candidates = [((1 << rows) - 1) >> (row + 1) << (row + 1) for row in range(rows)]
    for masks, pieces in columns:
        begun, over = [0] * pieces, [0] * (pieces + 1)
        for row, mask in enumerate(masks):
            if mask:
                begun[(mask & -mask).bit_length() - 1] |= 1 << row
                over[mask.bit_length()] |= 1 << row
        for place in range(1, pieces):
            begun[place] |= begun[place - 1]
            over[place] |= over[place - 1]
        for row, mask in enumerate(masks):
            if candidates[row]:
                lowest = (mask & -mask).bit_length() - 1
                candidates[row] &= begun[mask.bit_length() - 1] & ~over[lowest] if mask else 0
    for row, others in enumerate(candidates):
        for other in bits(others):
            yield row, other
