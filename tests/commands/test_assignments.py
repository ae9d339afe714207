"""Each written variable stands in the ledger: by what, at which element, and what was before; never the value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.store import tables as t
from engine.trials.files import read_trial
from engine.trials.plays import Play, playing
from engine.trials.steps import take
from tests.bpmn.sketches import sketch

STEPS: list[dict[str, Any]] = [
    {"complete": "u1", "answers": {"x": "Kowalska", "y": 1}}, {"complete": "u2", "answers": {"x": "Nowak"}},
    {"message": "Ping", "payload": {"x": None}}]


def written(play: Play) -> list[list[str]]:
    with play.engine.database.reading() as connection:
        rows = connection.execute(select(t.ledger_entry).where(t.ledger_entry.c.type == "ProcessAdvanced").order_by(
            t.ledger_entry.c.sequence))
        bodies = [row.body for row in rows]
    assert not any(name in body for body in bodies for name in (b"Kowalska", b"Nowak")), "the ledger knows no value"
    return [one for body in bodies for one in json.loads(body)["d"].get("assigned", ())]


def test_the_ledger_says_who_set_a_variable_and_commits_to_it_before_and_after(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "trials").mkdir(parents=True)
    (folder / "demo.bpmn").write_bytes(sketch(
        "s a1 u1 u2 r1 e", bodies={"a1": '<bpmn:script>x = "Kowalska"</bpmn:script>'},
        attributes={"r1": 'messageRef="m"'}, root='<bpmn:message id="m" name="Ping"/>'))
    path = folder / "trials" / "trial.json"
    path.write_text(json.dumps({"title": "t", "process": "process", "steps": STEPS}), encoding="utf-8")
    trial = read_trial(path)
    with playing(trial) as play:
        play.begin()
        for step in trial.steps:
            take(play, step)
        found = written(play)
    told = [(name, source, element) for name, source, element, *_ in found]
    assert told == [("x", "script", "a1"), ("x", "answers", "u1"), ("y", "answers", "u1"), ("x", "answers", "u2"),
                    ("x", "message", "r1")]
    (first,), (second, before), (_,), (third, earlier), (_, last) = (row[3:] for row in found)
    assert (before, second, earlier, last) == (first, first, first, third), "the same value has the same commitment"
    assert first != third
