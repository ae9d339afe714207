"""A trial being played: an installation in memory, the SYSTEM actor, a clock that walks. Steps are in ``steps``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from engine.assembly import Engine, open_engine
from engine.bpmn.bundles import Bundle, Compiled, compile_bundle, decisions_of
from engine.bpmn.problems import DiagramRefused
from engine.model.actors import system
from engine.model.commands import (
    AddInstitution,
    Command,
    OpenCase,
    PublishDefinition,
    SignAgreement,
)
from engine.model.definitions import Definition, DefinitionRefused
from engine.model.errors import Refused, StepStuck
from engine.model.json_files import PROBLEMS, FileRefused, load
from engine.queries.trials import Happened, Incident, WhatHappened, said
from engine.settings import Settings
from engine.trials.files import Trial

QUEUES = ("general",)    # what moves processes; nobody reads the mails of a trial
MOST_ROUNDS = 5_000     # jobs of one trial: a timer that fires for ever ends here
_ACTOR = system("trial")
_ANYBODY = "anybody"


class Failed(Exception):
    """A step does not hold; the message says what was found instead."""


class WalkedClock:
    """Time and identifiers of a trial: time moves only when the trial says so, identifiers only ever grow."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)
        self._count = 0

    def now(self) -> datetime:
        """The moment the trial has come to."""
        return self.at

    def new_id(self) -> UUID:
        """A version-7 identifier from the moment and a running number."""
        self._count += 1
        stamp = int(self.at.timestamp() * 1000) & (2**48 - 1)
        return UUID(int=stamp << 80 | 0x7000 << 64 | 2 << 62 | self._count)


@contextmanager
def playing(trial: Trial) -> Iterator[Play]:
    """A trial ready to be played; its database and keys are gone afterwards."""
    clock = WalkedClock(trial.at)
    with TemporaryDirectory(prefix="powrot-trial-") as folder:
        engine = open_engine(Settings(data_dir=Path(folder), database_url="sqlite://"), clock)
        try:
            yield Play(trial, engine, clock)
        finally:
            engine.close()


