"""Every recorded case gives the same entries again, on both databases, and after each step the ledger tells it all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.assembly import Engine
from tests import courses, makers
from tests.clocks import FrozenClock
from tests.histories import replay


@pytest.mark.parametrize("file", replay.FILES, ids=lambda file: file.stem)
def test_a_recorded_case_goes_as_it_went(file: Path, database_url: str, tmp_path: Path, clock: FrozenClock,
                                         open_engine: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", replay.counted_randomness())
    engine: Engine = open_engine()
    cast = makers.house(engine)
    courses.publish_visit(engine)
    # from here on nothing depends on how much was done to furnish the house
    clock.count = 10_000
    monkeypatch.setattr(os, "urandom", replay.counted_randomness())
    recorded = replay.read(file)
    player = replay.Player(engine, cast, clock, recorded, after=list(replay.CHECKS))
    went = player.play()
    if os.environ.get("RECORD") == "1":
        replay.write(file, went)
        return
    for number, (before, now) in enumerate(zip(recorded["steps"], went["steps"], strict=True), start=1):
        assert now["said"] == before.get("said"), f"step {number} of {file.name}"
    assert went["head"] == recorded.get("head")


def test_histories_are_kept() -> None:
    assert len(replay.FILES) >= 7
    assert all(step["said"] is not None for file in replay.FILES for step in replay.read(file)["steps"])
