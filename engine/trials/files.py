"""Trial files: reading and checking one, and finding the bundle it tries. Playing is left to ``plays``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.bpmn.checking import bundle_files
from engine.bpmn.timers import TimerTextRefused, parse_duration
from engine.model.deadlines import WARSAW
from engine.model.errors import Refused

_LARGEST = 5_000_000
_NOT_TRIALS = ("definition.json", "package.json", "package-lock.json")

#: Tuesday 4 May 2027, 08:00 in Warsaw: the clock of a trial that names no time.
DEFAULT_START = datetime(2027, 5, 4, 8, 0, tzinfo=WARSAW)

_TOP: dict[str, type | tuple[type, ...]] = {
    "$schema": str, "title": str, "files": list, "process": str, "variables": dict, "at": str, "start": bool,
    "refused": bool, "steps": list,
}  # fmt: skip
#: Key that makes a step what it is → what may stand beside it, and the shape of each.
STEPS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "open": {"open": list},
    "complete": {"complete": str, "answers": dict, "index": int},
    "advance": {"advance": str},
    "message": {"message": str, "payload": dict, "correlation": dict},
    "signal": {"signal": str, "payload": dict},
    "start": {"start": str, "variables": dict},
    "job": {"job": str, "result": object, "error": str},
    "variables": {"variables": dict},
    "ran": {"ran": dict},
    "decide": {"decide": str, "inputs": dict, "outputs": object},
    "decided": {"decided": dict},
    "incident": {"incident": (str, bool)},
    "ended": {"ended": bool},
}
_SHAPES = {str: "a text", list: "a list", dict: "an object", bool: "true or false", int: "a whole number",
           (str, bool): "the id of an element, or true"}


class TrialInvalid(Refused):
    """The trial cannot be played: {reason}."""

    status = 422


@dataclass(frozen=True)
class Trial:
    """One trial as written; `files` are the bundle by name."""

    path: Path
    title: str
    files: Mapping[str, bytes]
    process: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = DEFAULT_START
    start: bool = True
    refused: bool = False
    steps: tuple[Mapping[str, Any], ...] = ()

    @property
    def folder(self) -> Path:
        """The folder whose diagrams this trial tries."""
        return self.path.absolute().parent.parent


def trials_in(paths: Iterable[Path | str]) -> Iterator[Path]:
    """The trial files at these paths, each once: files themselves, and in folders everything below `trials/`."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        for one in _found(path):
            if one.absolute() not in seen:
                seen.add(one.absolute())
                yield one


def _found(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    folders = [Path(folder) for folder, _, _ in os.walk(path) if Path(folder).name == "trials"]
    below = sorted(one for folder in folders for one in folder.glob("*.json"))
    return below or sorted(one for one in path.glob("*.json") if one.name not in _NOT_TRIALS)


def read_trial(path: Path) -> Trial:
    """The trial in a file; raises TrialInvalid with the reason."""
    given = _loaded(path)
    _known(given, _TOP, "")
    for name in ("title", "steps"):
        if name not in given and not (name == "steps" and given.get("refused")):
            raise TrialInvalid(reason=f"“{name}” is missing")
    refused = given.get("refused", False)
    if not given.get("process") and not refused and any("decide" not in step for step in given["steps"]):
        raise TrialInvalid(reason="“process” is missing")
    steps = tuple(_step(one, number) for number, one in enumerate(given.get("steps", ()), 1))
    return Trial(path, given["title"], _files(path, given.get("files")), given.get("process", ""),
                 given.get("variables", {}), _moment(given.get("at")), given.get("start", True), refused, steps)


def _loaded(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        loaded = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant) if len(data) <= _LARGEST else None
    except OSError as error:
        raise TrialInvalid(reason=error.strerror or type(error).__name__) from error
    except RecursionError as error:
        raise TrialInvalid(reason="it is nested too deeply") from error
    except ValueError as error:
        raise TrialInvalid(reason=f"it is not valid JSON ({str(error)[:120]})") from error
    if not isinstance(loaded, dict):
        raise TrialInvalid(reason="it is not one JSON object of at most 5 MB")
    return loaded


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _known(given: Mapping[str, Any], shapes: Mapping[str, Any], where: str) -> None:
    for name, value in given.items():
        if name not in shapes:
            raise TrialInvalid(reason=f"{where}“{name}” is not a key that stands here")
        shape = shapes[name]
        if not isinstance(value, shape) or (isinstance(value, bool) and shape is int):
            raise TrialInvalid(reason=f"{where}“{name}” must be {_SHAPES[shape]}")


def _step(given: Any, number: int) -> Mapping[str, Any]:
    where = f"step {number}: "
    if not isinstance(given, dict):
        raise TrialInvalid(reason=f"{where}it must be an object")
    kind = kind_of(given)
    if not kind:
        raise TrialInvalid(reason=f"{where}it has none of the keys {', '.join(STEPS)}")
    _known(given, STEPS[kind], where)
    if kind == "job" and ("result" in given) == ("error" in given):
        raise TrialInvalid(reason=f"{where}a job has either a “result” or an “error”")
    if kind == "decide" and not {"inputs", "outputs"} <= set(given):
        raise TrialInvalid(reason=f"{where}“decide” needs “inputs” and “outputs”")
    if kind == "advance":
        _duration(given["advance"], where)
    return given


def _duration(text: str, where: str) -> None:
    try:
        parse_duration(text)
    except (TimerTextRefused, ValueError, OverflowError) as error:
        raise TrialInvalid(reason=f"{where}“{text[:60]}” is not an ISO 8601 duration such as PT5M or P3D") from error


def kind_of(step: Mapping[str, Any]) -> str:
    """Which of STEPS a step is; "start" and "variables" may stand together and are a start."""
    return next((name for name in STEPS if name in step), "")


def _moment(text: str | None) -> datetime:
    if text is None:
        return DEFAULT_START
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TrialInvalid(reason=f"“at” is “{text[:60]}”, not a moment as ISO 8601 writes it") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=WARSAW)


def _files(path: Path, names: list[Any] | None) -> dict[str, bytes]:
    """The files named relative to the trial; without names those of the folder above and its forms."""
    try:
        if names is None:
            return _default_files(path)
        found = [path.parent / str(name) for name in names]
        return {_name(one): one.read_bytes() for one in found}
    except OSError as error:
        raise TrialInvalid(reason=f"{error.filename}: {error.strerror}") from error


def _default_files(path: Path) -> dict[str, bytes]:
    above = bundle_files(path.absolute().parent.parent)
    return above if any(not name.endswith(".json") for name in above) else bundle_files(path.absolute().parent)


def _name(path: Path) -> str:
    return f"forms/{path.name}" if path.suffix == ".form" else path.name
