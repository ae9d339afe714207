"""Checking files and folders as they lie on a disk: what `powrot check` prints. What is wrong is left to the rules.

A folder with diagrams is one bundle: its BPMN and DMN files, its definition.json, the words and layouts of its papers
in `papers/`, and the forms of `forms/<name>/` beside `processes/<name>/`. A single file is checked with its folder if
that holds a definition.json, else alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from engine.bpmn.problems import SENTENCES, DiagramRefused, Level, Problem
from engine.bpmn.rules import LEVELS, Subject, examine, in_order
from engine.bpmn.rules.subjects import DIAGRAMS

_TABLES = ".dmn"
_FORMS = ".form"
_PAPERS = (".json", ".typ")
_MOST_FILES = 2_000
_IGNORED = ("node_modules", "__pycache__")

SENTENCES.update({
    "file-missing": "There is no file or folder of this name.",
    "file-unreadable": "The file cannot be read: {reason}.",
    "nothing-here": "The folder has no diagram, decision table or form.",
    "too-many-files": "The folder has more than {limit} files; name the one you mean.",
    "not-understood": "This file could not be examined ({reason}). Nothing was changed; please report it.",
})


def check_files(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Every problem of the files of one bundle, by their names in it."""
    return examine(Subject(files))


def refuse_problems(files: Mapping[str, bytes], level: Level = "error") -> tuple[Problem, ...]:
    """The milder problems of a bundle; raises DiagramRefused with those of this level and worse."""
    problems = check_files(files)
    refusing = tuple(one for one in problems if LEVELS.index(one.level) <= LEVELS.index(level))
    if refusing:
        raise DiagramRefused(refusing)
    return problems


def check_paths(paths: Iterable[Path | str]) -> list[Problem]:
    """Every problem of these files and folders; `Problem.file` is the path as it was given, or lies below it."""
    found: list[Problem] = []
    for path in paths:
        found.extend(_check_path(Path(path)))
    return list(in_order(found))


def _check_path(path: Path) -> Iterator[Problem]:
    if not path.exists():
        yield _problem("file-missing", path)
    elif path.is_dir():
        yield from _check_folder(path)
    else:
        yield from _check_file(path)


def _check_folder(path: Path) -> Iterator[Problem]:
    try:
        folders = sorted({one.parent for one in _below(path) if _concerns(one)})
    except _TooMany:
        yield _problem("too-many-files", path, limit=str(_MOST_FILES))
        return
    if not folders:
        yield _problem("nothing-here", path)
    for folder in folders:
        home = _home(folder)
        if home is None or home not in folders:    # forms are checked with their processes where both are asked for
            yield from _check_bundle(home or folder)


def _below(path: Path) -> Iterator[Path]:
    count = 0
    for folder, inside, names in os.walk(path):
        inside[:] = sorted(one for one in inside if not one.startswith(".") and one not in _IGNORED)
        count += len(names)
        if count > _MOST_FILES:
            raise _TooMany
        yield from (Path(folder) / name for name in names)


class _TooMany(Exception):
    """The folder is no folder of diagrams."""


def _concerns(path: Path) -> bool:
    return path.name in ("definition.json", "figures.json") or path.name.lower().endswith((*DIAGRAMS, _TABLES, _FORMS))


def _home(folder: Path) -> Path | None:
    """`processes/<name>` for `forms/<name>`."""
    if folder.absolute().parent.name != "forms":
        return None
    home = folder.parent.parent / "processes" / folder.absolute().name
    return home if (home / "definition.json").is_file() else None


def _check_file(path: Path) -> Iterator[Problem]:
    folder = _home(path.parent) or path.parent
    if _concerns(path) and (folder / "definition.json").is_file():
        yield from (one for one in _check_bundle(folder) if Path(one.file) == path)
        return
    name = path.name if _concerns(path) else f"{path.name}.bpmn"
    yield from _examined({name: path})


def _check_bundle(folder: Path) -> Iterator[Problem]:
    yield from _examined(paths_of(folder))


def paths_of(folder: Path) -> dict[str, Path]:
    """The files of the bundle of a folder: their name in the bundle → where they lie."""
    found = {one.name: one for one in sorted(folder.iterdir()) if one.is_file() and _concerns(one)}
    forms = folder.parent.parent / "forms" / folder.absolute().name
    for place in (folder / "forms", forms):
        if place.is_dir() and place.absolute() != folder.absolute():
            found |= {f"forms/{one.name}": one for one in sorted(place.glob(f"*{_FORMS}"))}
    papers = (folder / "papers").glob("*") if (folder / "definition.json").is_file() else ()
    found |= {f"papers/{one.name}": one for one in sorted(papers) if one.suffix in _PAPERS}
    registers = (folder / "registers").glob("*.json") if (folder / "definition.json").is_file() else ()
    found |= {f"registers/{one.name}": one for one in sorted(registers)}
    return found


def bundle_files(folder: Path) -> dict[str, bytes]:
    """The files of the bundle of a folder, read; OSError where one cannot be."""
    return {name: path.read_bytes() for name, path in paths_of(folder).items()}


def _examined(paths: dict[str, Path]) -> Iterator[Problem]:
    files: dict[str, bytes] = {}
    for name, path in paths.items():
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            yield _problem("file-unreadable", path, reason=error.strerror or type(error).__name__)
    try:
        problems = check_files(files)
    except Exception as error:  # any file may be dropped here, and a traceback helps nobody who draws
        yield _problem("not-understood", next(iter(paths.values())), reason=f"{type(error).__name__}: {error}"[:200])
        return
    yield from (replace(one, file=str(paths[one.file])) if one.file in paths else one for one in problems)


def _problem(code: str, path: Path, **params: str) -> Problem:
    return Problem(code, "error", str(path), "", params)


def line(problem: Problem) -> str:
    """The problem as one line, `file:element: level: sentence`."""
    return f"{problem.file}:{problem.element}: {problem.level}: {' '.join(problem.sentence().split())}"


def fails(problems: Iterable[Problem], level: Level = "house") -> bool:
    """Whether a check ends with exit status 1: something of this level or worse."""
    return any(LEVELS.index(one.level) <= LEVELS.index(level) for one in problems)
