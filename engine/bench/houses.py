"""A small installation to measure in: two institutions, an agreement, people, the measured definitions published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from engine.assembly import Engine, Receipt, open_engine
from engine.bench import diagrams
from engine.bench.places import Place
from engine.model.actors import Actor, system
from engine.model.clock import Clock
from engine.model.commands import (
    AddAccount,
    AddInstitution,
    CompleteWorkItem,
    GrantRole,
    OpenCase,
    PublishDefinition,
    SignAgreement,
)
from engine.settings import Settings

PASSWORD = "nikt tu nie mieszka"  # noqa: S105 — opens nothing but a database that is deleted with the bench
_SYSTEM = system("bench")
DEFINITIONS = {"rounds": diagrams.ROUNDS, "pairs": diagrams.PAIRS, "items": diagrams.OPEN_ITEMS,
               "five": diagrams.FIVE_TASKS}


@dataclass(frozen=True)
class House:
    """An engine with someone who asks and someone who works."""

    engine: Engine
    asker: Actor
    worker: Actor

    def open_case(self, definition: str, **answers: str) -> Receipt:
        """A new case."""
        return self.engine.carry_out(
            OpenCase(definition=definition, answers=diagrams.QUESTION | answers), self.asker)

    def complete(self, case_id: UUID | None, item: UUID, token: str = "", **answers: str) -> Receipt:
        """The worker finishes a task."""
        if case_id is None:
            raise ValueError("no case")
        return self.engine.carry_out(CompleteWorkItem(
            case_id=case_id, work_item_id=item, answers=diagrams.ANSWERS | answers, token=token), self.worker)


@contextmanager
def house(place: Place, clock: Clock | None = None) -> Iterator[House]:
    """An installation at a place, entered by real commands."""
    engine = open_engine(Settings(data_dir=place.directory, database_url=place.house, operator="bench",
                                  secure_cookies=False), clock)
    try:
        yield _entered(engine)
    finally:
        engine.close()


def _entered(engine: Engine) -> House:
    entries = (AddInstitution(name=name, short_name=name, phone="") for name in ("Ask", "Work"))
    desks = [UUID(hex=engine.carry_out(one, _SYSTEM).extra["institution"]) for one in entries]
    actors = [_person(engine, *one) for one in zip(("asker", "worker"), desks, strict=True)]
    engine.carry_out(SignAgreement(name="bench", parties=tuple(
        (one.institution_id, role) for one in actors for role in one.roles)), _SYSTEM)
    for name, diagram in DEFINITIONS.items():
        engine.carry_out(PublishDefinition(
            bundle=diagrams.bundle(name, diagram).pack(), note="bench", standard_only=True), _SYSTEM)
    return House(engine, *actors)


def _person(engine: Engine, role: str, desk: UUID) -> Actor:
    account = AddAccount(email=f"{role}@bench.example", name=role, password=PASSWORD)
    account_id = UUID(hex=engine.carry_out(account, _SYSTEM).extra["account"])
    engine.carry_out(GrantRole(account_id=account_id, institution_id=desk, role=role), _SYSTEM)
    return Actor(account_id, role, desk, role, frozenset({role}))
