"""Verifying chains, against a loop that reads the same rows and takes the digest of each body once."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from engine.bench.figures import Figures, Row, middle, ratio, spent
from engine.bench.floors import Floor, floor
from engine.bench.houses import House, house
from engine.bench.places import place
from engine.bench.settings import Bench

_READ = "SELECT * FROM ledger_entry ORDER BY stream, sequence"


def measure(bench: Bench) -> Figures:
    """One row a database."""
    rows = tuple(row for kind in bench.kinds for row in _kind(bench, kind))
    return Figures("verify", "recomputing every chain, in ms of processor time", rows)


def _kind(bench: Bench, kind: str) -> Iterator[Row]:
    with place(kind, bench.url) as where, house(where) as home:
        _fill(home, bench.choose(2, 100))
        with floor(where.house) as bare:
            entries = _digests(bare)
            ours, loop = [], []
            for _ in range(bench.choose(1, 9)):
                ours.append(spent(home.engine.verify))
                loop.append(spent(lambda: _digests(bare)))
        yield {"database": kind, "entries": entries, "verify": middle(ours), "read and digest": middle(loop),
               "ratio": ratio(middle(ours), middle(loop)), "entries a second": int(entries / middle(ours) * 1000)}


def _fill(home: House, cases: int) -> None:
    for _ in range(cases):
        receipt = home.open_case("five")
        todo = list(receipt.offered)
        while todo:
            todo.extend(home.complete(receipt.case_id, todo.pop(0)).offered)


def _digests(bare: Floor) -> int:
    """Every body once through SHA-256; how many there were."""
    count = 0
    for row in bare.read(_READ):
        sha256(bytes(row[-2]))
        count += 1
    return count
