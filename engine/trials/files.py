"""Trial files: reading and checking one, and finding the bundle it tries. Playing is left to ``plays``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
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
_KNOWN = (".bpmn", ".bpmn20.xml", ".dmn", ".form", ".json")

_FIRST_YEAR, _LAST_YEAR = 1900, 2200

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
    "job": {"job": str, "result": (dict, type(None)), "error": str},
    "variables": {"variables": dict},
    "ran": {"ran": dict},
    "decide": {"decide": str, "inputs": dict, "outputs": object},
    "decided": {"decided": dict},
    "incident": {"incident": (str, bool)},
    "ended": {"ended": bool},
}
_SHAPES = {str: "a text", list: "a list", dict: "an object", bool: "true or false", int: "a whole number",
           (str, bool): "the id of an element, or true", (dict, type(None)): "an object of variables"}


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
    def tries_tables_only(self) -> bool:
        """Whether nothing is to be run: only decisions are tried, in files that may hold no process."""
        drawn = any(name.lower().endswith((".bpmn", ".bpmn20.xml")) for name in self.files)
        return not self.refused and not (self.process and drawn) and all("decide" in one for one in self.steps)

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
    folders = [Path(folder) for folder, _, _ in os.walk(path.absolute())]
    below = sorted(path / one.relative_to(path.absolute()) for folder in folders if "trials" in folder.parts
                   for one in folder.glob("*.json"))
    return below or sorted(one for one in path.glob("*.json") if one.name not in _NOT_TRIALS)


def read_trial(path: Path) -> Trial:
    """The trial in a file; raises TrialInvalid with the reason."""
    given = _loaded(path)
    _known(given, _TOP, "")
    for name in ("title", "steps"):
        if name not in given and not (name == "steps" and given.get("refused")):
            raise TrialInvalid(reason=f"“{name}” is missing")
    refused = given.get("refused", False)
    steps = tuple(_step(one, number) for number, one in enumerate(given.get("steps", ()), 1))
    if not given.get("process") and not refused and any("decide" not in one for one in steps):
        raise TrialInvalid(reason="“process” is missing")
    return Trial(path, given["title"], _files(path, given.get("files")), given.get("process", ""),
                 given.get("variables", {}), _moment(given.get("at")), given.get("start", True), refused, steps)


def _loaded(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        # bytes, so that UTF-16 and UTF-8 with a mark at its beginning are read as what they are
        loaded = json.loads(data, parse_constant=_no_constant, object_pairs_hook=_no_key_twice) \
            if len(data) <= _LARGEST else None
    except OSError as error:
        raise TrialInvalid(reason=error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise TrialInvalid(reason="it is not written in UTF-8") from error
    except RecursionError as error:
        raise TrialInvalid(reason="it is nested too deeply") from error
    except ValueError as error:
        reason = "a number has too many digits" if "digits" in str(error) else str(error)[:120]
        raise TrialInvalid(reason=f"it is not valid JSON ({reason})") from error
    if not isinstance(loaded, dict):
        raise TrialInvalid(reason="it is not one JSON object of at most 5 MB")
    return loaded


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        name = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise ValueError(f"“{name[:60]}” stands twice in one object")
    return found


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
    if kind == "job" and "result" in given and "error" in given:
        raise TrialInvalid(reason=f"{where}a job has either a “result” or an “error”")
    _require_inside(kind, given[kind], where)
    if kind == "decide" and not {"inputs", "outputs"} <= set(given):
        raise TrialInvalid(reason=f"{where}“decide” needs “inputs” and “outputs”")
    if kind == "advance":
        _duration(given["advance"], where)
    return given


def _require_inside(kind: str, value: Any, where: str) -> None:
    """Names in `open`, numbers in `ran` and `decided`: a value of another kind would never match, and say nothing."""
    inside, expected, fits = _INSIDE.get(kind, (dict.values, "", None))
    if fits is not None and not all(map(fits, inside(value))):
        raise TrialInvalid(reason=f"{where}“{kind}” must hold {expected}")


def _is_number(value: Any, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


_INSIDE: dict[str, tuple[Callable[[Any], Iterable[Any]], str, Callable[[Any], bool] | None]] = {
    "open": (iter, "names of tasks", lambda one: isinstance(one, str)),
    "ran": (dict.values, "how often each element ran, as whole numbers", _is_number),
    "decided": (dict.values, "lists of row numbers, from 1",
                lambda one: isinstance(one, list) and all(_is_number(row, 1) for row in one)),
}


def _duration(text: str, where: str) -> None:
    try:
        parse_duration(text)
    except TimerTextRefused as error:
        raise TrialInvalid(reason=f"{where}“{text[:60]}” is not an ISO 8601 duration such as PT5M or P3D: "
                                  f"{error.params['reason']}") from error
    except (ValueError, OverflowError) as error:
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
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise TrialInvalid(reason=f"“at” must lie between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return moment if moment.tzinfo else moment.replace(tzinfo=WARSAW)


def _files(path: Path, names: list[Any] | None) -> dict[str, bytes]:
    """The files named relative to the trial; without names those of the folder above and its forms."""
    try:
        if names is None:
            return _default_files(path)
        return _named_files(path, names)
    except OSError as error:
        raise TrialInvalid(reason=f"{error.filename}: {error.strerror}") from error


def _named_files(path: Path, names: list[Any]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for given in names:
        # what no file system takes as a name is no file: NUL, half a character
        if not isinstance(given, str) or not given.isprintable():
            raise TrialInvalid(reason=f"“files” holds {str(given)[:60]!r}, which names no file")
        one = path.parent / given
        if one.is_dir():
            found |= bundle_files(one)
            continue
        name = _name(one)
        if name in found:   # files of one name in two folders
            name = f"{len(found)}-{name}"
        found[name] = one.read_bytes()
    return found


def _default_files(path: Path) -> dict[str, bytes]:
    above = bundle_files(path.absolute().parent.parent)
    return above if any(not name.endswith(".json") for name in above) else bundle_files(path.absolute().parent)


def _name(path: Path) -> str:
    if path.suffix == ".form":
        return f"forms/{path.name}"
    # a file that is named is meant as a diagram, whatever it is called
    return path.name if path.name.lower().endswith(_KNOWN) else f"{path.name}.bpmn"
