"""What a running case weighs: the saved states of its process instances while the trials of a shipped process are
played, which walk a case through the lives it can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from engine.bench.figures import Figures, Row, middle
from engine.bench.settings import Bench
from engine.trials import trials_in
from engine.trials.files import read_trial
from engine.trials.plays import Play, playing
from engine.trials.steps import take

TRIALS = Path(__file__).parents[2] / "processes" / "reentry" / "trials"
_WEIGHT = text("SELECT coalesce(sum(length(snapshot_enc)), 0) FROM process_instance WHERE ended_at IS NULL")


def measure(bench: Bench) -> Figures:
    """One row a trial that opens a case, then one for all of them; bytes as they lie in the database."""
    paths = list(trials_in([TRIALS]))[:bench.choose(1, 7, 1_000)]
    rows = [row for path in paths for row in _played(path)]
    halfway = middle([float(row["halfway"]) for row in rows])
    rows.append({"trial": "all", "steps": sum(int(row["steps"]) for row in rows), "halfway": int(halfway),
                 "largest": max(int(row["largest"]) for row in rows)})
    return Figures("snapshots", "saved state of a case halfway through its life and at its heaviest, in bytes",
                   tuple(rows), ("halfway <= 3,072 in a typical case",))


def _played(path: Path) -> Iterator[Row]:
    trial = read_trial(path)
    if trial.tries_tables_only or trial.refused:
        return
    with playing(trial) as play:
        play.begin()
        play.settle()
        weights = [_weight(play), *(_after(play, step) for step in trial.steps)]
    alive = [one for one in weights if one]
    if alive:
        yield {"trial": path.stem, "steps": len(trial.steps), "halfway": alive[len(alive) // 2], "largest": max(alive)}


def _after(play: Play, step: Mapping[str, Any]) -> int:
    take(play, step)
    return _weight(play)


def _weight(play: Play) -> int:
    with play.engine.database.reading() as connection:
        return int(connection.execute(_WEIGHT).scalar_one())