class Play:
    """One trial on its way."""

    def __init__(self, trial: Trial, engine: Engine, clock: WalkedClock) -> None:
        self.trial = trial
        self.engine = engine
        self.clock = clock
        self.worker = engine.worker(QUEUES)
        self.rounds = 0
        self.stuck: list[Incident] = []     # steps that failed before there was a case to keep the incident
        self.named: Counter[str] = Counter()
        self.any_named = False
        self.published: dict[str, str] = {}
        self.institutions: dict[str, UUID] = {}

    # --- setting up

    def begin(self) -> None:
        """Publish and, unless a message does it, start. Raises Failed."""
        process = self.trial.process
        if self.trial.tries_tables_only:
            return
        self._require_process(process)
        if self.trial.start or self._starts_by_clock(process):
            self.start(process, self.trial.variables)
        else:
            self.publish(process)

    def _starts_by_clock(self, process: str) -> bool:
        """Whether a timer starts it: then an instance must wait for that, even where no message is to start one."""
        return any(one.kind == "timer" for one in self.compiled.processes[process].starts)

    def publish(self, process: str) -> str:
        """The name of the live definition that starts this process; each process started directly has its own."""
        if process not in self.published:
            files = dict(self.trial.files)
            definition = self._definition(process)
            files["definition.json"] = json.dumps(definition, ensure_ascii=False).encode()
            bundle = Bundle(files).pack()
            self._join(definition)
            self.engine.carry_out(PublishDefinition(bundle=bundle, standard_only=True), _ACTOR)
            self.published[process] = definition["id"]
        return self.published[process]

    def _definition(self, process: str) -> dict[str, Any]:
        """The bundle's own definition; with the start left out where the trial starts the process by itself."""
        known = self.trial.files.get("definition.json")
        found: dict[str, Any] = _loaded(known) if known else {
            "name": {"pl": "Próba", "en": "Trial"}, "person": {}, "coordinator": _ANYBODY,
            "roles": [{"id": _ANYBODY, "name": {"pl": "Każdy", "en": "Anybody"}}]}
        own = bool(known) and not self.trial.start and process == found.get("main") and \
            not self._starts_by_clock(process)
        if own:
            return found
        name = f"trial-{len(self.published) + 1}"
        return found | {"id": name, "main": process or self._any_process(), "start": {}}

    def _any_process(self) -> str:
        return next(iter(self.compiled.processes))

    @property
    def compiled(self) -> Compiled:
        """The compiled files of the trial."""
        return compile_bundle(Bundle(dict(self.trial.files)))

    @property
    def decisions(self) -> dict[str, Any]:
        """The decisions of the trial's files, which need no process around them."""
        return decisions_of(Bundle(dict(self.trial.files)))

    def _join(self, definition: Mapping[str, Any]) -> None:
        """An institution for each role, all under one agreement."""
        if self.institutions:
            return
        for role in [one["id"] for one in definition.get("roles", ())]:
            receipt = self.engine.carry_out(AddInstitution(name=role, short_name=role), _ACTOR)
            self.institutions[role] = UUID(receipt.extra["institution"])
        parties = tuple((institution, role) for role, institution in self.institutions.items())
        self.engine.carry_out(SignAgreement(name="trial", parties=parties), _ACTOR)

    def start(self, process: str, variables: Mapping[str, Any]) -> None:
        """Open a case that runs a process from its plain start."""
        self._require_process(process)
        name = self.publish(process)
        self.do(OpenCase(definition=name, answers=dict(variables), process=process, sender_id=self.sender))

    def _require_process(self, process: str) -> None:
        if process not in self.compiled.processes:
            raise Failed(f"there is no executable process {process}")

    @property
    def sender(self) -> UUID:
        """The institution that cases come from: the sender's, else the coordinator's."""
        file = self.trial.files.get("definition.json")
        known = _loaded(file) if file else {}
        return self.institutions[known.get("sender") or known.get("coordinator") or _ANYBODY]

    # --- what steps do and ask

    def do(self, command: Command) -> None:
        """Carry a command out; a step that could not run leaves an incident, which a later step may name."""
        with self.sticking():
            self.engine.carry_out(command, _ACTOR)

    @contextmanager
    def sticking(self) -> Iterator[None]:
        """Let a step that could not run be no failure of the trial yet."""
        try:
            yield
        except StepStuck as stuck:
            element = str(stuck.params.get("element", ""))
            if element not in {one.element for one in self.happened.incidents}:
                reason = str(stuck.params.get("reason", ""))
                self.stuck.append(Incident(element, said(element, reason, stuck.params.get("details", {}))))

    @property
    def happened(self) -> Happened:
        """Everything so far."""
        found: Happened = self.engine.look(WhatHappened(), _ACTOR)
        return found

    @property
    def incidents(self) -> list[Incident]:
        """Each open incident."""
        return [*self.happened.incidents, *self.stuck]

    def settle(self) -> None:
        """Carry out what is due now."""
        while True:
            worked = self.worker.run_due()
            if not worked:
                return
            self.rounds += worked
            if self.rounds > MOST_ROUNDS:
                raise Failed(f"it was stopped after {MOST_ROUNDS} timers and messages")

    def finish(self) -> None:
        """An incident that no step named fails the trial."""
        unnamed = self.unnamed()
        if unnamed:
            raise Failed(unnamed)

    def unnamed(self) -> str:
        """The first open incident that no step has named, in words; "" if there is none."""
        found = (one for one in self.incidents if not self.any_named and one.element not in self.named)
        return next((f"there is an incident at {one.element or 'the start'}: {one.reason}" for one in found), "")


def _loaded(data: bytes) -> dict[str, Any]:
    """A definition file as JSON, once it is known to be one; raises DefinitionRefused."""
    Definition.parse(data)
    return load(data, "definition.json", DefinitionRefused)


def refusal(error: Refused) -> str:
    """A refusal as one sentence; a diagram's with its first problems."""
    if isinstance(error, DiagramRefused):
        return " ".join(f"{one.file}:{one.element}: {one.sentence()}" for one in error.problems[:5])
    if isinstance(error, FileRefused):
        return " ".join(f"{one.file}:{one.element}: {PROBLEMS.get(one.code, one.code).format_map(one.params)}"
                        for one in error.problems[:5])
    return str(error)
