"""The trials of the shipped processes, walked on the bare engine: each holds, and together they reach every element.

`powrot try` plays the same files through the real door; here no database is needed, and no step waits for one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.bpmn import runner
from engine.bpmn.bundles import Bundle, Compiled, compile_bundle
from engine.bpmn.expressions import Environment, compile_expression
from engine.bpmn.progress import Progress, Work
from engine.bpmn.snapshots import dump, restore
from engine.bpmn.timers import parse_duration
from engine.model.definitions import Definition
from engine.model.forms import Form
from engine.model.services import TOPICS
from tests.clocks import FrozenClock

ROOT = Path(__file__).parents[2]
PROCESSES = [file.parent for file in sorted(ROOT.glob("processes/*/definition.json"))]
TRIALS = [trial for folder in PROCESSES for trial in sorted(folder.glob("trials/*.json"))]


@cache
def bundle(folder: Path) -> tuple[Compiled, dict[str, Form], Definition]:
    forms = {file.stem: file.read_bytes() for file in (ROOT / "forms" / folder.name).glob("*.form")}
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in {".bpmn", ".dmn", ".json"}}
    files |= {f"forms/{key}.form": data for key, data in forms.items()}
    parsed = {key: Form.parse(data, f"{key}.form") for key, data in forms.items()}
    return compile_bundle(Bundle(files)), parsed, Definition.parse(files["definition.json"])


class Walk:
    """One trial on its way: the live instance, what ran, and which rows of the tables applied last."""

    def __init__(self, file: Path) -> None:
        self.trial = json.loads(file.read_text(encoding="utf-8"))
        self.compiled, self.forms, self.definition = bundle(file.parents[1])
        self.clock = FrozenClock(datetime.fromisoformat(self.trial["at"]).astimezone(UTC))
        self.environment = Environment(clock=self.clock)
        self.live: runner.Live | None = None
        self.ran: Counter[str] = Counter()
        self.rows: dict[str, list[int]] = {}
        self.begun: dict[UUID, str] = {}

    def play(self) -> Walk:
        if self.trial.get("start", True) and "variables" in self.trial:
            self.begin(None, self.trial["variables"])
            self.fire_due()
        for number, step in enumerate(self.trial["steps"], 1):
            kind = next(name for name in STEPS if name in step)
            try:
                STEPS[kind](self, step)
            except AssertionError as error:
                raise AssertionError(f"step {number} {json.dumps(step, ensure_ascii=False)[:300]}: {error}") from error
            self.fire_due()
        return self

    @property
    def running(self) -> runner.Live:
        assert self.live is not None, "nothing was started yet"
        return self.live

    def note(self, progress: Progress) -> None:
        assert not progress.uncaught
        self.begun |= dict(progress.entered)
        self.ran.update(self.begun[one] for one in progress.left if one in self.begun)
        self.rows |= {one.decision: list(one.rows) for one in progress.decided}
        self.live = restore(dump(self.running), self.compiled, self.clock)  # nothing may live in memory only
        for job in progress.jobs:
            if job.topic in TOPICS:    # what the engine does by itself is done elsewhere; here it only goes on
                result = {name: job.activity_id.hex for name in TOPICS[job.topic][1]}
                self.note(runner.finish_job(self.running, job.activity_id, result, self.clock))

    def routing(self, form: Form, answers: dict[str, Any], item: Any = None) -> dict[str, Any]:
        checked = form.check(answers, today=self.clock.at.date(), context={"item": item}, evaluate=self.evaluate)
        assert checked.ok, checked.problems
        return {key: value for key, value in checked.values.items() if key in self.compiled.read_variables}

    def evaluate(self, text: str, scope: Any) -> Any:
        return compile_expression(text).evaluate(scope, self.environment)

    def fire_due(self) -> None:
        while self.live and (due := runner.due_timers(self.live, self.clock.at)):
            self.note(runner.fire_timer(self.live, due[0], self.clock))

    def open(self, step: dict[str, Any]) -> None:
        found = sorted(self.name(work) for work in self.running.open_work)
        assert found == sorted(step["open"]), f"open are {found}"

    def name(self, work: Work) -> str:
        return self.compiled.elements[work.element].name or work.element

    def complete(self, step: dict[str, Any]) -> None:
        works = [work for work in self.running.open_work if self.name(work) == step["complete"]]
        assert len(works) > step.get("index", 0), "there is no such open task"
        work = works[step.get("index", 0)]
        answers = self.routing(self.forms[self.compiled.elements[work.element].form_key], step["answers"], work.item)
        self.note(runner.complete(self.running, work.activity_id, answers, self.clock))

    def advance(self, step: dict[str, Any]) -> None:
        end = parse_duration(step["advance"]).after(self.clock.at)
        while self.clock.at < end:
            self.clock.at = min(end, self.clock.at + timedelta(minutes=30))
            self.fire_due()

    def message(self, step: dict[str, Any]) -> None:
        payload = step.get("payload", {})
        if self.live is not None:
            self.note(runner.deliver(self.live, step["message"], payload, self.clock))
            return
        process = self.compiled.processes[self.trial["process"]]
        start = next(one for one in process.starts if one.ref == step["message"])
        form = next((one.form for one in self.definition.starts if one.message == step["message"]),
                    self.definition.start_form)
        self.begin(start.element, self.routing(self.forms[form], payload))

    def begin(self, start: str | None, given: dict[str, Any]) -> None:
        self.live, progress = runner.start(
            self.compiled, self.trial["process"], instance_id=self.clock.new_id(),
            variables={} if start else given, clock=self.clock, start_element=start, payload=given if start else {},
        )  # fmt: skip
        self.note(progress)

    def variables(self, step: dict[str, Any]) -> None:
        for name, value in step["variables"].items():
            assert self.running.variables.get(name) == value, f"{name} is {self.running.variables.get(name)}"

    def times(self, step: dict[str, Any]) -> None:
        for element, times in step["ran"].items():
            assert element in self.compiled.elements, f"there is no {element}"
            assert self.ran[element] == times, f"{element} ran {self.ran[element]} times"

    def decided(self, step: dict[str, Any]) -> None:
        for decision, rows in step["decided"].items():
            assert self.rows.get(decision) == rows, f"{decision} took rows {self.rows.get(decision)}"

    def decide(self, step: dict[str, Any]) -> None:
        outcome = self.compiled.decisions[step["decide"]].decide(step["inputs"], self.environment)
        self.rows[step["decide"]] = list(outcome.rows)
        self.ran.update(f"{step['decide']}#{row}" for row in outcome.rows)
        assert json.loads(json.dumps(_plain(outcome.outputs))) == step["outputs"], _plain(outcome.outputs)

    def ended(self, step: dict[str, Any]) -> None:
        assert self.running.ended is step["ended"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return float(value) if hasattr(value, "as_tuple") else value


STEPS: dict[str, Callable[[Walk, dict[str, Any]], None]] = {
    "open": Walk.open, "complete": Walk.complete, "advance": Walk.advance, "message": Walk.message,
    "variables": Walk.variables, "ran": Walk.times, "decided": Walk.decided, "decide": Walk.decide,
    "ended": Walk.ended,
}  # fmt: skip


@pytest.mark.parametrize("trial", TRIALS, ids=[trial.stem for trial in TRIALS])
def test_every_trial_holds(trial: Path) -> None:
    Walk(trial).play()


@pytest.mark.parametrize("folder", PROCESSES, ids=[folder.name for folder in PROCESSES])
def test_together_the_trials_reach_every_element_and_every_row(folder: Path) -> None:
    compiled, _forms, _definition = bundle(folder)
    ran: Counter[str] = Counter()
    rows: set[str] = set()
    for trial in sorted(folder.glob("trials/*.json")):
        walk = Walk(trial).play()
        ran += walk.ran
        rows |= {f"{name}#{row}" for name, found in walk.rows.items() for row in found}
        rows |= {name for name in walk.ran if "#" in name}
    assert sorted(set(compiled.elements) - set(ran)) == []
    for name in set(compiled.decisions) - {"deadlines"}:
        text = (folder / f"{name}.dmn").read_text(encoding="utf-8")
        assert {f"{name}#{row}" for row in range(1, text.count("<rule ") + 1)} <= rows
