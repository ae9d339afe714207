"""What the rules look at: every file of one bundle, read as far as it can be read, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.bpmn.bundles import Bundle, compile_bundle
from engine.bpmn.decisions import Decision, Library, read_library
from engine.bpmn.documents import Document, read_document
from engine.bpmn.elements import ElementInfo, FlowInfo, ProcessInfo, read_elements, read_flows, read_processes
from engine.bpmn.graphs import Scope, scopes_of
from engine.bpmn.normalise import Normalised, normalise
from engine.bpmn.problems import DiagramRefused, Level, Problem
from engine.model.definitions import Definition
from engine.model.figure_files import FILE as FIGURES
from engine.model.figure_files import Figures
from engine.model.forms import Form
from engine.model.json_files import FileProblem, FileRefused
from engine.model.papers import PaperText
from engine.model.registers import FOLDER, Register

DIAGRAMS = (".bpmn", ".bpmn20.xml")
HUMAN = frozenset({"userTask", "manualTask", "task"})
# With a file missing or unreadable these would blame the wrong place.
_FOLLOWING = frozenset({"called-process-unknown", "decision-unknown", "no-process"})


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a rule does not hold."""

    file: str
    element: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of RULES. `sentence` is the msgid, `way` how to get round it; a rule without `check` is enforced where
    files are read and compiled, and stands here for its level and its page."""

    code: str
    level: Level
    sentence: str
    way: str
    check: Callable[[Subject], Iterable[Found]] | None = None


class Subject:
    """One bundle under examination. Unreadable files are named in `problems` and missing from everything else."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(sorted(files.items()))
        self.problems: list[Problem] = []
        self.broken: set[str] = set()
        self.notes: dict[str, Any] = {}      # what several rules need and one of them worked out
        self.documents: dict[str, Document] = {}
        self.sources: dict[str, Normalised] = {}
        for name, data in self.files.items():
            if name.lower().endswith(DIAGRAMS):
                self._read(name, data)
        self.definition = self._definition()
        self.forms = dict(self._forms())
        self.papers = dict(self._papers())
        self.registers = self._registers()
        self.figures = self._figures()

    def _read(self, name: str, data: bytes) -> None:
        taken = {key for source in self.sources.values() for key in source.ids}
        try:
            self.documents[name] = read_document(name, data)
            self.sources[name] = normalise(self.documents[name], taken)
        except DiagramRefused as refused:
            self.broken.add(name)
            self.problems.extend(refused.problems)

    def _definition(self) -> Definition | None:
        if "definition.json" not in self.files:
            return None
        try:
            return Definition.parse(self.files["definition.json"], "definition.json")
        except FileRefused as refused:
            self.broken.add("definition.json")
            self.problems.extend(as_problem(one) for one in refused.problems)
            return None

    def _forms(self) -> Iterator[tuple[str, Form]]:
        for name in self.files:
            if not name.endswith(".form"):
                continue
            try:
                yield form_key(name), Form.parse(self.files[name], name)
            except FileRefused as refused:
                self.broken.add(name)
                self.problems.extend(as_problem(one) for one in refused.problems)

    def _papers(self) -> Iterator[tuple[str, PaperText]]:
        for paper in self.definition.papers if self.definition else ():
            if paper.text not in self.files:
                continue
            try:
                yield paper.id, PaperText.parse(self.files[paper.text], paper.text, paper.languages)
            except FileRefused as refused:
                self.broken.add(paper.text)
                self.problems.extend(as_problem(one) for one in refused.problems)

    def _figures(self) -> Figures:
        try:
            return Figures.parse(self.files[FIGURES]) if FIGURES in self.files else Figures()
        except FileRefused as refused:
            self.problems.extend(as_problem(one) for one in refused.problems)
            return Figures()

    def _registers(self) -> dict[str, Register]:
        found: dict[str, Register] = {}
        for name in self.files:
            if name.startswith(FOLDER):
                try:
                    one = Register.parse(self.files[name], name)
                except FileRefused as refused:
                    self.broken.add(name)
                    self.problems.extend(as_problem(problem) for problem in refused.problems)
                else:
                    found[one.id] = one
        return found

    def compiling(self) -> Iterator[Problem]:
        """What the compiler refuses in the files that can be read."""
        left_out = self.broken | set(self.tables[1].unreadable)  # a bad table is told by its own rules, not its users
        diagrams = {name for name in self.files if name.lower().endswith(DIAGRAMS)}
        if not diagrams - left_out:
            return
        try:
            kept = Bundle({name: data for name, data in self.files.items() if name not in left_out})
            yield from compile_bundle(kept).doubts
        except DiagramRefused as refused:
            yield from (one for one in refused.problems if not (left_out and one.code in _FOLLOWING))

    @cached_property
    def elements(self) -> dict[str, ElementInfo]:
        """All flow nodes of executable processes by the author's id."""
        executable = set(self.processes)
        return {info.id: info for source in self.sources.values() for info in read_elements(source)
                if info.process in executable}

    @cached_property
    def flows(self) -> dict[str, tuple[str, FlowInfo]]:
        """All sequence flows of all files: file and flow by the author's id."""
        return {flow.id: (name, flow) for name, source in self.sources.items() for flow in read_flows(source)}

    @cached_property
    def processes(self) -> dict[str, ProcessInfo]:
        """The executable processes by id."""
        return {info.id: info for source in self.sources.values() for info in read_processes(source)}

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Every executable process and sub-process as a graph."""
        return tuple(scope for source in self.sources.values() for scope in scopes_of(source))

    @property
    def decisions(self) -> dict[str, Decision]:
        """The decisions of all readable tables by id; what is wrong with the others the rules on tables say."""
        return self.tables[0]

    @cached_property
    def tables(self) -> tuple[dict[str, Decision], Library]:
        """The decisions by id, and all that the decision files hold, with the files that cannot be read."""
        return read_library({name: xml for name, xml in self.files.items() if name.lower().endswith(".dmn")})

    @property
    def human(self) -> Iterator[ElementInfo]:
        """The human tasks."""
        return (info for info in self.elements.values() if info.kind in HUMAN)

    @property
    def is_definition(self) -> bool:
        """Whether this is a definition of ours and not a single file of another tool."""
        return "definition.json" in self.files

    def roots(self) -> Iterator[tuple[str, Any]]:
        """File name and normalised root of each readable diagram."""
        return ((name, source.root) for name, source in self.sources.items())

    def author(self, file: str, node: Any) -> str:
        """The author's id of an element of a file."""
        key = node.get("id") or ""
        return self.sources[file].ids.get(key) or key


def form_key(name: str) -> str:
    """`forms/notice.form` is the form `notice`."""
    return name.rpartition("/")[2].removesuffix(".form")


def as_problem(one: FileProblem) -> Problem:
    """A problem of a form or definition among those of the diagrams."""
    level: Level = one.level if one.level in ("house", "hint") else "error"  # type: ignore[assignment]
    return Problem(one.code, level, one.file, one.element, {key: str(value) for key, value in one.params.items()})
