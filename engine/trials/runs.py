"""Results of trials: one trial, many, and the elements of a folder that none of its trials reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.bpmn.bundles import Bundle, compile_bundle
from engine.model.errors import InvalidInput, Refused
from engine.trials.files import Trial, TrialInvalid, read_trial, trials_in
from engine.trials.plays import Failed, Play, playing, refusal
from engine.trials.steps import take


@dataclass(frozen=True)
class TrialResult:
    """How a trial went: at which step it failed (from 1; 0 before the first) and why, and the state at its end."""

    trial: str
    passed: bool
    step: int = 0
    message: str = ""
    open: list[str] = field(default_factory=list)
    ended: bool = False
    ran: dict[str, int] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    incidents: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The result as `powrot try --json` prints it."""
        return asdict(self)


def run_trial(path: Path | str) -> TrialResult:
    """Play the trial in a file. Never raises for what stands in files; an engine that fails is a failed trial."""
    name = str(path)
    try:
        trial = read_trial(Path(path))
        return _refused(name, trial) if trial.refused else _played(name, trial)
    except Refused as error:
        return TrialResult(name, False, 0, refusal(error))
    except Exception as error:  # one trial must not stop the others, and a traceback helps nobody who draws
        return TrialResult(name, False, 0, _engine_failed(error))


def _engine_failed(error: Exception) -> str:
    return f"the engine failed: {type(error).__name__}: {error}"[:400]


def _refused(name: str, trial: Trial) -> TrialResult:
    with playing(trial) as play:
        try:
            play.publish(trial.process)
        except InvalidInput as error:      # the trial names a process that is not there: that refuses nothing
            return TrialResult(name, False, 0, refusal(error))
        except Refused as error:
            return TrialResult(name, True, 0, refusal(error))
    return TrialResult(name, False, 0, "publication should have refused these files and did not")


def _played(name: str, trial: Trial) -> TrialResult:
    with playing(trial) as play:
        number = 0
        try:
            play.begin()
            play.settle()
            for step in trial.steps:
                number += 1
                take(play, step)
            play.finish()
        except Failed as failed:
            # what got stuck before is mostly why the step does not hold
            message = "; ".join(dict.fromkeys(one for one in (str(failed), play.unnamed()) if one))
            return _result(name, play, number, message)
        except Refused as error:
            return _result(name, play, number, refusal(error))
        except Exception as error:  # kept with the number of the step at which it happened
            return _result(name, play, number, _engine_failed(error))
        return _result(name, play, len(trial.steps), "", passed=True)


def _result(name: str, play: Play, number: int, message: str, *, passed: bool = False) -> TrialResult:
    happened = play.happened
    return TrialResult(name, passed, number, message, [one.name for one in happened.open], happened.ended,
                       happened.ran, happened.variables, [one.element for one in play.incidents])


def run_trials(paths: Iterable[Path | str]) -> Iterator[TrialResult]:
    """Play every trial at these files and folders, one after the other, as each is done."""
    return (run_trial(path) for path in trials_in(paths))


def line(result: TrialResult) -> str:
    """The result as one line."""
    if result.passed:
        return f"ok {result.trial}"
    where = f" step {result.step}:" if result.step else ""
    return f"FAILED {result.trial}:{where} {' '.join(result.message.split())}"


def unreached(results: Iterable[TrialResult]) -> dict[str, list[str]]:
    """Folder → ids of the elements of its executable processes that no trial of it completed, in order."""
    ran: dict[Path, set[str]] = {}
    files: dict[Path, dict[str, bytes]] = {}
    for result in results:
        try:
            trial = read_trial(Path(result.trial))
        except TrialInvalid:
            continue
        if not trial.refused:
            ran.setdefault(trial.folder, set()).update(result.ran)
            files.setdefault(trial.folder, {}).update(trial.files)
    found = {}
    for folder, reached in ran.items():
        try:
            elements = compile_bundle(Bundle(files[folder])).elements
        except Refused:
            continue
        found[str(folder)] = sorted(name for name in elements if name not in reached)
    return found
